"""Answers that are arrays or expressions in letters, in any usual way of writing them → one written expression.

A matrix is nested lists, rows between semicolons or on lines of their own (``[1 2; 3 4]``), what NumPy and PyTorch
print (``array([[1., 2.], [3., 4.]])``) or a LaTeX matrix. Nothing is run: what is left goes through the parser.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress

from deepcalc.checking.by_hand import AS_MATRICES, BY_ENTRIES, in_words, with_loose_products, with_products
from deepcalc.checking.index_sums import indexed_array, indices_in, with_entries, with_sums, without_ranges
from deepcalc.checking.plain_text import PlainText, plain_text
from deepcalc.checking.reading import with_braced_names, with_euler
from deepcalc.checking.splitting import SEPARATORS, check_depth, split, unbracketed
from deepcalc.checking.written_cases import LATEX_CASES, latex_cases, with_cases
from deepcalc.checking.written_functions import with_bars, with_calls
from deepcalc.checking.written_names import WrittenNames
from deepcalc.errors import ParseError
from deepcalc.notation.array_nodes import Apply, Transpose
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import Call, Node, nodes_in
from deepcalc.notation.parser import parse
from deepcalc.records import record

LONGEST_EXPRESSION = 4_000

_LATEX_MATRIX = re.compile(r"\\begin\{([bpv]?matrix)\}(.*?)\\end\{\1\}", re.DOTALL)
_WHOLE = re.compile(r".+", re.DOTALL)
_CALL = re.compile(r"(?:np\.|numpy\.|torch\.)?(?:array|tensor|matrix)\s*\((.*)\)", re.DOTALL)
_DTYPE = re.compile(r",\s*(?:dtype|device|requires_grad|grad_fn)\s*=.*$", re.DOTALL)
_EQUALS = re.compile(r"(?<![=<>!≈])[=≈](?!=)")
_TRANSPOSE = re.compile(
    r"\^\s*(?:\{\s*(?:\\top|\\intercal|T|⊤)\s*\}|\\top(?![A-Za-z])|\\intercal|T(?![A-Za-z0-9_])|⊤)|ᵀ"
)
_BESIDE_TRANSPOSE = re.compile(r"\^\s*T(?=([A-Za-z][A-Za-z0-9_]*))")
_NUMBER = r"[+\-−]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+\-]?[0-9]+)?"
_SPACED = re.compile(rf"(?<![0-9.])({_NUMBER})\s+(?={_NUMBER})")
_BETWEEN_SIZES = re.compile(r"\s*(?:[,×*]|\bby\b|\\times|(?<![A-Za-z])x(?![A-Za-z])|(?<=[0-9])x)\s*")
_BESIDE = re.compile(r"×|\\times(?![A-Za-z])|\s[xX]\s|(?<!ma)(?<=[A-Za-z0-9)\]⌋⌉])x(?=[A-Za-z0-9(\[⌊⌈])")
_ENTRYWISE = re.compile(r"⊙|∘|\\odot|\\circ")
_DOT = re.compile(r"[·⋅∙•]|\\cdot(?![A-Za-z])")
_SUBSCRIPT = re.compile(r"_\{\s*([A-Za-z0-9]+)\s*\}(?P<beside>(?=[A-Za-z0-9\\]))?")
_SAYS_WHEN = re.compile(r"\s(?:if|when|for|else|otherwise)(?:\s|$)")
_INDEXED_SOFTMAX = re.compile(r"softmax(?:[ᵢⱼ]|_\{?[ij]\}?)(?=\s*\()")
_COMMA_IN_NUMBER = re.compile(r"(?<=[0-9]),(?=[0-9])")

_NUMBERS_ALONE = re.compile(r"(?!.*[0-9.]\s*\[)(?:[-+−0-9.,;\[\]\s]|[eE](?=[-+0-9]))*", re.DOTALL)

IDENTITY = "I"
"""The identity matrix, where no quantity is called so."""


def read_expression(answer: str, decimal_comma: bool = False, names: Container[str] = ()) -> Node:
    """The expression that the answer says; ``ParseError`` where it says none.

    ``names`` are those of quantities, which may stand beside each other as factors.
    """
    return _expression(_whole(answer), decimal_comma, names)


def other_readings(answer: str, decimal_comma: bool = False, names: Container[str] = ()) -> Iterator[Node]:
    """What else the answer may say, as some write it, the likelier first.

    A dot may be the product of vectors or matrices; a product entry by entry may be that of the products around its
    sign.
    """
    ways = [way for way in _WAYS if way.concerns(answer)]
    seen = {read_expression(answer, decimal_comma, names)} if ways else set()
    for way in ways:
        with suppress(ParseError):
            found = _expression(_whole(answer), decimal_comma, names, way)
            if found not in seen:
                seen.add(found)
                yield found


def entrywise_reading(answer: str, decimal_comma: bool = False, names: Container[str] = ()) -> Node | None:
    """What the answer says where arrays beside each other are multiplied entry by entry; None where that is no reading.

    It is none of an answer with a transpose, or with an operation on whole arrays: its products are those of matrices.
    Nor has one of numbers alone any product.
    """
    if _NUMBERS_ALONE.fullmatch(answer):
        return None
    found = _expression(_whole(answer), decimal_comma, names, _Way(beside=BY_ENTRIES))
    is_of_matrices = any(
        isinstance(part, Transpose | Apply) or (isinstance(part, Call) and part.function not in FUNCTIONS)
        for part in nodes_in(found)
    )
    return None if is_of_matrices else found


def read_expressions(
    answer: str, decimal_comma: bool = False, shape: bool = False, names: Container[str] = ()
) -> tuple[Node, ...]:
    """The expressions that stand side by side, ``(a + 1, b)``; those of a shape also between signs, ``H x W x 3``."""
    plain = unbracketed(_without_name(_whole(answer).stripped()))
    parts = list(split(plain, SEPARATORS))
    if len(parts) == 1 and shape:
        parts = list(split(plain, _BESIDE))
    return tuple(_expression(part, decimal_comma, names) for part in parts)


def _whole(answer: str) -> PlainText:
    return PlainText(answer, tuple(range(len(answer) + 1)))


@record
class _Way:
    """How signs are meant: a dot, what stands between factors beside each other, how far an entrywise product goes."""

    dot: str = "*"
    beside: str = AS_MATRICES
    is_loose: bool = False

    def concerns(self, answer: str) -> bool:
        is_of_dots = self.dot == "*" or _DOT.search(answer) is not None
        return is_of_dots and (not self.is_loose or _ENTRYWISE.search(answer) is not None)


_USUAL = _Way()
_WAYS = (_Way(dot="@"), _Way(is_loose=True))


def _expression(answer: PlainText, decimal_comma: bool, names: Container[str], way: _Way = _USUAL) -> Node:
    if len(answer.text) > LONGEST_EXPRESSION:
        raise ParseError(f"an answer has at most {LONGEST_EXPRESSION} characters")
    check_depth(answer)
    if isinstance(names, WrittenNames):
        answer = names.with_labels_read(answer)
    raw = answer.stripped().replaced(_LATEX_MATRIX, _rows_of_latex).replaced(LATEX_CASES, latex_cases)
    raw = _without_name(without_ranges(raw, names)).replaced(_SUBSCRIPT, _subscript).stripped()
    called = _CALL.fullmatch(raw.text)
    if called is not None:
        raw = raw.part(*called.span(1)).replaced(_DTYPE, lambda _: "")
    raw = raw.replaced(_INDEXED_SOFTMAX, lambda _: "softmax")
    raw = _with_transposes(raw, names).replaced(_DOT, lambda _: f" {way.dot} ")
    raw = (with_loose_products(raw, _ENTRYWISE) if way.is_loose else raw).replaced(_ENTRYWISE, lambda _: "*")
    if decimal_comma:
        raw = raw.replaced(_COMMA_IN_NUMBER, lambda _: ".")
    raw = raw.stripped()
    nested = _nested(raw.text)
    if nested != raw.text:
        raw = raw.replaced(_WHOLE, lambda _: nested)
    with _placed(raw):
        plain = plain_text(raw.text)
    plain = in_words(PlainText(plain.text, tuple(raw.places[place] for place in plain.places)), names).stripped()
    if not plain.text:
        raise ParseError("there is nothing to read")
    known = _Factors(names, frozenset(indices_in(plain)))
    plain = with_cases(with_sums(with_bars(with_calls(plain, known))))
    braced = with_braced_names(plain)
    with _placed(braced):
        multiplied = with_products(braced, known, way.beside)
    with _placed(multiplied):
        expression = parse(multiplied.text)
    expression = with_entries(expression, names)
    return expression if "e" in names else with_euler(expression)


def _subscript(found: re.Match[str]) -> str:
    """``_1`` for ``_{1}``, apart from what stands beside it."""
    return f"_{found[1]}" if found["beside"] is None else f"_{found[1]} "


@record
class _Factors:
    """What may stand beside something else as a factor: names, entries by a sum's index, the identity, Euler's e."""

    names: Container[str]
    indices: frozenset[str]

    def __contains__(self, word: object) -> bool:
        if word in (IDENTITY, "e") or word in self.names:
            return True
        return isinstance(word, str) and indexed_array(word, self.indices, self.names) is not None


@contextmanager
def _placed(plain: PlainText) -> Iterator[None]:
    """Errors at places of the plain text are raised at those of the answer."""
    try:
        yield
    except ParseError as error:
        raise ParseError(error.message, plain.places[min(error.position, len(plain.places) - 1)]) from None


def _with_transposes(raw: PlainText, names: Container[str]) -> PlainText:
    """``.T`` for each transpose, also where a name stands beside it, ``X^Tw``."""
    raw = raw.replaced(_TRANSPOSE, lambda _: ".T ")
    if "T" in names:
        return raw
    return raw.replaced(_BESIDE_TRANSPOSE, lambda found: found[0] if f"T{found[1]}" in names else ".T ")


def _without_name(plain: PlainText) -> PlainText:
    """What stands after ``dL/dW =``; the sign of a setting stands in brackets, ``sum(X, axis=0)``."""
    for sign in _EQUALS.finditer(plain.text):
        before = plain.text[: sign.start()]
        is_outside = all(before.count(opens) == before.count(closes) for opens, closes in ("()", "{}"))
        if is_outside and "[" not in before and " if " not in before:
            return plain.part(sign.end(), len(plain.text)).stripped()
    return plain


def as_sizes(answer: str) -> str:
    """The sizes of a shape, ``3x2``, ``n × d`` or ``(3, 2)``, as a list; ``R^(n x d)`` is the space of the array."""
    inside = re.sub(r"^\s*(?:R|ℝ)\s*\^", "", answer).strip().strip("()[]{}")
    sizes = [size.strip() for size in _BETWEEN_SIZES.split(inside)]
    return f"[{', '.join(filter(None, sizes))}]"


def _nested(text: str) -> str:
    """Rows between semicolons or on lines of their own as nested lists; numbers with spaces between them as a list."""
    if _SAYS_WHEN.search(text):
        return text
    flat = re.sub(r"\]\s*\[", "], [", text)
    if "[[" in flat.replace(" ", ""):
        return _SPACED.sub(r"\1, ", flat)
    inside = flat[1:-1] if flat[:1] in "[(" and flat[-1:] in "])" else flat
    rows = [row for row in re.split(r"[;\n]", inside) if row.strip()]
    if len(rows) > 1:
        return _from_rows(";".join(rows))
    if _SPACED.search(inside) and not re.search(r"[A-Za-z@*/]", inside):
        return "[" + _SPACED.sub(r"\1, ", inside) + "]"
    if re.fullmatch(rf"\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*)+", inside):
        return f"[{inside}]"
    return flat


def _rows_of_latex(matrix: re.Match[str]) -> str:
    return _from_rows(matrix[2].replace(r"\\", ";").replace("&", ","))


def _from_rows(text: str) -> str:
    rows = [row.strip().strip("[](),") for row in text.split(";") if row.strip()]
    cells = [_SPACED.sub(r"\1, ", row) for row in rows]
    return f"[{', '.join(f'[{row}]' for row in cells)}]"
