"""Random written expressions, numbers and graphs, shared by the property tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import autograd.numpy as anp
from hypothesis import settings
from hypothesis import strategies as st

from deepcalc.graph.evaluation import value_of
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import (
    Call,
    Cases,
    Listing,
    Literal,
    Name,
    Negative,
    Over,
    Plus,
    Power,
    Relation,
    SumOver,
    Times,
)
from deepcalc.notation.parser import parse, parse_number
from deepcalc.notation.rounding import exact_text

many = settings(max_examples=200, deadline=None)

IDENTIFIERS = (
    "a", "x", "w21", "theta4", "yhat", "Err6", "beta", "gamma", "zeta", "N", "S", "E", "I", "e", "pi", "exp", "log",
    "sum", "cases", "if", "otherwise", "delta_h1", "z2_1", "W_", "e5", "E2",
)  # fmt: skip
OTHER_NAMES = ("dL/dw21", "w21@1", "m.w1@2", "p.2", "h1:2", "Y.1.2", "dL/dw21@3", "dErr6/dtheta4", "p.2:3@4")
NUMBERS = ("0", "1", "2", "10", "2.0", "0.5", "0.30", "0.0", "1e-8", "2.5e3", "1E5", "1e+2", "12345678901234567", "007")
OPERATORS = ("<", "<=", ">", ">=", "=", "!=")


def names() -> st.SearchStrategy[Name]:
    return st.sampled_from((*IDENTIFIERS, *OTHER_NAMES)).map(Name)


def literals() -> st.SearchStrategy[Literal]:
    positive = st.sampled_from(NUMBERS)
    negative = st.sampled_from([f"-{text}" for text in NUMBERS if Fraction(text)])
    return (positive | negative).map(Literal)


def written() -> st.SearchStrategy[Any]:
    """Expressions as the parser can produce them, of every node but ``Listing``."""
    return st.recursive(names() | literals(), _compound, max_leaves=12)


def listings() -> st.SearchStrategy[Any]:
    return st.lists(written(), min_size=2, max_size=4).map(lambda parts: Listing(*parts))


def _compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    signed = inner | inner.map(Negative)
    relations = st.builds(
        lambda operators, parts: Relation(" ".join(operators[: len(parts) - 1]), *parts),
        st.lists(st.sampled_from(OPERATORS), min_size=2, max_size=2),
        st.lists(inner, min_size=2, max_size=3),
    )
    pairs = st.lists(st.tuples(inner, relations), min_size=1, max_size=2)
    return st.one_of(
        st.lists(signed, min_size=2, max_size=4).map(lambda parts: Plus(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Times(*parts)),
        inner.map(Negative),
        st.builds(Over, inner, inner),
        st.builds(Power, inner, inner.filter(_may_be_exponent)),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(lambda name: _calls(name, inner)),
        st.builds(lambda some, last: Cases(*(part for pair in some for part in pair), last), pairs, inner),
        st.builds(SumOver, inner, names(), inner, inner),
    )


def _may_be_exponent(node: Any) -> bool:
    return not isinstance(node, Literal) or abs(node.value) <= 1000


def _calls(name: str, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    arity = FUNCTIONS[name].arity
    least, most = (1, 3) if arity is None else (arity, arity)
    return st.lists(inner, min_size=least, max_size=most).map(lambda arguments: Call(name, *arguments))


def rationals() -> st.SearchStrategy[Fraction]:
    """Rationals of every size that a person meets, and some that nobody does."""
    decimals = st.builds(lambda digits, place: Fraction(digits) * Fraction(10) ** place,
                         st.integers(-(10**7), 10**7), st.integers(-12, 9))  # fmt: skip
    quotients = st.builds(Fraction, st.integers(-(10**6), 10**6), st.integers(1, 10**4))
    return decimals | quotients


VARIABLES = ("x", "y", "z")


def smooth() -> st.SearchStrategy[Any]:
    """Expressions in x, y, z that have a value and derivatives at every point of [-2, 2]."""
    leaves = st.sampled_from([*map(Name, VARIABLES), *map(Literal, ("2", "0.5", "-3", "1"))])
    return st.recursive(leaves, _smooth, max_leaves=8)


def _smooth(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def positive(node: Any) -> Any:
        return Plus(Literal("1"), Power(node, Literal("2")))

    signed = inner | inner.map(Negative)
    return st.one_of(
        st.lists(signed, min_size=2, max_size=3).map(lambda parts: Plus(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Times(*parts)),
        inner.map(Negative),
        st.builds(lambda top, bottom: Over(top, positive(bottom)), inner, inner),
        st.builds(lambda base, n: Power(base, Literal(n)), inner, st.sampled_from(("2", "3", "1"))),
        st.builds(lambda base, exponent: Power(positive(base), Call("tanh", exponent)), inner, inner),
        st.builds(lambda name, node: Call(name, node), st.sampled_from(("sigmoid", "tanh", "sin", "cos")), inner),
        st.builds(lambda name, node: Call(name, positive(node)), st.sampled_from(("log", "ln", "sqrt", "log2")), inner),
        inner.map(lambda node: Call("exp", Call("tanh", node))),
        inner.map(lambda node: Call("softplus", Call("sin", node))),
    )


def points() -> st.SearchStrategy[dict[str, Fraction]]:
    coordinate = st.integers(-100, 100).map(lambda n: Fraction(n, 50))
    return st.fixed_dictionaries(dict.fromkeys(VARIABLES, coordinate))


@dataclass(frozen=True)
class Operation:
    """One way to make a quantity of earlier ones: written, and in the functions of ``autograd.numpy``."""

    text: str
    numeric: Callable[..., Any]
    kinks: str = ""
    """What must not be near 0, where the derivative jumps."""


OPERATIONS = (
    Operation("a + b", lambda a, b: a + b),
    Operation("a - b + a", lambda a, b: a - b + a),
    Operation("2 - (a - b)", lambda a, b: 2 - (a - b)),
    Operation("a*b", lambda a, b: a * b),
    Operation("-a*b*a/4", lambda a, b: -a * b * a / 4),
    Operation("a/(1 + b^2)", lambda a, b: a / (1 + b**2)),
    Operation("1/2*(a - b)^2", lambda a, b: (a - b) ** 2 / 2),
    Operation("sigmoid(a)", lambda a, b: 1 / (1 + anp.exp(-a))),
    Operation("tanh(a) + b", lambda a, b: anp.tanh(a) + b),
    Operation("exp(tanh(b))", lambda a, b: anp.exp(anp.tanh(b))),
    Operation("log(1 + a^2)*b", lambda a, b: anp.log(1 + a**2) * b),
    Operation("sqrt(2 + sin(a*b))", lambda a, b: anp.sqrt(2 + anp.sin(a * b))),
    Operation("relu(a)", lambda a, b: anp.where(a > 0, a, 0 * a), "a"),
    Operation("leaky_relu(b, 0.1) - a", lambda a, b: anp.where(b > 0, b, 0.1 * b) - a, "b"),
    Operation("max(a, b)", lambda a, b: anp.where(a >= b, a, b), "a - b"),
    Operation("abs(a) - b", lambda a, b: anp.where(a > 0, a, -a) - b, "a"),
    Operation("softplus(a - b)", lambda a, b: anp.log(1 + anp.exp(a - b))),
    Operation("cases(a^2 if a > b, 3*a otherwise)", lambda a, b: anp.where(a > b, a**2, 3 * a), "a - b"),
)


@dataclass(frozen=True)
class RandomGraph:
    """A graph of given values g1, g2, … and definitions q1, q2, …; ``steps`` are the definitions again, as data."""

    given: tuple[Fraction, ...]
    steps: tuple[tuple[Operation, int, int], ...]

    @property
    def given_names(self) -> list[str]:
        return [f"g{k + 1}" for k in range(len(self.given))]

    @property
    def names(self) -> list[str]:
        return self.given_names + [f"q{k + 1}" for k in range(len(self.steps))]

    @property
    def last(self) -> str:
        return self.names[-1]

    def build(self) -> Graph:
        names = self.names
        graph = Graph(
            Quantity(name, given=parse_number(exact_text(value)))
            for name, value in zip(names, self.given, strict=False)
        )
        for name, (operation, a, b) in zip(names[len(self.given) :], self.steps, strict=True):
            graph.add(Quantity(name, self._put_in(operation.text, a, b)))
        return graph

    def numeric(self, given: Any) -> list[Any]:
        """All values, computed by ``autograd.numpy`` alone."""
        values = [given[k] for k in range(len(self.given))]
        for operation, a, b in self.steps:
            values.append(operation.numeric(values[a], values[b]))
        return values

    def is_smooth_at(self, values: Mapping[str, Any]) -> bool:
        """Whether no case is decided within 1e-6 of where it changes."""
        jumps = [self._put_in(step.kinks, a, b) for step, a, b in self.steps if step.kinks]
        return all(abs(float(value_of(jump, values))) > 1e-6 for jump in jumps)

    def _put_in(self, text: str, a: int, b: int) -> Any:
        return parse(text).xreplace({Name("a"): Name(self.names[a]), Name("b"): Name(self.names[b])})


@st.composite
def random_graphs(draw: st.DrawFn, most: int = 7) -> RandomGraph:
    """Graphs with shared quantities, in which each definition uses the one before it or any other."""
    given = tuple(draw(st.lists(st.integers(-200, 200).map(lambda n: Fraction(n, 100)), min_size=2, max_size=3)))
    steps: list[tuple[Operation, int, int]] = []
    for k in range(draw(st.integers(1, most))):
        before = len(given) + k
        a, b = draw(st.integers(0, before - 1)), before - 1
        if draw(st.booleans()):
            a, b = b, a
        steps.append((draw(st.sampled_from(OPERATIONS)), a, b))
    return RandomGraph(given, tuple(steps))
