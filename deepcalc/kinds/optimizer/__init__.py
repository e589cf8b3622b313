"""Steps of an optimizer: what it keeps of the gradients, and each parameter's new values.

The gradients are given for each step, or derived from an objective at each step's parameters. The fields are here;
``deepcalc.kinds.optimizer`` writes the graph.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds._templates import with_choices
from deepcalc.kinds.optimizer.fields import OptimizerFields
from deepcalc.kinds.optimizer.graph import Runs, build
from deepcalc.kinds.registry import Kind, later
from deepcalc.rules.schedules import SCHEDULES
from deepcalc.rules.updates import UPDATES

KIND = Kind(
    name="optimizer",
    summary="steps of sgd, momentum, rmsprop, adam and their like, from given gradients or from an objective",
    fields=OptimizerFields,
    read=Runs,
    build=build,
    template=with_choices(text_beside(__file__, "template.yaml"), methods=UPDATES, schedules=SCHEDULES),
    slips=later("deepcalc.kinds.optimizer.slips", "slips"),
    vocabulary=later("deepcalc.kinds.optimizer.vocabulary", "vocabulary"),
    subjects=(
        "adam",
        "sgd",
        "momentum",
        "rmsprop",
        "adagrad",
        "gradient_descent",
        "descent",
        "learning_rate",
        "schedule",
    ),
)
