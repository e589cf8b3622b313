"""How input, kernel and bias stand for the operations: their axes of channels and filters, and the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deepcalc.errors import Fault, FieldError
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds.filtering.fields import WHOLE, FilteringFields, PerAxis, PoolFields
from deepcalc.notation.operations.sliding import output_size
from deepcalc.notation.shapes import Shape, is_concrete, shape_text
from deepcalc.records import record

PADDED = "X_pad"
"""The name of the padded input, where that is a step of its own."""

PADDING_OF: Mapping[str, Callable[[int], float]] = {
    "valid": lambda reach: 0,
    "same": lambda reach: reach / 2,
    "full": lambda reach: reach,
}
"""The zeros on each side, from D(K − 1)."""


@record
class Wiring:
    """A convolution of given shapes; formulas come as text."""

    fields: FilteringFields
    x: tuple[int, ...]
    k: tuple[int, ...]

    @property
    def axes(self) -> int:
        return self.fields.spatial_axes

    @property
    def samples(self) -> int | None:
        """How many samples there are; None of a single one that has no axis for them."""
        return self.x[0] if len(self.x) > self.axes + 1 else None

    @property
    def channels(self) -> int | None:
        """How many channels there are; None of an input that has no axis for them."""
        return self.x[-self.axes - 1] if len(self.x) > self.axes else None

    @property
    def has_padded_input(self) -> bool:
        """Whether the padded input is a step of its own."""
        return self.fields.padded_input and any(self.padding)

    @property
    def is_turned(self) -> bool:
        """Whether the kernel is turned by 180°."""
        return self.fields.is_turned

    @property
    def is_transposed(self) -> bool:
        """Whether every entry of the input spreads over a kernel of the output."""
        return self.fields.is_transposed

    @property
    def kernel(self) -> str:
        """The name of the kernel that slides."""
        return "K_flip" if self.is_turned else "K"

    @property
    def stride(self) -> tuple[int, ...]:
        return self._each(self.fields.stride)

    @property
    def dilation(self) -> tuple[int, ...]:
        return self._each(self.fields.dilation)

    @property
    def each_output_padding(self) -> tuple[int, ...]:
        return self._each(self.fields.output_padding)

    @property
    def padding(self) -> tuple[int, ...]:
        """Zeros on each side, for each axis; ``FieldError`` where half a zero would be needed."""
        wanted = self.fields.padding if self.k else 0
        if not isinstance(wanted, str):
            return self._each(wanted)
        found = []
        for size, dilation in zip(self.k[-self.axes :], self.dilation, strict=True):
            zeros = PADDING_OF[wanted](dilation * (size - 1))
            if zeros != int(zeros):
                message = f"`same` needs an odd kernel to have as many zeros on each side; this is {shape_text(self.k)}"
                raise FieldError([Fault(("padding",), message)])
            found.append(int(zeros))
        return tuple(found)

    @property
    def pool(self) -> PoolFields | None:
        """The pooling, a global one with the sizes of what it pools as its window."""
        pool = self.fields.pool
        if pool is None or pool.kernel != WHOLE:
            return pool
        return pool.model_copy(update={"kernel": (self.output if self.k else self.x)[-self.axes :]})

    def flipped(self, kernel: str = "K") -> str:
        """A kernel turned by 180°, its axes of filters and channels as they are."""
        extra = len(self.k) - self.axes
        spatial = tuple(range(extra, len(self.k)))
        return f"flip({kernel}, axes={_size(spatial)})" if extra else f"flip({kernel})"

    def padded(self) -> str:
        """The input with its padding."""
        by = (*(0 for _ in self.x[: -self.axes]), *self.padding)
        return f"pad(X, by={_size(by)})"

    def net(
        self,
        kernel: str | None = None,
        bias: bool = True,
        stride: PerAxis | None = None,
        padding: PerAxis | None = None,
        dilation: PerAxis | None = None,
        x: str | None = None,
    ) -> str:
        """The convolved values, with the bias where there is one; kernel, settings and input are the problem's.

        ``x`` stands in place of the input, as it is without its padding.
        """
        settings: dict[str, PerAxis] = {
            "stride": self.stride if stride is None else self._each(stride),
            "padding": self.padding if padding is None else self._each(padding),
            "dilation": self.dilation if dilation is None else self._each(dilation),
        }
        taken, operation, size = x or "X", f"conv{self.axes}d", ""
        if self.is_transposed:
            sizes = self._spread(settings)
            lead = (self.samples, self.filters)
            shape = ", ".join(str(each) for each in (*lead, *sizes) if each is not None)
            operation, size = f"{operation}_input", f", size=({shape})"
        if padding is None and x is None and self.has_padded_input:
            taken, settings["padding"] = PADDED, self._each(0)
        text = f"{operation}({taken}, {kernel or self.kernel}{settings_text(settings)}{size})"
        return f"{text} + {self.bias}" if bias and self.bias is not None else text

    @property
    def filters(self) -> int | None:
        """How many filters there are; None of a single one that has no axis for them."""
        place = -self.axes - 1 if self.is_transposed else 0
        return self.k[place] if len(self.k) > self.axes + (self.channels is not None) else None

    def _spread(self, settings: Mapping[str, PerAxis]) -> tuple[int, ...]:
        """The sizes of what a transposed convolution gives: (n − 1)S + D(K − 1) + 1, less the padding, and more."""
        along = (self._each(settings[name]) for name in ("stride", "padding", "dilation"))
        given = zip(self.x[-self.axes :], self.k[-self.axes :], *along, self.each_output_padding, strict=True)
        return tuple((int(n) - 1) * s + d * (int(k) - 1) + 1 - 2 * p + o for n, k, s, p, d, o in given)

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of the convolved values, without samples; ``FieldError`` where nothing is left of them."""
        if self.is_transposed:
            found = self._spread_output
            return found if self.filters is None else (self.filters, *found)
        sizes = zip(self.x[-self.axes :], self.k[-self.axes :], self.stride, self.padding, self.dilation, strict=True)
        found = tuple(output_size(n, k, *settings) for n, k, *settings in sizes)
        if any(size < 1 for size in found):
            message = f"the kernel {shape_text(self.k)} is larger than its input {shape_text(self.x)} with its padding"
            raise FieldError([Fault(("kernel",), message)])
        return found if self.filters is None else (self.filters, *found)

    @property
    def _spread_output(self) -> tuple[int, ...]:
        return self._spread({"stride": self.stride, "padding": self.padding, "dilation": self.dilation})

    def check(self) -> None:
        """That a transposed convolution leaves an output, and takes the channels of its input; else ``FieldError``."""
        if any(size < 1 for size in self._spread_output):
            raise FieldError([Fault(("padding",), "nothing is left of the output; take a smaller padding")])
        if any(more >= step for more, step in zip(self.each_output_padding, self.stride, strict=True)):
            raise FieldError([Fault(("output_padding",), "the output padding must be smaller than the stride")])
        if self.channels is not None and self.k[0] != self.channels:
            message = f"X has {self.channels} channels, and this kernel, channels × filters × sizes, takes {self.k[0]}"
            raise FieldError([Fault(("kernel",), message)])

    @property
    def bias(self) -> str | None:
        """The bias beside the convolved values, one for all of them or one for each filter; None without one."""
        if self.fields.bias is None:
            return None
        if not self.has_biases:
            return "b"
        return "expand(b, axis=1)" if self.axes == 1 else "expand(expand(b, axis=1), axis=2)"

    @property
    def has_biases(self) -> bool:
        """Whether each filter has a bias of its own."""
        return bool(shape_of_given(self.fields.bias))

    def _each(self, value: PerAxis) -> tuple[int, ...]:
        return value if isinstance(value, tuple) else (value,) * self.axes


def wiring(fields: FilteringFields, x: Shape, k: Shape) -> Wiring:
    """The convolution of an input and a kernel, ``()`` for none; ``FieldError`` where their sizes are letters."""
    if is_concrete(x) and is_concrete(k):
        return Wiring(fields, x, k)
    name, shape = ("kernel", k) if is_concrete(x) else ("X", x)
    raise FieldError([Fault((name,), f"sizes must be numbers here, not {shape_text(shape)}")])


def pooled(pool: PoolFields, axes: int, x: str, function: str | None = None, stride: PerAxis | None = None) -> str:
    """The pooling of what stands under a name, by max or average."""
    name = "max" if (function or pool.function) == "max" else "avg"
    return f"{name}_pool{axes}d({x}{pool_settings(pool, name == 'avg', stride)})"


def pool_settings(pool: PoolFields, is_mean: bool, stride: PerAxis | None = None) -> str:
    """The settings of a pooling, as they are typed in a formula."""
    settings: dict[str, PerAxis] = {"kernel": pool.kernel, "stride": stride or pool.stride or pool.kernel}
    settings |= {"padding": pool.padding, "ceil": int(pool.ceil)}
    if is_mean:
        settings["count_padding"] = int(pool.count_padding)
    return settings_text(settings)


def settings_text(settings: Mapping[str, PerAxis]) -> str:
    return "".join(f", {name}={_size(value)}" for name, value in settings.items())


def _size(value: PerAxis) -> str:
    sizes = value if isinstance(value, tuple) else (value,)
    return str(sizes[0]) if len(set(sizes)) == 1 else f"({', '.join(map(str, sizes))})"
