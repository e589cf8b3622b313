"""Normalisations against NumPy written out by hand, and their gradients against an autodiff library."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.problem.problem import Problem
from tests.array_problems import Data, assert_same, close, drawn, exact, loaded

PROBLEMS, AT_ONCE = 200, 25


def problem(fields: str | Data) -> Problem:
    return loaded("normalization", fields)


def configuration(seed: int) -> Data:
    """A problem of any method and of any number of axes that it has."""
    random = Random(seed)
    method = random.choice(["batch", "batch", "layer", "instance", "group", "rms"])
    rank = random.choice([1, 2, 2, 3, 4])
    groups = random.randint(1, 2)
    channels = groups * random.randint(1, 2) if method == "group" else random.randint(2, 3)
    shape = [(channels,), (random.randint(2, 3), channels), (channels, 2, 2), (2, channels, 1, 2)][rank - 1]
    if method == "instance" and rank == 2:
        shape = (channels, 3)
    fields: Data = {"kind": "normalization", "method": method, "X": drawn(random, *shape), "epsilon": 0.1}
    per = features(method, shape)
    for name in ("gamma", "beta"):
        if random.random() < 0.6:
            fields[name] = drawn(random, *per)
    if method == "group":
        fields["groups"] = groups
    fields["epsilon_inside_root"] = count(fields, shape) == 1 or random.random() < 0.7
    if method != "rms" and count(fields, shape) > 1:
        fields["unbiased"] = random.random() < 0.4
    if method == "batch" and random.random() < 0.6:
        fields["running"] = {"momentum": 0.25, "momentum_of": random.choice(["old", "new"])}
        fields["running"]["unbiased"] = count(fields, shape) > 1 and random.random() < 0.5
        if random.random() < 0.6:
            variance = [abs(each) + 0.5 for each in drawn(random, *per)] if per else 1.5
            fields["running"] |= {"mean": drawn(random, *per), "variance": variance}
        if random.random() < 0.4:
            fields["mode"] = "test"
        elif random.random() < 0.5:
            fields["test"] = drawn(random, *shape)
    if rank == 2 and method != "instance" and random.random() < 0.4:
        fields["samples"] = "columns"
    target = drawn(random, *shape)
    if random.random() < 0.5:
        fields["upstream"] = target
    else:
        fields["loss"] = {"function": random.choice(["mse", "sum", "half_sum"]), "targets": target}
    has_short_form = fields["epsilon_inside_root"] and not fields.get("unbiased") and fields.get("mode") != "test"
    if has_short_form and random.random() < 0.5:
        fields["backward"] = "short"
    return fields


def features(method: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of γ: one for each feature or channel."""
    if len(shape) == 1:
        return () if method in ("batch", "instance") else shape
    if len(shape) == 2:
        return shape[:1] if method == "instance" else shape[1:]
    return shape[-3:-2]


def as_images(method: str, x: Any) -> Any:
    """The values as samples, channels and positions."""
    match x.ndim:
        case 1:
            return anp.reshape(x, {"batch": (-1, 1, 1), "instance": (1, 1, -1)}.get(method, (1, -1, 1)))
        case 2:
            return anp.reshape(x, (1, *x.shape) if method == "instance" else (*x.shape, 1))
        case 3:
            return anp.reshape(x, (1, x.shape[0], -1))
    return anp.reshape(x, (x.shape[0], x.shape[1], -1))


AXES = {"batch": (0, 2), "layer": (1, 2), "rms": (1, 2), "instance": (2,), "group": (2, 3)}


def grouped(fields: Data, images: Any) -> Any:
    """Channels cut into groups, on an axis of their own."""
    if fields["method"] != "group":
        return images
    n, c, positions = images.shape
    return anp.reshape(images, (n, fields["groups"], c // fields["groups"], positions))


def count(fields: Data, shape: tuple[int, ...]) -> int:
    values = grouped(fields, as_images(fields["method"], numpy.zeros(shape)))
    return int(numpy.prod([values.shape[axis] for axis in AXES[fields["method"]]]))


def root(fields: Data, of: Any) -> Any:
    return (
        anp.sqrt(of + fields["epsilon"])
        if fields.get("epsilon_inside_root", True)
        else anp.sqrt(of) + fields["epsilon"]
    )


def scaled(arrays: Mapping[str, Any], images: Any) -> Any:
    gamma, beta = (
        anp.reshape(arrays.get(name, numpy.array(other)), (1, -1, 1)) for name, other in (("gamma", 1.0), ("beta", 0.0))
    )
    return gamma * images + beta


def reference(fields: Data, arrays: Mapping[str, Any]) -> Data:
    """Every quantity, samples as rows."""
    method, x = fields["method"], arrays["X"]
    found: Data = {}
    images = as_images(method, x)
    running = fields.get("running")
    per = features(method, x.shape)
    old = (
        [anp.array(running.get(name, numpy.full(per, start))) for name, start in (("mean", 0.0), ("variance", 1.0))]
        if running
        else []
    )
    if fields.get("mode") == "test":
        mean, variance = (anp.reshape(each, (1, -1, 1)) for each in old)
        hat = (images - mean) / root(fields, variance)
    else:
        axes, values = AXES[method], grouped(fields, images)
        if method == "rms":
            mean = 0.0
            variance = anp.mean(values**2, axis=axes, keepdims=True)
        else:
            mean = anp.mean(values, axis=axes, keepdims=True)
            variance = anp.sum((values - mean) ** 2, axis=axes, keepdims=True)
            size = count(fields, x.shape)
            sums = variance
            variance = sums / (size - 1 if fields.get("unbiased") else size)
            found |= {"mu": anp.ravel(mean), "var": anp.ravel(variance)}
        hat = anp.reshape((values - mean) / root(fields, variance), images.shape)
        if running:
            taken = sums / (size - 1 if running.get("unbiased") else size)
            m = running["momentum"] if running["momentum_of"] == "old" else 1 - running["momentum"]
            new = [m * before + (1 - m) * anp.reshape(now, per) for before, now in zip(old, (mean, taken), strict=True)]
            found |= {"mu_run+": new[0], "var_run+": new[1]}
            if "test" in fields:
                test = as_images(method, numpy.array(fields["test"]))
                mean, variance = (anp.reshape(each, (1, -1, 1)) for each in new)
                found["Y_test"] = anp.reshape(scaled(arrays, (test - mean) / root(fields, variance)), x.shape)
    found |= {"Xhat": anp.reshape(hat, x.shape), "Y": anp.reshape(scaled(arrays, hat), x.shape)}
    if "upstream" in fields:
        found["L"] = anp.sum(numpy.array(fields["upstream"]) * found["Y"])
        return found
    squares = (found["Y"] - numpy.array(fields["loss"]["targets"])) ** 2
    reduced = {"mse": anp.mean(squares), "sum": anp.sum(squares), "half_sum": anp.sum(squares) / 2}
    return found | {"L": reduced[fields["loss"]["function"]]}


def as_written(fields: Data) -> Data:
    """The problem with its samples as it has them, as columns perhaps."""
    found = dict(fields)
    if fields.get("samples") != "columns":
        return found
    for name in ("X", "test", "upstream"):
        if name in fields:
            found[name] = numpy.array(fields[name]).T.tolist()
    if "loss" in fields:
        found["loss"] = {**fields["loss"], "targets": numpy.array(fields["loss"]["targets"]).T.tolist()}
    return found


def expected_of(fields: Data) -> Data:
    """Every quantity and gradient, as the problem has its samples."""
    arrays: Data = {name: numpy.array(fields[name], dtype=float) for name in ("X", "gamma", "beta") if name in fields}
    expected = reference(fields, arrays)
    gradients = autograd.grad(lambda given: reference(fields, given)["L"])(arrays)
    expected |= {f"dL/d{name}": value for name, value in gradients.items()}
    if arrays["X"].ndim == 1 and fields["method"] != "group":
        expected |= {name: numpy.ravel(expected[name])[0] for name in ("mu", "var") if name in expected}
    if fields.get("samples") == "columns":
        expected = {name: value.T if numpy.ndim(value) == 2 else value for name, value in expected.items()}
    return expected


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_values_and_gradients_are_those_of_the_library(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields = configuration(seed)
        assert_same(problem(as_written(fields)), expected_of(fields), seed)


@pytest.mark.parametrize("seed", range(0, PROBLEMS, 20))
def test_the_exact_values_are_those_too(seed: int) -> None:
    fields = configuration(seed)
    found = problem(as_written(fields))
    for name, theirs in expected_of(fields).items():
        assert close(exact(found, name), theirs), name
