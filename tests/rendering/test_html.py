"""Solutions as HTML: the whole library, what a page holds, and what of an author's file reaches it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from deepcalc.plan import Item
from deepcalc.plan.plan import ItemForm, Option
from deepcalc.rendering.as_json import as_data
from deepcalc.rendering.html import fragment, page
from deepcalc.rendering.html_derivation import in_parts
from deepcalc.rendering.html_style import FRAGMENT_STYLE, STYLE
from deepcalc.solution.document import Part, Section, Solution, Step, Table
from tests.library import PATHS, VALUED, exported, solved_problem
from tests.rendering.markup import Element, number_text, read


@cache
def solution(name: str) -> Solution:
    return solved_problem(name)


@cache
def document(name: str) -> Element:
    return read(exported(name, "html"))


@pytest.mark.parametrize("name", VALUED)
def test_every_figure_is_the_one_of_the_json(name: str) -> None:
    data = as_data(solution(name))
    parts = document(name).find("section", "part")
    assert len(parts) == len(data["parts"])
    for section, part, expected in zip(parts, solution(name).parts, data["parts"], strict=True):
        written = solution(name).symbols.written
        steps = [step for block in part.blocks for each in _as_set(block) for step in each.all_steps]
        seen = [written(step.name) for step in steps if step.text is None]
        in_json = {step["name"]: step["shown"] for step in expected["steps"]}
        hidden = {step.name for step in part.hidden} | {step.name for step in part.steps if step.text is not None}
        assert {*seen} == {*in_json} - {*map(written, hidden)}
        results = [
            number_text(each)
            for details in section.find("details")
            for each in details.find("span")
            if each.attributes.get("class") in ("answer", "result")
        ]
        assert [_figures(each) for each in results] == [_figures(in_json[name]) for name in seen]
        shown = [answer["shown"] for answer in expected["answers"] if answer["exact"] is not None]
        listed = [each for box in section.find("ul", "equations") for each in box.find("li")]
        assert [_without_name(each) for each in listed] == [_figures(each) for each in shown]


def _as_set(block: Section | Table) -> Sequence[Section | Table]:
    return in_parts(block) if isinstance(block, Table) else (block,)


def _figures(shown: str) -> str | list[str]:
    """What is shown; of a matrix its numbers, which stand in the cells of a page."""
    return re.findall(r"[-\d.e]+", shown) if shown.startswith("[") else shown


def _without_name(equation: Element) -> str | list[str]:
    _, value = re.split("[=≈]", number_text(equation), maxsplit=1)
    return _figures(re.sub("([×…])", r" \1 ", value.removeprefix("(").removesuffix(")")))


@pytest.mark.parametrize("name", PATHS)
def test_no_formula_is_left_as_text(name: str) -> None:
    words = "".join(_words(document(name).find("body")[0]))
    assert not re.search(r"\\[A-Za-z]|\$[^ ]|[A-Za-z]_[{0-9]|\^\{", words)
    assert document(name).find("math") or solution(name).kind == "choice"


def _words(element: Element) -> list[str]:
    if element.tag in ("math", "code", "svg"):
        return []
    return [text for child in element.children for text in ([child] if isinstance(child, str) else _words(child))]


@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_whole_and_accessible(name: str) -> None:
    root = document(name)
    assert root.find("html")[0].attributes["lang"] == "en"
    assert root.find("title")[0].text == solution(name).title.replace("−", "-"), "as the markup is read"
    levels = [int(each.tag[1]) for each in root.all() if re.fullmatch("h[1-6]", each.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in root.find("table"):
        assert table.find("caption") or table.attributes["class"] == "derivation"
        assert all(head.attributes["scope"] in ("row", "col") for head in table.find("th"))
    for caption in root.find("caption"):
        assert caption.text.strip()


@pytest.mark.parametrize("name", PATHS)
def test_a_page_needs_nothing_from_elsewhere(name: str) -> None:
    for element in document(name).all():
        assert element.tag not in ("script", "link", "iframe", "object", "embed", "base", "form")
        for attribute, value in element.attributes.items():
            assert not attribute.startswith("on")
            assert attribute not in ("src", "srcset", "action")
            assert attribute != "href" or value.startswith("#")
            assert "url(" not in value
    assert "@import" not in STYLE
    assert "url(" not in STYLE


@pytest.mark.parametrize("name", PATHS)
def test_a_blank_page_asks_everything_and_answers_nothing(name: str) -> None:
    root = read(page([solution(name)], blank=True))
    for answering in ("answer", "answers", "result", "right", "explanation", "derivation", "textbook", "summary"):
        assert not root.find("*", answering), answering
    assert not root.find("details")
    assert "☑" not in root.text
    for part in solution(name).parts:
        assert f"Part ({part.id})" in root.text
        for item in part.items:
            assert all(option.key in root.text for option in item.options)
            assert not item.model_answer or item.model_answer not in root.text


def test_several_problems_stand_under_one_title_with_links_and_all_points() -> None:
    some = [solution("relu-2-2-2"), solution("dropout-statements")]
    root = read(page(some, title="Midterm"))
    assert [each.text for each in root.find("h1")] == ["Midterm 11 points"]
    targets = [link.attributes["href"].removeprefix("#") for link in root.find("a")]
    assert targets == [article.attributes["id"] for article in root.find("article")]
    assert len({*targets}) == 2


def test_right_choices_are_marked_for_eyes_and_ears() -> None:
    entries = document("dropout-statements").find("ul", "choices")[0].find("li")
    marked = [entry.find("span", "key")[0].text for entry in entries if "☑" in entry.text]
    spoken = [entry.find("span", "key")[0].text for entry in entries if entry.find("span", "spoken")]
    assert marked == spoken == ["a", "c"]


def test_a_matching_names_the_partner_of_each_option() -> None:
    item = Item(
        "match", ItemForm.MATCHING, "Match.", (Option("a", "one"), Option("b", "two")),
        (Option("1", "uno"), Option("2", "due")), {"a": "1", "b": "2"},
    )  # fmt: skip
    root = read(page([_with_part(items=(item,))]))
    assert [each.text for each in root.find("ul", "matching")[0].find("span", "answer")] == ["→ 1", "→ 2"]


def test_an_aligned_derivation_has_one_relation_a_row() -> None:
    rows = document("relu-2-2-2").find("table", "derivation")[0].find("tr")
    assert [row.find("td", "relation")[0].text for row in rows] == ["="] * len(rows)
    assert [row.find("th")[0].text for row in rows if row.find("th")] == ["h1", "h2", "h3", "h4", "o1", "o2"]


def test_the_note_stands_beside_the_first_line_and_the_reason_beside_the_last() -> None:
    rows = document("relu-2-2-2").find("table", "derivation")[0].find("tr")
    notes = [row.find("td", "note")[0].text for row in rows]
    assert notes[0] == "net input of hidden unit 1"
    assert "since h1=2>0" in notes


def _with_part(**changes: object) -> Solution:
    base = solution("relu-2-2-2")
    return replace(base, parts=(replace(base.parts[0], **changes),))  # type: ignore[arg-type]


def _with_step(**changes: object) -> Solution:
    first, *others = solution("relu-2-2-2").parts[0].steps
    changed: Step = replace(first, **changes)  # type: ignore[arg-type]
    return _with_part(blocks=(Section("Forward pass", (changed, *others)),))


def test_the_author_has_the_last_word() -> None:
    noted = read(page([_with_step(author_note="**mine** is $w_1$")])).find("td", "note")[0]
    assert (noted.find("strong")[0].text, len(noted.find("math"))) == ("mine", 1)
    told = read(page([_with_step(text="By symmetry, $h_1 = 2$.")]))
    assert told.find("td", "prose")[0].text == "By symmetry, h1=2."
    around = read(page([_with_part(before="Before.", after="After.")])).text
    assert around.index("Before.") < around.index("Forward pass") < around.index("After.")
    blank = read(page([_with_part(before="Before.", after="After.")], blank=True)).text
    assert "Before." not in blank
    assert "After." not in blank


def test_a_hidden_step_is_nowhere() -> None:
    first, *others = solution("relu-2-2-2").parts[0].steps
    root = read(page([_with_part(blocks=(Section("Forward pass", tuple(others)),), hidden=(first,))]))
    assert "net input of hidden unit 1" not in root.text


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title></style></table></math><script>alert(1)</script>",
    '" onload="alert(1)" \'',
    "<!-- & &amp; -->",
    "$</math><script>alert(1)</script>$",
    r"$\text{<script>alert(1)</script>}$ $\mathbf{</mi><img src=x>}$ $\href{javascript:alert(1)}{x}$",
    "[x](javascript:alert(1)) ![x](http://example.org/x.png) <http://example.org>",
    "right\u202e to left\u2066 \u200f marks",
    "a\x00b\x1b[31mc\ud800d\ufffe",
    "emoji 👩🏽\u200d🔬 and ﷽",
    "`<b>` ```\n<script>\n```",
]


def _poisoned(text: str) -> Solution:
    item = Item(text, ItemForm.SINGLE, text, (Option("a", text, text), Option("b", "fine")), (), "a", text, text)
    part = Part(text, 1, (), text, (), (item,), (), (), before=text, after=text)
    noted = _with_step(author_note=text)
    given = tuple(replace(each, title=text) for each in noted.given)
    return replace(noted, title=text, statement=(text,), reference=text, given=given, parts=(*noted.parts, part))


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str, blank: bool) -> None:
    harmless = {each.tag for each in read(page([_poisoned("fine")], blank=blank)).all()} | {
        "math", "mi", "mo", "mn", "mrow", "mtext", "mspace", "pre", "code", "strong", "em", "wbr",
    }  # fmt: skip
    html = page([_poisoned(text)], blank=blank)
    html.encode("utf-8")
    assert not re.search("[\x00\x1b\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", html)
    for element in read(html).all():
        assert element.tag in harmless
        assert not any(name.startswith("on") or name in ("src", "href") for name in element.attributes)


def test_a_million_characters_are_only_long() -> None:
    html = page([_poisoned("x" * 1_000_000)])
    assert len(html) < 40_000_000
    deep = page([replace(solution("relu-2-2-2"), statement=(f"${'(' * 20_000}x{')' * 20_000}$",))])
    assert "<math" in deep


def test_a_fragment_touches_nothing_outside_itself() -> None:
    root = read(fragment(solution("relu-2-2-2")))
    assert [each.attributes["class"] for each in root.children if isinstance(each, Element)] == ["deepcalc fragment"]
    assert not root.find("h1")
    assert not [each for each in root.all() if "id" in each.attributes and each.tag != "svg"]
    rules = re.sub(r"@media[^{]*\{", "", STYLE + FRAGMENT_STYLE)
    selectors = [selector.strip(" }\n") for selector in re.findall(r"([^{}]+?)\{", rules)]
    assert selectors
    for selector in selectors:
        alternatives = re.sub(r"\([^)]*\)", "", selector).split(",")
        assert all(each.strip(" }\n").startswith(".deepcalc") for each in alternatives), selector


def _luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_has_the_contrast_that_wcag_asks_for() -> None:
    palettes = re.findall(r"--paper:.*", STYLE)
    assert len(palettes) == 2
    for palette in palettes:
        colours = dict(re.findall(r"--([a-z-]+):#([0-9a-f]+)", palette))
        for ink, paper in [
            *((ink, "paper") for ink in ("ink", "quiet", "accent", "right")),
            *((ink, "right-paper") for ink in ("ink", "quiet", "right")),
        ]:
            light, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)
