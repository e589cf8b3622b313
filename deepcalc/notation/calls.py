"""What a call in a formula stands for: a function, a shorthand for a formula, or an operation on arrays, by its row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from deepcalc.errors import ParseError, did_you_mean
from deepcalc.notation.array_nodes import Apply, Prime, Setting
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.lexer import Token, shortened
from deepcalc.notation.nodes import Call, Node
from deepcalc.notation.shorthands import SHORTHANDS, function_named

_OTHERWISE = {
    **dict.fromkeys(("dot", "inner", "vdot", "matmul", "mm", "bmm"), "the product of vectors or matrices is u @ t"),
    **dict.fromkeys(("multiply", "mul", "hadamard", "elementwise"), "a product entry by entry is u * t"),
    **dict.fromkeys(("transpose", "t"), "a transposed matrix is X.T"),
    **dict.fromkeys(("pow", "power", "square"), "a power is x^2"),
    **dict.fromkeys(("norm2", "l2_norm", "l2norm"), "the norm of a vector is norm(u)"),
    "add": "a sum is x + y",
    "divide": "a quotient is x/y",
}
"""Functions of libraries that are no functions here, and how they are written."""

Settings: TypeAlias = dict[str, tuple[Setting, int]]
"""The settings of a call, each with its place in the text."""


def called(function: Token, arguments: Sequence[Node], settings: Settings) -> Node:
    """The function applied to the arguments; ``ParseError`` where it does not take them, or there is none."""
    name = function_named(function.text)
    row = FUNCTIONS.get(name)
    if name in SHORTHANDS and not settings:
        try:
            return SHORTHANDS[name].written(arguments)
        except ValueError as error:
            raise ParseError(str(error), function.position) from None
    if row is None or settings:
        return _operation(function, arguments, settings)
    if row.arity is not None and len(arguments) != row.arity:
        raise ParseError(f"{row.name} takes {_counted(row.arity)}, not {len(arguments)}", function.position)
    return Call(row.name, *arguments)


def primed(function: Token, argument: Node) -> Node:
    """The derivative of a function of one argument, ``relu'(Z)``."""
    row = FUNCTIONS.get(function_named(function.text))
    if row is None or row.arity != 1:
        raise ParseError(f"{shortened(function.text)} is no function of one argument", function.position)
    return Prime(row.name, argument)


def _operation(function: Token, arguments: Sequence[Node], settings: Settings) -> Node:
    """An operation on arrays, by its row."""
    from deepcalc.notation.operations import OPERATIONS
    from deepcalc.notation.operations.row import SEVERAL

    row = OPERATIONS.get(function.text)
    if row is None:
        known = [*FUNCTIONS, *SHORTHANDS, *OPERATIONS]
        near = did_you_mean(function.text, known) or f"; the functions are {', '.join(sorted(set(known)))}"
        near = f"; {_OTHERWISE[function.text]}" if function.text in _OTHERWISE else near
        raise ParseError(f"unknown function {shortened(function.text)}{near}", function.position)
    for name, (value, position) in settings.items():
        if name not in row.settings:
            takes = f"; it takes {', '.join(row.settings)}" if row.settings else ""
            raise ParseError(f"{row.name} has no setting `{name[:40]}`{takes}", position)
        if isinstance(value, tuple) and name not in SEVERAL:
            raise ParseError(f"`{name}` of {row.name} is one whole number, not {len(value)} in brackets", position)
    missing = [name for name in row.required if name not in settings]
    if missing:
        raise ParseError(f"{row.name} needs {missing[0]}=…, as in {row.name}(X, {missing[0]}=2)", function.position)
    if not arguments or (row.arity is not None and len(arguments) != row.arity):
        takes = f"{row.name} takes {_counted(row.arity or 'one or more')}"
        raise ParseError(f"{takes}, not {len(arguments)}: {row.summary}", function.position)
    return Apply(row.name, {name: value for name, (value, _) in settings.items()}, *arguments)


def _counted(arity: int | str) -> str:
    return f"{arity} argument{'' if arity == 1 else 's'}"
