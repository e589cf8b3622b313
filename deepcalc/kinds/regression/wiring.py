"""How the design matrix is made of the features: powers and products of them, scaling, a column of ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.fields.given import Given
from deepcalc.kinds._arrays import ArrayWriter, shape_of_given
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.notation.array_nodes import Apply, Array, Item, Slice
from deepcalc.notation.grids import grid_of
from deepcalc.notation.nodes import ONE, Name, Node, number
from deepcalc.notation.shapes import Shape, Size, concrete, is_concrete, shape_text, size_node, size_text
from deepcalc.records import record

FEATURES = "Features"

RAW, EXPANDED, SCALED, DESIGN = "x", "P", "Z", "X"
"""The features as given, with powers and products, scaled; the design matrix."""

POINT = "x_new"
TARGETS, ROWS = "y", "Y"
"""The targets of the samples: their numbers, or a one-hot row for each."""


@record
class Wiring:
    """What the features are and how they are turned into rows of the design matrix."""

    fields: RegressionFields

    @property
    def samples(self) -> str:
        """How many samples there are, as text."""
        return size_text(self.fields.data_shape[0])

    @property
    def source(self) -> str:
        """The name of the features that are scaled, or put beside the ones."""
        return EXPANDED if self.fields.expressions and self.fields.scale is not None else RAW

    @property
    def has_ones(self) -> bool:
        """Whether the first parameter is a bias: the design matrix has a column of ones, added or as its first one."""
        if self.fields.X is None:
            return self.fields.intercept
        if not isinstance(self.fields.X, Array):
            return False
        design = grid_of(self.fields.X)
        return len(design.shape) == 2 and all(design[row, 0] == 1 for row in range(design.shape[0]))

    @property
    def origin(self) -> Location:
        """Where the features are given."""
        if self.fields.X is not None:
            return ("X",)
        return ("samples",) if self.fields.samples is not None else ("x",)

    @property
    def target(self) -> str:
        """The name of the targets: a vector, or one-hot rows."""
        return ROWS if self.fields.row.is_multiclass else TARGETS

    def add_targets(self, writer: ArrayWriter) -> None:
        """Add the targets; one-hot rows for those that are numbers of classes."""
        fields = self.fields
        at = ("samples",) if fields.samples is not None else ("y",)
        if not fields.row.is_multiclass or len(shape_of_given(fields.targets)) == 2:
            writer.given(self.target, fields.targets, at, "Targets")
            return
        writer.given(TARGETS, fields.targets, at, "Targets")
        rows = Apply("one_hot", {"classes": fields.class_count, "from": fields.first}, Name(TARGETS))
        writer.add(ROWS, rows, at, "a 1 at the class of each sample", "Targets", "targets")

    def singles(self, parameters: Size) -> list[str]:
        """The names of single parameters: from 0 on where the first one is a bias; none of a letter's many, or rows."""
        if not isinstance(parameters, int) or self.fields.row.is_multiclass:
            return []
        first = 0 if self.has_ones else 1
        return [f"{self.fields.called}{place}" for place in range(first, parameters + first)]

    # ---- the design matrix

    def add_features(self, writer: ArrayWriter) -> None:
        """Add the features and the design matrix that is made of them."""
        fields = self.fields
        if fields.X is not None:
            writer.given(DESIGN, fields.X, ("X",), FEATURES)
            return
        at = self.origin
        writer.given(RAW, fields.raw, at, FEATURES)
        if not is_concrete(writer.graph.shape(RAW)):
            found = shape_text(writer.graph.shape(RAW))
            raise FieldError([Fault(at, f"with {found} give the design matrix itself, as X: R^(n x d)")])
        columns = self._columns()
        if fields.scale is not None:
            if fields.expressions:
                writer.add(EXPANDED, _joined(columns), ("features",), "powers and products", FEATURES, "features")
            self._add_scaled(writer)
            columns = [_column(SCALED, writer.graph.shape(SCALED))]
        note = "a column of ones, then the features" if fields.intercept else ""
        ones = [_column(Apply("ones", {}, size_node(writer.graph.shape(RAW)[0])), (1,))] if fields.intercept else []
        writer.add(DESIGN, _joined([*ones, *columns]), at, note, FEATURES, "features")

    def _columns(self) -> list[Node]:
        """The features as columns of a matrix, or as parts of one."""
        shape = self.fields.data_shape
        if not self.fields.expressions:
            return [_column(Name(RAW), shape)]
        return [_column(self._with_features(each, self._column_of), (1,)) for each in self.fields.expressions]

    def _column_of(self, place: int) -> Any:
        return Item(Name(RAW), Slice(), number(place))

    def _with_features(self, formula: Node, of: Callable[[int], Any], raw: str = RAW) -> Node:
        """A formula in the features with them in their places."""
        if len(self.fields.data_shape) == 1:
            return formula.xreplace({Name(RAW): Name(raw)})
        names = enumerate(self.fields.feature_names, start=1)
        return formula.xreplace({Name(name): of(place) for place, name in names})

    def _add_scaled(self, writer: ArrayWriter) -> None:
        scale, source = self.fields.scale, self.source
        assert scale is not None
        axis = ", axis=0" if len(writer.graph.shape(source)) > 1 else ""
        over = f"({self.samples} - 1)" if scale.unbiased else self.samples
        for name, (text, note) in scale.row.statistics.items():
            formula = text.format(x=source, along=axis, over=over)
            writer.add(name, formula, ("scale",), note, FEATURES, "statistics")
        writer.add(SCALED, scale.row.text(source), ("scale",), "scaled features", FEATURES, "features")

    # ---- a point

    def points(self) -> list[Node]:
        """The points of which the target is predicted, each as it is given."""
        given: Given | None = self.fields.predict
        if given is None:
            return []
        shape, each = shape_of_given(given), self.fields.data_shape[1:]
        if shape == each:
            return [given]
        if len(shape) == len(each) + 1 and shape[1:] == each and isinstance(given, Array):
            return list(given.args)
        wanted = f"{shape_text(each)}, or a list of such" if each else "a number, or a list of numbers"
        raise FieldError([Fault(("predict",), f"expected {wanted}, as a sample has, not {shape_text(shape)}")])

    def add_point(self, writer: ArrayWriter, point: Node, tag: str, section: str) -> str:
        """Add a point as a row of the design matrix; the name of that row."""
        raw = POINT + tag
        writer.given(raw, point, ("predict",), "Point")
        if self.fields.X is not None:
            return raw
        at = ("predict",)
        shape = self.fields.data_shape[1:]

        def of(place: int) -> Node:
            return Item(Name(raw), number(place))

        parts = [self._with_features(each, of, raw) for each in self.fields.expressions]
        if not parts:
            parts = [Name(raw)] if not shape else [of(place) for place in range(1, concrete(shape)[0] + 1)]
        if self.fields.scale is not None:
            source = raw
            if self.fields.expressions:
                source = f"p_new{tag}"
                writer.add(source, Array(*parts), at, "powers and products", section, "predictions")
            scaled = f"z_new{tag}"
            writer.add(scaled, self.fields.scale.row.text(f"{{{source}}}"), at, "scaled", section, "predictions")
            size = writer.graph.shape(scaled)
            parts = (
                [Item(Name(scaled), number(place)) for place in range(1, concrete(size)[0] + 1)]
                if size
                else [Name(scaled)]
            )
        row = f"phi_new{tag}"
        writer.add(row, Array(*([ONE] if self.fields.intercept else []), *parts), at, "as a row of X", section,
                   "predictions")  # fmt: skip
        return row


def _column(node: Node | str, shape: Shape) -> Node:
    """A vector as a column; a matrix as it is."""
    node = Name(node) if isinstance(node, str) else node
    return Apply("expand", {"axis": 1}, node) if len(shape) == 1 else node


def _joined(columns: Sequence[Node]) -> Node:
    return columns[0] if len(columns) == 1 else Apply("concat", {"axis": 1}, *columns)
