"""check and practice: answers, files, prompts, formats, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from deepcalc.cli.checking import check
from tests.cli.running import deepcalc, done, refused

RIGHT = ["-a", "o1=0", "-a", "o2=-1.5", "-a", "L=2.5", "-a", "w21+=0.65"]


def test_everything_right_is_exit_0() -> None:
    text = done("check", "relu-2-2-2", *RIGHT)
    assert "Part (c) · 5 of 5 points" in text
    assert "w₂₁⁺  0.65  ✓ correct  5/5" in text
    assert text.rstrip().endswith("9 of 9 points")


@pytest.mark.parametrize("wrong", ["L=2", "L=?", "L="])
def test_a_wrong_an_unreadable_and_a_missing_answer_are_exit_1(wrong: str) -> None:
    outcome = deepcalc("check", "relu-2-2-2", *[wrong if each == "L=2.5" else each for each in RIGHT])
    assert (outcome.code, outcome.err) == (1, "")
    assert "8 of 9 points" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-a", "o1"], "--answer takes NAME=VALUE"),
        (["-a", "o3=1"], "no answer has the name `o3`"),
        (["-a", "w21=1"], "given in the problem"),
        (["-a", "o1=0", "-a", "o1=1"], "answered twice"),
        (["-a", "o1=0", "--part", "z"], "no part `z`"),
        (["--answers", "nowhere.yaml"], "cannot read nowhere.yaml"),
        ([], "no answers: give --answer"),
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str], message: str) -> None:
    assert message in refused(2, "check", "relu-2-2-2", *arguments)


def test_an_unknown_problem_is_wrong_usage() -> None:
    assert "relu-2-2-2" in refused(2, "check", "relu-2-2-3", "-a", "o1=0")


def test_one_part_is_right_by_itself() -> None:
    text = done("check", "relu-2-2-2", "--part", "c", "-a", "w21@1=0.65")
    assert "Part (a)" not in text


def test_json_is_the_contract_on_one_line() -> None:
    outcome = deepcalc("check", "relu-2-2-2", "-a", "w21+=0.35", "-p", "c", "--format", "json")
    assert outcome.code == 1
    assert outcome.out.count("\n") == 1
    (answer,) = json.loads(outcome.out)["parts"][0]["answers"]
    assert (answer["name"], answer["verdict"], answer["score"], answer["out_of"]) == ("w21@1", "wrong", 0, 5)


def test_answers_come_from_a_file_and_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("o1: 0\no2: -3/2\nL: 2.50\n")
    assert "9 of 9" in done("check", "relu-2-2-2", "--answers", path, "-a", "w21+=0.65")
    assert "answered twice" in refused(2, "check", "relu-2-2-2", "--answers", path, "-a", "L=1")


def test_a_broken_answers_file_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("o1: [0\n")
    assert f"{path}:" in refused(1, "check", "relu-2-2-2", "--answers", path)


def test_vectors_and_matchings_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("p: [0.659, 0.242, 0.0986]\n")
    done("check", "softmax-three-logits", "--answers", path, "--part", "a")
    path.write_text("curves: {A: 8e-3, B: 2e-5, C: 0.4, D: 3e-4}\n")
    done("check", "learning-rate-curves", "--answers", path)


def test_a_decimal_comma_is_read_where_it_is_asked_for() -> None:
    assert deepcalc("check", "relu-2-2-2", "-a", "L=2,5", "-p", "b").code == 1
    done("check", "relu-2-2-2", "-a", "L=2,5", "-p", "b", "--decimal-comma")


def test_right_answers_can_be_hidden() -> None:
    shown = deepcalc("check", "relu-2-2-2", "-a", "w21+=0.123", "-p", "c").out
    hidden = deepcalc("check", "relu-2-2-2", "-a", "w21+=0.123", "-p", "c", "--hide-expected").out
    assert "expected 0.65" in shown
    assert "0.65" not in hidden


def test_what_cannot_be_seen_does_not_reach_the_terminal() -> None:
    outcome = deepcalc("check", "relu-2-2-2", "-a", "L=\x1b[31m2.5\u202e")
    assert outcome.code == 1
    assert "\x1b" not in outcome.out
    assert "\u202e" not in outcome.out


def test_at_a_terminal_it_asks_part_by_part(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["0", "-1.5", "", "0.65"])
    prompts: list[str] = []

    def prompt(text: str, **options: object) -> str:
        prompts.append(text)
        return next(typed)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    with pytest.raises(typer.Exit):
        check("relu-2-2-2")
    assert prompts == ["(a) o₁", "(a) o₂", "(b) L", "(c) w₂₁⁺"]
    assert "8 of 9 points" in capsys.readouterr().out


def test_practice_says_more_with_each_wrong_answer() -> None:
    text = done("practice", "relu-2-2-2", "--part", "c", stdin="0.35\n\n0.65\n")
    assert "wrong: consistent with" in text
    law, numbers = "w₂₁⁺ = w₂₁ − η·∂L/∂w₂₁", "0.5 − 0.1·(−1.5)"
    assert text.index("wrong") < text.index(law) < text.index(numbers) < text.index("✓ correct")
    assert "(c) w₂₁⁺: 1.667 of 5 points, after 2 hints" in text


def test_practice_shows_the_step_in_the_end_and_goes_on() -> None:
    text = done("practice", "relu-2-2-2", stdin="0\n-1.5\n1\n1\n1\n0.65\n")
    assert "= 0.5 + 2 = 2.5" in text
    assert "(b) L: 0 of 1 point, after 3 hints" in text
    assert text.rstrip().endswith("8 of 9 points in all")


def test_practice_never_tells_the_answer_before_the_last_hint() -> None:
    text = done("practice", "relu-2-2-2", "--part", "c", stdin="0.1\n0.2\n")
    assert "0.65" not in text


def test_practice_ends_with_its_input() -> None:
    text = done("practice", "avoid-overfitting")
    assert "(a) overfitting: 0 of 2 points, not answered" in text


def test_hidden_answers_do_not_show_in_a_diagnosis_either() -> None:
    arguments = ("check", "relu-2-2-2", "--part", "c", "--answer", "w21+=0.35")
    shown, hidden = deepcalc(*arguments).out, deepcalc(*arguments, "--hide-expected").out
    assert "the gradient added instead of subtracted" in " ".join(hidden.split())
    assert "(−1.5)" in shown
    assert "1.5" not in hidden
