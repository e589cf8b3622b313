"""Tests mirror the package: what is tested where can be told from the name of a module."""

from __future__ import annotations

from pathlib import Path

import pytest

import deepcalc

TESTS = Path(__file__).parent
PACKAGE = Path(deepcalc.__file__).parent

ACROSS = {
    "checking": {"explanations", "hostile", "repeated", "simulation", "slips"},
    "checking/invited": {"further_verdicts", "verdicts"},
    "cli": {"check", "export", "graph", "mark", "start_up"},
    "graph": {"array", "fused"},
    "kinds": {"letters", "update_rules", "vocabulary"},
    "notation": {"roundtrip", "vectors"},
    "problem": {"broken_files", "marking", "mutations"},
    "rendering": {"names_alike", "same_bytes", "same_numbers"},
    "solution": {"letters", "lines"},
}
"""By folder the subjects of tests that several modules answer for together: commands, properties, what is said."""

MODULES = sorted(path for path in TESTS.rglob("test_*.py") if path.parent != TESTS)


def folder_of(module: Path) -> str:
    return module.parent.relative_to(TESTS).as_posix()


def subject_of(module: Path) -> str:
    return module.stem.removeprefix("test_")


def subjects(folder: str) -> set[str]:
    """The modules and folders of the package's folder, and of those in it."""
    return {path.stem.lstrip("_") for path in (PACKAGE / folder).rglob("*") if path.suffix == ".py" or path.is_dir()}


def is_about(subject: str, name: str) -> bool:
    return subject == name or subject.startswith(f"{name}_")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_a_test_module_is_named_after_what_it_tests(module: Path) -> None:
    assert (PACKAGE / folder_of(module)).is_dir(), "a folder of tests is one of the package"
    subject = subject_of(module)
    known = subjects(folder_of(module)) | ACROSS.get(folder_of(module), set())
    assert any(is_about(subject, name) for name in known), f"{subject} is no module of {folder_of(module)}"


def test_what_is_tested_across_modules_is_tested() -> None:
    for folder, found in ACROSS.items():
        there = [subject_of(module) for module in MODULES if folder_of(module) == folder]
        assert all(any(is_about(subject, name) for subject in there) for name in found)


KINDS = sorted(path.name for path in (PACKAGE / "kinds").iterdir() if (path / "__init__.py").is_file())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_tests_under_its_name(kind: str) -> None:
    assert (TESTS / "kinds" / f"test_{kind}.py").is_file()
