"""Formulas as answers to derivatives, against derivatives worked out by hand."""

from __future__ import annotations

import pytest

from deepcalc.checking.symbolic import Formulas
from deepcalc.errors import ParseError
from deepcalc.notation.parser import parse
from tests.library import problem


def formulas(name: str) -> Formulas:
    plan = problem(name).plan
    return Formulas(plan.graph, plan.aliases)


@pytest.mark.parametrize(
    ("name", "of", "written"),
    [
        ("relu-2-2-2", "dL/dw21", "(o1 - t1)*w31*i2 + (o2 - t2)*w32*i2"),
        ("relu-2-2-2", "dL/dw21", "i2*((h3*w31 + h4*w41 + b3 - t1)*w31 - (t2 - o2)*w32)"),
        ("relu-2-2-2", "dL/dw21", "{dL/do1}*w31*i2 + {dL/do2}*w32*i2"),
        ("relu-2-2-2", "dL/dw22", "0"),
        ("softmax-classifier", "dL/dw12", "(p2 - t2)*x1"),
        ("softmax-classifier", "dL/dw12", "(p2 - 1)*x1"),  # the label is 1
        ("softmax-classifier", "dL/dw11", "p1*x1"),  # the label is 0
        ("softmax-classifier", "dL/dw11", "(p1 - t1)*x1*t1/t1"),  # as long as the label is not 0
        ("softmax-three-logits", "dp.1/dz1", "{p.1}*(1 - {p.1})"),
        ("softmax-three-logits", "dp.1/dz1", "exp(z1)*(exp(z2) + exp(z3))/(exp(z1) + exp(z2) + exp(z3))^2"),
        ("sigmoid-3-2-1", "Err6", "(T6 - O6)*O6*(1 - O6)"),
    ],
)
def test_a_formula_is_right_in_any_form(name: str, of: str, written: str) -> None:
    assert formulas(name).same(of, parse(written))


@pytest.mark.parametrize(
    ("name", "of", "written"),
    [
        ("relu-2-2-2", "dL/dw21", "(o1 - t1)*w31*i2"),
        ("relu-2-2-2", "dL/dw21", "(t1 - o1)*w31*i2 + (t2 - o2)*w32*i2"),
        ("relu-2-2-2", "dL/dw21", "(o1 - t1)*w31*i1 + (o2 - t2)*w32*i1"),
        ("softmax-three-logits", "dp.1/dz1", "{p.1}*{p.2}"),
        ("softmax-three-logits", "dp.1/dz1", "{p.1}*(1 - {p.1}) + (z1 - 2.0)"),  # 0 at the problem's own numbers
        ("sigmoid-3-2-1", "Err6", "(T6 - O6)*O6"),
        ("softmax-classifier", "dL/dw11", "(p1 - 1)*x1"),
    ],
)
def test_another_formula_is_wrong(name: str, of: str, written: str) -> None:
    assert not formulas(name).same(of, parse(written))


@pytest.mark.parametrize(("written", "said"), [("w99*i2", "no quantity"), ("{w21@1}*0", "is made of")])
def test_a_formula_uses_what_is_there_and_does_not_come_after(written: str, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        formulas("relu-2-2-2").same("dL/dw21", parse(written))


def test_formulas_answer_derivatives_only() -> None:
    assert formulas("relu-2-2-2").takes("dL/dw21")
    assert not formulas("relu-2-2-2").takes("L")
