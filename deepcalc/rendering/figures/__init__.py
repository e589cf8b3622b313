"""Pictures: a figure of the document laid out as a scene of shapes, and the scene written as SVG or TikZ.

Every sort of drawing has its layout in a module of its own; the writers know shapes only. DOT leaves the layout
to Graphviz and is written from the drawing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.rendering.figures.blocks import blocks_scene
from deepcalc.rendering.figures.chain import chain_scene
from deepcalc.rendering.figures.dot import to_dot
from deepcalc.rendering.figures.gates import gates_scene
from deepcalc.rendering.figures.grids import grids_scene
from deepcalc.rendering.figures.lettering import Lettering
from deepcalc.rendering.figures.network import network_scene
from deepcalc.rendering.figures.plane import plane_scene
from deepcalc.rendering.figures.plot import plot_scene
from deepcalc.rendering.figures.scene import Scene
from deepcalc.rendering.figures.svg import to_svg
from deepcalc.rendering.figures.tikz import document, to_tikz
from deepcalc.solution.drawings import Blocks, Figure, Gates, Matrices, Network, Plane, Plot, Stages

_LAYOUTS: Mapping[type, Callable[[Any, Lettering], Scene]] = {
    Network: network_scene,
    Stages: chain_scene,
    Blocks: blocks_scene,
    Plot: plot_scene,
    Gates: gates_scene,
    Plane: plane_scene,
    Matrices: grids_scene,
}


def scene(figure: Figure, symbols: Symbols) -> Scene:
    """The figure laid out."""
    return _LAYOUTS[type(figure.drawing)](figure.drawing, Lettering(symbols))


def svg(figure: Figure, symbols: Symbols, standalone: bool = False) -> str:
    """The figure as an ``svg`` element, to stand in a page; ``standalone`` as a file of its own."""
    laid_out = scene(figure, symbols)
    return to_svg(laid_out, figure.title, _description(figure, symbols, laid_out), standalone)


def tikz(figure: Figure, symbols: Symbols) -> str:
    """The figure as a ``tikzpicture``, which needs the package ``tikz``."""
    return to_tikz(scene(figure, symbols))


def tikz_document(figure: Figure, symbols: Symbols) -> str:
    """The figure as a complete LaTeX file."""
    return document(tikz(figure, symbols))


def dot(figure: Figure, symbols: Symbols) -> str | None:
    """The figure for Graphviz; None for a plot or a plane, which is no graph."""
    return to_dot(figure, UnicodePrinter(symbols))


def _description(figure: Figure, symbols: Symbols, laid_out: Scene) -> str:
    """The caption, and all that is written in the picture, for those who do not see it."""
    printer = UnicodePrinter(symbols)
    caption = "".join(part if isinstance(part, str) else printer.print(part) for part in figure.caption)
    written = ", ".join(text.label.plain for text in laid_out.texts)
    return " ".join(filter(None, (caption, f"In the picture: {written}." if written else "")))
