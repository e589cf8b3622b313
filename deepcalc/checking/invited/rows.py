"""The mistakes that any formula invites, one row each: what is written in place of what, and how likely it is.

A row changes a formula at a :class:`Place`: a node of it (``at``), or the formula as a whole (``of``). What a row needs
to know it asks of how the quantity was made: its formula, what it is the derivative of, the paths that lead to it,
the names beside its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum

from deepcalc.checking.invited import chains, derivatives, functions, leaky, names, powers, terms
from deepcalc.checking.invited.place import AtNode, Place, Written
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.printing import Printer
from deepcalc.records import record


class Likelihood(IntEnum):
    """How often a mistake is made where it can be made: the lower the oftener."""

    COMMON = 1
    PLAUSIBLE = 2
    RARE = 3


COMMON, PLAUSIBLE, RARE = Likelihood


@record
class Row:
    """One mistake; ``message`` is read after "consistent with", ``{0}`` and ``{1}`` are the names it speaks of.

    ``named`` is said in its place where there is a name, or a number, of which it can speak.

    ``at`` gives what stands in place of a node (None where it stays); made at a node, a mistake may also be made at
    all of them. ``of`` gives the changed formulas of a place.
    """

    key: str
    message: str
    likelihood: Likelihood
    at: AtNode | None = None
    of: Callable[[Place], Iterator[Written]] | None = None
    named: str = ""

    def said(self, names: Sequence[str | Node], printer: Printer) -> str:
        """The message with names, or numbers, in a printer's dialect."""
        printed = (printer.print(Name(each) if isinstance(each, str) else each) for each in names)
        return (self.named if self.named and names else self.message).format(*printed)


ROWS = (
    # the sign, the side, a term, a factor
    Row("sign", "the opposite sign", COMMON, of=terms.opposite_result),
    Row("sign", "the sign of a term turned", COMMON, of=terms.term_turned),
    Row("sign", "the sign of a term turned", PLAUSIBLE, of=terms.first_or_inner_term_turned),
    Row("other-side", "the derivative taken on the wrong side of the kink", COMMON, of=derivatives.wrong_side),
    Row("other-case", "another case of the definition taken", COMMON, of=derivatives.other_case),
    Row("one-too-early", "one too few: the first at which it holds is asked for", COMMON,
        of=terms.one_too_early),
    Row("one-too-late", "one too many: the first at which it holds is asked for", COMMON, of=terms.one_too_late),
    Row("other-argument", "the other argument of max or min taken", COMMON, of=functions.other_argument),
    Row("not-in-the-sum", "its own term left out of the sum", PLAUSIBLE, at=functions.sum_without_own),
    Row("path-left-out", "one of several paths left out", COMMON, of=terms.path_left_out),
    Row("path-left-out", "one path alone, all others left out", PLAUSIBLE, of=terms.path_alone),
    Row("term-left-out", "a term left out", COMMON, of=terms.term_left_out, named="the term {0} left out"),
    Row("factor-left-out", "a factor of the chain rule left out", COMMON, of=terms.link_left_out,
        named="the factor {0} of the chain rule left out"),
    Row("derivative-left-out", "the inner derivative forgotten", COMMON, of=derivatives.inner_derivative_left_out),
    Row("derivative-left-out", "the inner derivative forgotten", COMMON, at=derivatives.without_slope),
    Row("derivative-left-out", "the derivative by the output alone, that of its activation forgotten", COMMON,
        of=derivatives.before_the_activation),
    Row("derivative-left-out", "the inner derivative forgotten", COMMON, of=chains.outer_alone),
    Row("targets-left-out", "the sum over all classes, whatever the target", COMMON, of=terms.targets_left_out),
    Row("targets-left-out", "the terms of both classes taken, whatever the target", COMMON, of=terms.both_classes),
    Row("weights-left-out", "the factor before each logarithm left out", COMMON, of=terms.weights_left_out),
    Row("factor-left-out", "a factor left out", COMMON, of=terms.factor_left_out, named="the factor {0} left out"),
    Row("factor-left-out", "a factor left out", PLAUSIBLE, of=terms.factor_of_one_term_left_out,
        named="the factor {0} left out"),
    Row("factor-left-out", "the factors before a name left out", COMMON, of=terms.coefficient_left_out,
        named="the factor {0} left out"),
    # quotients, powers, roots
    Row("turned-over", "a division turned over", COMMON, at=functions.turned_over),
    Row("turned-over", "a division turned over", COMMON, of=functions.reciprocal_turned,
        named="{0} in place of 1/{0}"),
    Row("divisor-left-out", "the division left out", COMMON, at=functions.undivided),
    Row("multiplied", "multiplied where it is to be divided", PLAUSIBLE, of=functions.multiplied),
    Row("divided", "divided where it is to be multiplied", PLAUSIBLE, of=functions.divided),
    Row("square-forgotten", "the square forgotten", COMMON, at=powers.unsquared),
    Row("absolute-for-square", "the absolute value in place of the square", COMMON, at=powers.absolute_for_square),
    Row("square-for-absolute", "the square in place of the absolute value", COMMON, at=powers.square_for_absolute),
    Row("squared", "squared where it is not", PLAUSIBLE, of=powers.squared_difference),
    Row("squared", "squared where it is not", PLAUSIBLE, of=powers.squared_maximum),
    Row("squared", "divided by the square of {0} in place of {0} itself", PLAUSIBLE, of=powers.squared_divisor),
    Row("each-squared", "each squared by itself, not their sum or difference", PLAUSIBLE, of=powers.each_squared),
    Row("square-of-sum", "the square of the sum in place of the sum of the squares", PLAUSIBLE,
        at=powers.square_of_sum),
    Row("function-of-sum", "the function taken of the sum, not of each term", PLAUSIBLE,
        at=functions.function_of_sum),
    Row("function-of-one", "the function taken of one part alone, not of the whole bracket", PLAUSIBLE,
        of=functions.of_one_part_alone),
    Row("sign-kept", "the sign kept where the absolute value is meant", PLAUSIBLE, at=powers.sign_kept),
    Row("no-root", "no root taken", COMMON, at=powers.no_root),
    Row("root-of-each", "the root taken of each term, not of their sum", PLAUSIBLE, at=powers.root_of_each),
    Row("arithmetic-mean", "the arithmetic mean in place of the harmonic one", COMMON, at=functions.arithmetic_mean),
    Row("halved-for-root", "halved in place of the root taken", PLAUSIBLE, at=powers.halved_root),
    Row("root-taken", "a root taken where there is none", PLAUSIBLE, of=powers.root_taken),
    Row("double-for-square", "doubled in place of squared", PLAUSIBLE, at=powers.doubled_for_squared),
    Row("exponent-off", "an exponent that is one too small or too large", PLAUSIBLE, of=powers.exponent_off),
    Row("squared-factor", "the factor squared, too, as if it were in brackets", PLAUSIBLE,
        at=powers.drawn_into_square),
    Row("times-exponent", "multiplied by the exponent, not raised to that power", PLAUSIBLE,
        at=powers.times_the_exponent),
    Row("largest-for-norm", "the largest absolute value in place of the root of the sum of squares", COMMON,
        at=powers.largest_for_norm),
    # functions
    Row("log-base-10", "the logarithm to base 10 in place of the natural one", COMMON, at=functions.log_to("log10")),
    Row("log-base-2", "the logarithm to base 2 in place of the natural one", COMMON, at=functions.log_to("log2")),
    Row("natural-log", "the natural logarithm in place of the one asked for", COMMON, at=functions.natural_log),
    Row("no-log", "no logarithm taken", PLAUSIBLE, at=functions.argument_of("log", "ln", "log2", "log10")),
    Row("no-log", "no logarithm taken", PLAUSIBLE, at=functions.without_log),
    Row("drawn-into", "the factor drawn into the function", PLAUSIBLE, of=functions.drawn_into),
    Row("other-class", "p and 1 − p mixed up in the logarithm", COMMON, at=functions.other_class),
    Row("exponent-sign", "the sign of the exponent turned", COMMON, at=functions.exponent_turned),
    Row("squares-for-logs", "the squared error in place of the cross-entropy", PLAUSIBLE, of=terms.squares_for_logs),
    Row("logs-for-squares", "the cross-entropy in place of the squared error", PLAUSIBLE, of=terms.logs_for_squares),
    Row("own-entropy", "each logarithm weighted by its own probability, not by the target", PLAUSIBLE,
        of=terms.own_entropy),
    Row("each-class", "the binary cross-entropy of every class", PLAUSIBLE, of=terms.each_class_by_itself),
    Row("no-exponential", "no exponential taken", PLAUSIBLE, at=functions.argument_of("exp")),
    Row("not-activated", "the activation left out", COMMON, at=functions.argument_of(*functions.ACTIVATION_CALLS)),
    Row("not-activated", "the value itself in place of its sign", PLAUSIBLE,
        at=functions.argument_of(*functions.DECIDED)),
    Row("activated", "an activation taken where there is none", PLAUSIBLE, of=functions.activated),
    Row("term-left-out", "the term 1 left out below the line of the sigmoid", PLAUSIBLE, at=functions.one_left_out),
    Row("quotient-forgotten", "the exponential alone in place of the sigmoid", PLAUSIBLE,
        at=functions.exponential_alone),
    Row("activated-twice", "the activation applied twice", COMMON, at=functions.applied_twice),
    Row("slope-forgotten", "ReLU in place of the leaky one", COMMON, at=leaky.plain_relu),
    Row("other-side", "the slope below 0 taken above 0 as well", PLAUSIBLE, at=leaky.slope_everywhere),
    Row("other-side", "the slope taken above 0, not below it", PLAUSIBLE, at=leaky.slope_turned),
    Row("other-slope", "the usual slope of 0.01, not the one that is given", PLAUSIBLE, at=leaky.usual_slope),
    Row("sigmoid-for-softmax", "the sigmoid in place of the softmax", COMMON, at=functions.sigmoid_for_softmax),
    Row("other-activation", "tanh and the sigmoid mixed up", COMMON, at=functions.other_activation),
    Row("slope-for-value", "the derivative of the activation in place of its value", PLAUSIBLE,
        at=functions.slope_for_value),
    Row("other-wave", "sine and cosine mixed up", COMMON, at=functions.other_wave),
    Row("degrees", "the angle taken in degrees, not in radians", PLAUSIBLE, at=functions.in_degrees),
    Row("relu-taken", "ReLU in place of the activation asked for", COMMON, at=functions.relu_taken),
    Row("other-activation", "the sigmoid in place of ReLU", PLAUSIBLE, at=functions.curve_taken("sigmoid")),
    Row("other-activation", "tanh in place of ReLU", PLAUSIBLE, at=functions.curve_taken("tanh")),
    Row("thresholded", "a threshold in place of the activation: the side of 0 alone", COMMON,
        at=functions.thresholded),
    Row("thresholded", "1 for the largest and 0 for the others in place of the softmax", PLAUSIBLE,
        at=functions.largest_alone),
    Row("other-activation", "a leaky ReLU in place of the plain one", PLAUSIBLE, at=leaky.leaky_taken),
    Row("max-for-min", "max and min mixed up", PLAUSIBLE, at=functions.other_extreme),
    # derivatives
    Row("other-derivative", "the derivative h·(1 − h) in place of 1 − h²", COMMON, at=derivatives.sigmoid_slope),
    Row("other-derivative", "the derivative 1 − h² in place of h·(1 − h)", COMMON, at=derivatives.tanh_slope),
    Row("other-derivative", "h² in place of 1 − h²", PLAUSIBLE, at=derivatives.square_alone),
    Row("value-for-slope", "the value h itself in place of 1 − h²", PLAUSIBLE, at=derivatives.base_alone),
    Row("other-derivative", "(1 − h)² in place of 1 − h²", PLAUSIBLE, at=chains.bracket_squared),
    Row("other-derivative", "the derivative of 1 − h² in place of 1 − h² itself", RARE, at=chains.slope_of_slope),
    Row("derivative-elsewhere", "the derivative written in the net input where the value belongs", COMMON,
        of=derivatives.at_net_input),
    Row("own-value", "{0} itself in place of what it is multiplied by", COMMON, of=derivatives.own_value),
    Row("power-kept", "the square kept in the derivative", PLAUSIBLE, of=chains.power_kept),
    Row("other-operand", "{0} taken in place of {1}", PLAUSIBLE, of=derivatives.other_operand),
    Row("derivative-twice", "the derivative taken at the activated value", PLAUSIBLE, of=derivatives.at_activated),
    Row("shortcut", "{0} − {1} alone, which is not the derivative here", COMMON, of=derivatives.shortcut),
    Row("slope-on-top", "the derivative of {0} on top, which is in it already", PLAUSIBLE, of=derivatives.slope_on_top),
    Row("value-for-slope", "{0} in place of the derivative", PLAUSIBLE, of=derivatives.value_for_slope),
    Row("bias-times-input", "the gradient of a bias multiplied by {0}", COMMON, of=derivatives.times_input),
    Row("gradient-times-own", "the gradient multiplied by {0} itself", PLAUSIBLE, of=derivatives.times_own),
    Row("power-rule", "the power rule applied to an exponential", PLAUSIBLE, at=chains.power_rule_on_exponential),
    Row("other-derivative", "the derivative of the sigmoid in place of the sigmoid itself", PLAUSIBLE,
        at=chains.sigmoid_derived),
    Row("by-another", "the derivative by {0} in place of that by {1}", PLAUSIBLE, of=chains.by_another),
    Row("own-slope", "the derivative by the net input of {0} in place of that by {0} itself", PLAUSIBLE,
        of=chains.through_own_activation),
    Row("function-kept", "the function itself in place of its derivative", PLAUSIBLE, of=chains.function_kept),
    Row("variable-kept", "{0} kept as a factor in the derivative by {0}", PLAUSIBLE, of=chains.variable_kept),
    Row("derivative-once-more", "a factor of the chain rule twice", PLAUSIBLE, of=derivatives.link_twice),
    # numbers before and behind
    Row("factor-2", "a factor 2 too many", PLAUSIBLE, of=terms.doubled),
    Row("factor-2", "a factor 2 too many", PLAUSIBLE, of=terms.term_doubled),
    Row("factor-2", "a factor 1/2 too many", PLAUSIBLE, of=terms.halved),
    Row("one-less", "divided by one less", COMMON, at=functions.one_less),
    Row("mean-for-sum", "the mean in place of the sum", PLAUSIBLE, of=terms.averaged),
    # names
    Row("complement", "{0} and 1 − {0} exchanged", COMMON, of=names.complement_exchanged),
    Row("other-target", "{0} taken for 1 − {0}, the other class", PLAUSIBLE, of=derivatives.other_target),
    Row("complement-left-out", "{0} where 1 − {0} is meant", COMMON, of=names.complement_left_out),
    Row("neighbour", "{0} taken in place of {1}", PLAUSIBLE, of=names.neighbour_taken),
    Row("neighbour", "{0} taken in place of {1}", PLAUSIBLE, of=names.counterpart_taken),
    Row("neighbour", "the weights of the unit beside taken", PLAUSIBLE, of=names.neighbours_weights_taken),
    Row("neighbour", "{0} taken in place of {1}", PLAUSIBLE, of=names.of_another_taken),
    Row("step-before", "the values of the step before taken", PLAUSIBLE, of=names.step_before_taken),
    Row("bracket", "the brackets of a sum ignored", PLAUSIBLE, of=names.without_brackets),
    Row("bracket", "the brackets of a fraction ignored", PLAUSIBLE, of=names.without_fraction_bar),
    Row("brackets-added", "brackets where there are none", RARE, of=names.within_brackets),
    Row("stage-skipped", "{0} taken where {1} is meant", COMMON, of=names.stage_skipped),
    Row("stage-skipped", "the net inputs taken where the outputs are meant", PLAUSIBLE, of=names.stages_skipped),
    Row("other-letter", "{0} taken in place of {1}", RARE, of=names.other_letter_taken),
    Row("swapped", "{0} and {1} swapped", RARE, of=names.names_swapped),
    Row("product-for-sum", "the product in place of the sum", RARE, at=names.product_for_sum),
    Row("sum-for-product", "the sum in place of the product", RARE, at=names.sum_for_product),
)  # fmt: skip
