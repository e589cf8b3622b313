"""list and show."""

from __future__ import annotations

import re

import pytest

from deepcalc.cli.output import PLAIN_WIDTH, plain_text
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import askable_groups, names_of, resolve
from deepcalc.problem.loader import load
from deepcalc.rendering.terminal import render_statement
from tests.cli.running import deepcalc, done, refused
from tests.library import ONE_OF_EACH_KIND, PATHS, problem, solved_problem


def test_list_has_every_problem_under_its_kind_with_points_and_title() -> None:
    text = done("list")
    assert re.findall(r"^\w+$", text, re.MULTILINE) == sorted(find_kinds())
    for name in PATHS:
        title = re.escape(problem(name).title)
        assert re.search(rf"^  {re.escape(name)} +(\d+ p)? +(●|○){{3}} +{title}$", text, re.MULTILINE)


def test_list_of_a_kind() -> None:
    text = done("list", "--kind", "network")
    assert text.splitlines()[0] == "network"
    assert "relu-2-2-2" in text
    assert "l1-penalty" not in text


def listed(*arguments: str) -> set[str]:
    return set(re.findall(r"^  (\S+)", done("list", *arguments), re.MULTILINE))


def test_list_finds_words_in_names_titles_topics_and_kinds() -> None:
    assert {"lstm-step", "lstm-two-steps", "lstm-text-classifier"} <= listed("LSTM") < set(PATHS)
    assert "causal-self-attention" in listed("tokens", "backward")
    assert "gru-step" in listed("recurrent", "networks"), "its topic"
    assert "no shipped problem has all of that: lstm, tokens" in refused(2, "list", "lstm", "tokens")
    assert "all of that: topic dropout, level 2;" in refused(2, "list", "--topic", "dropout", "--level", "2")


def test_list_of_a_topic_and_a_level() -> None:
    assert "additive-attention" in listed("--topic", "attention", "--level", "2")
    assert "causal-self-attention" in listed("--topic", "attention") - listed("--topic", "attention", "--level", "2")
    assert "did you mean `attention`" in refused(2, "list", "--topic", "atention")
    assert "its topics are" in refused(2, "list", "--topic", "xyz")
    assert listed("--topic", "recurrent") == listed("--topic", "recurrent networks"), "a word of a topic"
    refused(2, "list", "--level", "4")


def test_list_by_topic_has_a_problem_under_each_of_its_topics_and_by_level_once() -> None:
    by_topic, by_level = done("list", "--by", "topic"), done("list", "--by", "level")
    assert len(re.findall(r"^  adamw-two-steps ", by_topic, re.MULTILINE)) == 3
    assert re.findall(r"^\S.*$", by_level, re.MULTILINE) == ["level 1", "level 2", "level 3"]
    assert len(re.findall(r"^  \S+", by_level, re.MULTILINE)) == len(PATHS)
    under = done("list", "--topic", "adam", "--by", "topic")
    assert re.findall(r"^\S.*$", under, re.MULTILINE) == ["adam"]
    assert under.index("adam-two-steps") < under.index("nadam-two-steps"), "easy ones first"


@pytest.mark.parametrize("name", PATHS)
def test_a_statement_asks_and_does_not_answer(name: str) -> None:
    text = plain_text(render_statement(solved_problem(name), PLAIN_WIDTH), PLAIN_WIDTH)
    assert text.startswith(problem(name).title)
    assert "Summary" not in text
    assert "→" not in text
    for item in problem(name).plan.items:
        for said in (item.explanation, item.model_answer):
            assert not said or said.split("\n")[0][:40] not in text


def test_show_prints_the_statements_of_the_whole_library() -> None:
    statements = done("show", *PATHS)
    for name in PATHS:
        assert plain_text(render_statement(solved_problem(name), PLAIN_WIDTH), PLAIN_WIDTH).strip() in statements, name


@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_show_prints_the_statement(name: str) -> None:
    assert done("show", name) == plain_text(render_statement(solved_problem(name), PLAIN_WIDTH), PLAIN_WIDTH)


def test_show_with_other_values() -> None:
    assert "i₁ = 7" in done("show", "relu-2-2-2", "--set", "inputs.i1=7")
    assert "expected a number" in refused(1, "show", "relu-2-2-2", "--set", "inputs.i1=x")


def test_show_goes_on_after_an_error() -> None:
    outcome = deepcalc("show", "-", "three-gates", stdin="kind: formula")
    assert outcome.code == 1
    assert outcome.out == done("show", "three-gates")


def test_every_name_that_is_listed_can_be_asked_for() -> None:
    for name in ("sigmoid-3-2-1", "adam-two-steps", "lenet-5", "letters-ridge", "attention-backward", "cost-of-depth"):
        plan = load(PATHS[name], find_kinds()).plan
        groups = (group for group, members in askable_groups(plan).items() if members)
        every = {*plan.graph.names, *groups, *plan.aliases}
        listed = re.findall(r"^  (\S+)", done("show", name, "--names"), re.MULTILINE)
        known = {word for word in listed if word in set(names_of(plan)) or resolve(plan, word)}
        assert known == set(listed) >= every


def test_a_listed_name_says_what_it_is() -> None:
    lines = {line.split()[0]: line for line in done("show", "adam-two-steps", "--names").splitlines() if line.split()}
    assert lines["beta2"].endswith("β₂ = 0.999")
    assert lines["m.w@2"].endswith("m₂[w] = β₁·m₁[w] + (1 − β₁)·g₂[w]")
    assert lines["updates"].endswith("w@1, b@1, w@2, b@2")
    assert lines["w+"].endswith("w@1")
