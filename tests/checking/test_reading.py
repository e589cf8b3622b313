"""Numbers as people write them, against their values written as fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepcalc.checking.reading import ReadFormula, read_number, read_number_or_formula, read_ranges, read_vector
from deepcalc.errors import ParseError
from deepcalc.notation.nodes import Name, Times
from tests.checking.marking import marker, verdicts, written

F = Fraction

# what is written, its value, and a unit of its last place
DECIMALS: list[tuple[str, Fraction, Fraction]] = [
    ("0.65", F(65, 100), F(1, 100)),
    (".65", F(65, 100), F(1, 100)),
    ("+0.650", F(65, 100), F(1, 1000)),
    ("-1.5", F(-3, 2), F(1, 10)),
    ("−1.5", F(-3, 2), F(1, 10)),
    ("– 1.5", F(-3, 2), F(1, 10)),
    ("15", F(15), F(1)),
    ("2e-5", F(2, 10**5), F(1, 10**5)),
    ("2.0E-5", F(2, 10**5), F(1, 10**6)),
    ("2·10^-5", F(2, 10**5), F(1, 10**5)),
    ("2*10**(-5)", F(2, 10**5), F(1, 10**5)),
    ("-2.5 × 10⁻³", F(-25, 10**4), F(1, 10**4)),
    (r"2 \cdot 10^{-5}", F(2, 10**5), F(1, 10**5)),
    (r"$1.5\times10^{2}$", F(150), F(10)),
    ("50%", F(1, 2), F(1, 100)),
    (r"12.5\,\%", F(1, 8), F(1, 1000)),
    ("≈ 0.167", F(167, 1000), F(1, 1000)),
    ("1.234 x 10^-2", F(1234, 100000), F(1, 100000)),
    ("2 x 10⁻²", F(2, 100), F(1, 100)),
    ("0.65 (rounded)", F(65, 100), F(1, 100)),
    ("0.65?", F(65, 100), F(1, 100)),
    ("0.65 (?)", F(65, 100), F(1, 100)),
    ("0.65…", F(65, 100), F(1, 100)),
    ("0.65...", F(65, 100), F(1, 100)),
    ("L = 0.65", F(65, 100), F(1, 100)),
    ("loss: 0.65", F(65, 100), F(1, 100)),
    ("∂L/∂w ≈ -0.65 (approx.)", F(-65, 100), F(1, 100)),
    ("1'234", F(1234), F(1)),
    ("0.65.", F(65, 100), F(1, 100)),
    ("0.65;", F(65, 100), F(1, 100)),
    ("1.234 10^-2", F(1234, 100000), F(1, 100000)),
    ("1.234 10⁻²", F(1234, 100000), F(1, 100000)),
    ("1.234 E-2", F(1234, 100000), F(1, 100000)),
    (r"1.234\,10^{-2}", F(1234, 100000), F(1, 100000)),
    ("0.65 (3 s.f.)", F(65, 100), F(1, 100)),
    ("0.65 (2 d.p.)", F(65, 100), F(1, 100)),
    ("0.650 to 3 decimal places", F(65, 100), F(1, 1000)),
    ("12 (2 digits)", F(12), F(1)),
    ("approx. 0.65", F(65, 100), F(1, 100)),
    ("loss is about 0.65", F(65, 100), F(1, 100)),
    ("0.5·1.3 = 0.65", F(65, 100), F(1, 100)),
    ("1/3 ≈ 0.333", F(333, 1000), F(1, 1000)),
    ("0.65 = L", F(65, 100), F(1, 100)),
    ("0.65 nats", F(65, 100), F(1, 100)),
    ("65 percent", F(65, 100), F(1, 100)),
    ("`0.65`", F(65, 100), F(1, 100)),
    ("**0.65**", F(65, 100), F(1, 100)),
    ("[0.65]", F(65, 100), F(1, 100)),
    ("0．65", F(65, 100), F(1, 100)),
    ("1,234.5", F(12345, 10), F(1, 10)),
    ("1.234,5", F(12345, 10), F(1, 10)),
    ("1.048.576", F(1048576), F(1)),
    (r"0{,}65", F(65, 100), F(1, 100)),
    (r"0{,}125", F(125, 1000), F(1, 1000)),
    (r"\(0.65\)", F(65, 100), F(1, 100)),
    (r"\[ L \approx 0.65 \]", F(65, 100), F(1, 100)),
    (r"\hat{y} = 0.65", F(65, 100), F(1, 100)),
    (r"\frac{\partial L}{\partial w_{21}} = -0.65", F(-65, 100), F(1, 100)),
    (r"0.65\text{ (rounded)}", F(65, 100), F(1, 100)),
    ("= 2.5", F(5, 2), F(1, 10)),
    ("1,048,576", F(1048576), F(1)),
    ("1 048 576", F(1048576), F(1)),
    ("\u202f9\u00a0248 ", F(9248), F(1)),
]


@pytest.mark.parametrize(("text", "value", "unit"), DECIMALS, ids=[row[0] for row in DECIMALS])
def test_a_decimal_has_its_value_and_its_last_place(text: str, value: Fraction, unit: Fraction) -> None:
    number = read_number(text)
    assert (number.value, number.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/6", 1 / 6),
        ("-(1/6)", -1 / 6),
        ("sqrt(2)/3", math.sqrt(2) / 3),
        ("√2/3", math.sqrt(2) / 3),
        ("2√3", 2 * math.sqrt(3)),
        ("√(2+2)", 2.0),
        ("e^-0.19", math.exp(-0.19)),
        ("e^{-0.19}", math.exp(-0.19)),
        ("e", math.e),
        ("e^(e^0.5)", math.exp(math.exp(0.5))),
        ("1/(1 + e^(-0.19))", 1 / (1 + math.exp(-0.19))),
        ("ln(2)", math.log(2)),
        ("½", 0.5),
        ("2½", 2.5),
        ("-2½", -2.5),
        ("2 ½", 2.5),
        ("3*2½", 7.5),
        ("5-2+(1/2)", 3.5),
        ("3*2+(1/2)", 6.5),
        ("2^2+(1/2)", 4.5),
        ("1 1/2", 1.5),
        ("-1 1/2", -1.5),
        ("ln 2", math.log(2)),
        ("√2", math.sqrt(2)),
        ("0.(3)", 1 / 3),
        ("-1.2(34)", -1.2 - 0.034 / 0.99),
        (r"\sqrt[3]{8}", 2.0),
        (r"2\sqrt[4]{16}", 4.0),
        (r"\frac13", 1 / 3),
        (r"\frac 1 {30}", 1 / 30),
        (r"0.1\overline{6}", 1 / 6),
        (r"\log_2 8", 3.0),
        (r"\ln 2", math.log(2)),
        (r"\left[ \frac{1}{3} \right]", 1 / 3),
        (r"\frac{1}{3}", 1 / 3),
        (r"3\cdot\frac{1}{2}", 1.5),
        (r"3\frac{3}{2}", 4.5),
        (r"0.5\frac{1}{2}", 0.25),
        (r"2^3\frac{1}{2}", 4.0),
        (r"\dfrac{\sqrt{2}}{\frac{3}{4}}", math.sqrt(2) / 0.75),
        (r"\left(\frac{1}{2}\right)^{2}", 0.25),
        (r"\exp(-1)", math.exp(-1)),
        (r"\sqrt{2}", math.sqrt(2)),
    ],
)
def test_an_expression_has_its_value_and_no_last_place(text: str, value: float) -> None:
    number = read_number(text)
    assert float(number.value) == pytest.approx(value, rel=1e-12)
    assert number.unit is None


def test_a_decimal_comma_is_read_where_it_is_asked_for() -> None:
    assert read_number("0,65", decimal_comma=True).value == F(65, 100)
    assert [part.value for part in read_vector("[0,1; 0,9]", decimal_comma=True).components] == [F(1, 10), F(9, 10)]
    with pytest.raises(ParseError, match="--decimal-comma"):
        read_number("0,65")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", 0, "nothing to read"),
        ("0.65 0.7", 5, "expected an operator"),
        (r"3\frac{1}{2}", 1, r"Write 3\+1/2 or 3\*1/2"),
        (r"-12 \dfrac13", 4, r"Write 12\+1/3 or 12\*1/3"),
        ("10 000/3", 3, "expected an operator"),
        ("3^2 1/2", 4, "expected an operator"),
        (r"100{,}000", 0, "--decimal-comma"),
        ("12½ ? 3", 4, "unexpected character"),
        ("2^^3", 2, "expected a number"),
        (r"1 + \foo", 4, "not read here"),
        ("1 + {2", 6, "not closed"),
        ("1}", 1, "nothing opens"),
        ("1/0", 0, "division by zero"),
        ("0.65±0.01", 4, "without ±"),
        (r"0.65 \pm 0.01", 5, "without ±"),
        ("0.65 +/- 0.01", 5, "without ±"),
        ("< 0.65", 0, "not a bound"),
        ("0.65 or 0.66", 4, "not several"),
        ("0.33 (1/3)", 4, "in brackets"),
        ("6.5×10-1", 0, "a power of ten meant"),
        ("12 ms", 0, "without a unit"),
        (r"\frac{1}", 8, "expected a group"),
        (r"2\3", 1, r"^\\3 is not read here$"),
        ("w21", 0, "a number is expected"),
        ("1.2.3", 3, "expected an operator"),
        ("1 + \u200f2", 4, "cannot be seen"),
        (r"\frac{1}{2} ? 3", 12, "unexpected character"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text: str, place: int, said: str) -> None:
    with pytest.raises(ParseError, match=said) as raised:
        read_number(text)
    assert raised.value.position == place


@pytest.mark.parametrize(
    "text",
    [
        "15x15x8",
        "15×15×8",
        "15 X 15 X 8",
        "(15, 15, 8)",
        "[15;15;8]",
        "15*15*8",
        r"15 \times 15 \times 8",
        "15 by 15 by 8",
    ],
)
def test_a_shape_is_read_however_it_is_written(text: str) -> None:
    assert [side.value for side in read_vector(text, shape=True).components] == [15, 15, 8]


@pytest.mark.parametrize("text", ["[0.1, 0.9]", "(0.1; 0.9)", "0.1,.9", "[0.1 0.9]", "[1/10, 9/10]", "10%, 90%"])
def test_a_vector_is_read_however_it_is_written(text: str) -> None:
    assert [part.value for part in read_vector(text).components] == [F(1, 10), F(9, 10)]


def test_a_comma_in_brackets_separates_nothing() -> None:
    assert [part.value for part in read_vector("[max(1, 2), 3]").components] == [2, 3]


def test_a_formula_keeps_its_names() -> None:
    reading = read_number_or_formula("o1*w31")
    assert isinstance(reading, ReadFormula)
    assert reading.expression == Times(Name("o1"), Name("w31"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dL/do1*w31", ["dL/do1", "w31"]),
        ("p.1*q", ["p.1", "q"]),
        ("{p.1}*q", ["p.1", "q"]),
        ("w@1*y.2:1", ["w@1", "y.2:1"]),
    ],
)
def test_names_that_are_no_identifiers_need_no_braces(text: str, names: list[str]) -> None:
    reading = read_number_or_formula(text)
    assert isinstance(reading, ReadFormula)
    assert reading.expression == Times(*map(Name, names))


@given(st.fractions(-(10**6), 10**6).map(lambda value: round(value, 4)))
def test_any_decimal_is_read_as_it_is_written(value: Fraction) -> None:
    assert read_number(f"{float(value):.4f}").value == value
    assert read_number(f"{float(value):.4f}".replace(".", ",").replace("-", "−"), decimal_comma=True).value == value


@pytest.mark.parametrize(
    "answer",
    [
        "34,944",
        "34'944",
        "34’944",
        "34 944",
        "34_944",
        r"34{,}944",
        "34,944 parameters",
        "params = 34,944",
        "34944",
        "11²·3·96 + 96",
        "(11x11x3+1)x96",
        "11 x 11 x 3 x 96 + 96",
    ],
)
def test_a_count_may_have_signs_between_its_thousands(answer: str) -> None:
    assert read_number(answer, count=True).value == 34944


@pytest.mark.parametrize(("answer", "value"), [(r"100{,}000", 100000), (r"10{,}345", 10345)])
def test_a_zero_before_a_sign_between_thousands_is_no_decimal_number(answer: str, value: int) -> None:
    assert read_number(answer, count=True).value == value


@pytest.mark.parametrize(
    "answer",
    [
        "28x29x32",
        "28x29x32 pixels",
        "32@28x29",
        "H=28 W=29 C=32",
        "channels: 32, height: 28, width: 29",
        "(None, 28, 29, 32)",
        "N x 28 x 29 x 32",
        "28, 29 and 32",
        "32 maps of 28x29",
        "32 feature maps of size 28 by 29",
        "28 x 29, 32 channels",
        "28x29 with 32 filters",
        "28x29, depth 32",
        "(28, 29) x 32",
        "height 28, width 29, and 32 channels",
        "tf.TensorShape([None, 28, 29, 32])",
    ],
)
def test_a_shape_in_the_ways_people_write_it(answer: str) -> None:
    assert [side.value for side in read_vector(answer, shape=True).components] == [28, 29, 32]


@pytest.mark.parametrize(
    "text",
    [
        "15x15x8",
        "15 × 15 × 8 pixels",
        "8@15x15",
        "H=15 W=15 C=8",
        "height 15, width 15, depth 8",
        "(None, 15, 15, 8)",
        "[15, 15, 8]",
        "15²×8",
        "15^2 x 8",
        "8@15²",
        "15 × 15 × 8 = 1800",
    ],
)
def test_a_shape_is_read_in_any_usual_form(text: str) -> None:
    assert verdicts(marker("conv-eight-filters"), {"shape1": text}) == {"shape1": "correct"}


@pytest.mark.parametrize("order", ["first", "last"])
@pytest.mark.parametrize(
    "text",
    [
        "torch.Size([6, 24, 28])",
        "torch.Size([1, 6, 24, 28])",
        "6@24x28",
        "6 maps of 24x28",
        "24x28, 6 channels",
        "W=28 H=24 C=6",
    ],
)
def test_a_shape_that_tells_its_depth_is_right_in_either_order(order: str, text: str) -> None:
    size = {"first": "3x28x32", "last": "28x32x3"}[order]
    given = f"kind: convolution\ninput: {size}\nchannels: {order}\nlayers: [conv: {{filters: 6, kernel: 5}}]"
    assert verdicts(written(given), {"shape1": text}) == {"shape1": "correct"}
    wrong = text.replace("28", "27")
    assert verdicts(written(given), {"shape1": wrong}) == {"shape1": "wrong"}


@pytest.mark.parametrize("text", ["6x24x28", "24x6x28", "24x28x6x2", "24x28 and"])
def test_a_shape_in_another_order_than_it_tells_is_not_right(text: str) -> None:
    given = "kind: convolution\ninput: 28x32x3\nlayers: [conv: {filters: 6, kernel: 5}]"
    assert verdicts(written(given), {"shape1": text})["shape1"] in ("wrong", "unreadable")


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("5 … 9", (5, 9)),
        ("5-9", (5, 9)),
        ("-1-3", (-1, 3)),
        ("−1 – 3", (-1, 3)),
        ("5 to 9", (5, 9)),
        ("(5, 9, 3, 8)", (5, 9, 3, 8)),
        ("5 … 9 × 3 … 8", (5, 9, 3, 8)),
        ("[5, 9] x [3, 8]", (5, 9, 3, 8)),
        ("rows 5-9, columns 3..8", (5, 9, 3, 8)),
        ("H: 5 to 9 and W: -3 to 8", (5, 9, -3, 8)),
        ("(5, 3), (9, 8)", (5, 3, 9, 8)),
    ],
)
def test_ranges_are_read_as_people_write_them(written: str, ends: tuple[int, ...]) -> None:
    assert tuple(number.value for number in read_ranges(written).components) == ends


@pytest.mark.parametrize("written", ["", "five", "5 … nine", "5 //9"])
def test_what_is_no_range_is_told(written: str) -> None:
    with pytest.raises(ParseError):
        read_ranges(written)
