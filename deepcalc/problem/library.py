"""The library of shipped problems. Reading its index needs neither SymPy nor any kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from deepcalc.errors import UsageError, did_you_mean
from deepcalc.problem.source import LOADER
from deepcalc.records import record

LEVELS = ("1", "2", "3")

_NAME = re.compile(r"[\w-]+(?:/[\w-]+)?")

_SHOWN = re.compile(r"^(?:title|kind|topic|level|parts):.*\n?(?:[ #-].*\n?|\n)*", re.MULTILINE)
"""The fields of a problem that the index needs, each with the lines that belong to it."""


@record
class Entry:
    """One shipped problem as the index shows it; ``points`` is None where its parts carry none, ``level`` is 1 to 3."""

    name: str
    kind: str
    title: str
    points: int | None
    path: Path
    topics: tuple[str, ...] = ()
    level: int | None = None

    def has_words(self, words: Sequence[str]) -> bool:
        """Whether every word stands in its name, its title, its topics or its kind."""
        text = " ".join((self.name, self.title, self.kind, *self.topics)).casefold()
        return all(word.casefold() in text for word in words)


def library_folder() -> Path:
    """The folder of shipped problems: inside the installed package, or beside it in a working copy."""
    package = Path(__file__).parents[1]
    inside = package / "problems"
    return inside if inside.is_dir() else package.parent / "problems"


def entries() -> Iterator[Entry]:
    """Every shipped problem, by kind and name."""
    for path in sorted(library_folder().glob("*/*.yaml")):
        try:
            data = _shown(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue  # reported by `deepcalc validate`, with its place
        if not isinstance(data, dict):
            continue
        parts = data.get("parts") or []
        points = [int(part["points"]) for part in parts if isinstance(part, dict) and part.get("points") is not None]
        title = str(data.get("title", path.stem))
        topic = data.get("topic") or []
        topics = tuple(map(str, topic if isinstance(topic, list) else [topic]))
        level = str(data.get("level"))
        yield Entry(
            path.stem,
            str(data.get("kind")),
            title,
            sum(points) if points else None,
            path,
            topics,
            int(level) if level in LEVELS else None,
        )


def _shown(text: str) -> Any:
    """What the index needs of a problem, read without the other fields where these can be left out."""
    head = "".join(_SHOWN.findall(text))
    try:
        data = yaml.load(head, Loader=LOADER)
    except yaml.YAMLError:  # such as an alias of what stands in another field
        data = None
    return data if isinstance(data, dict) and "kind" in data else yaml.load(text, Loader=LOADER)


def find(name: str) -> Path:
    """The file of a problem: a path, or the name of a shipped one (``relu-2-2-2``, ``network/relu-2-2-2``)."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.exists():
        return path
    folder = library_folder()
    if _NAME.fullmatch(name):
        for file in folder.glob(f"{name}.yaml" if "/" in name else f"*/{name}.yaml"):
            return file
    files = sorted(folder.glob("*/*.yaml"))
    known = [*(f"{file.parent.name}/{file.stem}" for file in files), *(file.stem for file in files)]
    raise UsageError(f"no file and no shipped problem `{name}`{did_you_mean(name, known)}; see `deepcalc list`")
