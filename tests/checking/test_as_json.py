"""The contract of ``check --format json``."""

from __future__ import annotations

import json

from deepcalc.checking.as_json import to_json
from tests.checking.marking import marker


def test_the_shape_of_the_contract() -> None:
    mark = marker("relu-2-2-2").mark({"o1": "0", "o2": "-1.5", "L": "5", "w21+": "0.65"}, parts=["a", "b"])
    data = json.loads(to_json(mark))
    assert data["problem"] == "relu-2-2-2"
    assert (data["score"], data["out_of"]) == (3, 4)
    assert [(part["id"], part["score"], part["out_of"]) for part in data["parts"]] == [("a", 3, 3), ("b", 0, 1)]
    assert data["parts"][0]["answers"][1] == {
        "name": "o2", "given": "-1.5", "verdict": "correct", "score": 1.5, "out_of": 1.5, "expected": "-1.5",
        "message": "", "slip": None,
    }  # fmt: skip
    wrong = data["parts"][1]["answers"][0]
    assert list(wrong) == ["name", "given", "verdict", "score", "out_of", "expected", "message", "slip"]
    assert isinstance(wrong["slip"], str)
    assert wrong["slip"] in wrong["message"] or wrong["message"].startswith("consistent with ")


def test_names_are_in_their_long_form_and_a_missing_answer_is_null() -> None:
    answer = json.loads(to_json(marker("relu-2-2-2").mark({}, parts=["c"])))["parts"][0]["answers"][0]
    assert (answer["name"], answer["given"], answer["verdict"]) == ("w21@1", None, "missing")


def test_right_answers_can_be_hidden() -> None:
    data = json.loads(to_json(marker("relu-2-2-2").mark({"w21+": "0.123"}), hide_expected=True))
    assert {answer["expected"] for part in data["parts"] for answer in part["answers"]} == {None}
    assert "0.65" not in json.dumps(data)
