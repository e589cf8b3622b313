"""Parameter counts against arrays that NumPy makes, and against the figures of known models."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem, UsageError
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import Name
from deepcalc.plan.lookup import add_asked
from deepcalc.plan.picture_plans import BlocksPlan
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rendering.html import page
from deepcalc.rendering.latex import exam
from deepcalc.solution.document import Table
from deepcalc.solution.solver import solve
from tests.library import plain

KINDS = find_kinds()


def problem(fields: str) -> Problem:
    return load_text(f"kind: parameters\n{fields}".encode(), "test.yaml", KINDS)


def value(given: Problem, name: str) -> int:
    long = given.plan.aliases.get(name, name)
    return int(evaluate(given.plan.graph, [long]).values[long])


@pytest.mark.parametrize("seed", range(20))
def test_a_perceptron_has_the_entries_of_its_arrays_and_their_products(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, rng.integers(2, 6)).tolist()
    matrices = [np.ones((out, into)) for into, out in pairwise(sizes)]
    weights, biases = sum(each.size for each in matrices), sum(sizes[1:])
    found = problem(f"mlp: {sizes}")
    assert value(found, "weights") == weights
    assert value(found, "biases") == biases
    assert value(found, "params") == weights + biases
    assert value(found, "macs") == weights, "each weight is used once"
    assert value(found, "flops") == 2 * weights
    assert value(problem(f"mlp: {sizes}\nbiases: false"), "params") == weights
    shapes = {composite.name: composite.components for composite in found.plan.composites}
    for number, matrix in enumerate(matrices, start=1):
        assert tuple(value(found, side) for side in shapes[f"shape_W{number}"]) == matrix.shape


def test_shapes_stand_beside_the_counts_in_one_table() -> None:
    layers = "layers: [{embedding: {size: 8, vocabulary: 50}}, {lstm: 6}, {dense: 3}]"
    (part,) = solve(problem(f"{layers}\nparts: [{{find: model, layout: table}}]")).parts
    (table,) = (block for block in part.blocks if isinstance(block, Table))
    weights, biases = np.zeros((4 * 6, 8 + 6)), np.zeros(4 * 6)  # of the four gates, on the input and on the state
    shown = [[None if cell is None else [*map(int, cell.value)] for cell in row.cells[:4]] for row in table.rows]
    assert table.headings[1:5] == tuple(("shape of ", Name(array)) for array in ("E", "W", "U", "b"))
    assert shown == [
        [[50, 8], None, None, None],
        [None, [24, 8], [24, 6], list(biases.shape)],
        [None, [3, 6], None, [3]],
        [None] * 4,
    ]
    counts = [None if row.cells[4] is None else row.cells[4].value for row in table.rows[:3]]
    assert counts == [400, weights.size, 18]
    assert "shape_W2" not in [step.name for step in part.steps]
    assert {"rows_W2", "columns_W2"} <= {step.name for step in part.steps}


def test_a_table_too_wide_for_a_sheet_is_set_in_several() -> None:
    layers = "layers: [{embedding: {size: 8, vocabulary: 50}}, {lstm: 6}, {dense: 3}]"
    solution = solve(problem(f"{layers}\nparts: [{{find: model, layout: table}}]"))
    whole = next(block for block in solution.parts[0].blocks if isinstance(block, Table))
    latex = exam([solution]).partition(r"\textit{Counts}")[2].partition(r"\textit{")[0]
    widths = [re.search(r"begin{tabular}{@{}(l+)@{}}", each) for each in latex.split(r"\toprule")[:-1]]
    columns = [len(found[1]) - 1 for found in widths if found]
    assert len(columns) > 1
    assert sum(columns) == len(whole.headings) - 1
    first, *others = page([solution]).split('<table class="figures">')[1:]
    assert sum(each.partition("</thead>")[0].count("<th") - 2 for each in (first, *others)) == len(whole.headings) - 1
    assert ["<caption>" in each.partition("</thead>")[0] for each in (first, *others)] == [True] * len(columns)


@pytest.mark.parametrize(
    ("library", "own"),
    [
        ("{embedding: {num_embeddings: 9, embedding_dim: 4}}", "{embedding: {vocabulary: 9, size: 4}}"),
        ("{dense: {out_features: 3, bias: false}}", "{dense: {units: 3, biases: false}}"),
        ("{lstm: {hidden_size: 3, num_layers: 2}}", "{lstm: {units: 3, times: 2}}"),
        ("{transformer: {nhead: 2, dim_feedforward: 16}}", "{transformer: {heads: 2, hidden: 16}}"),
    ],
)
def test_sizes_go_by_the_names_of_the_libraries(library: str, own: str) -> None:
    begins = "" if "embedding" in own else "input: 3\n" if "lstm" in own else "input: 4\n"
    found, meant = (problem(f"{begins}layers: [{layer}]").plan.graph for layer in (library, own))
    assert [(each.name, each.given, each.formula) for each in found] == [
        (each.name, each.given, each.formula) for each in meant
    ]


def test_weights_stand_before_or_behind_the_vector() -> None:
    def shape(given: Problem, name: str) -> tuple[int, ...]:
        composites = {composite.name: composite.components for composite in given.plan.composites}
        return tuple(value(given, side) for side in composites[f"shape_{name}"])

    x = np.ones(7)
    assert add_asked(problem("mlp: 7-5").plan, "shape(W1)") == ("shape_W1",), "as it is asked elsewhere"
    columns, rows = problem("mlp: 7-5"), problem("mlp: 7-5\nvectors: rows")
    assert (np.ones(shape(columns, "W1")) @ x).shape == shape(columns, "b1") == (5,)
    assert (x @ np.ones(shape(rows, "W1"))).shape == shape(rows, "b1") == (5,)
    tokens = problem("layers: [{embedding: {vocabulary: 9, size: 4}}]\nvectors: rows")
    assert np.ones(shape(tokens, "E1"))[3].shape == (4,)


@pytest.mark.parametrize(("name", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
@pytest.mark.parametrize("vectors", [0, 1, 2])
def test_a_recurrent_cell_has_both_matrices_for_each_gate(name: str, gates: int, vectors: int) -> None:
    features, units = 7, 5
    w, u, b = np.ones((gates * units, features)), np.ones((gates * units, units)), np.ones((vectors, gates * units))
    found = problem(f"input: {features}\nlayers: [{{{name}: {units}}}]\nbiases: {vectors}\nsequence: 3")
    assert value(found, "weights") == w.size + u.size
    assert value(found, "biases") == b.size
    assert value(found, "macs") == 3 * (w.size + u.size)
    both = problem(f"input: {features}\nlayers: [{{{name}: {{units: {units}, bidirectional: true}}}}, {{dense: 2}}]")
    assert value(both, "weights1") == 2 * (w.size + u.size)
    assert value(both, "weights2") == 2 * 2 * units


def test_known_recurrent_layers_have_their_published_counts() -> None:
    """The counts that Keras and PyTorch give for these layers."""
    assert value(problem("input: 64\nlayers: [{lstm: 100}]"), "params") == 66000
    assert value(problem("input: 64\nlayers: [{lstm: 100}]\nbiases: 2"), "params") == 66400
    assert value(problem("input: 10\nlayers: [{gru: 20}]\nbiases: 2"), "params") == 1920


TRANSFORMER = "transformer: {heads: 12, hidden: 3072, times: 12}"


def test_known_transformers_have_their_published_counts() -> None:
    """Devlin et al. (2019), BERT base: 12 blocks; Radford et al. (2019), the smallest GPT-2 with 124,439,808."""
    assert value(problem(f"input: 768\nlayers: [{TRANSFORMER}]"), "params") == 85_054_464
    tokens = "embedding: {vocabulary: 50257, size: 768}"
    model = problem(f"layers: [{{{tokens}}}, {{positions: 1024}}, {{{TRANSFORMER}}}, layer_norm]")
    assert value(model, "params") == 124_439_808


def test_attention_multiplies_each_token_with_each_other() -> None:
    d, heads, key, value_size, tokens = 12, 3, 5, 2, 7
    x = np.ones((tokens, d))
    q, k, v = (np.ones((heads * size, d)) for size in (key, key, value_size))
    w = np.ones((d, heads * value_size))
    products = sum(tokens * matrix.size for matrix in (q, k, v, w))
    products += heads * (tokens * tokens * key + tokens * tokens * value_size)
    fields = f"input: {d}\nsequence: {tokens}\nlayers: [{{attention: {{heads: 3, key: 5, value: 2}}}}]"
    found = problem(fields)
    assert value(found, "macs") == products
    assert value(found, "weights") == q.size + k.size + v.size + w.size
    assert value(found, "biases") == sum(len(each) for each in (q, k, v, w))
    assert (x @ q.T).shape == (tokens, heads * key), "W x, with W as it is counted"


def test_memory_in_bytes_with_what_an_optimizer_keeps() -> None:
    found = problem("mlp: 3-2\nbytes: 2\noptimizer: adam")
    weights = np.ones((2, 3), np.float16)
    biases = np.ones(2, np.float16)
    assert value(found, "memory") == weights.nbytes + biases.nbytes
    assert value(found, "training") == 4 * (weights.nbytes + biases.nbytes), "parameter, gradient, two averages"


def test_letters_end_in_the_sizes_alone() -> None:
    found = problem("mlp: [d, h, k]\nbiases: false")
    (part,) = solve(found).parts
    shown = {answer.name: plain(answer) for answer in part.answers}
    assert shown == {"params1": "d*h", "params2": "h*k", "weights": "(d + k)*h", "biases": "0", "params": "(d + k)*h"}


LSTM = "input: d\nlayers: [{lstm: h}]\nparts: [{find: params1, in: [d, h]}]"
STACK = "input: 8\nlayers: [{dense: {units: 8, times: 3}}]\nparts: [{find: params1}]"


STEP = "input: 8\nlayers: [{lstm: 5}]\nparts: [{find: params1}]"
SPOKEN = """sequence: 30
layers: [{embedding: {vocabulary: 200, size: 16}}, {positions: {count: 64}}, layer_norm]
parts: [{find: [params1, params2, params3]}]"""
TRANSLATOR = """input: 84
sequence: 30
biases: false
layers: [{decoder: {heads: 7, hidden: 260}}]
parts: [{find: [params, macs]}]"""
HEADS = """input: 96
sequence: 10
layers: [{attention: {heads: 8}}, {feed_forward: {hidden: 320}}]
parts: [{find: [params1, macs1, params2]}]"""


@pytest.mark.parametrize(
    ("fields", "answers", "outcome"),
    [
        (LSTM, {"params1": "4*h*(h + d + 1)"}, "right"),
        (LSTM, {"params1": "4*h*(h + d)"}, "biases-forgotten"),
        ("input: 8\nlayers: [{gru: 5}]\nparts: [{find: params1}]", {"params1": str(4 * (13 * 5) + 15)}, "other-gates"),
        ("input: 8\nlayers: [{lstm: 5}]\nparts: [{find: params1}]", {"params1": "180"}, "recurrent-forgotten"),
        ("mlp: 80-50-3\nparts: [{find: params}]", {"params": "4150"}, "biases-forgotten"),
        ("mlp: 80-50-3\nbiases: false\nparts: [{find: params}]", {"params": "4200"}, "biases-added"),
        ("mlp: 80-50-3\nparts: [{find: params}]", {"params": "4256"}, "biases-twice"),
        ("mlp: 80-50-3\nparts: [{find: weights}]", {"weights": "4203"}, "biases-among-weights"),
        ("mlp: 80-50-3\nparts: [{find: weights2}]", {"weights2": "240"}, "other-input"),
        ("mlp: 80-50-3\nparts: [{find: weights1}]", {"weights1": "4050"}, "biases-among-weights"),
        ("mlp: 80-50-3\nparts: [{find: macs1}]", {"macs1": "4050"}, "biases-among-macs"),
        ("input: 8\nsequence: 9\nlayers: [{lstm: 5}]\nparts: [{find: macs1}]", {"macs1": str(9 * (4 * 65 + 20))},
         "biases-among-macs"),
        ("mlp: 80-50-3\nparts: [{find: memory1}]", {"memory1": str(4050 * 32)}, "bits-for-bytes"),
        ("mlp: 80-50-3\nparts: [{find: bytes1}]", {"bytes1": "1600"}, "bits-for-bytes"),
        ("input: 8\nlayers: [{lstm: 5}]\nparts: [{find: params1}]", {"params1": str(4 * 65 + 40)}, "biases-twice"),
        (STEP, {"params1": str(4 * 8 * 5 * 5 + 20)}, "weights-multiplied"),
        (TRANSLATOR, {"params": str(4 * 84 * 84 + 2 * 84 * 260 + 2 * 84)}, "no-cross-attention"),
        (TRANSLATOR, {"params": str(4 * 84 * 84 + 2 * 84 * 260 + 3 * 84)}, "no-cross-attention"),
        (TRANSLATOR, {"macs": str(30 * (4 * 84 * 84 + 2 * 84 * 260) + 2 * 30 * 30 * 84)}, "no-cross-attention"),
        (TRANSLATOR.replace("params,", "params3, params,"),
         {"params3": str(4 * 84 * 84), "params": str(4 * 84 * 84 + 2 * 84 * 260 + 2 * 84)}, "no-cross-attention"),
        (STEP, {"params1": str(4 * 2 * 8 * 5 + 20)}, "as-many-as-input"),
        (HEADS, {"params2": str(96 * 320 + 320 * 320 + 320 + 96)}, "hidden-squared"),
        (HEADS, {"params2": str(96 * 320 + 320 * 320 + 2 * 320)}, "hidden-squared"),
        (HEADS.replace("macs1", "macs2"), {"macs2": str(10 * 10 * 2 * 96 * 320)}, "each-pair"),
        (STEP, {"params1": str(4 * 13 * 13 + 20)}, "input-and-state-squared"),
        (STEP, {"params1": str(4 * 13 * 13 + 4 * 13)}, "input-and-state-squared"),
        (STEP.replace("lstm", "rnn"), {"params1": str(4 * (8 * 5 + 5 * 5 + 5))}, "other-gates"),
        ("mlp: 80-50-3\nparts: [{find: params1}]", {"params1": "130"}, "sum-for-product"),
        (HEADS, {"params1": str(4 * 8 * (96 * 96 + 96))}, "whole-for-head"),
        (HEADS, {"params1": str(96 * 96 + 96)}, "one-projection"),
        (HEADS, {"macs1": str(10 * 4 * 96 * 96 + 10 * 10 * 96)}, "half-of-pairs"),
        (HEADS, {"macs1": str(10 * 4 * 96 * 96 + 10 * 10 * 24)}, "scores-of-one-head"),
        (HEADS, {"macs1": str(10 * 4 * 96 * 96 + 10 * 10 * 8 * 192)}, "scores-of-whole-heads"),
        (HEADS, {"macs1": str(4 * 96 * 96)}, "one-token"),
        (HEADS, {"macs1": str(4 * 96 * 96 + 192)}, "one-token"),
        (HEADS, {"macs1": str(10 * (4 * 96 * 96 + 192))}, "one-key"),
        (HEADS, {"params1": str(10 * 4 * (96 * 96 + 96))}, "not-shared"),
        (HEADS, {"params1": str(10 * 4 * 96 * 96 + 4 * 96)}, "not-shared"),
        (HEADS, {"params2": str(320 * 320 + 320 + 96)}, "hidden-squared"),
        (HEADS, {"params1": str(32 * (96 * 96) + 24 * 96 + 96)}, "whole-for-head"),
        (HEADS, {"params1": str(4 * 96 * 96 + 3 * 12 + 96)}, "biases-of-one-head"),
        (STEP, {"params1": str(4 * (8 * 5 + 2 * 5 * 5 + 5))}, "wide-state"),
        (STEP.replace("5}", "{units: 5, bidirectional: true}}"), {"params1": "280"}, "counted-once"),
        ("input: 9\nlayers: [batch_norm]\nparts: [{find: params1}]", {"params1": "9"}, "shift-forgotten"),
        (STACK.replace("params1", "macs1"), {"macs1": "64"}, "counted-once"),
        (SPOKEN, {"params1": str(30 * 16)}, "tokens-of-sequence"),
        (SPOKEN, {"params1": str(200 * 16 + 200)}, "bias-added"),
        ("input: 20\nlayers: [{dense: 64}, batch_norm]\nparts: [{find: params2}]", {"params2": "40"}, "other-input"),
        (SPOKEN, {"params1": "200"}, "one-each"),
        (SPOKEN, {"params2": str(30 * 16)}, "tokens-of-sequence"),
        (SPOKEN, {"params2": "64"}, "one-each"),
        (SPOKEN, {"params3": str(2 * 16 * 30)}, "not-shared"),
        ("mlp: 80-50-3\nparts: [{find: biases}]", {"biases": "133"}, "bias-for-input"),
        ("mlp: 80-50-3\nparts: [{find: memory}]", {"memory": str(4203 * 8)}, "double-precision"),
        ("mlp: 80-50-3\nparts: [{find: [weights1, biases1, params1]}]",
         {"weights1": "4000", "biases1": "50", "params1": "180"}, "sum-for-product"),
        (HEADS, {"params2": str(320 * 320 + 320)}, "hidden-squared"),
        (HEADS, {"params2": str(2 * 96 * 320 + 320 * 320 + 320 + 96)}, "hidden-squared"),
        ("input: 8\nlayers: [{lstm: 5}]\nparts: [{find: params1}]", {"params1": str(4 * 104 + 20)}, "input-squared"),
        ("input: 8\nlayers: [{lstm: 5}]\nparts: [{find: params1}]", {"params1": "70"}, "other-gates"),
        ("input: 9\nlayers: [batch_norm]\nparts: [{find: params1}]", {"params1": "2"}, "one-scale"),
        ("mlp: 8-5-3\nparts: [{find: params1}]", {"params1": str(8 + 5 + 5)}, "sum-for-product"),
        ("mlp: 8-5\nparts: [{find: flops}]", {"flops": "40"}, "factor-2"),
        ("mlp: 8-5\nparts: [{find: memory}]", {"memory": str(45 * 32)}, "bits-for-bytes"),
        ("mlp: 8-5\noptimizer: adam\nparts: [{find: training}]", {"training": str(45 * 4 * 3)}, "gradients-forgotten"),
        ("input: 8\nlayers: [{attention: {heads: 2}}]\nparts: [{find: weights1}]", {"weights1": str(3 * 64)},
         "output-forgotten"),
        (STACK, {"params1": "72"}, "counted-once"),
    ],
)  # fmt: skip
def test_answers_are_right_in_any_form_and_typical_mistakes_named(
    fields: str, answers: dict[str, str], outcome: str
) -> None:
    marks = Marker(problem(fields)).mark(answers).parts[0].answers
    mark: Any = [each for each in marks if each.given is not None][-1]
    assert outcome in (mark.slips or ("right",)) if outcome != "right" else mark.score == mark.out_of, mark


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("biases: true", "give either `mlp`, or `layers`"),
        ("mlp: 5", "two sizes or more"),
        ("mlp: 5-x!-3", "expected sizes such as"),
        ("mlp: 5-3\ninput: 5", "leave `input` out"),
        ("layers: [{dense: 3}]", "missing `input`"),
        ("input: 4\nlayers: [{dense: 3}, {embedding: {size: 2, vocabulary: 9}}]", "stands at the beginning"),
        ("input: 4\nlayers: [{dense: 3, lstm: 2}]", "expected one layer"),
        ("input: 4\nlayers: [{dense: {units: 3, times: 2}}]", "write the first one apart"),
        ("input: 4\nlayers: [{attention: {heads: 3}}]", "equal heads"),
        ("input: 4\nlayers: [{transformer: 2}]", "missing `hidden`"),
        ("input: 4\nlayers: [{lstm: 2}]\nbiases: 3", "two bias vectors"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=message):
        problem(fields)


def picture(text: str) -> BlocksPlan:
    (figure,) = problem(text).plan.figures
    assert isinstance(figure, BlocksPlan)
    return figure


def test_a_block_is_drawn_with_what_passes_by_its_layers() -> None:
    # Vaswani et al. (2017), figure 1: each sub-layer's input is added to its output, and the sum normalised
    found = picture("input: 16\nsequence: 5\nlayers: [{decoder: {heads: 2, hidden: 32, times: 3}}, {dense: 4}]")
    assert [block.title for block in found.blocks] == [
        "input",
        "multi-head attention",
        "addition, layer normalisation",
        "multi-head attention",
        "addition, layer normalisation",
        "feed-forward network",
        "addition, layer normalisation",
        "fully connected layer",
    ]
    assert set(found.edges) == {(n, n + 1) for n in range(7)} | {(0, 2), (2, 4), (4, 6)}
    assert found.blocks[1].details == ("heads 2", "3 times")
    assert [block.shape for block in found.blocks[-2:]] == [("T", "n0"), ("T", "n7")]


def test_of_tokens_to_be_looked_up_there_is_their_number_alone() -> None:
    found = picture("sequence: n\nlayers: [{embedding: {size: d, vocabulary: V}}, layer_norm]")
    assert [block.shape for block in found.blocks] == [("n",), ("n", "d"), ("n", "d")]
    assert found.blocks[0].title == "tokens"
    assert set(found.edges) == {(0, 1), (1, 2)}


def test_a_large_model_has_no_picture() -> None:
    assert not problem("input: 4\nlayers: [" + ", ".join(["{dense: 4}"] * 16) + "]").plan.figures


GPT = """sequence: 10
layers: [{embedding: {vocabulary: V, size: d}}, {transformer: {heads: 2, hidden: 16}}, {dense: {units: V, tied: true}}]
"""


@pytest.mark.parametrize("seed", range(5))
def test_a_layer_with_the_weights_of_the_embedding_has_none_of_its_own(seed: int) -> None:
    vocabulary, half = map(int, np.random.default_rng(seed).integers(2, 40, 2))
    size = 2 * half
    fields = GPT.replace("V", str(vocabulary)).replace("d}", f"{size}}}")
    own, tied = problem(fields.replace(", tied: true", "")), problem(fields)
    table = np.ones((vocabulary, size))
    assert value(tied, "weights") == value(own, "weights") - table.size
    assert (value(tied, "weights6"), value(tied, "biases6")) == (0, vocabulary)
    assert value(tied, "macs6") == value(own, "macs6") == 10 * table.size, "the products are the same"
    asked = problem(f"{fields}parts: [{{find: params6}}]")
    (mark,) = Marker(asked).mark({"params6": str(table.size + vocabulary)}).parts[0].answers
    assert "counted-again" in mark.slips


def test_the_weights_of_the_embedding_go_with_letters() -> None:
    found = problem(f"{GPT}parts: [{{find: params6, in: [V, d]}}]")
    (answer,) = solve(found).parts[0].answers
    assert plain(answer) == "V"


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("{dense: {units: 9, tied: true}}", "4:35: tied weights are those of an embedding at the beginning"),
        ("{embedding: {vocabulary: 9, size: 4}}, {dense: {units: 8, tied: true}}", "a unit for each of its tokens, 9"),
        ("{embedding: {vocabulary: 9, size: 4}}, {dense: 5}, {dense: {units: 9, tied: true}}", "other ones come in"),
        ("{embedding: {vocabulary: V, size: d}}, {dense: k}, {dense: {units: V, tied: true}}", "other ones come in"),
        ("{embedding: {vocabulary: 9, size: 4}}, {dense: {units: 9, tied: 1}}", "expected true or false"),
        ("{lstm: {units: 9, tied: true}}", "unknown field `tied`"),
        ("{}, {dense: {units: 9, tied: true}}", "tied weights are those of an embedding at the beginning"),
        ("{embedding: {vocabulary: 9, size: 4}, dense: 9}, {dense: {units: 8, tied: true}}", "of its tokens, 9"),
        ("{embedding: []}, {dense: {units: [], tied: []}}", "expected true or false, found an empty list"),
    ],
)
def test_tied_weights_that_do_not_fit_are_refused(layers: str, message: str) -> None:
    begins = "" if "embedding" in layers else "input: 4\n"
    with pytest.raises(InvalidProblem, match=re.escape(message)):
        problem(f"sequence: 3\n{begins}layers: [{layers}]")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("params9", "there are params1, params2, params3, params4, params5 and params6"),
        ("h7", "there is h2"),
        ("shape1", "of layer 1 the arrays have theirs, `shape_E1`; its output has `neurons1` values"),
        ("shape3", "the arrays have theirs, `shape_gamma3` and `shape_beta3`; its output"),
    ],
)
def test_what_there_is_of_each_layer_is_told(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        add_asked(problem(GPT).plan, name)


def test_what_has_a_shape_is_told_behind_layers_of_images() -> None:
    found = problem("input: 8x8x3\nlayers: [{conv: {filters: 2, kernel: 3}}, {max_pool: 2}, flatten, {dense: 5}]")
    told = {name: reason for name, reason in found.plan.without_value.items() if name not in found.plan.graph}
    assert told["shape4"].startswith("of layer 4 the arrays have theirs, `shape_W4` and `shape_b4`; its output")
    assert told["shape2"] == "of layer 2 no array has any; its output has `neurons2` values"
