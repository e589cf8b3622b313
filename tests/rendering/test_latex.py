"""Exams in LaTeX: what the source says, and that pdflatex sets it without a fault."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.plan.plan import Item, ItemForm, Option
from deepcalc.problem.loader import load_text
from deepcalc.rendering.latex import exam
from deepcalc.solution.document import Section, Solution
from deepcalc.solution.solver import solve
from tests.library import PATHS, problem, solved_problem


@cache
def solution(name: str) -> Solution:
    return solved_problem(name)


def library() -> list[Solution]:
    return [solution(name) for name in PATHS]


@cache
def exam_of_all(blank: bool = False) -> str:
    return exam(library(), blank=blank)


def questions(latex: str) -> list[str]:
    return latex.split(r"\question")[1:]


# ---- the source


def test_points_of_questions_are_those_of_their_parts() -> None:
    for written, solved in zip(questions(exam_of_all()), library(), strict=True):
        points = [int(found) for found in re.findall(r"\\part\[(\d+)\]", written)]
        assert written.startswith(f"[{solved.points}]")
        assert sum(points) == solved.points or not points


def test_points_are_counted_once() -> None:
    """The class adds up what questions and parts say, so where parts have points the question's own do not count."""
    for before, written in zip(exam_of_all().split(r"\question")[:-1], questions(exam_of_all()), strict=True):
        counted = not before.endswith(r"\noaddpoints")
        assert counted == (r"\part[" not in written)


def test_a_single_problem_is_a_titled_sheet() -> None:
    latex = exam([solution("relu-2-2-2")])
    assert r"{\Large\bfseries Backpropagation through a ReLU network\par}" in latex
    assert r"\gradetable" not in latex
    assert r"\noaddpoints\question[9]\addpoints" in latex
    assert re.findall(r"\\part\[(\d)\]", latex) == ["3", "1", "5"]
    assert "\\printanswers" in latex
    assert r"= \boxed{2.5}" in latex
    assert r"Weights & $w_{11} = 1.0$" in latex


def test_a_picture_with_values_takes_the_place_of_the_bare_one_on_the_solution_sheet() -> None:
    latex = exam([solution("relu-2-2-2")])
    told, bare = re.split(r"\n\\else\n", latex.partition("\\ifprintanswers\n\\begin{center}")[2].partition("\n\\fi")[0])
    assert "Values stand above the units" in told
    assert "Values" not in bare
    assert latex.count(r"\begin{tikzpicture}") == 2
    assert latex.index(r"\begin{tikzpicture}") < latex.index(r"\part[3]")
    blank = exam([solution("relu-2-2-2")], blank=True)
    assert blank.count(r"\begin{tikzpicture}") == 1
    assert "Values stand" not in blank


def test_answers_stand_together_below_a_long_way_to_them() -> None:
    asked = {"relu-2-2-2": "a", "class-weights": "a"}  # two at the end of six steps; three steps, each boxed
    sheets = [exam([solve(problem(name), parts=[part])]) for name, part in asked.items()]
    assert [sheet.count(r"\textbf{Answers:}") for sheet in sheets] == [1, 0]
    assert [sheet.count(r"\boxed") for sheet in sheets] == [2, 3]


def test_several_problems_are_an_exam_with_a_table_of_points() -> None:
    latex = exam([solution("relu-2-2-2"), solution("l1-penalty")], title="Midterm & more")
    assert r"Midterm \& more" in latex
    assert r"\gradetable[h][questions]" in latex
    assert r"\textbf{Loss with an L1 penalty}" in latex
    assert len(questions(latex)) == 2


def test_right_choices_are_marked_and_explained() -> None:
    latex = exam([solution("avoid-overfitting")])
    assert r"\begin{checkboxes}" in latex
    assert latex.count(r"\CorrectChoice ") == 2
    assert latex.count(r"\choice ") == 2
    assert "kept from the epoch that generalized best" in latex


def test_a_matching_has_lines_to_fill_in() -> None:
    latex = exam([solution("learning-rate-curves")])
    assert r"\fillin[iii][2.5em]" in latex
    assert r"\textbf{iv}\enspace 3e-4" in latex
    assert r"\fillin[][2.5em]" in exam([solution("learning-rate-curves")], blank=True)


def test_a_blank_exam_gives_nothing_away() -> None:
    for solved in library():
        latex = exam([solved], blank=True)
        for word in (r"\CorrectChoice", r"\begin{solution", "align*", r"\boxed", r"\printanswers", "Answer:"):
            assert word not in latex, (solved.problem, word)
        for part in solved.parts:
            for item in part.items:
                for said in (item.explanation, item.model_answer, *(option.explanation for option in item.options)):
                    assert not said or " ".join(said.split())[:30] not in " ".join(latex.split())


def test_room_to_write_grows_with_the_points() -> None:
    latex = exam([solution("relu-2-2-2")], blank=True)
    first, second, third = (float(room) for room in re.findall(r"\\vspace\*\{([\d.]+)cm\}", latex))
    assert first == pytest.approx(3 * second)
    assert third == pytest.approx(5 * second)
    assert r"\fillwithlines{" in exam([solution("validation-below-training")], blank=True)
    assert r"\begin{solutionorlines}[" in exam([solution("validation-below-training")])


def test_a_fragment_is_the_body_alone_and_names_its_packages() -> None:
    latex = exam([solution("relu-2-2-2")], fragment=True)
    head = latex[: latex.index(r"\ifdefined")]
    for package in ("amsmath", "amssymb", "booktabs", "needspace"):
        assert package in head
    assert all(line.startswith("%") for line in head.splitlines())
    assert r"\documentclass" not in latex
    assert r"\begin{document}" not in latex


@pytest.mark.needs("pdflatex")
def test_wide_matrices_and_long_vectors_have_room(tmp_path: Path) -> None:
    rows = [[place % 3 for place in range(14)]] * 3
    fields = f"kind: filtering\nX: {rows}\nkernel: gaussian\npool: {{average: [1, 12]}}"
    matrix = solve(load_text(fields.encode(), "matrix.yaml", find_kinds()))
    signal = f"kind: filtering\nX: {[0.25] * 60}\nkernel: [1, -1, 2]\nupstream: {[1] * 58}"
    vector = solve(load_text(signal.encode(), "vector.yaml", find_kinds()))
    whole, part = exam([matrix, vector]), exam([matrix], fragment=True)
    assert r"\setcounter{MaxMatrixCols}{14}" in whole.partition(r"\begin{document}")[0]
    assert r"\setcounter{MaxMatrixCols}{14}" in part.partition(r"\begin{bmatrix}")[0]
    assert "MaxMatrixCols" not in exam([vector])
    assert r"\frac{2}{16} & \frac{1}{16} \\[3pt]" in whole
    assert overfull(log_of(whole, tmp_path)) == []


def test_parts_keep_their_letters() -> None:
    chosen = exam([solve(problem("relu-2-2-2"), parts=["b", "c"])])
    assert r"\renewcommand{\partlabel}{(b)}\part[1]" in chosen
    assert r"\noaddpoints\question[6]" in chosen
    assert r"\partlabel" not in exam([solution("relu-2-2-2")])


def test_the_authors_last_word_is_honoured() -> None:
    solved = solution("relu-2-2-2")
    part = solved.parts[0]
    (section,) = part.blocks
    assert isinstance(section, Section)
    first, second, *others = section.steps
    steps = (replace(first, author_note="mind the *sign*"), replace(second, text="Likewise $h_2$."), *others[1:])
    changed = replace(
        part, before="To begin.", after="Done.", hidden=(others[0],), blocks=(replace(section, steps=steps),)
    )
    latex = exam([replace(solved, parts=(changed, *solved.parts[1:]))])
    for said in (r"mind the \emph{sign}", "Likewise $h_{2}$.", "To begin.", "Done."):
        assert said in latex
    assert r"\operatorname{ReLU}(h_{1})" not in latex


# ---- hostile text

HOSTILE = [
    r"\input{/etc/passwd} \write18{touch x} \def\x{\x}\x \catcode`\%=12 ^^5cinput",
    r"$\write18{touch x}$ $\input{/etc/passwd}$ $\def\x{}$ $\begin{align}$ $\end{document}$ $\left($ $\verb|x|$",
    "</script> \\end{document} \\end{solution} % \\\\ & # ~ ^ _ { } ]{}[",
    "\u202eevil\u202c \u2066x\u2069 😀 日本語 العربية 한국어 \x07 ﬁ ﷺ ½ Ω ǆ",
    "$$ $$ $ $ $a$$b$ $x^2'$ $_^_^$ $\\frac$ $\\sqrt{ \\hat$ $}{$ $a_b_c^d^e$ $a & b \\\\ c$",
    "# head\n\n- a\n  - b\n    - c\n      - d\n        - e\n\n```\n  x = $y$ \\end{verbatim}\n\n%\n```\n",
    "x" * 300 + " $" + "x" * 3000 + "$ $$" + "x+" * 400 + "$$ $" + "{" * 60 + "x" + "}" * 60 + "$",
    "[x] *y* [z](http://a.b) `code $a$ %` <b> -- --- `` '' ,, << >> !` ?` \"",
    "[", "*", "", " ",
]  # fmt: skip


def attacked(solved: Solution, text: str) -> Solution:
    """The solution with the text wherever an author's text may stand."""
    part = solved.parts[0]
    key = text[:20]
    choice = Item("q", ItemForm.SINGLE, text, (Option(key, text, text), Option("b", text)), (), key, "", text)
    matching = Item("m", ItemForm.MATCHING, text, (Option(key, text),), (Option("i", text),), {key: key}, "", text)
    free = Item("t", ItemForm.TEXT, text, (), (), None, text, text)
    blocks = tuple(
        replace(
            block,
            title=text,
            steps=tuple(
                replace(step, author_note=text) if index % 2 else replace(step, text=text)
                for index, step in enumerate(block.steps)
            ),
        )
        for block in part.blocks
        if isinstance(block, Section)
    )
    changed = replace(part, id=key, text=text, before=text, after=text, blocks=blocks, items=(choice, matching, free))
    return replace(solved, title=text, statement=(text,), reference=text, parts=(part, changed))


def test_no_hostile_command_is_in_the_source() -> None:
    source = exam([attacked(solution("relu-2-2-2"), text) for text in HOSTILE], title=HOSTILE[0])
    assert not re.search(r"\\(?:input|write|def|catcode|verb)(?![a-z])|\^\^", source)
    assert source.count(r"\end{document}") == 1


# ---- what TeX says


def log_of(latex: str, folder: Path, runs: int = 1) -> str:
    """The log of the last run of pdflatex; its errors fail the test."""
    (folder / "exam.tex").write_text(latex)
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "exam.tex"]
    for _ in range(runs):
        ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
    log = (folder / "exam.log").read_text("utf-8", "replace")
    assert ran.returncode == 0, re.findall(r"^! .*\n(?:.*\n){4}", log, re.MULTILINE)
    return log


def overfull(log: str) -> Sequence[str]:
    return [line for line in re.findall(r"Overfull \\hbox \(.*", log) if float(line.split("(")[1].split("pt")[0]) > 5]


@pytest.mark.needs("pdflatex")
@pytest.mark.parametrize("blank", [False, True], ids=["solutions", "paper"])
def test_the_whole_library_is_set_without_a_fault(blank: bool, tmp_path: Path) -> None:
    log = log_of(exam_of_all(blank), tmp_path, runs=2)
    assert overfull(log) == []
    assert "undefined" not in log
    assert "multiply defined" not in log
    assert "Missing character" not in log
    aux = (tmp_path / "exam.aux").read_text()
    points = [int(found) for found in re.findall(r"\\gdef\\pointsofq@[ivxlcdm]+\s*\{(\d+)\}", aux)]
    assert points == [solved.points for solved in library()], "as the class adds them up"


@pytest.mark.needs("pdflatex")
def test_ten_epochs_of_four_samples_fit_four_pages(tmp_path: Path) -> None:
    """The table of all 40 steps, both pictures, and the derivation of the steps asked."""
    log = log_of(exam([solved_problem("ten-epochs-of-xor")]), tmp_path, runs=2)
    assert overfull(log) == []
    assert re.search(r"Output written on exam\.pdf \((\d+) page", log)[1] == "4"  # type: ignore[index]


@pytest.mark.needs("pdflatex")
def test_one_source_is_solution_sheet_and_question_paper(tmp_path: Path) -> None:
    paper = re.sub(r"^\\printanswers.*$", "", exam_of_all(), flags=re.MULTILINE)
    assert overfull(log_of(paper, tmp_path)) == []


@pytest.mark.needs("pdflatex")
@pytest.mark.parametrize("around", ["{}", "\\begin{{questions}}\\question One\n{}{}\\end{{questions}}"])
def test_a_fragment_is_set_inside_and_outside_of_questions(around: str, tmp_path: Path) -> None:
    fragment = exam([solution("relu-2-2-2"), solution("avoid-overfitting")], fragment=True)
    packages = "".join(re.findall(r"\\usepackage(?:\[.*?\])?\{.*?\}", fragment[: fragment.index(r"\ifdefined")]))
    document = rf"\documentclass{{exam}}{packages}\printanswers\begin{{document}}" + "\n"
    assert log_of(document + around.format(fragment, fragment) + "\\end{document}\n", tmp_path)


@pytest.mark.needs("pdflatex")
@pytest.mark.parametrize("blank", [False, True], ids=["solutions", "paper"])
def test_hostile_text_is_set_too(blank: bool, tmp_path: Path) -> None:
    attacks = [attacked(solution("relu-2-2-2"), text) for text in HOSTILE]
    log = log_of(exam(attacks, title="a" * 1_000_000, blank=blank), tmp_path)
    assert "(/etc" not in log, "TeX logs a file that it opens with a bracket before it"
    assert "Missing character" not in log


@pytest.mark.needs("pdflatex")
def test_a_million_characters_are_set(tmp_path: Path) -> None:
    solved = replace(solution("l1-penalty"), title="wide " * 200_000, statement=("a" * 1_000_000,))
    assert overfull(log_of(exam([solved]), tmp_path)) == []
