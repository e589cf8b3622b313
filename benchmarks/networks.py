"""Random networks of every structure, trained a few steps, against autograd and NumPy.

    python benchmarks/networks.py           # 2,000 of them
    python benchmarks/networks.py 100 5000  # 100, from number 5000 on

Exits 1 where one is further off than 1e-9.
"""

from __future__ import annotations

import sys
import time

from tests.kinds.network_agreement import disagreement

LIMIT = 1e-9


def main(count: int = 2_000, start: int = 0) -> int:
    began, worst = time.perf_counter(), 0.0
    for seed in range(start, start + count):
        found = disagreement(seed)
        worst = max(worst, found)
        if found >= LIMIT:
            print(f"network {seed} is {found:.2g} off")
    print(f"{count:,} networks, at most {worst:.2g} off, in {time.perf_counter() - began:.0f} s")
    return int(worst >= LIMIT)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
