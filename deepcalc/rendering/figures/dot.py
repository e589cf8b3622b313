"""The graphs among the figures in DOT, the language of Graphviz, which lays them out itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from deepcalc.notation.nodes import Relation
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.solution.drawings import Blocks, Figure, Gates, Mark, Network, Stages, Unit


def to_dot(figure: Figure, printer: UnicodePrinter) -> str | None:
    """The figure as a ``digraph``; None for what is no graph."""
    write = _WRITE.get(type(figure.drawing))
    if write is None:
        return None
    lines = [
        "digraph {",
        f"  label={_quoted(figure.title)}; rankdir=LR;",
        '  node [fontname="serif", shape=circle]; edge [fontname="serif", arrowsize=0.6];',
        *(f"  {line}" for line in write(figure.drawing, printer)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _network(network: Network, printer: UnicodePrinter) -> Iterator[str]:
    for number, layer in enumerate(network.layers):
        if layer is None:
            yield f'n{number} [label="…", shape=plaintext];'
            continue
        for row, unit in enumerate(layer.units):
            said = ["…"] if unit is None else _unit(unit, printer)
            yield f"n{number}_{row} [label={_quoted(*said)}{', shape=plaintext' if unit is None else ''}];"
        for (i, j), edge in layer.edges.items():
            said = [] if edge.weight is None else [_said(edge.weight, printer)]
            if edge.derivative is not None:
                said.append(printer.print(edge.derivative))
            yield f"n{number - 1}_{i} -> n{number}_{j} [label={_quoted(*said)}];"
    for skip in network.skips:
        said = [_said(edge.weight, printer) for edge in skip.edges if edge.weight is not None]
        target = "loss" if skip.end == len(network.layers) else f"n{skip.end}_0"
        yield f"n{skip.start}_0 -> {target} [label={_quoted(*said)}, style=dashed];"
    last = network.layers[-1]
    if network.loss is not None and last is not None:
        yield f"loss [label={_quoted(_said(network.loss, printer))}, shape=box];"
        for row, unit in enumerate(last.units):
            if unit is not None:
                yield f"n{len(network.layers) - 1}_{row} -> loss;"


def _unit(unit: Unit, printer: UnicodePrinter) -> list[str]:
    marks = (unit.net, unit.output, unit.bias, unit.error)
    shown = [mark for mark in marks if mark is not None and (mark.value is not None or mark is unit.output)]
    return [_said(mark, printer) for mark in shown]


def _chain(chain: Stages, printer: UnicodePrinter) -> Iterator[str]:
    yield "node [shape=box];"
    for number, stage in enumerate(chain.stages):
        if stage is None:
            yield f'n{number} [label="…", shape=plaintext];'
        else:
            shape = " × ".join(printer.print(mark.symbol if mark.value is None else mark.value) for mark in stage.shape)
            yield f"n{number} [label={_quoted(stage.title, *stage.details, shape)}];"
        if number:
            yield f"n{number - 1} -> n{number};"


def _blocks(drawing: Blocks, printer: UnicodePrinter) -> Iterator[str]:
    yield "rankdir=TB; node [shape=box];"
    for number, block in enumerate(drawing.blocks):
        yield f"n{number} [label={_quoted(block.title, *block.details)}];"
    for start, end in drawing.edges:
        sides = drawing.blocks[start].shape
        shape = " × ".join(printer.print(mark.symbol if mark.value is None else mark.value) for mark in sides)
        yield f"n{start} -> n{end} [label={_quoted(shape)}];"


def _gates(gates: Gates, printer: UnicodePrinter) -> Iterator[str]:
    for number, gate in enumerate(gates.gates):
        said = [_said(gate.mark, printer)]
        if gate.formula is not None:
            said.insert(0, f"{printer.print(gate.mark.symbol)} = {printer.print(gate.formula)}")
        if gate.derivative is not None:
            said.append(f"gradient {printer.print(gate.derivative)}")
        shape = "plaintext" if gate.formula is None else "box"
        yield f"n{number} [label={_quoted(*dict.fromkeys(said))}, shape={shape}];"
        for used in dict.fromkeys(gate.uses):
            if used >= 0:
                yield f"n{used} -> n{number};"


_WRITE: Mapping[type, Callable[[Any, UnicodePrinter], Iterator[str]]] = {
    Network: _network,
    Stages: _chain,
    Blocks: _blocks,
    Gates: _gates,
}


def _said(mark: Mark, printer: UnicodePrinter) -> str:
    if mark.value is None:
        return printer.print(mark.symbol)
    return printer.print(Relation("=" if mark.value.exact else "≈", mark.symbol, mark.value))


def _quoted(*lines: str) -> str:
    r"""The lines in one string of DOT, in which a backslash and a quotation mark are written with a backslash."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join("".join(c for c in line if c.isprintable()) for line in escaped) + '"'
