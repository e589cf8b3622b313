"""The library of shipped problems. Reading its index needs neither SymPy nor any kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deepcalc.errors import InvalidProblem, UsageError, did_you_mean
from deepcalc.problem.source import read_source


@dataclass(frozen=True)
class Entry:
    """One shipped problem as the index shows it; ``points`` is None where its parts carry none."""

    name: str
    kind: str
    title: str
    points: int | None
    path: Path


def library_folder() -> Path:
    """The folder of shipped problems: inside the installed package, or beside it in a working copy."""
    package = Path(__file__).parents[1]
    inside = package / "problems"
    return inside if inside.is_dir() else package.parent / "problems"


def entries() -> Iterator[Entry]:
    """Every shipped problem, by kind and name."""
    for path in sorted(library_folder().glob("*/*.yaml")):
        try:
            data = read_source(str(path), path.read_bytes()).data
        except InvalidProblem:
            continue  # reported by `deepcalc validate`, with its place
        parts = data.get("parts") or []
        points = [int(part["points"]) for part in parts if isinstance(part, dict) and part.get("points") is not None]
        title = str(data.get("title", path.stem))
        yield Entry(path.stem, str(data.get("kind")), title, sum(points) if points else None, path)


def find(name: str) -> Path:
    """The file of a problem: a path, or the name of a shipped one (``relu-2-2-2``, ``network/relu-2-2-2``)."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.exists():
        return path
    folder = library_folder()
    known = {str(file.relative_to(folder).with_suffix("")): file for file in sorted(folder.glob("*/*.yaml"))}
    known.update({file.stem: file for file in known.values()})
    if name in known:
        return known[name]
    raise UsageError(f"no file and no shipped problem `{name}`{did_you_mean(name, list(known))}; see `deepcalc list`")
