"""The numbers of a sheet are the same in every format: those of the JSON, over the whole library."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deepcalc.rendering.as_json import as_data
from tests.library import VALUED, exported, on_terminal, solved_problem


def shown_numbers(data: dict[str, Any], hidden: frozenset[str] = frozenset()) -> set[str]:
    """Every number that the answers and the steps of the JSON show, ``-0.5`` or ``5.0e-8``, but for hidden steps."""
    steps = [
        [*part["answers"], *(step for step in part["steps"] if step["name"] not in hidden)] for part in data["parts"]
    ]
    shown = [each["shown"] for part in steps for each in part if each["exact"]]
    return {number for text in shown for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", str(text))}


def in_latex(number: str) -> str:
    mantissa, e, exponent = number.partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if e else mantissa


def in_unicode(number: str) -> str:
    mantissa, e, exponent = number.replace("-", "−").partition("e")
    superscripts = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return f"{mantissa}·10{exponent.translate(superscripts)}" if e else mantissa


def occurs(number: str, text: str) -> bool:
    """Whether the number stands in the text, not as a part of a longer one."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)", text) is not None


@pytest.mark.parametrize("name", VALUED)
def test_latex_and_terminal_show_the_numbers_of_the_json(name: str) -> None:
    solution = solved_problem(name)
    latex, terminal = exported(name, "latex").replace("\\,", ""), on_terminal(name, 120).replace("\u202f", "")
    hidden = frozenset(step.name for part in solution.parts for step in part.hidden)
    for number in shown_numbers(as_data(solution), hidden):
        assert occurs(in_latex(number), latex), number
        assert occurs(in_unicode(number), terminal), number


def test_a_number_that_is_not_there_is_missed() -> None:
    assert occurs("0.65", "= 0.65 \\\\")
    assert not occurs("0.65", "= 10.65")
    assert not occurs("0.65", "= 0.655")
