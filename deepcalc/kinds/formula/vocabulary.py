"""The functions and operations that a formula may use, told from their tables."""

from __future__ import annotations

from deepcalc.kinds.registry import Vocabulary
from deepcalc.notation.functions import FUNCTIONS, Function
from deepcalc.notation.nodes import Call, Name, Node
from deepcalc.notation.operations import OPERATIONS
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.shorthands import SHORTHANDS, Shorthand

ARGUMENTS = (Name("x"), Name("y"))


def vocabulary() -> Vocabulary:
    """Titles of tables, each with names and what they mean."""
    printer = UnicodePrinter()
    return {
        "Functions of numbers, and of arrays entry by entry": {
            name: _meaning(row, printer) for name, row in FUNCTIONS.items()
        },
        "Functions that are written out": {
            name: _written_out(row, printer) for name, row in SHORTHANDS.items() if name not in FUNCTIONS
        },
        "Operations on arrays": {name: row.summary for name, row in OPERATIONS.items() if row.summary},
    }


def _meaning(row: Function, printer: UnicodePrinter) -> str:
    arguments = ARGUMENTS[: row.arity or 2]
    call = Call(row.name, *arguments)
    definition = "" if row.definition is None else f" = {_on_one_line(printer, row.definition(*arguments))}"
    derivative = _on_one_line(printer, row.derivative(arguments, call, 0))
    return f"{printer.print(call)}{definition}; derivative {derivative}{_default(row.name)}"


def _written_out(row: Shorthand, printer: UnicodePrinter) -> str:
    arguments = ARGUMENTS[: 1 if row.default is None else 2]
    return f"{_on_one_line(printer, row.write(*arguments))}{_default(row.name)}"


def _default(name: str) -> str:
    """What the second argument is where it is left out."""
    default = SHORTHANDS[name].default if name in SHORTHANDS else None
    return "" if default is None else f"; y = {default} where it is left out"


def _on_one_line(printer: UnicodePrinter, node: Node) -> str:
    return " ".join(printer.print(node).split())
