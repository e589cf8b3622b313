"""A name looks the same in a statement, in the given values and in the steps."""

from __future__ import annotations

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.notation.mathtext.reading import read_math
from deepcalc.notation.mathtext.unicode import unicode_of
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.problem.loader import load_text
from tests.statements import printed

NAMES = [
    "delta_yhat",
    "p_theta",
    "q4_side",
    "Wx_t2",
    "q1_params",
    "a_weights",
    "h_t",
    "delta_h1",
    "yhat",
    "z2_1",
    "Err6",
    "x_test",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_statement_prints_a_name_as_the_steps_do(name: str) -> None:
    text = f"kind: formula\ngiven: {{{name}: 2}}\ndefine: {{f: 3*{name}}}\n"
    form = Symbols().forms(name).unicode
    assert printed(load_text(text.encode(), "names.yaml", find_kinds())).startswith(f"Given {form} = 2, and")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("Wx_t2", "delta_h1")])
def test_an_authors_own_latex_of_a_name_prints_as_the_name(name: str) -> None:
    assert unicode_of(read_math(Symbols().forms(name).latex)) == Symbols().forms(name).unicode


def test_indices_in_an_authors_statement_stay_small() -> None:
    assert unicode_of(read_math("w_{ij}")) == "wᵢⱼ"
    assert unicode_of(read_math(r"q_{4,\mathrm{side}}")) == "q₄_side"


def test_a_general_law_prints_the_names_of_a_layer_as_its_instances() -> None:
    layer = "{units: 2, activation: %s, weights: {rows: senders, matrix: [[1, 2], [3, 4]]}}"
    layers = f"[{layer % 'tanh'}, {layer % 'softmax'}]"
    text = f"kind: network\ninputs: [1, 2]\ntargets: [1, 0]\nlayers: {layers}\nloss: cross_entropy\n"
    problem = load_text(text.encode(), "laws.yaml", find_kinds())
    laws = {name: problem.plan.graph[name].laws[0] for name in ("a2_1", "L")}
    printer = UnicodePrinter(problem.plan.symbols)
    assert printer.print(laws["a2_1"]) == "e^(z⁽²⁾₁)/(Σⱼ₌₁² e^(z⁽²⁾ⱼ))"
    assert printer.print(laws["L"]) == "−Σᵢ₌₁² tᵢ·log(a⁽²⁾ᵢ)"


def test_functions_have_the_names_of_the_field() -> None:
    from deepcalc.notation.parser import parse

    assert UnicodePrinter().print(parse("relu(z) + leaky_relu(z, 0.1)")) == "ReLU(z) + LeakyReLU(z, 0.1)"
    assert LatexPrinter().print(parse("relu(z)")) == r"\operatorname{ReLU}\left(z\right)"
