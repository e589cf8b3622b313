"""The plan of `attention`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.quantities import Prose
from deepcalc.kinds._arrays import (
    FORWARD,
    NO_LOSS,
    WEIGHTS,
    ArrayWriter,
    add_entry_counts,
    add_loss,
    laws,
    loss_name,
    with_laws,
)
from deepcalc.kinds._normalizing import SYMBOLS, add_layer_norm
from deepcalc.kinds.attention.feed_forward import add_feed_forward
from deepcalc.kinds.attention.fields import PARTS, AttentionFields
from deepcalc.kinds.attention.made import is_masked, mask
from deepcalc.kinds.attention.naming import attended, head_names, named, out_of_attention, source, tokens
from deepcalc.kinds.attention.pictures import block_picture
from deepcalc.kinds.attention.plans import plan_of_sizes
from deepcalc.kinds.attention.steps import (
    WAVES,
    add_divisor,
    add_positions,
    add_projection,
    add_scores,
    query_names,
    token_norm,
)
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import concrete, shape_text
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.picture_plans import FigurePlan, GridPlan, GridsPlan
from deepcalc.plan.statement import Statement, joined, prose

MEANING = {"Q": "queries", "K": "keys", "V": "values"}


def build(fields: AttentionFields) -> Plan:
    return plan_of_sizes(fields, fields.sizes) if fields.sizes is not None else _Builder(fields).plan()


class _Builder:
    def __init__(self, fields: AttentionFields) -> None:
        self._fields = fields
        self._writer = ArrayWriter()
        self._graph = self._writer.graph
        self._heads = head_names(fields)
        self._norm = fields.layer_norm

    def plan(self) -> Plan:
        fields = self._fields
        self._add_given()
        if fields.positions is not None:
            add_positions(self._writer, fields, fields.positions)
        if fields.positions_alone:
            encodings = (named(fields, "P"),)
            return Plan(self._graph, (PartPlan("a", encodings),), self._statement(encodings, ()))
        self._add_parts()
        for number, head in enumerate(self._heads, start=1):
            self._add_head(head, FORWARD if len(self._heads) == 1 else f"Head {number}")
        output = self._add_what_follows()
        found = tuple(dict.fromkeys([*(head["A"] for head in self._heads), named(fields, "O"), output]))
        add_entry_counts(self._writer, WEIGHTS)
        add_loss(self._writer, fields, output)
        parts = [PartPlan("a", found)]
        gradients = self._gradients()
        if gradients:
            parts.append(PartPlan("b", gradients))
        shapes = [self._graph.shape(name) for name in (tokens(fields), output)] if fields.X is not None else []
        figures: tuple[FigurePlan, ...] = (*(block_picture(fields, *shapes) if shapes else ()), self._heat_map())
        statement = self._statement(found, gradients)
        missing = {} if loss_name(fields) is not None else NO_LOSS
        return Plan(self._graph, tuple(parts), statement, symbols=SYMBOLS, figures=figures, without_value=missing)

    def _add_given(self) -> None:
        fields, writer = self._fields, self._writer
        for field, stem in (("X", "X"), ("context", "Z"), *((part, part) for part in PARTS)):
            if getattr(fields, field) is not None:
                writer.given(named(fields, stem), getattr(fields, field), (field,))
        if fields.Q is not None and fields.V is None:
            writer.add(named(fields, "V"), named(fields, "K"), ("K",), "the keys are the values")
        for name, value in fields.weights.items():
            at = ("weights", name)
            if fields.head_weights and name in self._heads[0]:
                for head, matrix in zip(self._heads, value.args, strict=True):
                    writer.given(head[name], matrix, at, WEIGHTS)
            else:
                writer.given(name, value, at, WEIGHTS)

    # ---- queries, keys and values

    def _add_parts(self) -> None:
        fields, writer = self._fields, self._writer
        if self._norm is not None and fields.is_normed_before:
            add_layer_norm(writer, token_norm(fields, self._graph, self._norm), vars(self._norm))
        for part in PARTS:
            x, note = source(fields, part), MEANING[part]
            if fields.head_weights:
                for head in self._heads:
                    add_projection(writer, fields, head[part], x, part, head[f"W_{part}"], note)
                continue
            if fields.X is not None:
                add_projection(writer, fields, named(fields, part), x, part, f"W_{part}", note)
            if len(self._heads) > 1:
                self._cut(part)

    def _cut(self, part: str) -> None:
        """Give each head its share of the features, side by side in the whole."""
        fields, whole = self._fields, named(self._fields, part)
        shape = self._graph.shape(whole)
        if len(shape) != 2:
            raise FieldError([Fault(("heads",), f"several heads need matrices; {whole} is {shape_text(shape)}")])
        size = shape[fields.arrangement.feature_axis]
        if not isinstance(size, int) or size % fields.head_count:
            message = f"the {size} features of {whole} cannot be cut into {fields.head_count} equal parts"
            raise FieldError([Fault(("heads",), message)])
        width = size // fields.head_count
        for index, head in enumerate(self._heads):
            text = fields.arrangement.part.format(X=whole, first=index * width + 1, last=(index + 1) * width)
            self._writer.add(head[part], text, ("heads",), f"{MEANING[part]} of head {index + 1}")

    # ---- a head

    def _add_head(self, head: Mapping[str, str], section: str) -> None:
        fields, writer = self._fields, self._writer
        for part in ("K", "V"):
            shape = self._graph.shape(head[part])
            if len(shape) != 2:
                origin: Location = (part,) if fields.X is None else ("X",)
                raise FieldError([Fault(origin, f"the {MEANING[part]} are a matrix, not {shape_text(shape)}")])
        add_divisor(writer, fields, head["K"])
        add_scores(writer, fields, head, section)
        shape = self._graph.shape(head["S"])
        axis = fields.arrangement.softmax_axis if len(shape) == 2 else 0
        scores, note = head["S"], "attention weights"
        if is_masked(fields):
            if head["M"] not in self._graph:
                writer.given(head["M"], mask(fields, shape), ("mask",), "Mask")
            note = f"attention weights; scores where {head['M']} is 0 count as −∞"
            writer.add(head["A"], f"masked_softmax({scores}, {head['M']}, axis={axis})", ("score",), note, section)
        else:
            writer.add(head["A"], f"softmax({scores}, axis={axis})", ("score",), note, section)
        writer.add(head["O"], fields.arrangement.weighted.format(**head), ("V",), "weighted values", section)

    def _heat_map(self) -> GridsPlan:
        """The attention weights of each head, the larger the deeper in colour."""
        by_rows = self._fields.tokens == "rows" or len(self._graph.shape(self._heads[0]["A"])) == 1
        row, column = ("q", "k") if by_rows else ("k", "q")
        maps = tuple(
            GridPlan((Name(head["A"]),), head["A"], shaded=True, row_letter=row, column_letter=column)
            for head in self._heads
        )
        caption = f"Each {'row' if by_rows else 'column'}: what a query takes of each key."
        return GridsPlan("The attention weights", (caption,), (maps,))

    # ---- what comes after the heads

    def _add_what_follows(self) -> str:
        """The name of what comes out."""
        fields, writer = self._fields, self._writer
        output = named(fields, "O")
        if len(self._heads) > 1:
            parts = ", ".join(head["O"] for head in self._heads)
            text = f"concat({parts}, axis={fields.arrangement.feature_axis})"
            writer.add(output, text, ("heads",), "the heads side by side")
        if "W_O" in fields.weights:
            add_projection(writer, fields, attended(fields), output, "O", "W_O", "output projection")
            output = attended(fields)
        if fields.residual:
            writer.add("R", f"{tokens(fields)} + {output}", ("residual",), "residual connection")
            output = "R"
        if self._norm is not None and not fields.is_normed_before:
            add_layer_norm(writer, token_norm(fields, self._graph, self._norm), vars(self._norm))
            output = "N"
        return output if fields.feed_forward is None else add_feed_forward(writer, fields, fields.feed_forward, output)

    def _gradients(self) -> tuple[str, ...]:
        """The gradients that are asked for where the author asks nothing: by all weights, and what they are used on."""
        fields = self._fields
        loss = loss_name(fields)
        if loss is None:
            return ()
        weights = [quantity.name for quantity in self._graph if quantity.section == WEIGHTS]
        leads = [named(fields, part) for part in PARTS] if fields.X is None else [named(fields, "X")]
        gradients = tuple(gradient(loss, name) for name in (*leads, *weights))
        for name in gradients:
            add_gradient(self._graph, name)
        return gradients

    def _statement(self, found: Sequence[str], gradients: Sequence[str]) -> Statement:
        asked: list[Node] = [Name(name) for name in (*found, *gradients)]
        told = with_laws(self._title(), laws(self._graph, self._told()), self._graph)
        mask = Name(named(self._fields, "M"))
        masked = prose(" Scores where ", mask, " is 0 count as −∞.") if is_masked(self._fields) else ()
        normed = prose(" Layer normalisation is over the features of each token.") if self._norm is not None else ()
        return Statement(prose(told, ".", self._encoded(), masked, normed), prose("Compute ", joined(asked), "."))

    def _encoded(self) -> Prose:
        """Which encodings positions have, and in which order."""
        positions = self._fields.positions
        if positions is None:
            return ()
        size = 2 * concrete(self._graph.shape("omega"))[0]
        waves = joined(parse(f"{wave}(p/base^(2*i/{size}))") for wave in WAVES)
        order = "all sines before all cosines" if positions.order == "halves" else "each sine beside its cosine"
        added = () if self._fields.X is None else prose(" Encodings are added to the tokens.")
        return prose(" Position ", Name("p"), f" is encoded in {size} features by ", waves, f", {order}.", added)

    def _told(self) -> Iterator[str]:
        """What the statement writes out: scores that have weights of their own, and what follows the heads."""
        fields, head = self._fields, self._heads[0]
        if fields.row.needs and not fields.positions_alone:
            shape = self._graph.shape(head["Q"])
            count = None if len(shape) == 1 else 1
            names = next(query_names(fields, head, count)) if fields.row.steps else head
            yield from (names[step.stem] for step in fields.row.steps)
            yield names["S"]
        if self._norm is not None:
            yield from ("std", "std2")
            if fields.is_normed_before:
                yield from (f"{tokens(fields)}_norm_hat", f"{tokens(fields)}_norm")
        if "W_O" in fields.weights:
            yield attended(fields)
        rest = out_of_attention(fields)
        yield from ("R", "N_hat", "N", f"{rest}_norm_hat", f"{rest}_norm", "H", "F", "R2", "N2_hat", "N2")
        loss = loss_name(fields)
        if loss is not None:
            yield loss

    def _title(self) -> str:
        fields = self._fields
        if fields.positions_alone:
            return "Sinusoidal positional encodings"
        heads = f", {fields.head_count} heads" if fields.head_count > 1 else ""
        return f"{fields.row.title} attention (tokens as {fields.tokens}{heads})"
