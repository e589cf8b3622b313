"""Plans as plain data: what a question that is answered without mathematics says of its key."""

from __future__ import annotations

import pytest

from deepcalc.plan import Item
from deepcalc.plan.plan import ItemForm, Key, Option

FORMS = list(ItemForm)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("b", "b"),
        (("a", "c"), "a, c"),
        ({"1": "b", "2": "a"}, "1 → b, 2 → a"),
        (None, "see the model answer"),
    ],
)
def test_a_key_is_one_line_of_text(key: Key, text: str) -> None:
    assert Item("q", FORMS[0], "Which?", key=key).key_text == text


def test_an_option_has_its_partner_in_a_matching_and_its_place_in_an_order() -> None:
    options = (Option("a", "first"), Option("b", "second"))
    matching = Item("q", ItemForm.MATCHING, "Match.", options, key={"a": "2", "b": "1"})
    ordering = Item("q", ItemForm.ORDERING, "Order.", options, key=("b", "a"))
    assert [matching.partner(key) for key in "ab"] == ["2", "1"]
    assert [ordering.partner(key) for key in "ab"] == ["2", "1"]
