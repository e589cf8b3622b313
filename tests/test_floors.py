"""Each floor of the house imports only floors below it; the lowest ones are light where the command line needs it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import deepcalc

PACKAGE = Path(deepcalc.__file__).parent
FLOORS = [
    {"cli"},
    {"api"},
    {"rendering", "checking"},
    {"solution"},
    {"problem"},
    {"kinds"},
    {"fields"},
    {"rules"},
    {"plan"},
    {"graph"},
    {"notation"},
    {"files"},
    {"errors"},
    {"records"},
]
LEVEL = {name: len(FLOORS) - index for index, names in enumerate(FLOORS) for name in names}


def imported_floors(path: Path) -> set[str]:
    """The floors that a module imports anywhere in it, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [str(node.module)]
        else:
            continue
        found.update(name.split(".")[1] for name in names if name.startswith("deepcalc."))
    return found


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_floor_imports_only_floors_below_it(path: Path) -> None:
    parts = path.relative_to(PACKAGE).parts
    own = parts[0].removesuffix(".py")
    for floor in imported_floors(path):
        assert floor == own or LEVEL[floor] < LEVEL[own], f"{own} may not import {floor}"


def test_every_folder_is_a_known_floor() -> None:
    folders = {path.parent.relative_to(PACKAGE).parts[0] for path in MODULES if path.parent != PACKAGE}
    assert folders <= set(LEVEL)


KINDS = sorted(path.parent for path in (PACKAGE / "kinds").glob("[!_]*/__init__.py"))
ONE_WAY = (
    "notation",
    "senders",
    "layers",
    "sources",
    "boxes",
    "running",
    "matrices",
    "settings",
    "sizes",
    "fields",
    "test_time",
    "structure",
    "arrangement",
    "namespace",
    "made",
    "from_onnx",
    "from_model",
    "targets",
    "connections",
    "parameters",
    "reading",
    "wiring",
    "classes",
    "batches",
    "weighting",
    "samples",
    "naming",
    "unit",
    "after",
    "weights",
    "losses",
    "laws",
    "constraining",
    "bounding",
    "writing",
    "images",
    "initial",
    "probabilities",
    "counts",
    "curves",
    "overlap",
    "suppression",
    "sequences",
    "objective",
    "polynomials",
    "stationary",
    "searching",
    "dropout",
    "normalizing",
    "counting",
    "mixed",
    "forward",
    "plans",
    "steps",
    "feed_forward",
    "stopping",
    "evaluating",
    "until",
    "checks",
    "training",
    "repeated",
    "course_mistakes",
    "stale",
    "backward",
    "passes",
    "course",
    "receptive",
    "vocabulary",
    "statement",
    "side_by_side",
    "conclusions",
    "words",
    "pictures",
    "separability",
    "sheet",
    "backwards",
    "graph",
    "views",
    "passing",
    "misreadings",
    "edges",
    "branching",
    "activation_mistakes",
    "gradient_mistakes",
    "norm_mistakes",
    "descent_mistakes",
    "mistakes",
    "stopping_mistakes",
    "count_slips",
    "back_slips",
    "slips",
    "notations",
    "__init__",
)
"""The files of a kind, each of which imports those before it alone."""


def imported_from_kinds(path: Path) -> set[tuple[str, ...]]:
    """Where in ``deepcalc.kinds`` a module imports from, as the parts of the name after it."""
    return {
        tuple(str(node.module).split(".")[2:])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("deepcalc.kinds.")
    }


@pytest.mark.parametrize("folder", KINDS, ids=lambda folder: folder.name)
def test_a_kind_imports_no_other_kind(folder: Path) -> None:
    others = {kind.name for kind in KINDS} - {folder.name}
    for path in folder.rglob("*.py"):
        assert others.isdisjoint(module[0] for module in imported_from_kinds(path)), path


@pytest.mark.parametrize("folder", KINDS, ids=lambda folder: folder.name)
def test_imports_run_one_way_inside_a_kind(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        for module in imported_from_kinds(path):
            if module[0] == folder.name:
                assert len(module) > 1, f"{path} imports the whole kind"
                assert ONE_WAY.index(module[-1]) < ONE_WAY.index(path.stem), f"{path} imports {module[-1]}"


@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["solve", "--help"]])
def test_help_and_list_import_neither_sympy_nor_numpy(arguments: list[str]) -> None:
    code = (
        "import sys; sys.argv = ['deepcalc', *sys.argv[1:]]\n"
        "from deepcalc.cli.app import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "print(sorted({'sympy', 'numpy', 'mpmath'} & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert run.stderr.strip().splitlines()[-1] == "[]"
