"""What the parser reads, what it refuses and where, and that hostile text costs nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from deepcalc.errors import ParseError
from deepcalc.notation.array_nodes import Apply, Array, Item, MatrixProduct, Prime, Slice, Transpose
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
from deepcalc.notation.oracle import to_sympy
from deepcalc.notation.parser import parse, parse_listing, parse_number
from tests.quick import at_once
from tests.strategies import many

a, b, c = map(Name, "abc")
two = Literal("2")

READINGS = [
    ("a + b - c", Plus(a, b, Negative(c))),
    ("a - (b - c)", Plus(a, Negative(Plus(b, Negative(c))))),
    ("(a + b) + c", Plus(Plus(a, b), c)),
    ("a*b*c", Times(a, b, c)),
    ("a/b/c", Over(Over(a, b), c)),
    ("a/b*c", Times(Over(a, b), c)),
    ("a*b/c", Over(Times(a, b), c)),
    ("a^b^c", Power(a, Power(b, c))),
    ("a**b", Power(a, b)),
    ("-a^b", Negative(Power(a, b))),
    ("-a*b", Negative(Times(a, b))),
    ("a*-b", Times(a, Negative(b))),
    ("a^-2", Power(a, Literal("-2"))),
    ("-2", Literal("-2")),
    ("-(2)", Negative(two)),
    ("-2^2", Negative(Power(two, two))),
    ("(-2)^2", Power(Literal("-2"), two)),
    ("5 - -4", Plus(Literal("5"), Negative(Literal("-4")))),
    ("5 - 4", Plus(Literal("5"), Negative(Literal("4")))),
    ("+a", a),
    ("-0", Literal("0")),
    ("a − b·c ÷ 2 × a", Plus(a, Negative(Times(Over(Times(b, c), two), a)))),
    ("w21 - eta*{dL/dw21}", Plus(Name("w21"), Negative(Times(Name("eta"), Name("dL/dw21"))))),
    ("{w21@1}", Name("w21@1")),
    ("cases(a if b > 2, c otherwise)", Cases(a, Relation(">", b, two), c)),
    ("cases(a if 2 < b <= c, b if c == 2, c otherwise)",
     Cases(a, Relation("< <=", two, b, c), b, Relation("=", c, two), c)),
    ("(a > b)*c", Times(Cases(Literal("1"), Relation(">", a, b), Literal("0")), c)),
    ("(2 <= a < b)", Cases(Literal("1"), Relation("<= <", two, a, b), Literal("0"))),
    ("sum(a, b, 2, c)", SumOver(a, b, two, c)),
    ("a @ b @ c", MatrixProduct(MatrixProduct(a, b), c)),
    ("2*a @ b", MatrixProduct(Times(two, a), b)),
    ("a @ b / 2", Over(MatrixProduct(a, b), two)),
    ("a.T @ b", MatrixProduct(Transpose(a), b)),
    ("(a @ b).T^2", Power(Transpose(MatrixProduct(a, b)), two)),
    ("a[1, 2]", Item(a, Literal("1"), two)),
    ("a[:, 2]", Item(a, Slice(), two)),
    ("a[1:2]", Item(a, Slice(Literal("1"), two))),
    ("[[a, 2], [b, c]]", Array(Array(a, two), Array(b, c))),
    ("sum(a)", Apply("sum", {}, a)),
    ("sum(a, axis=0)", Apply("sum", {"axis": 0}, a)),
    ("conv2d(a, b, stride=(1, 2))", Apply("conv2d", {"stride": (1, 2)}, a, b)),
    ("relu'(a)", Prime("relu", a)),
    ("max(a, b)", Call("max", a, b)),
    ("max(a, axis=1)", Apply("max", {"axis": 1}, a)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "node"), READINGS, ids=[text for text, _ in READINGS])
def test_a_formula_is_read_as_a_person_reads_it(text: str, node: Any) -> None:
    assert parse(text) == node


@pytest.mark.parametrize("name", ["beta", "gamma", "zeta", "N", "S", "E", "I", "Q", "pi", "lambda", "if", "exp", "e5"])
def test_names_that_sympy_reserves_are_ordinary_ones(name: str) -> None:
    assert parse(name) == Name(name)


def test_expressions_with_commas_are_a_listing_only_where_one_may_stand() -> None:
    assert parse_listing("a, b + c") == Listing(a, Plus(b, c))
    assert parse_listing("a") == a
    with pytest.raises(ParseError, match="expected an operator, found ','"):
        parse("a, b")


REFUSALS = [
    ("", 0, "expected a number, a name or a bracket, found the end"),
    ("   ", 3, "found the end"),
    ("a +", 3, "found the end"),
    ("a + * b", 4, "found '*'"),
    ("(a + b", 6, "expected ')', found the end"),
    ("a + b)", 5, "expected an operator, found ')'"),
    ("a b", 2, "expected an operator, found 'b'"),
    ("2x", 1, "expected an operator, found 'x'"),
    ("1.2.3", 3, "expected an operator, found '.3'"),
    ("a $ b", 2, "unexpected character '$'"),
    ("a + 'b'", 4, 'expected a number, a name or a bracket, found "\'"'),
    ("a; b", 1, "unexpected character ';'"),
    ("a[", 2, "expected a number, a name or a bracket, found the end"),
    ("a[1", 3, "expected ']', found the end"),
    ("a[:2]", 3, "a span needs both ends, or none"),
    ("[]", 1, "expected a number, a name or a bracket, found ']'"),
    ("max(a, axis=x)", 12, "expected a whole number, found 'x'"),
    ("sum(a, rows=1)", 7, "sum has no setting `rows`; it takes axis"),
    ("softmax(a, axis=(0, 1))", 11, "`axis` of softmax is one whole number, not 2 in brackets"),
    ("one_hot(a, classes=(3,))", 11, "`classes` of one_hot is one whole number, not 1 in brackets"),
    ("max_pool2d(a)", 0, "max_pool2d needs kernel=…, as in max_pool2d(X, kernel=2)"),
    ("sum(a, b)", 0, "numbers are added with +"),
    ("soft_max(a)", 0, "unknown function 'soft_max' (did you mean `softmax`?)"),
    ("pi'(a)", 0, "'pi' is no function of one argument"),
    (
        "a . b",
        2,
        "unexpected character '.'; a product is x*y, of vectors or matrices u @ t; a name with a point stands",
    ),
    ("2*|x|", 2, "unexpected character '|'; an absolute value is abs(x), the norm of a vector norm(u)"),
    ("‖u‖", 0, "an absolute value is abs(x), the norm of a vector norm(u)"),
    ("u ⊙ t", 2, "a product entry by entry is u * t"),
    ("λ*w", 0, "the letter is written lambda"),
    ("√x", 0, "a square root is sqrt(x)"),
    ("w²", 1, "a power is x^2"),
    ("1 + dot(u, t)", 4, "unknown function 'dot'; the product of vectors or matrices is u @ t"),
    ("square(x)", 0, "unknown function 'square'; a power is x^2"),
    ("_a", 0, "unexpected character '_'"),
    ("{a", 0, "unexpected character '{'"),
    ("1 + {a b}", 5, "'a b' is not the name of a quantity"),
    ("{}", 1, "'' is not the name of a quantity"),
    ("2 + sigmoyd(x)", 4, "unknown function 'sigmoyd' (did you mean `sigmoid`?)"),
    ("zzz(x)", 0, "unknown function 'zzz'; the functions are abs, argmax,"),
    ("1 + exp()", 8, "expected a number, a name or a bracket, found ')'"),
    ("1 + exp(a, b)", 4, "exp takes 1 argument, not 2"),
    ("leaky_relu(a, b, c)", 0, "leaky_relu takes 1 argument or 2, not 3"),
    ("a > b", 2, "expected an operator, found '>'"),
    ("cases(a)", 7, "expected 'if', found ')'"),
    ("cases(a if b, c otherwise)", 12, "expected a comparison such as '>', found ','"),
    ("cases(a if b > c)", 16, "expected ',', found ')'"),
    ("sum(a, 2, 1, 3)", 7, "expected the name of the index"),
    ("sum(a, i, 1)", 0, "sum takes 1 argument, not 3"),
    ("a^1001", 2, "an exponent is at most 1000"),
    ("a^-1001", 2, "an exponent is at most 1000"),
    ("1 + 1e1001", 4, "the exponent of a number is at most 1000"),
    ("1e-99999999999", 0, "the exponent of a number is at most 1000"),
    ("1 + " + "9" * 61, 4, "a number has at most 60 digits"),
    ("1 + " + "x" * 65, 4, "a name has at most 64 characters"),
    ("a + " + "(" * 70 + "a" + ")" * 70, 68, "a formula is at most 64 levels deep"),
]


@pytest.mark.parametrize(("text", "position", "message"), REFUSALS, ids=[row[0][:20] for row in REFUSALS])
def test_what_cannot_be_read_is_refused_at_its_place(text: str, position: int, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert message in caught.value.message
    assert caught.value.position == position


HOSTILE = {
    "code": "__import__('os').system('true')",
    "attribute": "x.__class__.__mro__",
    "lambda": "(lambda: 1)()",
    "walrus": "(a := 1)",
    "power tower": "9**9**9**99999",
    "brackets": "(" * 100_000,
    "closed brackets": "(" * 4000 + "1" + ")" * 4000,
    "minuses": "-" * 9000 + "1",
    "powers": "2" + "^2" * 4000,
    "quotients": "1" + "/1" * 4000,
    "calls": "exp(" * 2000 + "1" + ")" * 2000,
    "long": "a+" * 100_000,
    "digits": "9" * 9000,
    "NUL": "a\0+b",
    "right to left": "a + \u202eb",
    "zero width": "a\u200b+b",
    "Cyrillic a": "\u0430 + 1",
    "full-width": "１ + ２",
    "Arabic digits": "٣ + 1",
    "superscript": "a²",
    "digits of another script in a name": "{w@٣}",
    "long name": "{" + "a" * 9000 + "}",
    "huge time": "{w@" + "9" * 200 + "}",
    "surrogate": "a\ud800",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_at_once(text: str) -> None:
    def refused() -> str:
        with pytest.raises(ParseError) as caught:
            parse(text)
        return caught.value.message

    message = at_once(refused)
    assert len(message) < 300
    assert message.isprintable()


NUMBERS = [
    ("2.0", "2.0", Fraction(2)),
    (" +3 ", "3", Fraction(3)),
    (".5", "0.5", Fraction(1, 2)),
    ("1.", "1", Fraction(1)),
    ("-.5", "-0.5", Fraction(-1, 2)),
    ("1e-8", "1e-8", Fraction(1, 10**8)),
    ("1.e5", "1e5", Fraction(10**5)),
    ("-0.0", "0.0", Fraction(0)),
    ("0.1", "0.1", Fraction(1, 10)),
]


@pytest.mark.parametrize(("typed", "text", "value"), NUMBERS)
def test_a_number_is_exact_and_keeps_its_text(typed: str, text: str, value: Fraction) -> None:
    literal = parse_number(typed)
    assert (literal.text, literal.value) == (text, value)


@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "-inf", "1,5", "0x10", "1_000", "1e", "e5", "--1", "1 2", "½", "1e1001"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_number(text)


_operators = st.sampled_from([" + ", " - ", "*", "/"])
_exponents = st.sampled_from(["2", "-1", "-2", "3"])


def _arithmetic() -> st.SearchStrategy[str]:
    small = st.sampled_from(["1", "2", "3", "0.5", "-1", "-2"])
    return st.recursive(
        small,
        lambda inner: st.one_of(
            st.builds(lambda left, operator, right: f"{left}{operator}{right}", inner, _operators, inner),
            st.builds(lambda base, exponent: f"{base}**{exponent}", inner, _exponents),
            inner.map(lambda text: f"({text})"),
            inner.map(lambda text: f"-{text}"),
        ),
        max_leaves=6,
    )


@many
@given(_arithmetic())
def test_precedence_is_that_of_python(text: str) -> None:
    """Read by Python's own grammar (through SymPy, on text made here), the formula has the same value."""
    assume(text.count("**") <= 3)
    theirs = sympy.sympify(text.replace("--", "- -"), rational=True)
    assert to_sympy(parse(text)) == theirs
