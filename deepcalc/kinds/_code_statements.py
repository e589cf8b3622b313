"""Goes through the statements of a model's code: names are bound as Python would bind them, and nothing is run."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import PydanticCustomError

from deepcalc.kinds._code_calls import attribute
from deepcalc.kinds._code_python import MOST_ITEMS, Python
from deepcalc.kinds._code_values import Definition, LayerChain, Model, Returned, Unread
from deepcalc.rules.frameworks import ASIDE, SELF, WITHOUT

_MOST_STATEMENTS = 5000


class Statements(Python):
    """Binds names, statement by statement; ``unread`` is what was not read, in order."""

    def __init__(self) -> None:
        self._statements = 0
        self.unread: list[Unread] = []

    @abstractmethod
    def sequence(self, nodes: Sequence[ast.expr], scope: Mapping[str, Any], depth: int) -> Iterator[Any]:
        """The layers and models that stand one behind the other."""

    def run(self, body: Sequence[ast.stmt], scope: dict[str, Any], depth: int) -> Any:
        """What the statements return."""
        found = self._block(body, scope, depth)
        return None if found is None else found.value

    def count(self, statement: ast.stmt | ast.expr) -> None:
        """Count a step, so that the work on a text is bounded."""
        self._statements += 1
        if self._statements > _MOST_STATEMENTS:
            raise self.calls.error(f"there are more than {_MOST_STATEMENTS} statements on the way", statement)

    def _step(self, statement: ast.stmt, scope: dict[str, Any], depth: int) -> Returned | None:
        """What a statement returns, if it does."""
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Assert() | ast.Expr(value=ast.Constant()):
                pass
            case ast.Return(value=value):
                return Returned(None if value is None else self.value(value, scope, depth))
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                scope[name] = Definition(statement, scope=scope)
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                self.bind(target, self.deferred(value, scope, depth), scope)
            case ast.AugAssign(target=target, op=ast.Add(), value=value) if self._is_list(target, scope, depth):
                self._lengthen(self.value(_read(target), scope, depth), self.items(value, scope, depth), statement)
            case ast.AugAssign(target=target, op=ast.Add() | ast.Mult() as op, value=value):
                whole = ast.copy_location(ast.BinOp(_read(target), op, value), statement)
                self.bind(target, self.deferred(whole, scope, depth), scope)
            case ast.Expr(value=ast.Call() as call):
                self._do(call, scope, depth)
            case ast.If(test=test, body=body, orelse=otherwise):
                return self._block(body if self.truth(test, scope, depth) else otherwise, scope, depth)
            case ast.For(target=target, iter=iterated, body=body, orelse=[]):
                return self._loop(target, self.items(iterated, scope, depth), body, scope, depth)
            case _:
                raise self.calls.error(
                    "expected layers, a Sequential, or a model with its way forward; nothing else can be followed",
                    statement,
                )
        return None

    def _block(self, body: Sequence[ast.stmt], scope: dict[str, Any], depth: int) -> Returned | None:
        for statement in body:
            self.count(statement)
            found = self._step(statement, scope, depth)
            if found is not None:
                return found
        return None

    def _loop(
        self, target: ast.expr, items: Sequence[Any], body: Sequence[ast.stmt], scope: dict[str, Any], depth: int
    ) -> Returned | None:
        for item in items:
            self.bind(target, item, scope)
            found = self._block(body, scope, depth)
            if found is not None:
                return found
        return None

    def deferred(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """The value of an expression; one that is not read, and has to do with no layer, is told where it is needed."""
        try:
            return self.value(node, scope, depth)
        except PydanticCustomError as error:
            if self.is_of_layers(node, scope):
                raise
            self.unread.append(Unread(error))
            return self.unread[-1]

    def _is_list(self, target: ast.expr, scope: Mapping[str, Any], depth: int) -> bool:
        return isinstance(self.deferred(_read(target), scope, depth), list)

    def _lengthen(self, before: list[Any], more: Sequence[Any], at: ast.expr | ast.stmt) -> None:
        """Put more at the end of a list, which may have other names."""
        if len(before) + len(more) > MOST_ITEMS:
            raise self.calls.error(f"expected at most {MOST_ITEMS} items", at)
        before += more

    def bind(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        match target:
            case ast.Name(id=name):
                scope[name] = value
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == SELF and SELF not in scope:
                scope[SELF] = Model("the model", {name: value})  # of a class that is not in the text
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if isinstance(scope.get(owner), Model):
                scope[owner].attributes[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts) if isinstance(value, list) and len(value) == len(parts):
                for part, item in zip(parts, value, strict=True):
                    self.bind(part, item, scope)
            case ast.Tuple(elts=parts) if isinstance(value, Unread):
                for part in parts:
                    self.bind(part, value, scope)
            case _:
                raise self.calls.error("expected a single name to be set", target)

    def _do(self, call: ast.Call, scope: dict[str, Any], depth: int) -> None:
        """A call whose value is not used: a layer that is added, or one of the layers that stand one below another."""
        match call.func:
            case ast.Attribute(attr="__init__"):
                return
            case ast.Attribute(value=receiver, attr=name) if name in WITHOUT and not _is_own(receiver, name, scope):
                return
            case ast.Name(id=name) if name in ASIDE and name not in scope:
                self.deferred(ast.copy_location(ast.Tuple(call.args), call), scope, depth)
                return
            case ast.Attribute(value=ast.Name(id=owner), attr="add"):
                before = scope.get(owner, LayerChain(()))
                if isinstance(before, LayerChain):
                    scope[owner] = LayerChain((*before.layers, *self.sequence(call.args, scope, depth)))
                    return
            case ast.Attribute(value=receiver, attr="append" | "extend" as name):
                before = self.value(receiver, scope, depth)
                added = self.listed(call.args[:1], scope, depth)
                if isinstance(before, list) and added:
                    more = self.items(call.args[0], scope, depth) if name == "extend" else added
                    self._lengthen(before, more, call)
                    return
        scope[f"line {call.lineno}, {call.col_offset}"] = self.deferred(call, scope, depth)


def _is_own(receiver: ast.expr, name: str, scope: Mapping[str, Any]) -> bool:
    """Whether a method is one that the text itself defines."""
    return isinstance(receiver, ast.Name) and attribute(scope, receiver.id, name) is not None


def _read(target: ast.expr) -> ast.expr:
    """What is set, as it is read: ``x`` of ``x += 1``."""
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    return ast.copy_location(ast.Name(target.id if isinstance(target, ast.Name) else "", ast.Load()), target)
