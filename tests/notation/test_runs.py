"""Long lists of names in short."""

from __future__ import annotations

import pytest

from deepcalc.notation.runs import MOST_NAMES, in_runs, symbols_in_runs

LAYERS = [f"{name}{number}" for number in range(1, 5) for name in ("weights", "macs")]


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        ([f"H{number}" for number in range(1, 14)], "H1, …, H13"),
        ([*LAYERS, "weights", "macs", "params", "flops", "bytes"],
         "weights1, …, weights4, macs1, …, macs4, weights, macs, params, flops, bytes"),
        ([f"dL/dw{number}" for number in (1, 2, 5, 6, *range(8, 20))],
         "dL/dw1, dL/dw2, dL/dw5, dL/dw6, dL/dw8, …, dL/dw19"),
        ([f"w{number}@{step}" for step in (1, 2, 3) for number in (1, 2, 3, 4, 5)],
         "w1@1, …, w1@3, w2@1, …, w2@3, w3@1, …, w3@3, w4@1, …, w4@3, w5@1, …, w5@3"),
        ([f"H{2 * number}" for number in range(13)], ", ".join(f"H{2 * number}" for number in range(13))),
    ],
)  # fmt: skip
def test_consecutive_numbers_stand_together(names: list[str], listed: str) -> None:
    assert ", ".join(symbols_in_runs(names, str)) == listed


def test_few_names_are_listed_one_by_one() -> None:
    names = [f"H{number}" for number in range(MOST_NAMES)]
    assert in_runs(names) == [(name,) for name in names]
