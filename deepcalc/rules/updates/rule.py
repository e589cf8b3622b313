"""A method and its conventions: the lines that make an update, with clipping and weight decay around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace

from deepcalc.notation.edits import terms, with_signs_in_front
from deepcalc.notation.nodes import Negative, Node, Plus, Times
from deepcalc.records import record
from deepcalc.rules.clipping import clipped_by_norm, clipped_by_value, global_norm
from deepcalc.rules.updates.moment import GRADIENTS, LAMBDA, Conventions, FormulaAt, Line, Moment


@record
class Mistake:
    """A typical mistake: other formulas for lines, by their heads, or for the new value."""

    key: str
    message: str
    lines: Mapping[str, FormulaAt] = field(default_factory=dict)
    new_value: FormulaAt | None = None


@record
class Update:
    """One method.

    ``source`` says where it is from, and whose conventions its defaults are. ``lines`` are its quantities in the order
    in which they are computed, ``new_value`` the parameter's formula.
    ``coefficients`` and ``conventions`` name the fields that belong to it beside the learning rate;
    ``conventions`` with their defaults. ``options`` are coefficients that act only where they are given,
    those of ``idle_at_zero`` not where they are 0 either, ``titles`` what it is called with one; ``defaults`` are
    the method's own values of fields that others share; ``further`` are fields that are no coefficients. ``point`` is
    where the gradient is taken, if not at the parameter; ``needs_curvature`` says that the lines have second
    derivatives in them; ``field_aliases`` are letters that stand for a field in the method's own literature,
    ``mistakes`` typical ones that are this method's alone.
    """

    name: str
    title: str
    source: str
    lines: Callable[[Conventions], tuple[Line, ...]]
    new_value: Callable[[Conventions], FormulaAt]
    coefficients: tuple[str, ...] = ()
    conventions: Mapping[str, bool] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    idle_at_zero: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    point: Callable[[Conventions], Line | None] = lambda conventions: None
    decouples: bool = False
    further: tuple[str, ...] = ()
    needs_curvature: bool = False
    field_aliases: Mapping[str, str] = field(default_factory=dict)
    mistakes: Callable[[Conventions], tuple[Mistake, ...]] = lambda conventions: ()

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
    "clipnorm": "clip.norm_of_each",
    "clipvalue": "clip.value",
    "global_clipnorm": "clip.norm",
    "max_grad_norm": "clip.norm",
    "lambda": "weight_decay",
    "wd": "weight_decay",
    "tau": "dampening",
    "psi": "momentum_decay",
    "initial_accumulator_value": "initial_accumulator",
}
"""Names of the fields in Keras, PyTorch and the papers, ``clip.norm`` is one in `clip`; a method's own go before."""

COMMON_OPTIONS = ("weight_decay",)
"""Options that every method takes."""


@record
class Rule:
    """A method in the conventions chosen: what an update is made of, whoever asks for it.

    The gradient is first clipped, turned where the objective is made larger, then joined by a coupled weight decay (the
    order of PyTorch, where clipping comes before the optimizer's step); a decoupled one is taken from the new value
    (Loshchilov and Hutter 2019, algorithm 2).
    """

    update: Update
    conventions: Conventions

    @property
    def title(self) -> str:
        """What the method is called with what it is told: gradient ascent, where the objective is made larger."""
        chosen = self.conventions
        told = {*chosen.given, *(name for name in self.update.conventions if getattr(chosen, name))}
        title = next((said for name, said in self.update.titles.items() if name in told), self.update.title)
        if not chosen.maximize:
            return title
        return title.replace("descent", "ascent") if "descent" in title else f"{title}, maximizing"

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
    def new_value(self) -> FormulaAt:
        return self._decayed(self._fed(self.update.new_value(self.conventions)))

    @property
    def mistakes(self) -> Iterator[Mistake]:
        """The method's typical mistakes, with the gradient that it sees."""
        for mistake in self.update.mistakes(self.conventions):
            lines = {head: self._fed(formula) for head, formula in mistake.lines.items()}
            new_value = None if mistake.new_value is None else self._decayed(self._fed(mistake.new_value))
            yield replace(mistake, lines=lines, new_value=new_value)

    @property
    def otherwise_decayed(self) -> tuple[Mapping[str, FormulaAt], FormulaAt]:
        """The method's lines and new value with a coupled decay decoupled, or the other way round."""
        other = Rule(self.update, replace(self.conventions, decoupled=not self.conventions.decoupled))

        def inlined(formula: FormulaAt) -> FormulaAt:
            if self.conventions.decoupled:
                return lambda at: formula(at).xreplace({at.now("decayed"): other._decayed_gradient(at)})
            return formula

        own = {line.head for line in self.update.lines(self.conventions)}
        return {line.head: inlined(line.formula) for line in other.lines if line.head in own}, inlined(other.new_value)

    def _decayed(self, formula: FormulaAt) -> FormulaAt:
        """The new value with what a decoupled weight decay takes from it."""
        if not (self._decays and self.conventions.decoupled):
            return formula

        def taken(at: Moment) -> Node:
            rate = (at.rate,) if self.conventions.decay_times_rate else ()
            return Plus(*terms(formula(at)), Negative(Times(*rate, LAMBDA, at.parameter)))

        return taken

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
            yield Line("decayed", "gradient with weight decay", GRADIENTS, self._decayed_gradient)

    def _decayed_gradient(self, at: Moment) -> Node:
        """g + λ·θ."""
        return Plus(self._turned(self._clipped(at)).gradient, Times(LAMBDA, at.parameter))

    def _clipped(self, at: Moment) -> Moment:
        bounds = (self.conventions.clip_value, self.conventions.clip_norm, self.conventions.clip_each)
        return at if bounds == (None, None, None) else replace(at, gradient=at.now("clipped"))

    def _fed(self, formula: FormulaAt) -> FormulaAt:
        """The formula with the gradient that the method sees."""
        if self._decays and not self.conventions.decoupled:
            return lambda at: formula(replace(at, gradient=at.now("decayed")))
        if self.conventions.maximize:
            return lambda at: with_signs_in_front(formula(self._turned(self._clipped(at))))
        return lambda at: formula(self._clipped(at))

    def _turned(self, at: Moment) -> Moment:
        """The way up in place of the way down: with the negative of the gradient."""
        return replace(at, gradient=Negative(at.gradient)) if self.conventions.maximize else at
