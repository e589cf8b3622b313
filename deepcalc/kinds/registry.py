"""What a kind is, and where the kinds are found. A kind's module is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepcalc.errors import DeepcalcError, UsageError, did_you_mean
from deepcalc.notation.names import plain_form
from deepcalc.records import record

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from deepcalc.fields.types import Fields
    from deepcalc.plan import Plan, Slip

GROUP = "deepcalc.kinds"

Assignment = tuple[str, str]

Vocabulary = Mapping[str, Mapping[str, str]]
"""Titles of tables, each with words and what they mean."""

ASKED_FOR = "What can be asked for"
"""The title over the names that a kind makes beside those that the author gives."""


def _fields_themselves(fields: Any) -> Any:
    return fields


def later(module: str, name: str) -> Callable[..., Any]:
    """The function of that name in a module which is imported when the function is first called."""

    def call(*arguments: Any) -> Any:
        return getattr(import_module(module), name)(*arguments)

    return call


@record
class Kind:
    """One kind of problem.

    ``fields`` is what an author writes; ``read`` turns it into the kind's model of the problem (the fields
    themselves, where they say all), or raises ``FieldError`` with everything that is wrong in them together;
    ``build`` turns the model into a plan. ``template`` is a commented problem
    file that solves as it is. ``shorthand`` turns the ``NAME=VALUE`` pairs of ``deepcalc quick`` into fields
    (nested dictionaries of YAML text) where the dotted names alone would not do. ``slips`` gives the typical
    mistakes of a problem of the kind, from its model and its plan; it is called when answers are marked.
    ``vocabulary`` tells the words that its fields may use, from the tables behind them. ``draft`` makes a problem file
    of a file of another sort, from that one's name and content. ``subjects`` are words that somebody might take for the
    kind's name.
    """

    name: str
    summary: str
    fields: type[Fields]
    build: Callable[[Any], Plan]
    template: str
    read: Callable[[Any], Any] = _fields_themselves
    shorthand: Callable[[Sequence[Assignment]], dict[str, Any]] | None = None
    slips: Callable[[Any, Plan], Iterable[Slip]] | None = None
    vocabulary: Callable[[], Vocabulary] | None = None
    draft: Callable[[str, bytes], str] | None = None
    subjects: tuple[str, ...] = ()


class BrokenPlugin(DeepcalcError):
    """A plug-in that cannot be used; names its package."""


class Kinds:
    """The kinds that can be asked for by name, each imported when it is; plug-ins are looked for when one is."""

    def __init__(self, builtin: Sequence[str], find_plugins: Callable[[], Mapping[str, EntryPoint]]) -> None:
        self.builtin = tuple(builtin)
        self._find_plugins = find_plugins

    @cached_property
    def plugins(self) -> Mapping[str, EntryPoint]:
        return self._find_plugins()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.builtin, *(name for name in sorted(self.plugins) if name not in self.builtin))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __getitem__(self, name: str) -> Kind:
        """The kind of that name; ``UsageError`` for an unknown one, ``BrokenPlugin`` for one that fails to load."""
        if name in self.builtin:
            kind: Kind = import_module(f"deepcalc.kinds.{name}").KIND
            return kind
        if name not in self.plugins:
            raise UsageError(f"unknown kind `{name}`{self._meant(name)}")
        entry = self.plugins[name]
        package = entry.dist.name if entry.dist is not None else entry.module
        try:
            loaded = entry.load()
        except Exception as error:  # whatever a plug-in raises is its own fault, and is reported as such
            raise BrokenPlugin(f"the plug-in {package} (kind `{name}`) fails to load: {error}") from error
        if not isinstance(loaded, Kind):
            raise BrokenPlugin(f"the plug-in {package} (kind `{name}`) is a {type(loaded).__name__}, not a Kind")
        return loaded

    def _meant(self, name: str) -> str:
        """What an unknown name may stand for."""
        owners = [kind for kind in self.builtin if plain_form(name) in map(plain_form, self[kind].subjects)]
        if owners:
            return f"; that is a matter of `{owners[0]}`"
        return did_you_mean(name, self.names) or f"; the kinds are {', '.join(self.names)}"


def find_kinds() -> Kinds:
    """The kinds of this package and of every plug-in installed beside it."""
    here = Path(__file__).parent
    builtin = sorted(path.parent.name for path in here.glob("[!_]*/__init__.py"))
    return Kinds(builtin, _plugins)


def _plugins() -> Mapping[str, EntryPoint]:
    from importlib.metadata import entry_points  # slow to import, and needed for plug-ins only

    return {entry.name: entry for entry in entry_points(group=GROUP)}
