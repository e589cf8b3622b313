r"""Solutions in LaTeX, made for the ``exam`` class: one source is the question paper and the solution sheet.

What a file says never reaches TeX as commands: text is escaped, mathematics is written anew from what was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

from deepcalc.rendering.latex_question import Question
from deepcalc.rendering.latex_text import cut, escape, heading
from deepcalc.solution.document import Solution

_LONGEST_HEADER = 70
_QUESTIONS_PER_ROW = 10  # of the table of points
_MOST_ROWS = 14  # of that table in the size of the text; a longer one would not fit below the title

_PREAMBLE = r"""\documentclass[a4paper,11pt,addpoints,fleqn]{exam}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage{microtype}
\usepackage[hmargin=2cm,top=2.2cm,bottom=2cm]{geometry}
\usepackage{amsmath,amssymb}
\usepackage{booktabs}
\usepackage{needspace}
\usepackage{tikz}
\usepackage{xcolor}
\setlength{\mathindent}{1em}
\setlength{\jot}{3pt}
\setlength{\parskip}{2pt plus 1pt}
\setlength{\emergencystretch}{3em}
\setlength{\lineskip}{2pt}
\everymath\expandafter{\the\everymath\lineskip1pt}
\everydisplay\expandafter{\the\everydisplay\lineskip1pt}
\shadedsolutions
\definecolor{SolutionColor}{gray}{0.95}
\checkboxchar{$\square$}
\checkedchar{$\boxtimes$}
\pagestyle{headandfoot}
\AtBeginDocument{\abovedisplayskip=4pt plus 2pt minus 1pt \belowdisplayskip=\abovedisplayskip
  \abovedisplayshortskip=3pt plus 2pt \belowdisplayshortskip=\abovedisplayskip}
"""

_FRAGMENT_HEAD = r"""% For \input into a document of the exam class, inside or outside of a questions environment.
% It needs \usepackage[T1]{fontenc}, \usepackage[utf8]{inputenc}, \usepackage{lmodern},
% \usepackage[fleqn]{amsmath}, \usepackage{amssymb}, \usepackage{booktabs}, \usepackage{needspace}
% and \usepackage{tikz};
% \printanswers shows the solutions, the class option addpoints adds up the points.
\ifdefined\question\let\endofquestions\relax\else\def\endofquestions{\end{questions}}\begin{questions}\fi
\allowdisplaybreaks"""


_MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", re.DOTALL)
_COLUMNS = 10  # of a matrix, unless more are said


def _columns(body: str) -> str:
    """What makes room for matrices with more columns than are allowed by default; nothing where there are none."""
    rows = (row for matrix in _MATRIX.findall(body) for row in matrix.split(r"\\"))
    most = max((row.count("&") + 1 for row in rows), default=0)
    return f"\\setcounter{{MaxMatrixCols}}{{{most}}}\n" if most > _COLUMNS else ""


def exam(
    solutions: Sequence[Solution], *, title: str | None = None, blank: bool = False, fragment: bool = False
) -> str:
    r"""The solutions as one exam, each a question with its points: a complete file, or the body as a ``fragment``.

    ``blank`` leaves the answers out of the source itself and room to write in their place.
    """
    alone = len(solutions) == 1 and title is None
    questions = [Question(solution, blank=blank, titled=not alone or fragment) for solution in solutions]
    body = "\n\n\n".join(question.latex() for question in questions)
    if fragment:
        return f"{_FRAGMENT_HEAD}\n{_columns(body)}\n{body}\n\n\\endofquestions\n"
    shown_title = title or (solutions[0].title if alone else "Exam")
    has_points = len(solutions) > 1 and any(question.points is not None for question in questions)
    lines = [
        _PREAMBLE + _columns(body) + _header(shown_title),
        *([] if blank else ["\\printanswers % without this line: the question paper"]),
        "",
        r"\begin{document}",
        r"\allowdisplaybreaks",
        _title(shown_title, solutions[0].reference if alone else None),
        _NAME_LINE if blank else rf"\ifprintanswers{_SOLUTIONS}\else{_NAME_LINE}\fi",
        *([_points_table(len(solutions), blank)] if has_points else []),
        "",
    ]
    return "\n".join([*lines, r"\begin{questions}", "", body, "", r"\end{questions}", r"\end{document}", ""])


_SOLUTIONS = r"{\centering Solutions\par}\medskip"
_NAME_LINE = r"\noindent Name:\enspace\hrulefill\qquad Date:\enspace\makebox[4cm]{\hrulefill}\par\bigskip"


def _header(title: str) -> str:
    return "\n".join(
        [rf"\runningheader{{{escape(cut(title, _LONGEST_HEADER))}}}{{}}{{}}", r"\footer{}{\thepage\,/\,\numpages}{}"]
    )


def _title(title: str, reference: str | None) -> str:
    lines = [r"\begin{center}", rf"{{\Large\bfseries {heading(title)}\par}}"]
    if reference:
        lines.append(rf"\smallskip{{\small {heading(reference)}\par}}")
    return "\n".join([*lines, r"\end{center}"])


def _points_table(questions: int, blank: bool) -> str:
    """The points of each question, on the paper with room for the marks."""
    rows = ceil(questions / _QUESTIONS_PER_ROW)
    grades, points = r"\gradetable[h][questions]", r"\pointtable[h][questions]"
    if rows > 1:
        grades, points = rf"\multirowgradetable{{{rows}}}[questions]", rf"\multirowpointtable{{{rows}}}[questions]"
    small = [r"\footnotesize"] if rows > _MOST_ROWS else []
    table = grades if blank else rf"\ifprintanswers{points}\else{grades}\fi"
    return "\n".join([r"\begin{center}", *small, table, r"\end{center}"])
