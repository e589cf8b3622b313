"""What all tests have in common.

Property tests look for new examples on a developer's machine, and repeat the same ones where ``CI`` is set. A test
marked ``needs("pdflatex")`` is skipped where the machine has no such program; ``-m "not needs"`` leaves
them all out.
"""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if shutil.which(program) is None:
                pytest.skip(f"needs {program}, which is not installed")
