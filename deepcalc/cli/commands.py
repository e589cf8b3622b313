"""The commands: one row each. A command's module is imported, and its options are made, when it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class CommandRow(NamedTuple):
    """Where a command's function stands in ``deepcalc.cli``, and the arguments of its example."""

    module: str
    function: str
    example: str


COMMANDS: Mapping[str, CommandRow] = {
    "solve": CommandRow("solving", "solve", "relu-2-2-2 --part c --detail full"),
    "quick": CommandRow("solving", "quick", "formula 'f=(x+y)*z' x=-2 y=5 z=-4"),
    "export": CommandRow("exporting", "export", "relu-2-2-2 l1-penalty -o homework.pdf"),
    "check": CommandRow("checking", "check", "relu-2-2-2 -a o1=0 -a o2=-1.5 -a L=2.5 -a w21+=0.65"),
    "mark": CommandRow("course", "mark", "relu-2-2-2 submissions.csv -o marks.csv --feedback sheets"),
    "practice": CommandRow("practicing", "practice", "relu-2-2-2"),
    "graph": CommandRow("drawing", "graph", "relu-2-2-2 -o relu.svg"),
    "list": CommandRow("library", "list_problems", "--kind network"),
    "show": CommandRow("library", "show", "relu-2-2-2 --names"),
    "validate": CommandRow("authoring", "validate", "my-problem.yaml"),
    "kinds": CommandRow("authoring", "kinds", "optimizer"),
    "new": CommandRow("authoring", "new", "network -o my-network.yaml"),
    "schema": CommandRow("authoring", "schema", "network > network.schema.json"),
}


class Command(TyperCommand):
    """A command that converts what it was given alone: what was not stays as its function has it by default.

    Typer converts defaults too, with pydantic, whose import takes longer than listing the library.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given, unexpected, _ = self.make_parser(ctx).parse_args(args=list(args))
        if unexpected or ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        to_convert = [each for each in self.get_params(ctx) if each.required or given.get(each.name) not in (None, ())]
        for each in sorted(to_convert, key=lambda each: not each.is_eager):
            each.handle_parse_result(ctx, given, [])
        return []


class Commands(TyperGroup):
    """The group of the commands, each of which is made when it is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: Command(name) for name in COMMANDS}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for each in self.get_params(ctx):
            if getattr(each, "is_flag", False) and each.default is None:
                each.default = False  # where it is not given: None would be converted
        return super().parse_args(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name with its description, but without its options: enough for the list of them."""
        row = COMMANDS.get(cmd_name)
        return None if row is None else Command(cmd_name, help=inspect.getdoc(_function(row)))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, name and _whole(name), rest


def _function(row: CommandRow) -> Callable[..., None]:
    function: Callable[..., None] = getattr(import_module(f"deepcalc.cli.{row.module}"), row.function)
    return function


def _whole(name: str) -> Any:
    """The command with its options, ready to be run."""
    row = COMMANDS[name]
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command, epilog=f"Example:  deepcalc {name} {row.example}")(_function(row))
    return typer.main.get_command(alone)
