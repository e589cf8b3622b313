"""Random networks of every structure, trained, against autograd; ``benchmarks/networks.py`` runs thousands of them."""

from __future__ import annotations

import pytest

from tests.kinds.network_agreement import disagreement

SAMPLE = 60


@pytest.mark.parametrize("start", range(0, SAMPLE, 10))
def test_random_networks_agree_with_autograd(start: int) -> None:
    for seed in range(start, start + 10):
        assert disagreement(seed) < 1e-9, seed
