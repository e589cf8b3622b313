"""What an update rule is written of: one parameter at one step, the lines on the way, the conventions chosen.

A line is one quantity of one parameter. What it is written of comes from a :class:`Moment`: the names of one parameter
at one step, or the general ones (θ, g and each state with the index t).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.edits import terms
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Name, Node, Plus, Power, names_in, number, total
from deepcalc.records import record

SETTING_NAMES: Mapping[str, str] = {
    "learning_rate": "eta",
    "momentum": "gamma",
    "decay": "rho",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
    "weight_decay": "lambda",
    "dampening": "tau",
    "momentum_decay": "psi",
}
"""The name in formulas of each numeric setting, by its field."""

ETA, GAMMA, RHO, BETA1, BETA2, EPSILON, LAMBDA, TAU, PSI = map(Name, SETTING_NAMES.values())

GRADIENTS = "gradients"
NORM, HESSIAN = Name("norm_t"), Name("H_t")
STATES = "states"
RATES = "rates"


@record
class Moment:
    """One parameter at one step: the nodes of which its update is written.

    ``parameter`` is its value before the step, ``step`` the number t of the step; ``now`` and ``before`` give a
    line's quantity at this step and at the one before it; ``rate`` is the learning rate of the step, ``norm`` that of
    all its gradients together; ``is_array`` says that the parameter has entries,
    ``hessian`` are its second derivatives; ``newton`` is its own
    entry of the Newton step of all parameters, where there are several.
    """

    parameter: Node
    gradient: Node
    step: Node
    now: Callable[[str], Name]
    before: Callable[[str], Name]
    rate: Node = ETA
    norm: Node = NORM
    is_array: bool = False
    hessian: Node = HESSIAN
    newton: Node | None = None

    @property
    def squares(self) -> Node:
        """g², of an array summed over its entries."""
        square = Power(self.gradient, TWO)
        return Apply("sum", {}, square) if self.is_array else square

    @property
    def next_step(self) -> Node:
        """t + 1."""
        return number(self.step.value + 1) if isinstance(self.step, Literal) else Plus(self.step, ONE)


FormulaAt = Callable[[Moment], Node]

PARAMETER = "theta"


def now(head: str) -> Name:
    """A line's quantity at step t, in general."""
    return Name(f"{head}_t")


def before(head: str) -> Name:
    """A line's quantity at step t - 1, in general."""
    return Name(f"{head}_previous")


GENERAL = Moment(before(PARAMETER), now("g"), Name("t"), now, before)
"""The moment of the general law."""


@record
class Line:
    """One quantity on the way to the new value: the head of its name, what it is, its group, its formula.

    ``is_square`` says that it is made of squared gradients, so that it cannot be negative; ``is_of_step`` that all
    parameters share it. ``start`` is what it is before the first step where nothing else is said; ``aliases`` are other
    names for the head; ``at_first`` says in what the first step is another.
    """

    head: str
    meaning: str
    group: str
    formula: FormulaAt
    is_square: bool = False
    is_of_step: bool = False
    start: Literal = ZERO
    aliases: tuple[str, ...] = ()
    at_first: str = ""

    @property
    def law(self) -> Node:
        """The formula in general names."""
        return self.formula(GENERAL)

    @property
    def is_carried_on(self) -> bool:
        """Whether a step needs the value of the step before, and the first step an initial one."""
        return before(self.head).name in names_in(self.law)


@record
class Conventions:
    """The points in which courses write the same method differently.

    ``given`` are the options that were asked for; ``clip_value``, ``clip_norm`` and ``clip_each`` the bounds of
    the gradients; ``initial_accumulator`` what squared gradients are added to.
    """

    epsilon_inside_root: bool = True
    bias_correction: bool = True
    bias_correction_in_rate: bool = False
    learning_rate_inside_velocity: bool = True
    velocity_is_step: bool = False
    velocity_is_average: bool = False
    look_ahead: bool = True
    nesterov: bool = False
    maximize: bool = False
    centered: bool = False
    decoupled: bool = False
    decay_times_rate: bool = True
    given: frozenset[str] = frozenset()
    clip_value: Any = None
    clip_norm: Any = None
    clip_each: Any = None
    initial_accumulator: Any = None

    def root(self, squares: Node) -> Node:
        """√(v + ε), or √v + ε."""
        if self.epsilon_inside_root:
            return Call("sqrt", total(*terms(squares), EPSILON))
        return Plus(Call("sqrt", squares), EPSILON)
