"""A method and its conventions: the lines that make an update, with clipping and weight decay around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace

from deepcalc.notation.edits import terms
from deepcalc.notation.nodes import Negative, Node, Plus, Times
from deepcalc.records import record
from deepcalc.rules.clipping import clipped_by_norm, clipped_by_value, global_norm
from deepcalc.rules.updates.moment import GRADIENTS, LAMBDA, Conventions, Formula, Line, Moment


@record
class Update:
    """One method.

    ``source`` says where it is from, and whose conventions its defaults are. ``lines`` are its quantities in the order
    in which they are computed, ``new_value`` the parameter's formula.
    ``coefficients`` and ``conventions`` name the fields that belong to it beside the learning rate;
    ``conventions`` with their defaults. ``options`` are coefficients that act only where they are given, ``defaults``
    the method's own values of fields that others share; ``further`` are fields that are no coefficients. ``point`` is
    where the gradient is taken, if not at the parameter; ``needs_curvature`` says that the lines have second
    derivatives in them; ``field_aliases`` are letters that stand for a field in the method's own literature.
    """

    name: str
    title: str
    source: str
    lines: Callable[[Conventions], tuple[Line, ...]]
    new_value: Callable[[Conventions], Formula]
    coefficients: tuple[str, ...] = ()
    conventions: Mapping[str, bool] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    point: Callable[[Conventions], Line | None] = lambda conventions: None
    decouples: bool = False
    further: tuple[str, ...] = ()
    needs_curvature: bool = False
    field_aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> tuple[str, ...]:
        """Every field that belongs to the method."""
        return ("learning_rate", *self.coefficients, *self.options, *self.conventions, *self.further)


FIELD_ALIASES: Mapping[str, str | tuple[str, ...]] = {
    "lr": "learning_rate",
    "eta": "learning_rate",
    "alpha": "learning_rate",
    "step_size": "learning_rate",
    "mu": "momentum",
    "gamma": "momentum",
    "rho": "decay",
    "decay_rate": "decay",
    "beta_1": "beta1",
    "beta_2": "beta2",
    "betas": ("beta1", "beta2"),
    "eps": "epsilon",
    "lr_schedule": "schedule",
    "learning_rates": "schedule",
    "scheduler": "schedule",
    "learning_rate_schedule": "schedule",
    "momentum_coefficient": "momentum",
    "gradient_clipping": "clip",
    "grad_clip": "clip",
    "lambda": "weight_decay",
    "wd": "weight_decay",
    "tau": "dampening",
    "psi": "momentum_decay",
    "initial_accumulator_value": "initial_accumulator",
}
"""Names of the fields in Keras, PyTorch and the papers; a method's own ones go before."""

COMMON_OPTIONS = ("weight_decay",)
"""Options that every method takes."""


@record
class Rule:
    """A method in the conventions chosen: what an update is made of, whoever asks for it.

    The gradient is first clipped, then joined by a coupled weight decay (the order of PyTorch, where clipping comes
    before the optimizer's step); a decoupled one is taken from the new value (Loshchilov and Hutter 2019, algorithm 2).
    """

    update: Update
    conventions: Conventions

    @property
    def needs_norm(self) -> bool:
        return self.conventions.clip_norm is not None

    @property
    def point(self) -> Line | None:
        """Where the gradient is taken; None where that is the parameter itself."""
        return self.update.point(self.conventions)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The quantities of one parameter in their order."""
        own = self.update.lines(self.conventions)
        return (*self._gradient_lines(), *(replace(line, formula=self._fed(line.formula)) for line in own))

    @property
    def new_value(self) -> Formula:
        formula = self._fed(self.update.new_value(self.conventions))
        if not (self._decays and self.conventions.decoupled):
            return formula

        def decayed(at: Moment) -> Node:
            rate = (at.rate,) if self.conventions.decay_times_rate else ()
            return Plus(*terms(formula(at)), Negative(Times(*rate, LAMBDA, at.parameter)))

        return decayed

    @property
    def _decays(self) -> bool:
        return "weight_decay" in self.conventions.given

    def _gradient_lines(self) -> Iterator[Line]:
        clip_value, clip_norm = self.conventions.clip_value, self.conventions.clip_norm
        clip_each = self.conventions.clip_each
        if clip_value is not None:

            def by_value(at: Moment) -> Node:
                return clipped_by_value(at.gradient, clip_value)

            yield Line("clipped", "clipped gradient", GRADIENTS, by_value)
        elif clip_norm is not None:

            def by_norm(at: Moment) -> Node:
                return clipped_by_norm(at.gradient, at.norm, clip_norm)

            yield Line("clipped", "clipped gradient", GRADIENTS, by_norm)
        elif clip_each is not None:

            def size(at: Moment) -> Node:
                return global_norm([at.squares])

            def by_size(at: Moment) -> Node:
                return clipped_by_norm(at.gradient, at.now("size"), clip_each)

            yield Line("size", "norm of the gradient", GRADIENTS, size)
            yield Line("clipped", "clipped gradient", GRADIENTS, by_size)
        if self._decays and not self.conventions.decoupled:

            def decayed(at: Moment) -> Node:
                return Plus(self._clipped(at).gradient, Times(LAMBDA, at.parameter))

            yield Line("decayed", "gradient with weight decay", GRADIENTS, decayed)

    def _clipped(self, at: Moment) -> Moment:
        bounds = (self.conventions.clip_value, self.conventions.clip_norm, self.conventions.clip_each)
        return at if bounds == (None, None, None) else replace(at, gradient=at.now("clipped"))

    def _fed(self, formula: Formula) -> Formula:
        """The formula with the gradient that the method sees."""
        if self._decays and not self.conventions.decoupled:
            return lambda at: formula(replace(at, gradient=at.now("decayed")))
        return lambda at: formula(self._clipped(at))
