"""Pictures laid out: nothing overlaps, whatever the problem. Pictures written: no text gets through to the format."""

from __future__ import annotations

import math
import re
import subprocess
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.problem.loader import load_text
from deepcalc.rendering.figures import dot, scene, svg, tikz
from deepcalc.rendering.figures.grids import DEEPEST
from deepcalc.rendering.figures.scene import COLOURS, Dot, Ink, Pill, Rect, Scene, Text, cut, span_within
from deepcalc.rendering.figures.scene import Path as Course
from deepcalc.rendering.figures.ticks import ticks
from deepcalc.solution.drawings import Block, Blocks, Edge, Figure, Layer, Mark, Matrices, Matrix, Network, Plane, Unit
from deepcalc.solution.solver import solve
from tests.library import PATHS, problem, solved_problem

SVG = "{http://www.w3.org/2000/svg}"


def overlaps(drawn: Scene) -> list[str]:
    """What meets in a scene that must not: two texts, a text and the rim of a unit, a text and a straight line."""
    found = []
    boxes = [(text.label.plain, text.box.padded(-0.2)) for text in drawn.texts]
    for (one, box), (other, another) in combinations(boxes, 2):
        if box.overlaps(another):
            found.append(f"{one} and {other}")
    for shape in drawn.shapes:
        for said, box in boxes:
            if isinstance(shape, Pill | Dot) and box.overlaps(shape.box) and not is_inside(box, shape.box):
                found.append(f"{said} and the {type(shape).__name__} at {shape.x:.0f}, {shape.y:.0f}")
            if isinstance(shape, Course) and not shape.smooth and not shape.filled:
                lines = pairwise(shape.points)
                if any(span_within(start, end, box) for start, end in lines):
                    found.append(f"{said} and a line from {shape.points[0]}")
    return found


def is_inside(box: Rect, other: Rect) -> bool:
    return other.left <= box.left and box.right <= other.right and other.top <= box.top and box.bottom <= other.bottom


def test_rows_of_a_table_stand_in_one_picture() -> None:
    row = "{max_pool: {input: 64x64x3, kernel: 2}}, {max_pool: 2}"
    given = f"kind: convolution\nlayers: [{', '.join([row] * 3)}]"
    (figure,) = solve(load_text(given.encode(), "test.yaml", find_kinds())).figures[-1:]
    drawn = scene(figure, Symbols())
    heights = {
        title: [round(text.y) for text in drawn.texts if text.label.plain == title]
        for title in ("input", "max pooling")
    }
    assert len(set(heights["input"])) == len(heights["input"]) == 3
    assert [heights["max pooling"].count(height) for height in dict.fromkeys(heights["max pooling"])] == [2, 2, 2]
    assert overlaps(drawn) == []


@pytest.mark.parametrize("name", [name for name in PATHS if problem(name).plan.figures])
def test_nothing_overlaps_in_the_library(name: str) -> None:
    solution = solved_problem(name)
    for figure in solution.figures:
        drawn = scene(figure, solution.symbols)
        assert overlaps(drawn) == []
        assert drawn.scale > 0.75


numbers = st.decimals(-100, 100, places=3).map(lambda value: Literal(f"{value}"))
stems = st.sampled_from(["w", "theta", "h", "Err", "W1_2", "a_long_name"])


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to five columns of up to six units, named or with values, with and without biases and errors."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    stem, tells, has_biases, has_errors = draw(stems), draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    values = iter(draw(st.lists(numbers, min_size=400, max_size=400)))

    def mark(name: str) -> Mark:
        return Mark(Name(name), next(values) if tells else None)

    layers = []
    for number, size in enumerate(sizes):
        units = tuple(
            Unit(
                mark(f"{stem}{number}_{row}"),
                mark(f"z{number}_{row}") if number and has_errors else None,
                mark(f"b{number}_{row}") if number and has_biases else None,
                mark(f"delta{number}_{row}") if number and tells and has_errors else None,
            )
            for row in range(size)
        )
        before = sizes[number - 1] if number else 0
        edges = {
            (i, j): Edge(
                mark(f"{stem}_{number}_{i}_{j}"), next(values) if tells and has_errors and before < 3 else None
            )
            for i in range(before)
            for j in range(size)
        }
        layers.append(Layer("hidden", "leaky relu", units, edges))
    return Network(tuple(layers), mark("L") if draw(st.booleans()) else None)


@settings(max_examples=25, deadline=None)
@given(networks())
def test_nothing_overlaps_in_any_network(network: Network) -> None:
    assert overlaps(scene(Figure("", (), network, tells=True), Symbols())) == []


def full_network(sizes: list[int]) -> Network:
    layers = []
    for number, size in enumerate(sizes):
        units = tuple(Unit(Mark(Name(f"a{number}_{row}"), Literal("-0.125"))) for row in range(size))
        before = sizes[number - 1] if number else 0
        edges = {
            (i, j): Edge(Mark(Name(f"W{number}_{i}_{j}"), Literal("-0.125")))
            for i in range(before)
            for j in range(size)
        }
        layers.append(Layer("hidden", "tanh", units, edges))
    return Network(tuple(layers))


@pytest.mark.parametrize("sizes", [[3, 4, 2], [6, 6], [4, 4, 4, 4], [6, 6, 6, 6], [6, 6, 6, 6, 6]])
def test_the_largest_networks_are_legible_on_a_page(sizes: list[int]) -> None:
    drawn = scene(Figure("", (), full_network(sizes), tells=True), Symbols())
    smallest = min(text.size for text in drawn.texts) * drawn.scale
    assert smallest > 5  # points: TeX's \tiny


def test_a_scene_holds_all_its_shapes() -> None:
    solution = solved_problem("relu-2-2-2")
    drawn = scene(solution.figures[1], solution.symbols)
    page = Rect(0, 0, drawn.width, drawn.height)
    assert all(is_inside(shape.box, page) for shape in drawn.shapes)


# ---- formats

HOSTILE = {
    "w": Forms('</text><script>alert("1")</script>', "w"),
    "a": Forms('"]; } & \\', "a"),
    "b": Forms("b\u202e\u0007", "b"),
}


def hostile_figure() -> Figure:
    units = [Layer("input", "", (Unit(Mark(Name("a"))),), {})]
    units.append(
        Layer('</desc>\\input{x} & % $ "', "", (Unit(Mark(Name("b"))),), {(0, 0): Edge(Mark(Name("w"), Literal("1")))})
    )
    return Figure('</title><script>&"\\write18', ("]]><x>",), Network(tuple(units)), tells=True)


def test_no_text_gets_through_to_svg() -> None:
    text = svg(hostile_figure(), Symbols(HOSTILE))
    root = ElementTree.fromstring(text)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "path", "rect", "circle", "text", "tspan",
    }  # fmt: skip
    assert root.findtext(f"{SVG}title") == '</title><script>&"\\write18'
    assert '</text><script>alert("1")</script> = 1' in ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def test_no_text_gets_through_to_tikz() -> None:
    text = tikz(hostile_figure(), Symbols(HOSTILE))
    assert r"\input" not in text
    assert r"\textbackslash{}input\{x\} \& \% \$" in text


def test_no_text_gets_through_to_dot() -> None:
    text = dot(hostile_figure(), Symbols(HOSTILE))
    assert text is not None
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "S", text)
    assert not set(outside) & set('"\\&')
    assert "script" not in outside


@pytest.mark.parametrize("name", [name for name in PATHS if problem(name).plan.figures])
def test_svg_says_what_it_shows(name: str) -> None:
    solution = solved_problem(name)
    for figure in solution.figures:
        text = svg(figure, solution.symbols)
        root = ElementTree.fromstring(text)
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title") == figure.title
        assert root.findtext(f"{SVG}desc")
        assert not re.search(r"href|url\(|id=|#000|black|white", text)


def test_symbols_have_their_subscripts() -> None:
    solution = solved_problem("relu-2-2-2")
    root = ElementTree.fromstring(svg(solution.figures[0], solution.symbols))
    weight = next(each for each in root.iter(f"{SVG}text") if "".join(each.itertext()) == "w21")
    base, index = weight
    assert (base.get("font-style"), float(index.get("dy", "0")) > 0) == ("italic", True)
    assert "w₂₁" in str(root.findtext(f"{SVG}desc"))


def test_values_and_derivatives_differ_in_colour() -> None:
    solution = solved_problem("three-gates")
    root = ElementTree.fromstring(svg(solution.figures[1], solution.symbols))
    colours = {"".join(each.itertext()): each.get("fill") for each in root.iter(f"{SVG}text")}
    assert colours["q = 3"] != colours["−4"]
    assert "currentColor" not in (colours["q = 3"], colours["1"])


@pytest.mark.needs("pdflatex")
def test_the_pictures_of_the_library_compile(tmp_path: Path) -> None:
    pictures = []
    for name in PATHS:
        solution = solved_problem(name)
        pictures += [tikz(figure, solution.symbols) for figure in solution.figures]
    pictures.append(tikz(hostile_figure(), Symbols(HOSTILE)))
    preamble = r"\documentclass{article}\usepackage{lmodern}\usepackage[T1]{fontenc}\usepackage{tikz,amssymb,amsmath}"
    body = "\n\n".join(rf"\noindent {picture}" for picture in pictures)
    (tmp_path / "all.tex").write_text(f"{preamble}\\textwidth=440pt\\begin{{document}}\n{body}\\end{{document}}")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300)
    log = run.stdout.decode(errors="replace")
    assert run.returncode == 0, log[-2000:]
    assert "Overfull" not in log


def test_a_region_is_drawn_with_all_its_specks() -> None:
    solution = solved_problem("logistic-decision-boundary")
    figure = next(figure for figure in solution.figures if figure.tells)
    assert isinstance(figure.drawing, Plane)
    (region,) = figure.drawing.regions
    assert region is not None
    in_legend, count = 6, len(region.points)
    assert svg(figure, solution.symbols).count("h0") == count + in_legend
    assert tikz(figure, solution.symbols).count("+(0,0.01)") == count + in_legend
    assert dot(figure, solution.symbols) is None


def test_regions_have_the_colours_of_the_points_in_their_places() -> None:
    """Each colour is that of a sort of points, of a region, and of both in the legend."""
    fields = (
        "kind: regression\nmodel: softmax\nx: [[0, 0], [4, 0], [0, 4], [4, 4], [2, 2], [9, 9]]\n"
        "y: [0, 1, 2, 3, 4, 5]\ntheta: [[0, 0, 0, 0, 0.5, -9], [-1, 1, -1, 1, 0, 1], [-1, -1, 1, 1, 0, 1]]"
    )
    solution = solve(load_text(fields.encode(), "test.yaml", find_kinds()))
    figure = next(figure for figure in solution.figures if figure.tells)
    assert isinstance(figure.drawing, Plane)
    drawing = svg(figure, solution.symbols)
    inks = (Ink.BLUE, Ink.ORANGE, Ink.VALUE, Ink.PURPLE, Ink.BROWN, Ink.BLUE)
    specks = re.findall(r'<path d="M[^"]*h0[^"]*" stroke="(#\w+)"', drawing)
    wanted = [COLOURS[ink] for ink, region in zip(inks, figure.drawing.regions, strict=True) if region is not None]
    assert len(wanted) > 4
    assert specks == [*wanted, *wanted]
    assert drawing.count(f'stroke="{COLOURS[Ink.BROWN]}"') >= 4


def test_a_plot_is_no_graph() -> None:
    solution = solved_problem("early-stopping")
    assert dot(solution.figures[0], solution.symbols) is None


def test_dot_has_every_connection() -> None:
    solution = solved_problem("relu-2-2-2")
    text = str(dot(solution.figures[0], solution.symbols))
    assert text.count("->") == 4 + 4 + 2  # two layers of weights, and the loss


# ---- the pieces


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("0", "1", ["0", "1/5", "2/5", "3/5", "4/5", "1"]),
        ("2.192", "5", ["2", "3", "4", "5"]),
        ("-0.8", "1.2", ["-1", "-1/2", "0", "1/2", "1", "3/2"]),
        ("0.00001", "0.00003", ["1/100000", "3/200000", "1/50000", "1/40000", "3/100000"]),
        ("7", "7", ["2", "4", "6", "8", "10", "12"]),
    ],
)
def test_ticks_are_round_and_hold_all_values(low: str, high: str, expected: list[str]) -> None:
    assert [str(tick) for tick in ticks(Fraction(low), Fraction(high))] == expected


@given(st.fractions(-(10**9), 10**9), st.fractions(0, 10**9).filter(bool))
def test_ticks_reach_from_end_to_end(low: Fraction, span: Fraction) -> None:
    found = ticks(low, low + span)
    steps = {after - before for before, after in pairwise(found)}
    assert found[0] <= low < low + span <= found[-1]
    assert (len(steps), 3 <= len(found) <= 8) == (1, True)
    (step,) = steps
    assert str(float(step)).replace(".", "").strip("0").split("e")[0].rstrip("0") in ("1", "2", "5")


def test_whole_ticks_stay_inside() -> None:
    assert [int(tick) for tick in ticks(Fraction(1), Fraction(25), most=11, whole=True)] == [5, 10, 15, 20, 25]


def test_a_line_gives_way_to_text() -> None:
    pieces = cut((0, 0), (100, 0), [Rect(40, -5, 60, 5), Rect(50, -5, 70, 5), Rect(0, 10, 100, 20)])
    assert pieces == [((0.0, 0.0), (40.0, 0.0)), ((70.0, 0.0), (100.0, 0.0))]


def test_nested_formulas_are_drawn_gate_by_gate() -> None:
    source = b"kind: formula\ngates: true\ngiven: {x: 1.5, y: -2}\ndefine: {f: 'log(1 + exp(-x*y)) / (y - x)^2'}"
    solution = solve(load_text(source, "nested", find_kinds()))
    asked, solved = (scene(figure, solution.symbols) for figure in solution.figures)
    assert overlaps(asked) == overlaps(solved) == []
    said = [shape.label.plain for shape in asked.shapes if isinstance(shape, Text)]
    assert {"−", "÷", "x", "y", "f"} <= set(said)


def test_the_window_of_an_output_is_framed() -> None:
    text = "kind: filtering\nX: [[1, 2, 3], [4, 5, 6]]\nkernel: [[1, 0], [0, 1]]\nstride: [1, 2]\npadding: 1\n"
    text += "window: [2, 2]"
    (figure,) = solve(load_text(text.encode(), "test.yaml", find_kinds())).figures
    assert isinstance(figure.drawing, Matrices)
    ((image, _, kernel, _, output),) = figure.drawing.rows
    assert isinstance(image, Matrix)
    assert isinstance(kernel, Matrix)
    assert isinstance(output, Matrix)
    # with a row and a column of zeros around, the second window of the second row begins at row 1, column 2
    assert image.framed == (frozenset({(1, 2), (1, 3), (2, 2), (2, 3)}),)
    assert [cell.text for cell in image.cells[1]] == ["0", "1", "2", "3", "0"]
    assert kernel.framed == ()
    assert output.framed == (frozenset({(1, 1)}),)
    assert output.cells[1][1].value == 2 * 1 + 6 * 1


def test_each_winner_of_a_pooling_has_a_frame_of_its_own() -> None:
    text = "kind: filtering\nX: [1, 3, 4, 2]\npool: {kernel: 2}"
    (figure,) = solve(load_text(text.encode(), "test.yaml", find_kinds())).figures
    assert isinstance(figure.drawing, Matrices)
    ((taken, *_),) = figure.drawing.rows
    assert isinstance(taken, Matrix)
    assert taken.framed == (frozenset({(0, 1)}), frozenset({(0, 2)}))


def test_matrices_that_are_large_are_not_drawn() -> None:
    image = [[1] * 13] * 13
    assert (
        solve(load_text(f"kind: filtering\nX: {image}\nkernel: box".encode(), "test.yaml", find_kinds())).figures == ()
    )


def test_layers_that_branch_are_boxes_with_connections() -> None:
    solution = solved_problem("resnet-downsampling-block")
    asked, told = (figure.drawing for figure in solution.figures)
    assert isinstance(asked, Blocks)
    assert isinstance(told, Blocks)
    assert [edge for edge in told.edges if edge[1] != edge[0] + 1] == [(0, 6), (5, 8)]
    assert [[mark.value for mark in block.shape] for block in asked.blocks[1:]] == [[None] * 3] * 9
    shapes = [[mark.value and mark.value.text for mark in block.shape] for block in told.blocks]
    assert shapes == [["56", "56", "64"], *[["28", "28", "128"]] * 9]
    written = dot(solution.figures[1], solution.symbols)
    assert written is not None
    assert 'n5 -> n8 [label="28 × 28 × 128"];' in written


@settings(max_examples=50, deadline=None)
@given(st.data(), st.integers(2, 12))
def test_nothing_overlaps_in_any_boxes(data: st.DataObject, count: int) -> None:
    """Whatever is connected, as long as every box but the first takes something from before it."""
    edges = {(data.draw(st.integers(0, end - 1)), end) for end in range(1, count)}
    edges |= set(data.draw(st.lists(st.sampled_from([(i, j) for j in range(1, count) for i in range(j)]), max_size=4)))
    sides = tuple(Mark(Name(f"H{n}"), Literal(str(n))) for n in (128, 64, 3))
    blocks = tuple(Block("convolution", ("kernel 3 × 3",) if n % 2 else (), sides) for n in range(count))
    drawn = scene(Figure("", (), Blocks(blocks, tuple(sorted(edges))), True), Symbols())
    assert overlaps(drawn) == []


@pytest.mark.parametrize(
    ("tokens", "query", "rows", "columns"),
    [
        ("rows", "[[1, 0], [0, 2]]", "q", "k"),
        ("columns", "[[1, 0], [0, 2]]", "k", "q"),
        ("columns", "[1, 0]", "q", "k"),
    ],
)
def test_attention_weights_are_a_heat_map(tokens: str, query: str, rows: str, columns: str) -> None:
    text = f"kind: attention\ntokens: {tokens}\nscore: dot\nQ: {query}\nK: [[1, 0], [0, 1]]\nV: [[1, 2], [3, 4]]"
    solution = solve(load_text(text.encode(), "test.yaml", find_kinds()))
    (figure,) = solution.figures
    assert isinstance(figure.drawing, Matrices)
    ((weights,),) = figure.drawing.rows
    assert isinstance(weights, Matrix)
    first, second = (1 / (1 + math.exp(-score)) for score in (1, -2))  # softmax of (1, 0) and of (0, 2)
    expected = [[first, 1 - first], [second, 1 - second]][: len(weights.cells)]
    found = [list(row) for row in weights.shades]
    if rows == "k":
        found = [list(column) for column in zip(*found, strict=True)]
    assert [entry for row in found for entry in row] == pytest.approx([e for row in expected for e in row], abs=1e-4)
    assert [name.name for name in weights.row_names] == [f"{rows}{at + 1}" for at in range(len(weights.cells))]
    assert [name.name for name in weights.column_names] == [f"{columns}1", f"{columns}2"]
    opacities = [shape.opacity for shape in scene(figure, solution.symbols).shapes if isinstance(shape, Course)]
    shown = [opacity for opacity in opacities if opacity is not None]
    assert shown == pytest.approx([DEEPEST * entry for row in weights.shades for entry in row])
