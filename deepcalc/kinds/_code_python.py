"""The Python between the layers of a model's code: choices, loops' ranges, lists, tables of sizes; nothing is run."""

from __future__ import annotations

import ast
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from deepcalc.kinds._code_calls import Calls, name_of
from deepcalc.kinds._code_values import UNKNOWN_SIZE, LayerChain, Model, Tensor

MOST_ITEMS = 1000
"""So many things may stand in a list, or be gone through in a loop."""

_COMPARED: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, others: one in others,
    ast.NotIn: lambda one, others: one not in others,
}
_LISTED: Mapping[str, Callable[..., Any]] = {
    "range": range,
    "enumerate": enumerate,
    "zip": zip,
    "reversed": reversed,
    "list": list,
    "tuple": list,
}
_BUILTINS = frozenset({*_LISTED, "len", "hasattr", "int"})
MAIN = "__main__"


class NotPlain(Exception):
    """The expression is none that Python alone explains."""


class Python(ABC):
    """Works out expressions whose parts are known; ``value`` is the way to those parts."""

    calls: Calls

    @abstractmethod
    def bind(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        """Let names stand for a value."""

    @abstractmethod
    def count(self, statement: ast.stmt | ast.expr) -> None:
        """Count a step, so that the work on a text is bounded."""

    @abstractmethod
    def value(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """The value of an expression in the names of a scope."""

    def truth(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> bool:
        """Whether a condition holds; an error at its place where that is not known."""
        return self._holds(self.value(node, scope, depth), node)

    def _holds(self, found: Any, node: ast.expr) -> bool:
        if found is UNKNOWN_SIZE or isinstance(found, Tensor):
            raise self.calls.error("this depends on an input, which is not known: the code is read, not run", node)
        return bool(found.layers) if isinstance(found, LayerChain) else bool(found)

    def items(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> list[Any]:
        """What is gone through, one by one."""
        found = self.value(node, scope, depth)
        if isinstance(found, LayerChain):
            return [LayerChain((layer,)) for layer in found.layers]
        if not isinstance(found, list):
            raise self.calls.error("expected a list that is known: the code is read, not run", node)
        return found

    def plain(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """The value of an expression that Python alone explains; ``NotPlain`` for any other."""
        match node:
            case ast.Name(id="__name__"):
                return MAIN
            case ast.IfExp() | ast.BoolOp() | ast.UnaryOp() | ast.Compare():
                return self._decided(node, scope, depth)
            case ast.List() | ast.Tuple() | ast.ListComp() | ast.GeneratorExp() | ast.Dict():
                return self._gathered(node, scope, depth)
            case ast.Subscript(value=of, slice=place):
                return self._part(node, self.value(of, scope, depth), place, scope, depth)
            case ast.BinOp(left=left, op=ast.Add() | ast.Mult() as op, right=right):
                return self._of_lists(node, op, self.value(left, scope, depth), self.value(right, scope, depth))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=told) if name in _BUILTINS:
                given = [*arguments, *self._told(name, told)]
                return self._of_builtin(node, name, [self.value(each, scope, depth) for each in given])
        raise NotPlain

    def _decided(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """What conditions say, or choose."""
        match node:
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                return self.value(body if self.truth(test, scope, depth) else otherwise, scope, depth)
            case ast.BoolOp(op=op, values=[*parts, last]):
                for part in parts:
                    found = self.value(part, scope, depth)
                    if self._holds(found, part) is isinstance(op, ast.Or):
                        return found
                return self.value(last, scope, depth)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.truth(operand, scope, depth)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
                return self._compared(op, left, right, scope, depth)
        raise NotPlain

    def _gathered(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """What is put together from items."""
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return self.listed(parts, scope, depth)
            case ast.ListComp(elt=made, generators=loops) | ast.GeneratorExp(elt=made, generators=loops):
                return list(self._comprehended(made, loops, scope, depth + 1))
            case ast.Dict(keys=keys, values=values) if all(isinstance(key, ast.Constant) for key in keys):
                told = (key.value for key in keys if isinstance(key, ast.Constant))
                return dict(zip(told, (self.value(each, scope, depth) for each in values), strict=True))
        raise NotPlain

    def _comprehended(
        self, made: ast.expr, loops: Sequence[ast.comprehension], scope: Mapping[str, Any], depth: int
    ) -> Iterator[Any]:
        """What is made in loops within each other, of the items for which their conditions hold."""
        if not loops:
            yield self.value(made, scope, depth)
            return
        outer, *inner = loops
        for item in self.items(outer.iter, scope, depth):
            self.count(made)
            known = dict(scope)
            self.bind(outer.target, item, known)
            if all(self.truth(condition, known, depth) for condition in outer.ifs):
                yield from self._comprehended(made, inner, known, depth)

    def _told(self, name: str, keywords: Sequence[ast.keyword]) -> Iterator[ast.expr]:
        """What a function of Python is told by name."""
        for each in keywords:
            if (name, each.arg) == ("enumerate", "start"):
                yield each.value
            elif (name, each.arg) != ("zip", "strict"):
                raise self.calls.error(f"`{name}` with `{each.arg or '**'}` is not followed", each.value)

    def listed(self, nodes: Sequence[ast.expr], scope: Mapping[str, Any], depth: int) -> list[Any]:
        """The values of several expressions; a list behind a star stands for its items."""
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found += self.items(node.value, scope, depth)
            else:
                found.append(self.value(node, scope, depth))
        return found

    def _compared(self, op: ast.cmpop, left: ast.expr, right: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        one, other = self.value(left, scope, depth), self.value(right, scope, depth)
        if any(each is UNKNOWN_SIZE or isinstance(each, Tensor) for each in (one, other)):
            raise self.calls.error("this depends on an input, which is not known: the code is read, not run", left)
        try:
            if _is_flat(one) and _is_flat(other):
                return _COMPARED[type(op)](one, other)
        except TypeError:
            pass
        raise self.calls.error("expected two values that can be compared", left)

    def _part(self, node: ast.expr, of: Any, place: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        if of is UNKNOWN_SIZE:
            return of
        if isinstance(place, ast.Slice):
            ends = [None if end is None else self.value(end, scope, depth) for end in (place.lower, place.upper)]
            if isinstance(of, list) and place.step is None and all(end is None or _is_whole(end) for end in ends):
                return of[slice(*ends)]
            raise NotPlain
        key = self.value(place, scope, depth)
        is_known = isinstance(of, dict) or (isinstance(of, list) and _is_whole(key))
        try:
            return of[key] if is_known else self._no_part(node)
        except (KeyError, IndexError, TypeError):
            raise self.calls.error(f"there is no {key!r} in this", place) from None

    def _no_part(self, node: ast.expr) -> Any:
        raise self.calls.error("expected a part of a list or a table that is known: the code is read, not run", node)

    def _of_lists(self, node: ast.expr, op: ast.operator, left: Any, right: Any) -> list[Any]:
        adds = isinstance(op, ast.Add) and isinstance(left, list) and isinstance(right, list)
        repeats = isinstance(op, ast.Mult) and isinstance(left, list) and _is_whole(right)
        if not adds and not repeats:
            raise NotPlain
        if (len(left) + len(right) if adds else len(left) * right) > MOST_ITEMS:
            raise self.calls.error(f"expected at most {MOST_ITEMS} items", node)
        return [*left, *right] if adds else [*left] * right

    def _of_builtin(self, node: ast.expr, name: str, given: list[Any]) -> Any:
        if name == "hasattr" and len(given) == 2 and isinstance(given[0], Model):
            return given[1] in given[0].attributes
        if name == "int" and len(given) == 1 and _is_whole(given[0]):
            return given[0]
        if name == "len" and len(given) == 1 and isinstance(given[0], list | dict):
            return len(given[0])
        first = given[:1] if name == "enumerate" else given
        numbers = given if name == "range" else given[len(first) :]
        lists = [] if name == "range" else first
        fits = all(map(_is_whole, numbers)) and all(isinstance(each, list) for each in lists)
        if name in _LISTED and given and fits:
            try:
                found = list(islice(_LISTED[name](*given), MOST_ITEMS + 1))
            except (TypeError, ValueError):
                found = []
            if len(found) <= MOST_ITEMS:
                return [list(each) if isinstance(each, tuple) else each for each in found]
        raise self.calls.error(f"`{name}` of this is not known: the code is read, not run", node)

    def is_of_layers(self, node: ast.AST, scope: Mapping[str, Any]) -> bool:
        """Whether a layer that is made, or what comes out of one, has a part in an expression."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(scope.get(part.id), Tensor):
                return True
            if isinstance(part, ast.Call) and self.calls.knows(name_of(part)):
                return True
        return False


def _is_flat(value: Any) -> bool:
    """Whether there is nothing in it that has parts of its own."""
    return not isinstance(value, list | dict) or not any(isinstance(each, list | dict) for each in value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 10**6
