"""Initial weights of an MLP: fans, variance, range, and the variances of net inputs and gradients that follow."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.kinds._initial import GAIN, Drawn
from deepcalc.kinds.parameters.fields import InitialFields
from deepcalc.kinds.parameters.writing import SizeWriter
from deepcalc.rules.initialization import MEAN_SQUARES

INPUT, OUTPUT = "v_in", "v_out"
AT = ("initialization",)


def add_initialization(writer: SizeWriter, fields: InitialFields, features: Sequence[str]) -> None:
    """Add what belongs to each layer, from the first to the last; ``features`` are the names of the sizes."""
    layers = range(1, len(features))
    for number in layers:
        _add_weights(writer, fields, number, *features[number - 1 : number + 1])
    half = MEAN_SQUARES[fields.activation]
    if fields.input_variance is not None:
        writer.given(INPUT, fields.input_variance, (*AT, "input_variance"), "Variances")
        for number in layers:
            square = INPUT if number == 1 else f"varz{number - 1}{half}"
            note = f"variance of a net input of layer {number}"
            writer.add(f"varz{number}", f"fan_in{number}*varw{number}*{square}", AT, note, "Variances", "variances")
            _add_mistakes(writer, f"varz{number}", number, f"fan_in{number}", square, half)
    if fields.gradient_variance is not None:
        writer.given(OUTPUT, fields.gradient_variance, (*AT, "gradient_variance"), "Variances of gradients")
        for number in reversed(layers):
            square = OUTPUT if number == len(layers) else f"vard{number + 1}{half}"
            note = f"variance of the derivative by an input of layer {number}"
            law = f"fan_out{number}*varw{number}*{square}"
            writer.add(f"vard{number}", law, AT, note, "Variances of gradients", "variances")
            _add_mistakes(writer, f"vard{number}", number, f"fan_out{number}", square, half)


def _add_weights(writer: SizeWriter, fields: InitialFields, number: int, before: str, after: str) -> None:
    """Fan in and fan out of a layer, the variance of its weights, and the range or the standard deviation."""
    drawn = Drawn(fields, number, before, after)
    if fields.gain is not None and GAIN not in writer.graph:
        writer.given(GAIN, fields.gain, (*AT, "gain"), "Sizes")
    for name, law, note, group in drawn.rows():
        writer.add(name, law, AT, note, drawn.section, group)
    writer.mistakes.extend(drawn.mistakes())


def _add_mistakes(writer: SizeWriter, name: str, number: int, fan: str, square: str, half: str) -> None:
    """The other fan; the half of a ReLU forgotten."""
    other = f"fan_out{number}" if fan.startswith("fan_in") else f"fan_in{number}"
    exchanged = f"{other}*varw{number}*{square}"
    writer.mistakes.append(("other-fan", "fan in and fan out exchanged in a variance", {name: exchanged}))
    if half and square.endswith(half):
        whole = f"{fan}*varw{number}*{square.removesuffix(half)}"
        writer.mistakes.append(("half", "the half that a ReLU passes on forgotten", {name: whole}))
