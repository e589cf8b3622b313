"""The unit itself: its parameters after so many presentations, its net input, what it gives for one."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.kinds.perceptron.fields import PerceptronFields
from deepcalc.kinds.perceptron.naming import at
from deepcalc.notation.nodes import MINUS_ONE, ONE, ZERO, Cases, Name, Node, Relation, Times, negative, total
from deepcalc.records import record


@record
class Unit:
    fields: PerceptronFields

    @property
    def trained(self) -> list[str]:
        """The parameters that learning changes; all but a bias that is kept where nothing is learned."""
        bias = [self.fields.bias_as] if self.fields.trains_bias else []
        return [*self.fields.named_weights, *bias]

    def parameter(self, name: str, time: int) -> Name:
        """A parameter after so many presentations; as it was where it is not trained."""
        return Name(at(name, None, time if name in self.trained else 0))

    def constant(self, time: int) -> list[Node]:
        """The bias as a term of a net input, or the threshold taken away."""
        fields = self.fields
        if fields.constant is None:
            return []
        bias = self.parameter(fields.bias_as, time)
        return [bias if fields.constant_input.value == 1 else negative(bias)]

    def net_input(self, inputs: Sequence[str], time: int) -> Node:
        """The net input for inputs by their names."""
        pairs = zip(self.fields.named_weights, inputs, strict=True)
        return total(*(Times(Name(x), self.parameter(name, time)) for name, x in pairs), *self.constant(time))

    def fires_at(self, net: Node) -> Relation:
        """Where the unit gives 1."""
        return Relation(">=" if self.fields.value_at_zero == 1 else ">", net, ZERO)

    def fired(self, net: str) -> Node:
        """The output for a net input."""
        fields = self.fields
        between = fields.lowest < fields.value_at_zero < 1
        zero = (ZERO, Relation("=", Name(net), ZERO)) if between else ()
        return Cases(ONE, self.fires_at(Name(net)), *zero, MINUS_ONE if fields.is_signed else ZERO)
