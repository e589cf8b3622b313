"""Choices made from the rows of a table: what pydantic and a JSON Schema see of them."""

from __future__ import annotations

import pickle

import pytest
from pydantic import TypeAdapter, ValidationError

from deepcalc.fields.choices import Choice

ROWS = {"mse": 1, "cross-entropy": 2}


class RowName(Choice, names=ROWS): ...


def test_each_name_of_the_table_is_a_member_in_the_tables_order() -> None:
    assert [(member.name, member.value) for member in RowName] == [("mse", "mse"), ("cross-entropy", "cross-entropy")]
    assert RowName("cross-entropy") == "cross-entropy"
    assert pickle.loads(pickle.dumps(RowName("mse"))) is RowName("mse")


def test_a_field_takes_the_names_and_nothing_else() -> None:
    adapter = TypeAdapter(RowName)
    assert adapter.validate_python("mse") is RowName("mse")
    others: list[object] = ["rmse", 3, None, [], {}, True]
    for other in others:
        with pytest.raises(ValidationError, match="'mse' or 'cross-entropy'"):
            adapter.validate_python(other)


def test_a_schema_lists_the_names() -> None:
    schema = {"enum": ["mse", "cross-entropy"], "title": "RowName", "type": "string"}
    assert TypeAdapter(RowName).json_schema() == schema
