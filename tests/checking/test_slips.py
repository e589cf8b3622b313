"""The kinds' lists of typical mistakes: what each comes to, worked out by hand, and what all of them have in common."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from deepcalc.checking.consequences import Consequences
from deepcalc.checking.diagnosis import Diagnoser
from deepcalc.checking.reports import Evidence
from deepcalc.checking.slip_lines import own_slips
from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import Literal
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.solution.expectations import half_unit
from tests.library import PATHS, problem

NUMERIC = [name for name, path in PATHS.items() if path.parent.name not in ("choice", "formula")]

NETWORK = [
    ("relu-2-2-2", "h2", "0", "bias-forgotten"),  # 2·(-0.5) + (-1)·(-1)
    ("relu-2-2-2", "o2", "-2.0", "bias-forgotten"),  # 2·(-1) + 0·1
    ("relu-2-2-2", "h1", "3.5", "wrong-weight"),  # w22 for w21: 2·1 + (-1)·(-1) + 0.5
    ("relu-2-2-2", "h1", "3.0", "wrong-weight"),  # transposed: 2·1 + (-1)·(-0.5) + 0.5
    ("relu-2-2-2", "L", "5", "loss-factor"),  # 1 + 4
    ("relu-2-2-2", "w21@1", "0.35", "gradient-added"),  # 0.5 + 0.1·(-1.5)
    ("relu-2-2-2", "w21@1", "0.35", "target-minus-output"),
    ("relu-2-2-2", "w21@1", "2.00", "learning-rate-forgotten"),  # 0.5 + 1.5
    ("relu-2-2-2", "w21@1", "0.70", "path-left-out"),  # 0.5 - 0.1·(-1)·(-2)·(-1)
    ("relu-2-2-2", "w21@1", "0.45", "path-left-out"),  # 0.5 - 0.1·(-1)·0.5·(-1)
    ("relu-2-2-2", "w21@1", "0.80", "loss-factor"),  # 0.5 + 0.1·2·1.5
    ("relu-2-2-2", "w21@1", "0.55", "updated-weights"),  # w31 = 0.7, w32 = -0.6: 0.5 - 0.1·(-0.7 + 1.2)·(-1)
    ("relu-2-2-2", "w22@1", "-1.15", "derivative-left-out"),  # -1 - 0.1·(0.5 - 2)·(-1)
    ("sigmoid-3-2-1", "Err6", "-0.131", "target-minus-output"),
    ("sigmoid-3-2-1", "Err6", "0.526", "derivative-left-out"),  # 1 - 0.474
    ("tanh-two-samples", "L", "0.508", "sum-for-mean"),  # 2·0.2540
    ("softmax-classifier", "L", "0.577", "log-base-10"),  # 1.3282/ln 10
    ("logistic-three-features", "z", "0.14", "bias-forgotten"),  # 0.01 + 0.04 + 0.09
]

OPTIMIZER = [
    ("adagrad-one-step", "rate.w1@1", "2.50", "no-root"),  # 0.1/0.04
    ("adagrad-rare-feature", "G.w1@2", "0.36", "not-accumulated"),
    ("rmsprop-two-steps", "v.w@2", "0.016", "not-accumulated"),  # 0.1·0.16
    ("adam-two-steps", "w@1", "0.1838", "no-bias-correction"),  # 0.5 - 0.1·0.02/sqrt(0.00004)
    ("adam-two-steps", "mhat.w@2", "0.28", "t-off-by-one"),  # 0.028/0.1
    ("adam-third-step", "mhat.w@3", "0.031579", "t-off-by-one"),  # 0.006/0.19
    ("adam-epsilon-inside", "w1@1", "0.29005", "epsilon"),  # 0.3 - 0.01·0.02/(0.02 + 0.0001)
    ("momentum-three-steps", "v.w@1", "2.0", "momentum-form"),
    ("momentum-three-steps", "v.w@2", "0.15", "not-accumulated"),
    ("momentum-three-steps", "w@1", "1.2", "gradient-added"),
    ("momentum-three-steps", "w@2", "0.6", "velocity-before"),  # 0.8 - 0.2
    ("weight-decay-and-momentum", "w@1", "0.9", "decay-forgotten"),  # 1 - 0.5·0.2
    ("weight-decay-and-momentum", "w@1", "0.4", "strength-forgotten"),  # 1 - 0.5·(0.2 + 1)
    ("weight-decay-and-momentum", "w@1", "0.8", "strength-doubled"),  # 1 - 0.5·(0.2 + 0.2)
    ("sgd-mini-batches", "w1@1", "-0.8", "learning-rate-forgotten"),
]

OTHERS = [
    ("cross-entropy-spam", "L1", "0.0969", "log-base-10"),
    ("cross-entropy-spam", "L2", "-0.3567", "loss-sign"),
    ("cross-entropy-spam", "L1", "1.609", "other-class"),  # -ln 0.2
    ("mse-three-samples", "MSE", "0.5", "sum-for-mean"),
    ("mse-three-samples", "MSE1", "0.125", "loss-factor"),
    ("logistic-batch", "dL/dp3", "0.4167", "loss-sign"),
    ("conv-eight-filters", "C1", "32", "depth-for-filters"),
    ("small-cnn", "params1", "150", "bias-forgotten"),
    ("l1-penalty", "sum_abs", "0.34", "other-norm"),
    ("l1-penalty", "penalty", "0.8", "strength-forgotten"),
    ("l2-penalty", "penalty", "0.017", "half"),
    ("weight-decay", "penalty", "0.0186", "half"),
    ("dropout-inverted", "htilde.1", "0.8", "scale-forgotten"),
    ("dropout-inverted", "htilde.1", "2.0", "rate-for-kept"),  # 0.8/0.4
    ("max-norm", "norm", "42.25", "no-root"),
    ("early-stopping", "best_epoch", "6", "best-is-last"),
    ("common-activations", "s1", "0.3775", "exponent-sign"),
    ("common-activations", "ds1/dz1", "0.25", "derivative-elsewhere"),  # 0.5·(1 - 0.5)
    ("softmax-three-logits", "p.1", "0.6452", "no-exponential"),  # 2/3.1
    ("mini-batches-of-64", "iterations", "781", "rounded-otherwise"),
    ("mini-batches-of-64", "updates", "782", "one-epoch"),
]


@pytest.mark.parametrize(("name", "quantity", "number", "key"), [*NETWORK, *OPTIMIZER, *OTHERS])
def test_a_mistake_is_recognized_by_its_number(name: str, quantity: str, number: str, key: str) -> None:
    found = problem(name)
    add_asked(found.plan, quantity)
    reports = Diagnoser(found).explain(quantity, Fraction(number), half_unit(Literal(number)))
    assert key in [report.key for report in reports]
    assert not any(report.generic for report in reports)


SIDES = [
    ("conv-eight-filters", "14", "14", "no-plus-one"),
    ("conv-eight-filters", "14", "14", "padding-once"),  # ⌊27/2⌋ + 1
    ("stride-that-does-not-fit", "12", "22", "ceil-for-floor"),  # ⌈32/3⌉ + 1, ⌈81/4⌉ + 1
]


@pytest.mark.parametrize(("name", "height", "width", "key"), SIDES)
def test_a_small_size_close_to_the_true_one_is_explained_where_the_other_side_agrees(
    name: str, height: str, width: str, key: str
) -> None:
    diagnoser = Diagnoser(problem(name))
    one, other = (Evidence(Fraction(side), Fraction(1, 2), False) for side in (height, width))
    explained = diagnoser.explain("H1", one.value, Fraction(0), evident={"H1": one, "W1": other})
    assert key in [report.key for report in explained]
    assert diagnoser.explain("H1", one.value, Fraction(0), evident={"H1": one}) == ()


@pytest.mark.parametrize("name", NUMERIC)
def test_a_mistake_is_a_graph_of_the_same_names_in_the_same_order(name: str) -> None:
    graph = problem(name).plan.graph
    slips = list(own_slips(problem(name)))
    right_by_what_they_do = any(composite.checks for composite in problem(name).plan.composites)
    assert bool(slips) != right_by_what_they_do, "of a design a failing point is told, not a mistake"
    for slip in slips:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slip.key)
        assert not slip.message.endswith(".")
        changed = graph.with_formulas({each: Quantity(each, formula) for each, formula in slip.formulas.items()})
        assert changed.names == graph.names


@pytest.mark.parametrize("name", ["relu-2-2-2", "softmax-classifier", "adam-two-steps", "small-cnn", "dropout-plain"])
def test_what_a_mistake_leads_to_is_what_its_graph_comes_to(name: str) -> None:
    graph = problem(name).plan.graph
    consequences = Consequences(graph)
    computed = [quantity.name for quantity in graph if quantity.given is None]
    for slip in own_slips(problem(name)):
        changed = graph.with_formulas({each: Quantity(each, formula) for each, formula in slip.formulas.items()})
        for each in computed:
            if consequences.leads_to(each, slip.formulas):
                try:
                    expected = evaluate(changed, [each]).values[each]
                except MathError:
                    assert consequences.after(each, slip.formulas) is None
                else:
                    values = consequences.after(each, slip.formulas)
                    assert values is not None
                    assert abs(values[each] - expected) <= abs(expected) * Fraction(1, 10**30)


@pytest.mark.parametrize("kind", [kind for kind in find_kinds().builtin if kind not in ("choice", "design", "formula")])
def test_every_kind_that_computes_has_a_list(kind: str) -> None:
    template = load_text(find_kinds()[kind].template.encode(), f"{kind}.yaml", find_kinds())
    assert list(own_slips(template))


def test_a_layer_that_fits_no_sheet_has_mistakes_in_whole_layers_only() -> None:
    text = f"""
kind: network
inputs: {[1] * 20}
layers: [{{units: 20, weights: {{rows: senders, matrix: {[[0.5] * 20] * 20}}}, biases: {[0.1] * 20}}}]
targets: {[0] * 20}
loss: {{function: mse}}
optimizer: {{learning_rate: 0.1}}
"""
    slips = list(own_slips(load_text(text.encode(), "wide.yaml", find_kinds())))
    assert len({(slip.key, slip.message) for slip in slips}) < 12, "those of the pass after the update likewise"
    assert {"bias-forgotten", "gradient-added", "loss-factor"} <= {slip.key for slip in slips}
