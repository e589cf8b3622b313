"""How much is worked out for one student."""

from __future__ import annotations

from deepcalc.checking.effort import AT_FIRST, FOR_EACH_ANSWER, Effort
from deepcalc.checking.marking import Marker
from deepcalc.checking.number_marking import MOST_LOOKED_INTO, OwnWork
from deepcalc.graph.evaluation import evaluate
from tests.library import problem
from tests.quick import at_once

YARDSTICKS = 4000
"""Several times what the submission takes, and a small part of what it takes without a limit."""


def test_what_is_taken_is_counted() -> None:
    effort = Effort.for_answers(2)
    assert effort.takes(AT_FIRST)
    assert not effort.takes(2 * FOR_EACH_ANSWER + 1)
    assert effort.takes(2 * FOR_EACH_ANSWER)
    assert not effort.takes(1)


def test_the_first_wrong_number_is_looked_into_however_much_is_behind_it() -> None:
    work = OwnWork()
    assert work.may_look_into(2 * MOST_LOOKED_INTO, 10, sure=False)
    assert not work.may_look_into(1, 10, sure=False)


def test_what_explains_for_sure_is_looked_for_longer() -> None:
    work = OwnWork()
    assert work.may_look_into(MOST_LOOKED_INTO - 11, 10, sure=False)
    assert not work.may_look_into(2, 10, sure=False)
    assert work.may_look_into(2, 10, sure=True)


def test_a_hundred_wrong_numbers_of_a_large_graph_are_marked_in_time() -> None:
    trained = problem("ten-epochs-of-xor")
    graph = trained.plan.graph
    names = [quantity.name for quantity in graph if quantity.given is None]
    chosen = names[:: len(names) // 100]
    values = evaluate(graph, chosen).values
    answers = {name: f"{1.04 * float(values[name]) + 0.0001:.4g}" for name in chosen}
    answers.update(dict.fromkeys(chosen[::8], "1"))  # by which steps may be left out
    marker = Marker(trained)
    assert not at_once(lambda: marker.mark(answers), YARDSTICKS).is_right
