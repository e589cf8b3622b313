"""Problems of kinds whose quantities are arrays: drawn at random, loaded, and compared with NumPy's figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import numpy

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.notation.grids import Grid
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem

Data = dict[str, Any]
KINDS = find_kinds()


def loaded(kind: str, fields: str | Data) -> Problem:
    """The problem of a kind with these fields, as YAML or as data."""
    text = f"kind: {kind}\n{fields}" if isinstance(fields, str) else json.dumps({"kind": kind, **fields})
    return load_text(text.encode(), "test.yaml", KINDS)


def drawn(random: Random, *shape: int) -> Any:
    """Nested lists of numbers with two places."""
    if not shape:
        return random.randint(-200, 200) / 100
    return [drawn(random, *shape[1:]) for _ in range(shape[0])]


def close(mine: Any, theirs: Any) -> bool:
    theirs = numpy.asarray(theirs)
    return numpy.shape(mine) == theirs.shape and bool(numpy.allclose(mine, theirs, rtol=1e-9, atol=1e-9))


def exact(found: Problem, name: str) -> Any:
    """The exact value of a quantity, as floats."""
    (long,) = add_asked(found.plan, name)
    value: Any = evaluate(found.plan.graph, [long]).values[long]
    return numpy.array(value.nested(float)) if isinstance(value, Grid) else float(value)


def assert_same(found: Problem, expected: Mapping[str, Any], label: object) -> None:
    """Every quantity has the expected value in the float domain."""
    names = {name: add_asked(found.plan, name)[0] for name in expected}
    floats = Program(found.plan.graph, names.values()).run()
    for name, long in names.items():
        assert close(numpy.asarray(floats[long]), expected[name]), (label, name)
