"""Solutions as notebooks: valid nbformat 4.5, a cell for what is asked, one for each part, and a summary."""

from __future__ import annotations

import json
import warnings
from base64 import b64decode
from xml.etree.ElementTree import fromstring

import nbformat
import pytest

from deepcalc.rendering.markdown import document
from deepcalc.rendering.markdown_text import JUPYTER
from deepcalc.rendering.notebook import notebook
from tests.library import PATHS, exported, solved_problem


@pytest.mark.parametrize("name", PATHS)
def test_a_notebook_is_valid_and_has_a_cell_for_each_part(name: str) -> None:
    solution = solved_problem(name)
    for blank, text in ((False, exported(name, "notebook")), (True, notebook([solution], blank=True))):
        data = json.loads(text)
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # nbformat only warns of cells without ids
            nbformat.validate(data)
        assert (data["nbformat"], data["nbformat_minor"]) == (4, 5)
        statement, *parts = [cell for cell in data["cells"] if "-figure-" not in cell["id"]]
        assert statement["source"][0].startswith("# ")
        assert len(parts) == len(solution.parts) + (0 if blank else 1)
        for part, cell in zip(solution.parts, parts, strict=False):
            assert cell["source"][0].startswith(f"## Part ({part.id})")


@pytest.mark.parametrize("name", PATHS)
def test_its_cells_say_what_the_markdown_says(name: str) -> None:
    text = exported(name, "notebook")
    cells = [cell for cell in json.loads(text)["cells"] if "-figure-" not in cell["id"]]
    markdown = document([solved_problem(name)], dialect=JUPYTER)
    assert "\n\n".join("".join(cell["source"]) for cell in cells) + "\n" == markdown
    assert "```math" not in text


def test_the_ids_of_cells_are_unique_and_stay_the_same() -> None:
    solutions = [solved_problem("relu-2-2-2"), solved_problem("l1-penalty")]
    first, again = (json.loads(notebook(solutions, title="Homework")) for _ in range(2))
    ids = [cell["id"] for cell in first["cells"]]
    assert ids[:4] == ["title", "problem-1-statement", "problem-1-figure-1", "problem-1-part-1"]
    assert len(set(ids)) == len(ids)
    assert first == again


def test_pictures_are_images_and_those_that_tell_are_left_out_of_a_blank_notebook() -> None:
    solution = solved_problem("relu-2-2-2")

    def pictures(text: str) -> list[str]:
        return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if "-figure-" in cell["id"]]

    shown, blank = pictures(notebook([solution])), pictures(notebook([solution], blank=True))
    assert len(shown) == len(solution.figures) == 2
    assert blank == shown[:1]
    for picture in shown:
        image = b64decode(picture.split("base64,")[1].rstrip(")"))
        assert fromstring(image).tag.endswith("svg")


def test_a_title_stands_in_a_cell_of_its_own() -> None:
    cells = json.loads(notebook([solved_problem("l1-penalty")], title="Homework <3>"))["cells"]
    assert cells[0]["source"] == [r"# Homework \<3\>"]
    assert cells[1]["source"][0].startswith("## ")
