"""Focal losses: cross-entropies in which what is easy counts less.

Lin, Goyal, Girshick, He and Dollár 2017, "Focal Loss for Dense Object Detection", equations 4 and 5.
"""

from __future__ import annotations

from typing import Any

from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Cases,
    Literal,
    Negative,
    Node,
    Power,
    Relation,
    Times,
    minus,
    nodes_in,
    product,
    total,
)
from deepcalc.rules.losses.domains import DISTRIBUTION, PROBABILITY
from deepcalc.rules.losses.entropies import remark_of_class, remark_of_label
from deepcalc.rules.losses.row import SUM, At, Loss, Mistake, Pairs, Setting, elementwise


def _term(balance: Node | None, weight: Node, hard: Node, probability: Node, at: At) -> Node:
    """α·weight·(1 - p)^γ·log(p), ``hard`` being 1 - p."""
    factors = (weight, Power(hard, at.settings["gamma"]), at.logarithm(probability))
    own = product(*factors) if isinstance(weight, Literal) else Times(*factors)
    return own if balance is None else product(balance, own)


def _guarded(weight: Node, term: Node) -> Node:
    """0 where the weight is 0, whatever the logarithm is."""
    return Cases(ZERO, Relation("=", weight, ZERO), term)


def _binary_terms(t: Node, o: Node, at: At, hard: tuple[Node, Node]) -> tuple[Node, Node]:
    alpha = at.settings.get("alpha")
    first = _term(alpha, t, hard[0], o, at)
    return first, _term(None if alpha is None else minus(ONE, alpha), minus(ONE, t), hard[1], minus(ONE, o), at)


def _binary(t: Node, o: Node, at: At) -> Node:
    return Negative(total(*_binary_terms(t, o, at, (minus(ONE, o), o))))


def _binary_turned(t: Node, o: Node, at: At) -> Node:
    return Negative(total(*_binary_terms(t, o, at, (o, minus(ONE, o)))))


def _binary_stable(pairs: Pairs, at: At) -> Node:
    losses = []
    for t, o in pairs:
        first, second = _binary_terms(t, o, at, (minus(ONE, o), o))
        losses.append(Negative(total(_guarded(t, first), _guarded(minus(ONE, t), second))))
    return total(*losses)


def _categorical(pairs: Pairs, at: At) -> Node:
    alpha = at.settings.get("alpha")
    return Negative(total(*(_term(alpha, t, minus(ONE, o), o, at) for t, o in pairs if t != ZERO)))


def _categorical_stable(pairs: Pairs, at: At) -> Node:
    alpha = at.settings.get("alpha")
    terms = ((t, _term(alpha, t, minus(ONE, o), o, at)) for t, o in pairs if t != ZERO)
    return Negative(total(*(_guarded(t, term) for t, term in terms)))


def _unfocused(at: At) -> At:
    """γ = 0: the cross-entropy, balanced as it is."""
    return At({**at.settings, "gamma": ZERO}, at.log)


def _binary_unfocused(t: Node, o: Node, at: At) -> Node:
    return _binary(t, o, _unfocused(at))


def _alone(at: At) -> At:
    """γ = 0 and no α: the cross-entropy itself."""
    return At({"gamma": ZERO}, at.log)


def _linear(at: At) -> At:
    return At({**at.settings, "gamma": ONE}, at.log)


def _with_product(power: Node) -> Node:
    """(1 - p)^γ → γ·(1 - p)."""
    found = {node: Times(node.args[1], node.args[0]) for node in nodes_in(power) if isinstance(node, Power)}
    return power.xreplace(found)


def _categorical_turned(pairs: Pairs, at: At) -> Node:
    alpha = at.settings.get("alpha")
    return Negative(total(*(_term(alpha, t, o, o, at) for t, o in pairs if t != ZERO)))


_ALONE = "neither the factor (1 − p)^γ nor α: the cross-entropy alone"
_LINEAR = "the power γ left out: 1 − p itself"
_PRODUCT = "1 − p multiplied by γ in place of the power"
_TURNED = "p^γ in place of (1 − p)^γ"
_FORGOTTEN = "the factor (1 − p)^γ left out: the cross-entropy alone"
_OWN: dict[str, Any] = {
    "settings": {"gamma": Setting("gamma", "2")},
    "options": {"alpha": Setting("alpha", None)},
    "has_base": True,
}

ROWS = (
    elementwise(
        "binary_focal", "binary focal loss", _binary, over=SUM, stable=_binary_stable,
        targets=PROBABILITY, outputs=PROBABILITY, outputs_of="sigmoid", remark=remark_of_label,
        source="Lin et al. 2017, Focal Loss for Dense Object Detection, equation 5; without α equation 4",
        aliases=("binary_focal_crossentropy", "sigmoid_focal_cross_entropy", "sigmoid_focal_loss"),
        mistakes=(
            Mistake("focus-forgotten", _FORGOTTEN, _binary_unfocused),
            Mistake("focus-forgotten", _ALONE, lambda t, o, at: _binary(t, o, _alone(at))),
            Mistake("focus-turned", _TURNED, _binary_turned),
            Mistake("power-forgotten", _LINEAR, lambda t, o, at: _binary(t, o, _linear(at))),
            Mistake("product-for-power", _PRODUCT, lambda t, o, at: _with_product(_binary(t, o, at))),
        ),
        **_OWN,
    ),
    Loss(
        "categorical_focal", "categorical focal loss", whole=_categorical, stable=_categorical_stable,
        targets=DISTRIBUTION, outputs=DISTRIBUTION, outputs_of="softmax", remark=remark_of_class,
        source="Keras's CategoricalFocalCrossentropy, after Lin et al. 2017",
        aliases=("categorical_focal_crossentropy",),
        mistakes=(
            Mistake("focus-forgotten", _FORGOTTEN, whole=lambda pairs, at: _categorical(pairs, _unfocused(at))),
            Mistake("focus-forgotten", _ALONE, whole=lambda pairs, at: _categorical(pairs, _alone(at))),
            Mistake("focus-turned", _TURNED, whole=_categorical_turned),
            Mistake("power-forgotten", _LINEAR, whole=lambda pairs, at: _categorical(pairs, _linear(at))),
            Mistake("product-for-power", _PRODUCT,
                    whole=lambda pairs, at: _with_product(_categorical(pairs, at))),
        ),
        **_OWN,
    ),
)  # fmt: skip
