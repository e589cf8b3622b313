"""Solutions as Markdown: what a sheet says, in what GitHub renders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.rendering.as_json import as_data
from deepcalc.rendering.markdown import derivations, document
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Solution
from deepcalc.solution.solver import solve
from tests.library import PATHS, VALUED, exported, solved_problem

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
"""What GitHub reads a file with, before it looks for mathematics."""

INLINE = re.compile(r"\$`(?P<guarded>[^`]+)`\$|(?<!\$)\$(?P<plain>[^$`\n]+)\$(?!\$)")
DISPLAY = re.compile(r"^\$\$\n(?P<plain>.*?)\n\$\$$|^```math\n(?P<guarded>.*?)\n```$", re.DOTALL | re.MULTILINE)

FORMULA = """
title: {title}
kind: formula
statement: {statement}
given: {{x: -2, y: 5, z: -4}}
define: {{q: x + y, f: q*z}}
parts: [{{find: f}}]
{more}
"""


def solution_of(yaml: str) -> Solution:
    return solve(load_text(yaml.encode(), "test.yaml", find_kinds()))


def formula(title: str = "Gates", statement: str = "Compute $f$.", more: str = "") -> str:
    return document([solution_of(FORMULA.format(title=title, statement=statement, more=more))])


def written_in_tex(shown: str) -> str:
    """The number of a JSON contract as TeX writes it."""
    mantissa, e, exponent = shown.partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if e else mantissa


MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", re.DOTALL)
NESTED = re.compile(r"\\left\[((?:(?!\\left\[).)*?)\\right\]")
NO_BRACKETS = str.maketrans("", "", "[]")


def in_a_row(matrix: re.Match[str]) -> str:
    """The cells of a matrix, row after row."""
    cells = re.split(r"&|\\\\", matrix[1])
    return f"[{', '.join(map(str.strip, cells))}]"


def closed_up(text: str) -> str:
    """The text without the gaps between thousands."""
    return re.sub(r"(?<=\d)(?:\\,|\\thinspace )(?=\d)", "", text)


def flat(text: str) -> str:
    """The text with every array, of any number of axes, as the list of its entries."""
    text = MATRIX.sub(in_a_row, closed_up(text))
    while text != (flatter := NESTED.sub(lambda nested: f"[{nested[1].translate(NO_BRACKETS)}]", text)):
        text = flatter
    return text


def numbers_in_tex(tex: str) -> list[str]:
    powers = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", closed_up(tex))
    return re.findall(r"(?<![\w{])-?\d+(?:\.\d+)?(?:e-?\d+)?", powers)


def tokens_of(markdown: str) -> Iterator[Token]:
    for token in READER.parse(markdown):
        yield token
        yield from token.children or []


# ---- the whole library


@pytest.mark.parametrize("name", VALUED)
def test_the_answers_are_those_of_the_json(name: str) -> None:
    solution = solved_problem(name)
    answers = re.findall(r"^\*\*Answer:\*\* (.+)$", exported(name, "markdown"), re.MULTILINE)
    expected = [
        [each["shown"] for each in part["answers"] if each["exact"] is not None] for part in as_data(solution)["parts"]
    ]
    found = [
        [number for m in INLINE.finditer(line) for number in numbers_in_tex(re.split(r"= |\\approx ", m[0])[-1])]
        for line in answers
    ]
    assert found == [re.split(r", | × | … ", ", ".join(shown).translate(NO_BRACKETS)) for shown in expected if shown]


@pytest.mark.parametrize("name", VALUED)
def test_every_step_ends_in_the_number_of_the_json(name: str) -> None:
    solution = solved_problem(name)
    for part, data in zip(solution.parts, as_data(solution)["parts"], strict=True):
        text = flat(derivations(replace(solution, parts=(part,))))
        rows = re.findall(r"(?:=|\\approx) ([^&=\n]+?)(?: &&.*)?(?: \\\\)?$", text, re.MULTILINE)
        in_tables = {solution.symbols.written(step.name) for step in part.hidden}
        for step in (each for each in data["steps"] if each["name"] not in in_tables):
            numbers = ", ".join(map(written_in_tex, step["shown"].translate(NO_BRACKETS).split(", ")))
            shown = f"[{numbers}]" if step["shown"].startswith("[") else numbers
            assert any(row == shown for row in rows), (step["name"], shown)


@pytest.mark.parametrize("name", PATHS)
def test_markdown_leaves_every_formula_alone(name: str) -> None:
    r"""What GitHub finds between dollars is what was written there; of ``\\`` at the end of a line it knows itself."""
    for detail in Detail:
        markdown = exported(name, "markdown", detail)
        tokens = list(tokens_of(markdown))
        shown = "".join("\n" if token.type == "softbreak" else token.content for token in tokens if not token.children)
        for found in [*INLINE.finditer(markdown), *DISPLAY.finditer(markdown)]:
            tex = found["plain"] or found["guarded"]
            as_read = tex if found["guarded"] else tex.replace("\\\\\n", "\\\n")
            assert as_read in shown, f"with the detail {detail}"
        assert not {token.type for token in tokens} & {"html_block", "html_inline", "link_open", "image"}, detail


@pytest.mark.parametrize("name", PATHS)
def test_a_derivation_has_one_relation_a_row(name: str) -> None:
    without_statement = replace(solved_problem(name), statement=())  # where an author displays matrices
    for found in DISPLAY.finditer(document([without_statement])):
        first, *rows, last = (found["plain"] or found["guarded"]).split("\n")
        assert (first, last) == (r"\begin{aligned}", r"\end{aligned}")
        assert all(row.strip() for row in rows)
        for row in rows:
            body = row.split("&&")[0]
            if body.startswith(r"&\qquad"):
                continue  # a note in a row of its own
            assert len(re.findall(r"&(?:=|\\approx)", body)) <= 1
            assert not re.search(r"[^&]= ", re.sub(r"\\sum_\{[^}]*\}|_\{[^}]*=[^}]*\}|\\text.*", "", body)), row


@pytest.mark.parametrize("name", PATHS)
def test_a_display_stands_between_empty_lines_and_a_formula_between_spaces(name: str) -> None:
    markdown = exported(name, "markdown")
    for block in DISPLAY.finditer(markdown):
        assert markdown[: block.start()].endswith("\n\n")
        assert markdown[block.end() :].startswith("\n\n")
    for found in INLINE.finditer(markdown):
        assert not markdown[found.start() - 1].isalnum()
        assert not markdown[found.end()].isalnum()
        assert (found["plain"] or found["guarded"]).strip() == (found["plain"] or found["guarded"])


@pytest.mark.parametrize("name", PATHS)
def test_a_blank_sheet_asks_and_gives_nothing_away(name: str) -> None:
    solution = solved_problem(name)
    markdown = document([solution], blank=True)
    assert solution.title in markdown
    assert "Summary" not in markdown
    assert "**Answer:**" not in markdown
    assert "- [x]" not in markdown
    assert "aligned" not in markdown
    assert markdown.count("\n## Part") == len(solution.parts)
    for part in solution.parts:
        for item in part.items:
            assert all(option.explanation not in markdown for option in item.options if option.explanation)


# ---- its pieces


def test_given_values_are_a_table() -> None:
    markdown = document([solved_problem("relu-2-2-2")])
    assert "| Given values |  |\n| --- | --- |\n| Inputs | $i_{1} = 2.0$, $i_{2} = -1.0$ |\n" in markdown


def test_a_textbook_table_has_the_arithmetic_in_its_cells() -> None:
    markdown = document([solved_problem("sigmoid-3-2-1")])
    assert "| Unit | Net input | Output |\n| --- | --- | --- |\n| 4 | $I_{4} = 0.2 \\cdot 1 + " in markdown
    table = next(token for token in READER.parse(markdown) if token.type == "table_open" and token.map)
    assert table.map is not None


@pytest.mark.parametrize("name", PATHS)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(name: str) -> None:
    for head, body in re.findall(r"^(\|.*\|)\n\|[- |]+\|\n((?:\|.*\|\n)*)", exported(name, "markdown"), re.M):
        assert all(row.count("|") == head.count("|") for row in body.splitlines())


def test_right_options_are_ticked_and_explained() -> None:
    markdown = document([solved_problem("dropout-statements")])
    assert re.findall(r"^- \[(.)\] \*\*(.)\*\* ", markdown, re.MULTILINE) == [
        ("x", "a"), (" ", "b"), ("x", "c"), (" ", "d"),
    ]  # fmt: skip
    assert "\n  - Any of the others may be missing" in markdown
    assert "| (a) | a, c | 2 |" in markdown


def test_a_matching_says_what_belongs_to_what() -> None:
    markdown = document([solved_problem("learning-rate-curves")])
    assert re.findall(r"^- \*\*(\w+)\*\* .* → \*\*(\w+)\*\*$", markdown, re.MULTILINE)


def test_several_problems_stand_under_one_title() -> None:
    solutions = [solved_problem("relu-2-2-2"), solved_problem("l1-penalty")]
    headings = re.findall(r"^#+ .*", document(solutions, title="Homework *3*"), re.MULTILINE)
    assert headings[0] == r"# Homework \*3\*"
    assert [heading for heading in headings if heading.startswith("## ")] == [
        "## Backpropagation through a ReLU network", f"## {solutions[1].title}",
    ]  # fmt: skip
    assert document(solutions).count("\n\n---\n\n# ") == 1


def test_the_author_has_the_last_word() -> None:
    markdown = formula(more='steps: {q: {note: "the *sum* of $x$ and $y$, 50 %"}}')
    assert r"\text{the sum of }x\text{ and }y\text{, 50 }\%" in markdown
    hidden = formula(more="steps: {q: {hide: true}}")
    assert "q &=" not in hidden
    assert "f &= q" in hidden
    sentence = formula(more="steps: {q: {text: 'Clearly, $q = 3$.'}}")
    assert "\n\nClearly, $q=3$.\n\n" in sentence
    assert "q &=" not in sentence


def test_prose_stands_before_and_after_a_derivation() -> None:
    yaml = FORMULA.format(title="Gates", statement="Compute $f$.", more="")
    yaml = yaml.replace("{find: f}", "{find: f, before: 'First $q$.', after: 'Done.', text: 'What is $f$?'}")
    solved = solution_of(yaml)
    markdown = document([solved])
    order = ["What is $f$?", "First $q$.", "aligned", "**Answer:**", "Done."]
    assert sorted(order, key=markdown.index) == order
    blank = document([solved], blank=True)
    assert "What is $f$?" in blank
    assert "First" not in blank
    assert "Done" not in blank


HOSTILE = [
    r"\input{/etc/passwd}", "</script><script>alert(1)</script>", r"$\write18{rm -rf /}$", "a\u202eb", "😀 | # *_~`",
    "[x](javascript:alert(1))", "![x](http://a.b/c.png)", "$$", "```", "<!-- ", "&lt;script&gt;", "x" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_is_text(text: str) -> None:
    quoted = json.dumps(text, ensure_ascii=False)
    choice = f"""
title: {quoted}
kind: choice
statement: {quoted}
questions:
  q: {{question: {quoted}, options: {{a: {{text: {quoted}, explanation: {quoted}}}, b: other}}, answer: a}}
parts: [{{find: q, text: {quoted}, before: {quoted}, after: {quoted}}}]
"""
    for markdown in (formula(quoted, quoted, f"steps: {{q: {{note: {quoted}}}}}"), document([solution_of(choice)])):
        found = {token.type for token in tokens_of(markdown)}
        assert not found & {"html_block", "html_inline", "link_open", "image", "s_open"}
        assert "\\input" not in markdown.replace("\\\\input", "")
        assert "\\write" not in markdown.replace("\\\\write", "")
        assert "\u202e" not in markdown
        assert "## Summary" in markdown
