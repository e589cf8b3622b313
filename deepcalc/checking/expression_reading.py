"""Answers that are arrays or expressions in letters, in any usual way of writing them → one written expression.

A matrix is nested lists, rows between semicolons or on lines of their own (``[1 2; 3 4]``), what NumPy and PyTorch
print (``array([[1., 2.], [3., 4.]])``) or a LaTeX matrix. Nothing is run: what is left goes through the parser.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from contextlib import contextmanager

from deepcalc.checking.by_hand import in_words, with_products
from deepcalc.checking.plain_text import PlainText, plain_text
from deepcalc.checking.reading import with_braced_names, with_euler
from deepcalc.checking.splitting import SEPARATORS, split, unbracketed
from deepcalc.errors import ParseError
from deepcalc.notation.nodes import Cases, Node, SumOver, nodes_in
from deepcalc.notation.parser import parse

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
_COMMA_IN_NUMBER = re.compile(r"(?<=[0-9]),(?=[0-9])")


def read_expression(answer: str, decimal_comma: bool = False, names: Container[str] = ()) -> Node:
    """The expression that the answer says; ``ParseError`` where it says none.

    ``names`` are those of quantities, which may stand beside each other as factors.
    """
    return _expression(_whole(answer), decimal_comma, names)


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


def _expression(answer: PlainText, decimal_comma: bool, names: Container[str]) -> Node:
    if len(answer.text) > LONGEST_EXPRESSION:
        raise ParseError(f"an answer has at most {LONGEST_EXPRESSION} characters")
    raw = _without_name(answer.stripped().replaced(_LATEX_MATRIX, _rows_of_latex)).stripped()
    called = _CALL.fullmatch(raw.text)
    if called is not None:
        raw = raw.part(*called.span(1)).replaced(_DTYPE, lambda _: "")
    raw = _with_transposes(raw.replaced(_ENTRYWISE, lambda _: "*"), names)
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
    braced = with_braced_names(plain)
    with _placed(braced):
        multiplied = with_products(braced, names)
    with _placed(multiplied):
        expression = parse(multiplied.text)
    if any(isinstance(node, Cases | SumOver) for node in nodes_in(expression)):
        raise ParseError("an array or an expression is expected, not cases or a sum over an index")
    found: Node = with_euler(expression)
    return found


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
        if before.count("(") == before.count(")") and "[" not in before:
            return plain.part(sign.end(), len(plain.text)).stripped()
    return plain


def as_sizes(answer: str) -> str:
    """The sizes of a shape, ``3x2``, ``n × d`` or ``(3, 2)``, as a list; ``R^(n x d)`` is the space of the array."""
    inside = re.sub(r"^\s*(?:R|ℝ)\s*\^", "", answer).strip().strip("()[]{}")
    sizes = [size.strip() for size in _BETWEEN_SIZES.split(inside)]
    return f"[{', '.join(filter(None, sizes))}]"


def _nested(text: str) -> str:
    """Rows between semicolons or on lines of their own as nested lists; numbers with spaces between them as a list."""
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
