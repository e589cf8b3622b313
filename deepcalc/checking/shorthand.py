"""What people leave out of a number, written out: the sign before a power of ten, the brackets of a function, a period.

Each works on plain notation and gives plain notation back. Digits in brackets behind decimals are a period.
What has two usual readings is told, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from deepcalc.checking.plain_text import PlainText
from deepcalc.errors import ParseError

_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"


def _periodic(match: re.Match[str]) -> str:
    """0.1(6) as 16/90 − 1/90."""
    whole, before, period = match.groups()
    once, nines = int(f"{whole}{before}{period}") - int(f"{whole}{before}"), "9" * len(period) + "0" * len(before)
    return f"({once}/{nines})"


_WRITTEN_OUT: Mapping[re.Pattern[str], Callable[[re.Match[str]], str]] = {
    re.compile(r"(?<=[0-9.])\s+(10\s*(?:\^|\*\*))"): lambda match: f"*{match[1]}",
    re.compile(r"(?<=[0-9.])\s+([eE])\s*(?=[-+]?[0-9])"): lambda match: match[1],
    re.compile(r"(?<![0-9.^*/])([0-9]+)\s+([1-9][0-9]?)\s*/\s*([1-9][0-9]?)$"): (
        lambda match: f"({match[1]}+{match[2]}/{match[3]})"
    ),
    re.compile(r"([0-9]+)\.([0-9]*)\(([0-9]+)\)"): _periodic,
    re.compile(r"log_\(?(2|10)\)?(?=[\s(])"): lambda match: f"log{match[1]}",
    re.compile(
        rf"(?<![A-Za-z0-9_])(exp|ln|log|log2|log10|sqrt|tanh|sigmoid)\s+({_NUMBER})(?![0-9.(^*])"
    ): lambda match: f"{match[1]}({match[2]})",
}

_TOLD: Mapping[re.Pattern[str], Callable[[re.Match[str]], str]] = {
    re.compile(r"±|\+\s*/\s*-"): lambda _: "one number is expected, without ± and an error",
    re.compile(r"^\s*[<>≤≥]"): lambda _: "one number is expected, not a bound",
    re.compile(r"(?<=[0-9)%])\s+\([^()]*\)$"): lambda _: "one number is expected, not a second one in brackets",
    re.compile(rf"(?<![A-Za-z0-9_.]){_NUMBER}\s*(?:[kKM]|ms|s)$"): lambda _: (
        "a number is expected in full, without a unit"
    ),
    re.compile(r"\s(?:or|and)\s"): lambda _: "one number is expected, not several",
    re.compile(rf"^([-+]?{_NUMBER})\s*[x*]\s*10([-−][0-9]+)$"): lambda match: (
        f"is a power of ten meant? Write {match[1]}*10^{match[2]}"
    ),
}


_GROUPED = re.compile(r"([-+]?[0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)|([-+]?[0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)")
_POINTS = re.compile(r"[-+]?[0-9]{1,3}(?:\.[0-9]{3}){2,}")


def ungrouped(plain: PlainText) -> PlainText:
    """A number whose sign between thousands tells itself by the decimal one, or by standing twice: ``1.234,5``."""
    grouped = _GROUPED.fullmatch(plain.text)
    if grouped is not None:
        whole, decimals = (group for group in grouped.groups() if group is not None)
        return plain.replaced(_GROUPED, lambda _: f"{whole.replace(',', '').replace('.', '')}.{decimals}")
    return plain.replaced(_POINTS, lambda match: match[0].replace(".", "")) if _POINTS.fullmatch(plain.text) else plain


def written_out(plain: PlainText) -> PlainText:
    """A number with what is left out: ``1.234 10^-2``, ``1 1/2``, ``ln 2``, ``0.(3)``.

    ``ParseError`` for what is no single number.
    """
    for pattern, message in _TOLD.items():
        match = pattern.search(plain.text)
        if match is not None:
            raise ParseError(message(match), plain.places[match.start()])
    for pattern, written in _WRITTEN_OUT.items():
        plain = plain.replaced(pattern, written)
    return plain
