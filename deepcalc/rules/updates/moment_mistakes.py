"""Typical mistakes of single methods with moments: Adam and its like, Lion."""

from __future__ import annotations

from deepcalc.notation.nodes import ONE, Call, Node, Over, Plus, Power, Times, minus
from deepcalc.rules.updates.averages import average, corrected, squared, squared_gradient
from deepcalc.rules.updates.moment import BETA1, BETA2, Conventions, FormulaAt, Moment
from deepcalc.rules.updates.moment_steps import corrects_rate, step_by_moments
from deepcalc.rules.updates.rule import Mistake


def other_moments(conventions: Conventions) -> tuple[Mistake, ...]:
    """The gradient in place of its average; a correction where there is none."""
    scale = conventions.root

    def without_first(at: Moment) -> Node:
        second = "vhat" if conventions.bias_correction else "v"
        return minus(at.parameter, Times(Over(at.rate, scale(at.now(second))), at.gradient))

    def squared_moment(at: Moment) -> Node:
        return squared(at.now("m"))

    def undivided(at: Moment) -> Node:
        first = "mhat" if conventions.bias_correction and not corrects_rate(conventions) else "m"
        return minus(at.parameter, Times(at.rate, at.now(first)))

    def plain(at: Moment) -> Node:
        return minus(at.parameter, Times(at.rate, at.gradient))

    def signed(at: Moment) -> Node:
        return minus(at.parameter, Times(at.rate, Call("sign", at.gradient)))

    message = "the first moment squared in v, not the gradient"
    found = [Mistake("moment-squared", message, {"v": average("v", BETA2, squared_moment)})]
    found += (
        Mistake("not-divided", "not divided by the root of the second moment", new_value=undivided),
        Mistake("plain", "plain gradient descent", new_value=plain),
        Mistake("sign-alone", "each step as the first one: the learning rate times the sign of the gradient",
                new_value=signed),
    )  # fmt: skip
    if not corrects_rate(conventions):
        message = "the gradient itself in place of the first moment"
        found.append(Mistake("gradient-for-moment", message, new_value=without_first))
    return (*found, *_corrected_in_vain(conventions, "v"))


def _corrected_in_vain(conventions: Conventions, head: str) -> tuple[Mistake, ...]:
    def formula(at: Moment) -> Node:
        first, second = corrected("m", BETA1)(at), corrected(head, BETA2)(at)
        return minus(at.parameter, Times(Over(at.rate, conventions.root(second)), first))

    def first_alone(at: Moment) -> Node:
        return minus(at.parameter, Times(Over(at.rate, conventions.root(at.now(head))), corrected("m", BETA1)(at)))

    if conventions.bias_correction:
        return ()
    said = "a bias correction, which the rule does not have here"
    return (
        Mistake("bias-corrected", said, new_value=formula),
        Mistake("bias-corrected", f"{said}, of the first moment alone", new_value=first_alone),
    )


def other_largest(conventions: Conventions) -> tuple[Mistake, ...]:
    """The moment itself, a sum or the smaller one in place of the largest so far."""
    if conventions.bias_correction and not conventions.bias_correction_in_rate:
        plain = Mistake("maximum-forgotten", _NO_MAXIMUM, {"vhat": corrected("v", BETA2)})
    else:
        plain = Mistake("maximum-forgotten", _NO_MAXIMUM, new_value=step_by_moments(conventions))

    def added(at: Moment) -> Node:
        return Plus(at.before("vmax"), at.now("v"))

    def lesser(at: Moment) -> Node:
        return Call("min", at.before("vmax"), at.now("v"))

    return (
        plain,
        Mistake("sum-for-maximum", "the sum in place of the maximum", {"vmax": added}),
        Mistake("minimum-for-maximum", "the smaller of the two in place of the larger one", {"vmax": lesser}),
        *_corrected_in_vain(conventions, "vmax"),
    )


_NO_MAXIMUM = "v itself in place of its largest value so far"


def other_adamax(conventions: Conventions) -> tuple[Mistake, ...]:
    def formula(at: Moment) -> Node:
        return minus(at.parameter, Times(Over(at.rate, corrected("u", BETA2)(at)), at.now("mhat")))

    def step(divisor: Node, moment: Node, at: Moment) -> Node:
        return minus(at.parameter, Times(Over(at.rate, divisor), moment))

    def size(at: Moment) -> Node:
        return Call("abs", at.gradient)

    def kept(at: Moment) -> Node:
        return Times(BETA2, at.before("u"))

    return (
        Mistake("bias-corrected", "the largest gradient corrected too", new_value=formula),
        Mistake("average-for-maximum", "an average of the squares, as Adam keeps it, in place of the maximum",
                {"u": average("u", BETA2, squared_gradient)}),
        Mistake("average-for-maximum", "an average of the absolute values in place of the maximum",
                {"u": average("u", BETA2, size)}),
        Mistake("sum-for-maximum", "the sum in place of the maximum", {"u": lambda at: Plus(kept(at), size(at))}),
        Mistake("minimum-for-maximum", "the smaller of the two in place of the larger one",
                {"u": lambda at: Call("min", kept(at), size(at))}),
        Mistake("sign-kept", "the sign of the gradient kept in the maximum, not its absolute value",
                {"u": lambda at: Call("max", kept(at), at.gradient)}),
        Mistake("factor-left-out", "the factor β₂ left out in the maximum",
                {"u": lambda at: Call("max", at.before("u"), size(at))}),
        Mistake("root-taken", "the root of the largest gradient taken, as Adam does of the second moment",
                new_value=lambda at: step(Call("sqrt", at.now("u")), at.now("mhat"), at)),
        Mistake("gradient-for-moment", "the gradient itself in place of the first moment",
                new_value=lambda at: step(at.now("u"), at.gradient, at)),
    )  # fmt: skip


def other_nadam(conventions: Conventions) -> tuple[Mistake, ...]:
    """Adam's step; the gradient in it without its correction."""
    if "momentum_decay" in conventions.given:
        return ()

    def mixed(moment: FormulaAt, fresh: FormulaAt) -> FormulaAt:
        def step(at: Moment) -> Node:
            return Times(Over(at.rate, conventions.root(at.now("vhat"))), Plus(moment(at), fresh(at)))

        return lambda at: minus(at.parameter, step(at))

    def by_next(at: Moment) -> Node:
        return Over(Times(BETA1, at.now("m")), minus(ONE, Power(BETA1, at.next_step)))

    def fresh(at: Moment) -> Node:
        return Over(Times(rest, at.gradient), minus(ONE, Power(BETA1, at.step)))

    def weighted(at: Moment) -> Node:
        return Times(BETA1, at.now("mhat"))

    def plain(at: Moment) -> Node:
        return Times(rest, at.gradient)

    def unweighted(at: Moment) -> Node:
        return Over(at.gradient, minus(ONE, Power(BETA1, at.step)))

    rest, first, second = minus(ONE, BETA1), "the first moment", "the gradient"
    swapped = mixed(lambda at: Times(rest, at.now("mhat")), lambda at: Times(BETA1, unweighted(at)))
    without = mixed(lambda at: Times(BETA1, at.now("m")), plain)
    alone = mixed(lambda at: at.now("mhat"), fresh)
    return (
        Mistake("nesterov-forgotten", "Adam's step, by the first moment alone", new_value=step_by_moments(conventions)),
        Mistake("no-bias-correction", f"no bias correction of {second} in the step", new_value=mixed(weighted, plain)),
        Mistake("no-bias-correction", "no bias correction of first moment and gradient", new_value=without),
        Mistake("t-off-by-one", f"t + 1 in place of t below {first}", new_value=mixed(by_next, fresh)),
        Mistake("weights-swapped", f"the weights of {first} and of {second} exchanged", new_value=swapped),
        Mistake("weight-left-out", f"{first} not multiplied by its weight", new_value=alone),
        Mistake("weight-left-out", f"{second} not multiplied by its weight", new_value=mixed(weighted, unweighted)),
    )


def other_lion(conventions: Conventions) -> tuple[Mistake, ...]:
    def by_momentum(at: Moment) -> Node:
        return minus(at.parameter, Times(at.rate, Call("sign", at.now("m"))))

    return (Mistake("momentum-for-direction", "the sign of the new momentum, not of c", new_value=by_momentum),)
