"""What all tests have in common.

Property tests look for new examples on a developer's machine, and repeat the same ones where ``CI`` is set. A test
marked ``needs("pdflatex")`` is skipped where the machine has no such program; ``-m "not needs"`` leaves
them all out.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler.loadscope import LoadScopeScheduling

from deepcalc.problem.library import entries

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


gc.set_threshold(50_000, 20, 20)
"""Tests and solved problems are kept to the end: to look for garbage among them often would only take time."""


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


KEEPING = ("@cache", '@pytest.fixture(scope="module")')
"""What stands above a function of a test file that keeps its results."""


class Collected(list[str]):
    """The tests that a process has collected, each found at once."""

    def __init__(self, tests: Iterable[str]) -> None:
        super().__init__(tests)
        self._places = {test: place for place, test in enumerate(self)}

    def index(self, test: str, *between: Any) -> int:
        return self._places[test]


class ByProblem(LoadScopeScheduling):  # type: ignore[misc]
    """All tests of one shipped problem run in one process, which solves it once; any other test is on its own.

    So do all tests of a file that keeps what it has worked out, in a cache or a fixture of its own. Tests that are
    done are forgotten: what they belong to need not be counted after each later one.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        names = sorted((re.escape(entry.name) for entry in entries()), key=len, reverse=True)
        self._problem = re.compile(rf"[\[-]({'|'.join(names)})[\]-]")
        self._scopes: dict[str, str] = {}
        self._keeps: dict[str, bool] = {}

    def add_node_collection(self, node: Any, collection: Sequence[str]) -> None:
        super().add_node_collection(node, collection)
        if node in self.registered_collections:
            self.registered_collections[node] = Collected(collection)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        test = self.registered_collections[node][item_index]
        scope = self._split_scope(test)
        assigned = self.assigned_work[node]
        del assigned[scope][test]
        if not assigned[scope]:
            del assigned[scope]
        self._reschedule(node)

    def _split_scope(self, nodeid: str) -> str:
        if nodeid not in self._scopes:
            found = self._problem.search(nodeid, nodeid.find("["))
            file = nodeid.partition("::")[0]
            self._scopes[nodeid] = found[1] if found else file if self._keeps_results(file) else nodeid
        return self._scopes[nodeid]

    def _keeps_results(self, file: str) -> bool:
        if file not in self._keeps:
            text = (self.config.rootpath / file).read_text(encoding="utf-8")
            self._keeps[file] = any(f"\n{decorator}\n" in text for decorator in KEEPING)
        return self._keeps[file]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByProblem:
    return ByProblem(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if shutil.which(program) is None:
                pytest.skip(f"needs {program}, which is not installed")
