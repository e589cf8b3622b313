"""Writes layers into a graph: their sizes, what is trained in them, and what they compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds._arrays import ArrayWriter, SlipRow
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.kinds._layers import LayerFields
from deepcalc.kinds._measures import letters_in
from deepcalc.kinds._size_graph import SizeGraph, add_size
from deepcalc.kinds.parameters.fields import ParametersFields
from deepcalc.kinds.parameters.laws import Laws
from deepcalc.kinds.parameters.layers import Size
from deepcalc.notation.array_nodes import array
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import Literal, Plus, Times
from deepcalc.notation.parser import parse
from deepcalc.plan import Composite
from deepcalc.records import record
from deepcalc.rules.model_sizes import BLOCKS, SIZE_RULES, SizeRule

COUNTS = ("weights", "biases", "params", "macs", "neurons", "bytes")
"""What is counted of each layer, and added up."""
_ORDER = {False: "out × in, as in W x + b", True: "in × out, as in x W + b"}

SIZES, ALL = "Sizes", "The whole model"


@record
class Layer:
    """A layer as it stands in the model: its rule, its fields, where it comes from, and so many of it.

    One that ``adds`` takes in the sum of the input and the output of the layer before it; one that is ``across`` is for
    what an encoder gave.
    """

    rule: SizeRule
    sizes: Mapping[str, Size | None]
    biases: int
    directions: int
    times: Size | None
    origin: Location
    adds: bool = False
    across: bool = False


@record
class ImageLayer:
    """A layer of images as it stands in the model, and where."""

    fields: LayerFields
    origin: Location


@record
class LayerRow:
    """A layer in words and in the picture: its title, its sizes, the layers that it takes its inputs from, by number,
    and the names of what comes out, places and features."""

    title: str
    details: tuple[str, ...]
    sources: tuple[int, ...]
    places: tuple[str, ...]
    features: str

    @property
    def shape(self) -> tuple[str, ...]:
        return (*self.places, self.features)


def layers_of(fields: ParametersFields) -> Iterator[Layer | ImageLayer]:
    """The layers in order, those of blocks one by one."""
    if fields.mlp is not None:
        for place, units in enumerate(fields.mlp[1:], start=1):
            yield Layer(SIZE_RULES["dense"], {"units": units}, fields.biases, 1, None, ("mlp", place))
        return
    for origin, sort, own in fields.sizes_at():
        if isinstance(own, LayerFields):
            said = "bias" in own.model_fields_set or "bias" not in type(own).model_fields
            layer = own if said else own.model_copy(update={"bias": bool(fields.biases)})
            yield ImageLayer(layer, origin)
            continue
        names, across = (BLOCKS[sort].layers, BLOCKS[sort].across) if sort in BLOCKS else ((sort,), ())
        biases = fields.biases if own.biases is None else own.biases
        directions = 2 if getattr(own, "bidirectional", False) else 1
        for place, name in enumerate(names):
            plain = SIZE_RULES[name]
            rule = plain.tied if plain.tied is not None and own.tied else plain
            sizes = {field: getattr(own, field) for field, _, _ in rule.sizes}
            adds = sort in BLOCKS and name == "layer_norm"
            yield Layer(rule, sizes, biases, directions, own.times, origin, adds, place in across)


class SizeWriter(ArrayWriter):
    """Fills a graph with the counts of layers; notes the typical mistakes and the shapes."""

    def __init__(self, fields: ParametersFields) -> None:
        super().__init__()
        self.graph = SizeGraph()
        self.mistakes: list[SlipRow] = []
        self.composites: list[Composite] = []
        self.aliases: dict[str, str] = {}
        self.shapes: list[str] = []
        self.rows: list[LayerRow] = []
        self.images: list[LayerWriter] = []
        self.order = fields.channels
        self.across: list[int] = []
        self._begun: tuple[str, ...] = ()
        self._is_alone = len(list(layers_of(fields))) == 1
        self._earlier: list[str] = []
        self._by_rows = fields.vectors == "rows"
        self._bytes, self._batch = fields.bytes, fields.batch
        self.has_letters = any(isinstance(size, str) for size in _all_sizes(fields))
        sequence = fields.sequence
        self._tokens = () if sequence is None else (self.size("T", sequence, ("sequence",), SIZES),)

    def begin(self, features: str, places: tuple[str, ...] | None = None) -> None:
        """Say what comes in: its features, and its places, the tokens of a sequence if nothing else is said."""
        self._begun = (*(self._tokens if places is None else places), features)

    def end(self, row: LayerRow, origin: Location, section: str) -> None:
        """Add what a layer costs beside its multiply-adds, and have what comes out of it come into the next one."""
        self.rows.append(row)
        number = len(self.rows)
        if not self._is_alone:
            note = "a multiplication and an addition each"
            self.add(f"flops{number}", f"2*macs{number}", origin, note, section, "macs")
            note = f"bytes: {self._bytes} for each parameter"
            self.add(f"memory{number}", f"params{number}*{self._bytes}", origin, note, section, "memory")
        note = "the values of its output"
        self.add(f"neurons{number}", "*".join(row.shape), origin, note, section, "activations")
        samples = f"{self._batch}*" if self._batch > 1 else ""
        of_samples = f" of each of {self._batch} samples" if self._batch > 1 else ""
        note = f"{self._bytes} bytes for each value{of_samples}"
        self.add(f"bytes{number}", f"{samples}neurons{number}*{self._bytes}", origin, note, section, "activations")

    @property
    def has_features(self) -> bool:
        """Whether features come in, and not tokens to be looked up."""
        return bool(self._begun[-1])

    @property
    def shapes_between(self) -> list[tuple[str, ...]]:
        """The names of what comes in, and of what comes out of each layer: places and features."""
        return [tuple(filter(None, self._begun)), *(row.shape for row in self.rows)]

    @property
    def features(self) -> str:
        """The name of the features that come into the next layer; none of tokens to be looked up."""
        return self.rows[-1].features if self.rows else self._begun[-1]

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the places at which they do: the tokens of a sequence, the sides of an image."""
        return self.rows[-1].places if self.rows else self._begun[:-1]

    def size(self, name: str, size: Size, origin: Location, section: str) -> str:
        """Add a size that is given; its name, which is the author's own for a letter."""
        own = size if isinstance(size, str) else name
        add_size(self.graph, own, size, origin, SIZES if isinstance(size, str) else section)
        return own

    def layer(self, layer: Layer) -> None:
        """Add a layer with all its counts."""
        number, features, places = len(self.rows) + 1, self.features, self.places
        rule, section = layer.rule, f"Layer {number}: {layer.rule.title}"
        if len(places) > 1 and rule.macs != "0":
            message = f"layer {number} ({rule.title}) needs a vector or a sequence, and its input is an image"
            raise FieldError([Fault(layer.origin, f"{message}: put `- flatten` before it")])
        names = {"n": features, "b": "2*" if rule.recurrent and layer.biases > 1 else ""}
        for field, letter, _ in rule.sizes:
            given, origin = layer.sizes[field], (*layer.origin, field)
            own = "m" if letter == "n" else letter
            if given is not None:
                names[own] = self.size(f"{letter}{number}", given, origin, section)
            else:
                names[own] = f"{letter}{number}"
                law = (rule.defaults or {})[field].format(**names)
                self.add(names[own], law, layer.origin, f"features of a {field} in each head", section)
                self._check_whole(names[own], layer.origin)
        self._shapes(number, layer, names, section)
        self._count(number, layer, names, section)
        output = rule.output.format(**names)
        self._check_chain(layer, features, output)
        self._check_tied(layer, features)
        if layer.directions == 2:
            self.add(f"n{number}_out", f"2*{output}", layer.origin, "both directions side by side", section)
            output = f"n{number}_out"
        sources = (number - 1, number - 2) if layer.adds else (number - 1,)
        title = f"addition, {rule.title}" if layer.adds else rule.title
        self.end(LayerRow(title, tuple(details(layer)), sources, places, output), layer.origin, section)
        for name in (f"bytes{number}", f"memory{number}"):
            if name in self.graph:
                whole = self.graph[name].definition
                self.mistakes += [
                    ("bits-for-bytes", "bits in place of bytes", {name: Times(whole, Literal("8"))}),
                    ("double-precision", "twice as many bytes for each number, as in double precision",
                     {name: Times(TWO, whole)}),
                ]  # fmt: skip

    def value(self, name: str) -> Fraction | None:
        """The value of a size; None in letters."""
        return Fraction(evaluate(self.graph, [name]).values[name]) if self.graph.has_value(name) else None

    def _check_whole(self, name: str, origin: Location) -> None:
        value = self.value(name)
        if value is not None and value.denominator != 1:
            message = "the features cannot be cut into as many equal heads; say the `key` features of each head"
            raise FieldError([Fault((*origin, "heads"), message)])

    def _check_chain(self, layer: Layer, features: str, output: str) -> None:
        """Layers one behind the other have as many features before as behind."""
        if layer.times is None or features == output:
            return
        if not self._are_equal(features, output) or layer.directions == 2:
            message = "layers one behind the other take in as many features as come out; write the first one apart"
            raise FieldError([Fault((*layer.origin, "times"), message)])

    def _check_tied(self, layer: Layer, features: str) -> None:
        """The weights of the embedding at the beginning take as many features as it gives."""
        is_tied = layer.rule is SIZE_RULES[layer.rule.name].tied
        if is_tied and not self._are_equal(features, self.rows[0].features):
            message = "the weights of the embedding are for as many features as it gives; other ones come in here"
            raise FieldError([Fault((*layer.origin, "tied"), message)])

    def _are_equal(self, one: str, other: str) -> bool:
        """Whether two sizes are known to be the same."""
        return one == other or (self.value(one) is not None and self.value(one) == self.value(other))

    def _times(self, number: int, layer: Layer, section: str) -> str:
        """How many such layers there are, as a factor before a law; nothing of a single one."""
        if layer.times is None:
            return ""
        return f"{self.size(f'times{number}', layer.times, (*layer.origin, 'times'), section)}*"

    def _count(self, number: int, layer: Layer, names: Mapping[str, str], section: str) -> None:
        rule, origin, times = layer.rule, layer.origin, self._times(number, layer, section)
        directions = "2*" if layer.directions == 2 else ""
        laws = Laws(rule, names, bool(layer.biases), times, directions, "*".join(self.places))
        self.add(f"weights{number}", laws.weights, origin, rule.note, section, "weights")
        none = "" if layer.biases else "there are none"
        self.add(f"biases{number}", laws.biases, origin, none, section, "biases")
        self.add(f"params{number}", f"weights{number} + biases{number}", origin, "", section, "parameters")
        self.add(f"macs{number}", laws.macs, origin, laws.macs_note, section, "macs")
        if not rule.is_norm:
            self._notice(f"biases{number}", rule.biases != "0", layer, laws.law(rule.biases))
        self.mistakes += laws.mistakes(number)
        if layer.across and rule.is_norm:
            self._notice_across(number)
        self._notice_input(number, rule, names, laws.law)
        self.mistakes += (*laws.by_tokens(number), *laws.counted_once(number))

    def _notice_across(self, number: int) -> None:
        """The attention to an encoder left out, with the normalisation behind it, of a number."""
        message = "the attention to the encoder left out"
        self.across += [number - 1, number]
        both = {f"{count}{each}": "0" for each in (number - 1, number) for count in ("weights", "biases")}
        self.mistakes += [
            ("no-cross-attention", f"{message}, with its normalisation", both),
            ("no-cross-attention", message, {f"{count}{number - 1}": "0" for count in ("weights", "biases")}),
            ("no-cross-attention", message, {f"macs{number - 1}": "0"}),
        ]

    def _notice_input(self, number: int, rule: SizeRule, names: Mapping[str, str], law: Callable[[str], str]) -> None:
        """The sizes of earlier layers taken for the features of the input."""
        features = names["n"]
        for earlier in self._earlier if "{n}" in rule.weights else ():
            if self.value(earlier) is None or self.value(earlier) != self.value(features):
                alone = " of one direction alone" if features == f"{earlier}_out" else ""
                message = f"{earlier}{alone} taken for the features of the input"
                counts = {"weights": rule.weights, "biases": rule.biases if rule.is_norm else ""}
                texts = {count: law(text.replace("{n}", earlier)) for count, text in counts.items() if text}
                taken = {f"{count}{number}": text for count, text in texts.items()}
                self.mistakes.append(("other-input", message, taken))
        own = [names["m" if letter == "n" else letter] for _, letter, _ in rule.sizes]
        self._earlier = list(dict.fromkeys((*self._earlier, *filter(None, (features, *own)))))

    def _notice(self, name: str, has_biases: bool, layer: Layer, law: str) -> None:
        """The biases forgotten, or counted where there are none."""
        if has_biases and layer.biases:
            number = name.removeprefix("biases")
            self.mistakes.append(("biases-forgotten", "the biases of {which} layer forgotten", {name: "0"}))
            twice = {f"params{number}": f"weights{number} + 2*{name}"}
            self.mistakes.append(("biases-twice", "the biases of {which} layer counted twice", twice))
            whole = Plus(self.graph[f"weights{number}"].definition, self.graph[name].definition)
            among = {f"weights{number}": whole, f"params{number}": whole}
            self.mistakes.append(("biases-among-weights", "the biases counted among the weights", among))
        elif has_biases:
            self.mistakes.append(("biases-added", "biases counted where there are none", {name: law}))

    # ---- shapes

    def _shapes(self, number: int, layer: Layer, names: Mapping[str, str], section: str) -> None:
        """The shapes of the arrays: composites of their sides, or arrays of letters."""
        for weights in layer.rule.arrays:
            if weights.is_bias and not layer.biases:
                continue
            name = f"{weights.name}{number}"
            self.shapes.append(name)
            sides = [side.format(**names) for side in (weights.rows, weights.columns) if side is not None]
            has_order = len(sides) == 2 and not weights.is_table
            if has_order and self._by_rows:
                sides.reverse()
            note = _ORDER[self._by_rows] if has_order else ""
            if self.has_letters and not self.images:
                written = array([parse(side) for side in sides], (len(sides),))
                self.add(f"shape({name})", written, layer.origin, note, section, "shapes")
                self.aliases[f"shape_{name}"] = f"shape({name})"
                continue
            for side, text in zip(("rows", "columns"), sides, strict=False):
                said = note if side == "rows" else ""
                self.add(f"{side}_{name}", text, layer.origin, said, section, "shapes")
            own = ("rows", "columns")[: len(sides)]
            self.aliases[f"shape({name})"] = f"shape_{name}"
            self.composites.append(Composite(f"shape_{name}", tuple(f"{side}_{name}" for side in own), " × "))


def _all_sizes(fields: ParametersFields) -> Iterator[Size | None]:
    image = fields.image
    yield from (fields.sequence, *(fields.mlp or ()), *((*image.sizes, image.channels) if image else (fields.input,)))
    for layer in layers_of(fields):
        if isinstance(layer, ImageLayer):
            yield from letters_in(layer.fields)
        else:
            yield from (layer.times, *layer.sizes.values())


def details(layer: Layer) -> Iterator[str]:
    """The sizes of a layer in words, and how many of it there are."""
    yield from (f"{field} {size}" for field, size in layer.sizes.items() if size is not None)
    if layer.rule.biases != "0":
        yield from {0: ["no biases"], 1: [], 2: ["two bias vectors"] if layer.rule.recurrent else []}[layer.biases]
    if layer.directions == 2:
        yield "bidirectional"
    if layer.times is not None:
        yield f"{layer.times} times"
