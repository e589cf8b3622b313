"""Functions as they are written by hand → calls: bars of norms and absolute values, powers before the argument.

``‖w‖²`` is ``norm(w)^2``, ``|w|`` is ``abs(w)``, ``tanh²(c)`` is ``tanh(c)^2``, ``log p`` is ``log(p)``.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import partial

from deepcalc.checking.plain_text import PlainText
from deepcalc.checking.splitting import closing, split
from deepcalc.notation.functions import FUNCTIONS

_BARS = {"|": " abs(", "‖": " norm("}
_TWO_BARS = re.compile(r"\|\|")
_WHICH_NORM = re.compile(r"\s*(?:_\s*[({]?\s*([12F])\s*[)}]?|([₁₂]))")
_OPENS_AFTER = frozenset("+-*/^(,[=<>@|‖∑")
_FUNCTION = "|".join(sorted((*FUNCTIONS, "ln", "softmax"), key=len, reverse=True))
ENDS_IN_FUNCTION = re.compile(rf"(?<![A-Za-z0-9_.])(?:{_FUNCTION})\s*$")
_RAISED = re.compile(rf"(?<![A-Za-z0-9_])({_FUNCTION})\s*\^\s*(?:\(\s*([0-9]+)\s*\)|([0-9]+))\s*(?=\()")
_BARE = re.compile(rf"(?<![A-Za-z0-9_.])({_FUNCTION})\s+([A-Za-z][A-Za-z0-9_]*)(?![A-Za-z0-9_]*\s*[.(\[^])")


_OF_LIBRARIES = {
    re.compile(r"(?<![A-Za-z0-9_.])(?:np|numpy|torch|tf|jnp)\.(?:linalg\.|nn\.functional\.)?(?=[a-z_]+\()"): "",
    re.compile(r"(?<=[A-Za-z0-9_)\]])\.(?:dot|matmul|mm)\("): " @ (",
    re.compile(r"(?<![A-Za-z0-9_.])eye(?=\()"): "identity",
    re.compile(r"(?<![A-Za-z0-9_.])eig(?=\()"): "eigvals",
}
_DOT_CALL = re.compile(r"(?<![A-Za-z0-9_.])(?:dot|matmul|(solve))\(")
_COMMA = re.compile(",")


def _as_said(written: str, found: re.Match[str]) -> str:
    return written


def with_bars(plain: PlainText) -> PlainText:
    """Calls in place of bars; a bar closes where one is open and something stands before it that it can end."""
    plain = plain.replaced(_TWO_BARS, lambda _: "‖")
    found, at, start = PlainText("", plain.places[:1]), 0, 0
    opened: list[tuple[str, int]] = []
    for at, sign in enumerate(plain.text):
        if sign not in _BARS or at < start:
            continue
        found, start = found.then(plain.part(start, at)), at + 1
        before = found.text.rstrip()[-1:]
        if opened and opened[-1][0] == sign and before and before not in _OPENS_AFTER:
            _, place = opened.pop()
            which = _WHICH_NORM.match(plain.text, start) if sign == "‖" else None
            start = start if which is None else which.end()
            inner = found.part(place, len(found.text))
            is_of_absolutes = which is not None and "1" in (which[1], "1" if which[2] == "₁" else "")
            call = inner.within(" sum(abs(", "))") if is_of_absolutes else inner.within(_BARS[sign], ")")
            found = found.part(0, place).then(call)
        else:
            opened.append((sign, len(found.text)))
    return found.then(plain.part(start, len(plain.text))) if found.text else plain


def with_calls(plain: PlainText, names: Container[str]) -> PlainText:
    """``tanh(c)^2`` for ``tanh²(c)``, ``log(p)`` for ``log p``; calls without ``np.``, ``a @ b`` for ``dot``."""
    for pattern, written in _OF_LIBRARIES.items():
        plain = plain.replaced(pattern, partial(_as_said, written))
    while (dot := _DOT_CALL.search(plain.text)) and (end := closing(plain.text[dot.end() - 1 :])) > 0:
        inner = plain.part(dot.end(), dot.end() - 1 + end)
        left, *right = split(inner, _COMMA)
        if len(right) != 1:
            break
        product = left.within("(inv(" if dot[1] else "((", ")").then(right[0].within(" @ (", "))"))
        plain = plain.part(0, dot.start()).then(product).then(plain.part(dot.end() + end, len(plain.text)))
    while raised := _RAISED.search(plain.text):
        end = closing(plain.text[raised.end() :])
        if end < 0:
            break
        call = plain.part(raised.start(), raised.end(1)).then(plain.part(raised.end(), raised.end() + end + 1))
        rest = plain.part(raised.end() + end + 1, len(plain.text))
        plain = plain.part(0, raised.start()).then(call.within("", f"^{raised[2] or raised[3]}")).then(rest)
    return plain.replaced(
        _BARE, lambda found: f"{found[1]}({found[2]})" if found[2] in names and found[1] not in names else found[0]
    )
