"""The network that the fields of `convolution` make: its input and its layers, given one by one or as code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property

from deepcalc.errors import Fault, FieldError, ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.kinds._backwards import backward_faults, unknowns, wanted_sizes
from deepcalc.kinds._code import Code
from deepcalc.kinds._extents import Extent, extent_of
from deepcalc.kinds._layers import LayerFields
from deepcalc.kinds._passages import Passage, inputs_of, passages
from deepcalc.kinds._sizes import ChannelOrder, InputShape, Sizes, shape_in
from deepcalc.kinds.convolution.fields import ConvolutionFields
from deepcalc.notation.array_nodes import ARRAY_NODES
from deepcalc.notation.nodes import nodes_in
from deepcalc.notation.printing import PlainPrinter
from deepcalc.records import record
from deepcalc.rules.size_formulas import SizeFormula, letters_in
from deepcalc.rules.sizes import GIVEN, VALID, slid

_OF_A_VOLUME = 3
"""The axes of a volume, whose first size may have been meant for a batch."""


@record
class Network:
    """An input and the layers that it passes through; ``channels`` is the order in which shapes are written.

    Without an input that is ``given`` for the whole, the first layer has one of its own.
    """

    given: InputShape | None
    layers: tuple[LayerFields, ...]
    channels: ChannelOrder
    wanted: Sizes | None
    bytes_per_value: int
    batch: int
    code: Code | None = None
    seen_from: int = 1
    letters: Mapping[str, str] = field(default_factory=dict)
    size_formula: SizeFormula | None = None

    @cached_property
    def passages(self) -> list[Passage]:
        """Each layer with the shapes before and behind it, of a network in which everything fits."""
        return [found for found in passages(self.given, self.layers) if isinstance(found, Passage)]

    @cached_property
    def inputs(self) -> dict[int, InputShape]:
        """The input under 0, and those of single layers under their numbers below 0."""
        return inputs_of(self.given, self.layers)

    @property
    def input(self) -> InputShape:
        """The first input."""
        return next(iter(self.inputs.values()))

    @cached_property
    def extents(self) -> dict[int, Extent]:
        """The shapes of the inputs, and those behind the layers."""
        behind = {passage.number: passage.after for passage in self.passages}
        return {number: extent_of(each) for number, each in self.inputs.items()} | behind

    def faults(self) -> Iterator[Fault]:
        """What does not fit, at its place in the fields or in the code."""
        if self.wanted is not None or unknowns(self.input, self.layers):
            yield from map(self._placed, backward_faults(self.input, self.layers, self.wanted))
            return
        for found in passages(self.given, self.layers):
            if isinstance(found, Passage):
                yield from self._of_channels_said(found)
            else:
                of_kernel = found.location[-1] == "kernel"
                message = found.message + (self._order_read(int(found.location[1])) if of_kernel else "")
                yield self._placed(Fault(found.location, message))

    def _placed(self, fault: Fault) -> Fault:
        """The fault of a layer where that is written: in the code, if it comes from there."""
        if self.code is None or fault.location[0] != "layers":
            return fault
        return Fault(("code",), fault.message, self.code.layers[int(fault.location[1])].written)

    def _of_channels_said(self, passage: Passage) -> Iterator[Fault]:
        """What the code says that a layer takes or gives, where its input is another one."""
        if self.code is None:
            return
        said = self.code.layers[passage.number - 1]
        before = passage.before
        if said.takes not in (None, before.channels):
            has = f"{before.channels} channels" if before.sizes else f"{before.channels} values"
            yield Fault(("code",), f"this layer takes {said.takes}, and its input has {has}", said.written)
        if said.gives not in (None, passage.after.channels):
            message = f"this makes vectors of {said.gives} values, and its input, {before.text}, has others"
            yield Fault(("code",), message, said.written)

    def _order_read(self, place: int) -> str:
        """In which order the input behind a layer was read, where the other one would make sense."""
        given = next((each for each in map(self.inputs.get, range(-place - 1, 1)) if each is not None), self.input)
        read, other = (" x ".join(given.arranged(order)) for order in (self.channels, self.channels.other))
        sizes = given.written(self.channels).replace(" × ", "x")
        if len(given.sizes) == _OF_A_VOLUME and given.order is not None:
            batch, _, image = sizes.partition("x")
            return f"; {sizes} was read as {read}: for a batch of images say `batch: {batch}` and `input: {image}`"
        if not given.may_be_meant_otherwise:
            return ""
        return f"; {sizes} was read as {read}: for {other} say `channels: {self.channels.other}`"


def read(fields: ConvolutionFields) -> Network:
    """The network; ``FieldError`` with everything that does not fit in it."""
    code: Code | None = fields.code
    order = fields.channels or (code.order if code else ChannelOrder.LAST)
    given = fields.input or _input_of(code)
    faults = list(_faults_of_parts(fields, given))
    if faults:
        raise FieldError(faults)
    said = [each.layer for each in code.layers] if code else fields.layers or []
    layers = tuple(layer.reading_in(order) for layer in said)
    own_formula = _size_formula(fields)
    network = Network(
        given,
        layers,
        order,
        wanted_sizes(fields.wanted, given, layers, order) if given else fields.wanted,
        fields.bytes_per_value,
        fields.batch,
        code,
        fields.seen_from,
        fields.own_letters if own_formula is None else {**fields.own_letters, **own_formula.letters},
        own_formula,
    )
    faults = list(network.faults()) or list(_faults_of_formula(network))
    if faults:
        raise FieldError(faults)
    return network


def _size_formula(fields: ConvolutionFields) -> SizeFormula | None:
    """The course's own formula of a size; ``FieldError`` where it has arrays in it, or a letter that is not known."""
    if fields.size_formula is None:
        return None
    if any(type(part) in ARRAY_NODES for part in nodes_in(fields.size_formula)):
        raise FieldError([Fault(("size_formula",), "a size is made of numbers; leave out vectors and matrices")])
    letters, unknown = letters_in(fields.size_formula, fields.own_letters)
    if unknown:
        message = f"it is not known what `{unknown[0]}` is; say it in `letters`, such as {{kernel: {unknown[0]}}}"
        raise FieldError([Fault(("size_formula",), message)])
    return SizeFormula(fields.size_formula, letters)


def _faults_of_formula(network: Network) -> Iterator[Fault]:
    """Where the course's own formula gives another size than the law."""
    own = network.size_formula
    if own is None or network.wanted is not None:
        return
    slid_layers = [passage for passage in network.passages if passage.rule.size is slid]
    for way in {passage.padding for passage in slid_layers if passage.padding.has_amount} or {VALID}:
        where = own.unlike(way)
        if where is not None:
            of_both = "; a padding of both ends together is given as {total: 2}" if way is GIVEN else ""
            yield Fault(("size_formula",), f"this is not the size behind a kernel: for {where}{of_both}")
            return
    for passage in slid_layers:
        try:
            message = _unlike_layer(own, passage)
        except ValueOutOfReach as error:
            message = f"has no value ({error})"
        if message is not None:
            yield Fault(("size_formula",), f"of layer {passage.number} it {message}")
            return


def _unlike_layer(own: SizeFormula, passage: Passage) -> str | None:
    """Another size that the course's own formula gives than the one behind a layer."""
    for side, size in zip(passage.sides, passage.after.sizes, strict=True):
        node = own.of(side, passage.padding)
        if node is not None and isinstance(size, int) and value_of(node, {}) != size:
            found = PlainPrinter().print(node)
            return f"gives {found}, which is not {size}: write floor(…) around what is rounded down"
    return None


def _input_of(code: Code | None) -> InputShape | None:
    """The shape that the code gives, in its library's order."""
    return shape_in(code.input, code.order) if code and code.input else None


def _faults_of_parts(fields: ConvolutionFields, given: InputShape | None) -> Iterator[Fault]:
    if (fields.layers is None) == (fields.code is None):
        where = ("code",) if fields.code else ()
        yield Fault(where, "give either the `layers` or `code` that has them")
    if given is None and not (fields.layers and fields.layers[0].own_input):
        yield Fault((), "missing `input`: height x width x channels such as 32x32x3")
