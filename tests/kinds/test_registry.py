"""What a kind is asked for, and how often: its model is made once, for the plan and for its mistakes."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.kinds.evaluation.writing import MetricWriter
from deepcalc.kinds.optimizer.steps import Steps
from deepcalc.kinds.parameters.writing import SizeWriter
from deepcalc.problem.loader import load
from tests.library import PATHS


def _not_again(*_: Any) -> NoReturn:
    raise AssertionError("the model is made again")


@pytest.mark.parametrize(
    ("name", "maker"),
    [("which-momentum", Steps), ("boxes-iou", MetricWriter), ("mlp-1000-512-256-5", SizeWriter)],
)
def test_mistakes_are_those_of_the_model_that_was_built(
    name: str, maker: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = load(PATHS[name], find_kinds())
    monkeypatch.setattr(maker, "__init__", _not_again)
    assert found.kind.slips is not None
    slips = list(found.kind.slips(found.model, found.plan))
    assert slips
    assert all(name in found.plan.graph for slip in slips for name in slip.formulas)
