"""Initial weights of an MLP: fans, variance, range, and the variances of net inputs and gradients that follow."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.kinds.parameters.fields import InitialFields
from deepcalc.kinds.parameters.writing import SizeWriter
from deepcalc.notation.symbols import Forms, forms_of_identifier, subscript
from deepcalc.rules.initialization import DISTRIBUTIONS, MEAN_SQUARES, SCHEMES

INPUT, OUTPUT = "v_in", "v_out"
AT = ("initialization",)


def initial_forms(layers: int) -> dict[str, Forms]:
    """How variances and fans are printed: Var(w₁) of ``varw1``."""
    found = {}
    for letter in "wzd":
        for number in range(1, layers + 1):
            inner = forms_of_identifier(f"{'delta' if letter == 'd' else letter}{number}")
            latex = rf"\operatorname{{Var}}({inner.latex})"
            found[f"var{letter}{number}"] = Forms(f"Var({inner.unicode})", latex, compound=True)
    for way in ("in", "out"):
        for number in range(1, layers + 1):
            latex = rf"\mathrm{{fan}}_{{\mathrm{{{way}}},{number}}}"
            found[f"fan_{way}{number}"] = Forms(f"fan_{way}{subscript(str(number))}", latex)
    return found


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
    scheme, distribution = SCHEMES[fields.scheme], DISTRIBUTIONS[fields.distribution]
    section, fan = f"Initial weights of layer {number}", f"fan_{fields.fan}{number}"
    other = f"fan_{'out' if fields.fan == 'in' else 'in'}{number}"
    names = {"fan_in": f"fan_in{number}", "fan_out": f"fan_out{number}", "fan": fan, "other": other}
    writer.add(names["fan_in"], before, AT, "values that come into a unit", section, "fans")
    writer.add(names["fan_out"], after, AT, "values that go out of an input", section, "fans")
    variance, gain = f"varw{number}", ""
    if fields.gain is not None:
        gain = "gain^2*"
        if "gain" not in writer.graph:
            writer.given("gain", fields.gain, (*AT, "gain"), "Sizes")
    writer.add(
        variance, f"{gain}{scheme.variance.format(**names)}", AT, f"variance of {scheme.title}", section, "variances"
    )
    width = f"{distribution.quantity}{number}"
    writer.add(width, distribution.law.format(v=variance), AT, distribution.meaning, section, "ranges")
    for message, law in scheme.mistakes:
        writer.mistakes.append(("other-variance", message, {variance: f"{gain}{law.format(**names)}"}))
    for message, law in distribution.mistakes:
        writer.mistakes.append(("other-width", message, {width: law.format(v=variance)}))
    if gain:
        plain = f"gain*{scheme.variance.format(**names)}"
        writer.mistakes.append(("gain", "the gain not squared in the variance", {variance: plain}))


def _add_mistakes(writer: SizeWriter, name: str, number: int, fan: str, square: str, half: str) -> None:
    """The other fan; the half of a ReLU forgotten."""
    other = f"fan_out{number}" if fan.startswith("fan_in") else f"fan_in{number}"
    exchanged = f"{other}*varw{number}*{square}"
    writer.mistakes.append(("other-fan", "fan in and fan out exchanged in a variance", {name: exchanged}))
    if half and square.endswith(half):
        whole = f"{fan}*varw{number}*{square.removesuffix(half)}"
        writer.mistakes.append(("half", "the half that a ReLU passes on forgotten", {name: whole}))
