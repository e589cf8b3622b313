"""Rows are whole: what a row leaves out, its typical mistakes or how a dialect shows it, is told here, or is a failure.

A row without mistakes of its own is named below with the reason; every other one has some.
"""

from __future__ import annotations

import pytest

from deepcalc.checking.slip_lines import own_slips
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import Call, Literal, Name
from deepcalc.notation.operations import OPERATIONS
from deepcalc.notation.printing import PlainPrinter, Printer, text_of
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.mathml import MathMLPrinter
from deepcalc.notation.printing.paper import PaperPrinter
from deepcalc.notation.printing.rows import PRINTED
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rules import sizes
from deepcalc.rules.activation_mistakes import OF_VALUES, value_mistakes
from deepcalc.rules.activations import ACTIVATIONS
from deepcalc.rules.layers import LAYERS
from deepcalc.rules.losses import LOSSES
from deepcalc.rules.penalties import PENALTIES
from deepcalc.rules.slope_mistakes import OF_SLOPES, slope_mistakes
from deepcalc.rules.updates import UPDATES

KINDS = find_kinds()
PAPER: tuple[PaperPrinter, ...] = (UnicodePrinter(), LatexPrinter(), MathMLPrinter())
DIALECTS: tuple[Printer, ...] = (PlainPrinter(), *PAPER)


def problem(text: str) -> Problem:
    return load_text(text.encode(), "row.yaml", KINDS)


def mistaken(of: Problem) -> set[str]:
    """The quantities in which a mistake of the kind's own list may be made."""
    return {name for slip in own_slips(of) for name in slip.formulas}


# ---- how rows are printed

WITHOUT_OPERANDS = {"identity", "ones", "zeros"}
"""Operations that are written without what they are made of: 𝟏, I."""


def test_every_dialect_shows_every_node() -> None:
    for node, row in PRINTED.items():
        for printer in DIALECTS:
            assert callable(getattr(printer, f"show_{row.shown}", None)), (node, printer)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_dialect_shows_every_function(name: str) -> None:
    row = FUNCTIONS[name]
    arguments = [Name(letter) for letter in "xyz"[: row.arity or 2]]
    for printer in PAPER:
        shown, alone = printer.print(Call(name, *arguments)), printer.print(Name("x"))
        assert alone in shown
        assert shown != text_of(printer.bracketed(printer.listed(arguments))), "the function itself is not shown"
    if row.form == "named":
        assert row.unicode
        assert row.latex


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_dialect_has_a_template_of_every_operation(name: str) -> None:
    row = OPERATIONS[name]
    assert row.summary
    settings = {key: (0, 1) if key == "shape" else 0 for key in row.settings}
    node = Apply(name, settings, *(Name(letter) for letter in "XYZ"[: row.arity or 2]))
    for template in (row.unicode, row.latex):
        assert template.strip()
    for printer in DIALECTS:
        assert ("X" in printer.print(node)) == (name not in WITHOUT_OPERANDS or printer is DIALECTS[0])


# ---- typical mistakes

WITHOUT_VALUE_MISTAKES = {"identity"}
"""Activations in whose value nothing can be mistaken: it is what is put in."""


def test_every_activation_has_typical_mistakes() -> None:
    """Of its own, beside those that are made with any."""
    assert {name for name in ACTIVATIONS if name not in OF_VALUES} == WITHOUT_VALUE_MISTAKES
    assert set(OF_SLOPES) == set(ACTIVATIONS)


def test_a_mistake_in_an_activation_is_another_value() -> None:
    for row in ACTIVATIONS.values():
        number = Literal("0.7")
        value, slope = row.apply(Name("z"), number), row.derived("z", "a", number)
        for mistake in value_mistakes(row):
            assert mistake.at("z", "a", number) not in (value, Name("a")), (row.name, mistake.key)
        for mistake in slope_mistakes(row):
            assert mistake.at("z", "a", number) != slope, (row.name, mistake.key)


def test_every_loss_has_typical_mistakes() -> None:
    """Its own, or those that follow from its factor, its root, or its logarithm."""
    for row in LOSSES.values():
        assert row.mistakes or row.factor is not None or row.root or row.has_base, row.name
        assert row.source, row.name


@pytest.mark.parametrize("method", UPDATES)
def test_every_line_of_a_method_has_typical_mistakes(method: str) -> None:
    row = UPDATES[method]
    gradients = "objective: w^4\nsteps: 2" if row.needs_curvature else "gradients: [{w: 1.5}, {w: -0.5}]"
    momentum = "\nmomentum: 0.9" if "momentum" in row.settings else ""
    of = problem(f"kind: optimizer\nmethod: {method}\nlearning_rate: 0.1"
                 f"{momentum}\nparameters: {{w: 0.5}}\n{gradients}")  # fmt: skip
    found, (run,) = mistaken(of), of.model.by_name.values()
    assert "w@2" in found
    assert {line.head for line in run.steps.stepping.lines if f"{line.head}.w@2" not in found} == set()


@pytest.mark.parametrize("method", UPDATES)
def test_every_method_with_an_epsilon_says_where_it_stands(method: str) -> None:
    rule = UPDATES[method]
    assert ("epsilon" in rule.coefficients) == ("epsilon_inside_root" in rule.conventions)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_every_line_of_a_penalty_has_typical_mistakes(penalty: str) -> None:
    numbers = "l1: 0.1\nl2: 0.2" if penalty == "elastic_net" else "strength: 0.1"
    of = problem(f"kind: regularization\npenalty: {penalty}\n{numbers}\nloss: 0.4\nweights: {{w1: 0.5, w2: -0.3}}")
    own = {quantity.name for quantity in of.plan.graph if quantity.given is None} - {"total"}  # a plain sum
    assert own <= mistaken(of)


LAYER_FORMS = {
    "dense": "units: 5", "activation": "function: relu", "dropout": "rate: 0.5", "upsample": "factor: 2",
    "adaptive_max_pool": "output: 4", "adaptive_avg_pool": "output: 4", "channel_slice": "count: 2",
    "zero_pad": "padding: 1", "crop": "padding: 1",
    **dict.fromkeys(("conv", "conv_transpose", "separable_conv"), "filters: 8, kernel: 3"),
    **dict.fromkeys(("depthwise_conv", "max_pool", "avg_pool"), "kernel: 3"),
    **dict.fromkeys(("add", "multiply", "concat"), "with: 1"),
}  # fmt: skip
"""What a layer cannot do without, by its tag."""

MISTAKEN_AS_ANY_LAYER = {
    "activation", "local_response_norm", "prelu", "add", "multiply", "channel_slice",
}  # fmt: skip
"""Layers that keep the sizes, or whose sizes are plain to see, with the mistakes of every layer's numbers alone."""

OF_ANY_LAYER = {
    "bits-for-bytes", "not-doubled", "doubled", "bytes-of-parameters", "values-of-input", "values-without-channels",
    "double-precision",
}  # fmt: skip

IN_SEVERAL_ARRAYS = {"depthwise_conv", "separable_conv"}
"""Layers with kernels that see one channel each, whose weights are no one array of a shape that is asked for."""


@pytest.mark.parametrize("tag", LAYERS)
def test_every_layer_has_typical_mistakes(tag: str) -> None:
    flat = "  - flatten: {}\n" if tag == "dense" else ""
    before = f"  - conv: {{filters: 8, kernel: 3}}\n  - conv: {{filters: 8, kernel: 1}}\n{flat}"
    of = problem(f"kind: convolution\ninput: 12x12x8\nlayers:\n{before}  - {tag}: {{{LAYER_FORMS.get(tag, '')}}}\n")
    number, rule = "4" if flat else "3", LAYERS[tag]
    keys = {slip.key for slip in own_slips(of) if any(number in name.split(".")[0] for name in slip.formulas)}
    assert (keys <= OF_ANY_LAYER) == (tag in MISTAKEN_AS_ANY_LAYER)
    own = evaluate(of.plan.graph, [f"params{number}", f"macs{number}"]).values
    assert bool(own[f"params{number}"]) == (rule.trained is not None), "what is trained are its weights"
    is_multiplied = rule.trained is not None and not rule.elementwise
    assert bool(own[f"macs{number}"]) == is_multiplied, "its weights are multiplied at its positions"
    assert bool(rule.weight_axes) == (is_multiplied and tag not in IN_SEVERAL_ARRAYS), "its weights have a shape"


MISTAKEN_AS_ANY_SIZE = {sizes.kept, sizes.slid, sizes.extended, sizes.cropped}
"""Laws of sizes whose mistakes are those of a kernel, a stride, a padding, or that change nothing."""


def test_every_law_of_sizes_has_typical_mistakes() -> None:
    assert {rule.size for rule in LAYERS.values() if not rule.size_mistakes} == MISTAKEN_AS_ANY_SIZE
