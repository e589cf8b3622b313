"""``deepcalc graph``: one picture, in the format of the file's ending."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.running import deepcalc, done, refused


def test_svg_goes_to_standard_output() -> None:
    root = ElementTree.fromstring(done("graph", "relu-2-2-2"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize(
    ("ending", "beginning"), [("svg", "<svg "), ("tex", "\\documentclass"), ("dot", "digraph {"), ("SVG", "<svg ")]
)
def test_the_ending_says_the_format(ending: str, beginning: str, tmp_path: Path) -> None:
    file = tmp_path / f"picture.{ending}"
    assert done("graph", "three-gates", "-o", file) == ""
    assert file.read_text(encoding="utf-8").startswith(beginning)


def test_the_format_can_be_said() -> None:
    assert done("graph", "three-gates", "--format", "dot").startswith("digraph {")


def test_blank_has_no_values_to_be_found() -> None:
    assert "−12" in done("graph", "three-gates")
    assert "−12" not in done("graph", "three-gates", "--blank")


def test_what_if() -> None:
    assert "−16" in done("graph", "three-gates", "--set", "given.x=-1")  # (-1 + 5) * -4


def test_one_of_several_pictures() -> None:
    outcome = deepcalc("graph", "gradient-descent-parabola", "--figure", "2")
    assert outcome.code == 0
    assert "<title>The objective</title>" in outcome.out
    assert "there are 2 pictures" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("l1-penalty",), "nothing to draw"),
        (("gradient-descent-parabola", "--blank"), "try it without --blank"),
        (("early-stopping", "-f", "dot"), "a plot, not a graph"),
        (("three-gates", "-o", "x.png"), "end it in .svg, .tex or .dot"),
        (("three-gates", "--figure", "3"), "there is one picture"),
    ],
)
def test_what_cannot_be_drawn(arguments: tuple[str, ...], message: str) -> None:
    assert message in refused(2, "graph", *arguments)
