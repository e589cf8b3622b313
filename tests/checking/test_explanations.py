"""What a wrong number is said to be: the mistake that it was, in one sentence, or nothing. All values by hand."""

from __future__ import annotations

from functools import cache

import pytest

from deepcalc.checking.marking import Marker
from tests.checking.marking import by_name, said, verdicts, written
from tests.checking.marking import marker as shipped


@cache
def adam() -> Marker:
    return written("""
kind: optimizer
method: adam
learning_rate: 0.1
parameters: {w: 0.5, u: 1.0}
gradients: [{w: 0.2, u: 0.3}, {w: 0.1, u: -0.4}]
""")


@cache
def adagrad() -> Marker:
    return written("""
kind: optimizer
method: adagrad
learning_rate: 0.01
parameters: {a: 1}
gradients: [{a: 2.0}, {a: 0.5}]
""")


@cache
def layers() -> Marker:
    return written("""
kind: convolution
input: 28x28x3
layers:
  - {conv: {filters: 8, kernel: 5, stride: 2, padding: 1}}
  - {max_pool: {kernel: 2, stride: 2}}
  - {conv: {filters: 16, kernel: 3, padding: same}}
""")


@pytest.mark.parametrize(
    ("marker", "name", "answer", "message"),
    [
        (adam, "mhat.w@1", "0.02", "no bias correction of the first moment"),
        (adam, "vhat.w@1", "0.00004", "no bias correction of the second moment"),  # 0.001·0.04
        (adam, "m.w@1", "0.18", "β₁ and 1 − β₁ swapped in m"),  # 0.9·0.2
        (adam, "m.w@1", "0.2", "the factor 1 − β₁ left out in m"),
        (adam, "v.w@1", "0.0002", "the gradient not squared in v"),  # 0.001·0.2
        (adam, "m.w@1", "0.0002", "β₁ and β₂ exchanged"),  # 0.001·0.2
        (adagrad, "G.a@2", "2.5", "the gradient not squared in G"),
        (layers, "params1", "208", "the channels of the input forgotten"),  # (25 + 1)·8
        (layers, "params1", "200", "the channels of the input and the biases forgotten"),
        (layers, "params1", "600", "the biases forgotten among the parameters"),
        (layers, "params1", "601", "one bias in all, where every filter has one"),
        (layers, "params1", "76", "the parameters of one filter only"),
        (layers, "params2", "40", "parameters for a pooling layer, which has none"),  # (4 + 1)·8
        (layers, "shape1", "13.5x13.5x8", "sizes left unrounded, though positions are whole"),
        (layers, "shape1", "26x26x8", "the stride ignored"),  # 28 - 5 + 2 + 1
        (layers, "shape1", "13x13x24", "the channels times the filters as depth"),
        (layers, "shape3", "4x4x16", "same padding worked out as valid"),  # 6 - 3 + 1
    ],
)
def test_the_mistake_is_named(marker: object, name: str, answer: str, message: str) -> None:
    assert callable(marker)
    assert f"consistent with {message}" in said(marker().mark({name: answer}), name)


def test_a_mistake_that_gives_the_very_number_is_named_before_one_that_rounds_to_it() -> None:
    assert "swapped" not in said(adam().mark({"m.w@1": "0.2"}), "m.w@1")  # they give 0.18


def test_an_intermediate_result_that_is_rounded_keeps_two_figures() -> None:
    """1 - 0.01·1.5, as of a rate of 0.0100 and 0.0049 rounded to two places; plain descent would have 0.995 then."""
    assert verdicts(adagrad(), {"a@2": "0.9950"})["a@2"] == "wrong"


def test_the_forgotten_channels_do_not_put_the_right_filters_in_doubt() -> None:
    mark = layers().mark({"shape1": "13x13x8", "params1": "208"})
    assert by_name(mark)["shape1"].verdict == "correct"
    assert "depth" not in said(mark, "params1")


def test_a_whole_number_is_no_rounded_one() -> None:
    marker = written("""
kind: formula
given: {a: 0.8, b: 0.4}
define: {f: a*b}
parts: [{find: f}]
""")
    assert "consistent" not in said(marker.mark({"f": "1"}), "f")  # a without its factor b is 0.8, not 1


def test_an_earlier_whole_number_is_no_rounded_one_either() -> None:
    dense = "[{dense: {units: 7, bias: false}}, {dense: {units: 22000, bias: false}}]"
    marker = written(f"kind: parameters\ninput: 12\nlayers: {dense}\nparts: [{{find: [params1, params2, params]}}]\n")
    answers = {"params1": "168", "params2": "154000", "params": "154336"}  # the biases left out: 154084
    assert "consistent" not in said(marker.mark(answers), "params")


def test_nothing_is_said_to_be_as_before_beside_another_value_before() -> None:
    marker = written("""
kind: optimizer
method: adagrad
learning_rate: 0.1
parameters: {b: -0.5}
gradients: [{b: 2}, {b: 1}]
parts: [{find: [b@1, b@2]}]
""")  # −0.6, then −0.6447
    wrong_before = said(marker.mark({"b@1": "-0.7", "b@2": "-0.6"}), "b@2")
    assert wrong_before == "give more digits: at least 3 significant figures"


def test_follow_through_names_what_the_student_gave() -> None:
    marker = written("""
kind: formula
given: {x: 2, w: 1, b: 1, y: -1}
define: {yhat: w*x + b, L: (yhat - y)^2}
parts: [{find: [dL/dyhat, dL/dw]}]
""")
    assert said(marker.mark({"dL/dyhat": "4", "dL/dw": "8"}), "dL/dw") == "right with your {dL/dyhat}"


def test_the_same_mistake_made_once_more_is_explained_once() -> None:
    marker = written("""
kind: optimizer
method: adagrad
learning_rate: 0.1
parameters: {w1: 1, w2: 2}
gradients: {w1: 0.5, w2: 0.25}
""")
    mark = marker.mark({"w1+": "0.95", "w2+": "1.975"})  # plain descent: 1 − 0.1·0.5, 2 − 0.1·0.25
    assert said(mark, "w1@1").startswith("consistent with ")
    assert said(mark, "w2@1").startswith("the same mistake as in your {w1@1}: ")
    assert {by_name(mark)[name].verdict.value for name in ("w1@1", "w2@1")} == {"wrong"}


def test_a_rounded_mistake_keeps_two_figures_as_a_right_answer_does() -> None:
    # without the root the rate is 0.01/4.25 = 0.00235, which is no 0.002
    assert "consistent" not in said(adagrad().mark({"a@2": "0.9950"}), "a@2")


def test_in_whole_numbers_the_commonest_mistakes_are_named() -> None:
    marker = written("""
kind: formula
given: {x: 2, w: 1, b: 1, y: -1}
define: {yhat: w*x + b, L: (yhat - y)^2}
parts: [{find: [L, dL/dyhat, dL/dw, dL/db]}]
""")
    assert "the gradient of a bias multiplied by x" in said(marker.mark({"dL/db": "16"}), "dL/db")
    assert "consistent with the factor 2 left out" in said(marker.mark({"dL/dyhat": "4"}), "dL/dyhat")
    assert "the square forgotten" in said(marker.mark({"L": "4"}), "L")
    assert "consistent" not in said(marker.mark({"dL/dw": "13"}), "dL/dw")


@pytest.mark.parametrize("sides", [(3, 3), (2, 2)])
def test_what_is_likelier_is_told_first_though_it_is_made_in_more_layers(sides: tuple[int, int]) -> None:
    kernel, channels = sides  # with as many channels as the kernel is wide, both leave the same factor out
    marker = written(f"""
kind: convolution
input: 28x28x{channels}
layers:
  - {{conv: {{filters: 8, kernel: {kernel}}}}}
  - {{conv: {{filters: 8, kernel: {kernel}}}}}
  - {{conv: {{filters: 5, kernel: {kernel}}}}}
""")
    message = said(marker.mark({"params1": str((kernel * kernel + 1) * 8)}), "params1")
    assert message.startswith("consistent with the channels of the input forgotten: ")
    assert message.index("one side of the kernel in place of its area") > 0


def test_a_small_whole_number_near_the_true_one_is_seldom_explained() -> None:
    """Of the numbers about 6 any is what some mistake comes to: a bias, a sign, a neighbour's weight."""
    marker = written("""
kind: network
inputs: {x1: 2, x2: -1, x3: 3}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: relu,
     weights: {x1: [w11, w12], x2: [w21, w22], x3: [w31, w32]}, biases: [b1, b2]}
  - {net: [y], weights: {h1: [v1], h2: [v2]}, biases: [c]}
values: {w11: 1, w12: -2, w21: 3, w22: 1, w31: 2, w32: 2, b1: 1, b2: -1, v1: 2, v2: 1, c: -2}
parts: [{find: [z1, z2, y]}]
""")
    assert not any(said(marker.mark({"z1": str(answer)}), "z1") for answer in (3, 4, 7, 9))
    assert "the opposite sign" in said(marker.mark({"z1": "-6"}), "z1")
    assert "the bias forgotten" in said(marker.mark({"z1": "5"}), "z1")
    assert "the bias forgotten" in said(marker.mark({"z1": "5", "z2": "-7"}), "z1")  # z₂ has a mistake of its own
    assert "consistent" not in said(marker.mark({"z1": "0", "z2": "-7"}), "z1")  # as of w₁₂ for w₁₁, one of many
    assert not said(marker.mark({"y": "8"}), "y")  # as of a bias forgotten farther off, which z₁ does not show
    assert "the bias forgotten" in said(marker.mark({"z1": "5", "y": "8"}), "z1")  # 2·5 − 2


def test_no_size_is_explained_by_a_negative_one() -> None:
    """The length before the pooling is what sides of −24 come to as well."""
    marker = written("""
kind: parameters
input: 28x28x1
layers: [{conv: {filters: 6, kernel: 5}}, {avg_pool: 2}, flatten, {dense: {units: 10}}]
parts: [{find: params4}]
""")
    before_pooling = (24 * 24 * 6 + 1) * 10
    assert "sign" not in said(marker.mark({"params4": str(before_pooling)}), "params4")


PRINTED = {
    "kind: optimizer\nmethod: momentum\nlearning_rate:\nmomentum:\nparameters: {w: }\ngradients: [{w: }, {w: }]": (
        "w@2",
        ("w − η·g₁[w] − (γ·η·g₁[w] + η·g₂[w])", "w⁽¹⁾ − v₂[w]", "w⁽¹⁾ − γ v₁[w] − η g₂[w]"),
        ("w − η·g₁[w] − η·g₂[w]", "w⁽¹⁾ + v₂[w]"),
    ),
    "kind: network\nnotation: matrix\nX: R^(n x d)\nY: R^(n x k)\nweights: {W: R^(d x k), b: R^k}\nlayers: [softmax]\n"
    "loss: {function: cross_entropy}\nparts: [{find: [P, dL/db]}]": (
        "dL/db",
        ("1/n·(Σᵢ (P − Y))", "Σᵢ (P − Y)/n"),
        ("Σᵢ (P − Y)", "1/n·Σᵢ (Y − P)", "Σⱼ (P − Y)/n"),
    ),
}


@pytest.mark.parametrize("text", PRINTED)
def test_what_a_sheet_prints_within_a_formula_is_read_as_an_answer(text: str) -> None:
    name, right, wrong = PRINTED[text]
    marker = written(text)
    for answers, verdict in ((right, "correct"), (wrong, "wrong")):
        for answer in answers:
            assert verdicts(marker, {name: answer}) == {name: verdict}, answer


def test_the_index_that_a_softmax_is_printed_with_is_read() -> None:
    marker = written("kind: network\nnotation: matrix\nX: R^(n x d)\nweights: {W: R^(d x k)}\nlayers: [softmax]")
    assert verdicts(marker, {"P": "softmaxⱼ(X W)"}) == {"P": "correct"}


def test_of_a_short_number_far_mistakes_explain_nothing() -> None:
    """The mean of the losses is 3 also where the last error is squared twice: (0.125 + 0.125 + 11.75)/4."""
    marker = shipped("huber-outlier")
    assert not said(marker.mark({"L": "3"}), "L")
    assert "the ½ of the square left out" in said(marker.mark({"L1": "0.25"}), "L1")


def test_a_whole_number_in_an_array_is_no_rounded_one() -> None:
    """Half of [-1, 0, 4] is [-0.5, 0, 2]; [1, 1, 3] over the root of 3 is [0.577, 0.577, 1.73]."""
    signal, attention = shipped("signal-with-dilation"), shipped("context-of-one-query")
    assert "consistent" not in said(signal.mark({"dL/dK": "-1, 0, 2"}), "dL/dK")
    assert "a factor 1/2 too many" in said(signal.mark({"dL/dK": "-0.5, 0, 2"}), "dL/dK")
    assert "consistent" not in said(attention.mark({"e": "1, 1, 2"}), "e")
    assert "the root of d_k" in said(attention.mark({"e": "0.577, 0.577, 1.73"}), "e")


def test_what_was_written_with_few_digits_is_gone_on_with_as_it_is_written() -> None:
    """0.4314 as 0.6 − 0.1/√0.08127·0.08947 would be 0.5686; from 0.65, as 0.6 may be a rounded one, it would be 0.5."""
    marks = written("""
kind: optimizer
method: adam
learning_rate: 0.1
parameters: {w: 0.5}
gradients: [{w: 0.2}, {w: -0.35}]
""").mark({"w@1": "0.6", "w@2": "0.5"})
    assert "the step added instead of subtracted" in said(marks, "w@1")
    assert by_name(marks)["w@2"].verdict.value == "wrong"
    assert "consistent" not in said(marks, "w@2")


def test_a_power_of_ten_is_no_slip_of_writing_where_what_is_made_of_the_number_is_another() -> None:
    marker = written("""
kind: formula
given: {g: 0.6, h: 0.9}
define: {G: g^2, H: G + h^2}
parts: [{find: [G, H]}]
""")
    assert "a wrong power of ten" in said(marker.mark({"G": "0.0360"}), "G")
    assert "a wrong power of ten" in said(marker.mark({"G": "0.0360", "H": "0.846"}), "G")  # 0.036 + 0.81
    assert not said(marker.mark({"G": "0.0360", "H": "0.1134"}), "G")  # 0.9·0.036 + 0.1·0.81


def test_what_is_said_of_several_components_is_said_once() -> None:
    marker = shipped("softmax-three-logits")
    message = said(marker.mark({"p": "0.66, 0.24, 0.10"}), "p")
    assert message == "{p.1}, {p.2}, {p.3}: give more digits: at least 3 significant figures"
    sizes = shipped("u-net-level").mark({"shape2": "32x32x1024", "shape3": "32x32x1024", "shape4": "64x64x512"})
    assert said(sizes, "shape3").endswith("; likewise W3")
    assert said(sizes, "shape4") == "H4: right with your H3; likewise W4"


def test_of_too_few_digits_it_is_not_said_that_something_before_is_wrong() -> None:
    marks = shipped("jordan-two-steps").mark({"y1": "0.657", "y2": "0.5"})
    assert said(marks, "y2") == "give more digits: at least 3 significant figures"


def test_a_matrix_turned_round_is_said_in_words() -> None:
    marker = shipped("mlp-1000-512-256-5")
    assert said(marker.mark({"shape_W1": "1000x512"}), "shape_W1") == "the right sizes in another order"


def test_of_a_unit_of_whole_numbers_no_contrived_mistake_is_told() -> None:
    """w₂ is 2 − 1 in the second step, for an input of 0 in the first one; b is 0 + 1 in the first."""
    unit = written("""
kind: perceptron
inputs: [[1, 0], [0, 1], [1, 1]]
targets: [1, 0, 1]
weights: [-1, 2]
bias: 0
rule: error
learning_rate: 1
epochs: 1
""")
    assert not said(unit.mark({"w2@2": "-1"}), "w2@2")  # as of w₂ left out, or all with the opposite sign
    assert said(unit.mark({"b@1": "0"}), "b@1") == "consistent with the bias not trained: {b@1} = b = 0"
    assert "the change taken away instead of added" in said(unit.mark({"w2@2": "3"}), "w2@2")


def test_a_mistake_made_again_is_told_with_the_student_s_own_number() -> None:
    """(13 − 3 + 2)/2 = 6, where ⌊(14 − 3 + 2)/2⌋ is 6 as well."""
    marks = written("""
kind: convolution
input: 32x32x3
layers:
  - {conv: {filters: 8, kernel: 5}}
  - {max_pool: {kernel: 2, stride: 2}}
  - {conv: {filters: 16, kernel: 3, stride: 2, padding: 1}}
""").mark({"shape2": "13x13x8", "shape3": "6x6x16"})
    assert "(13 - 3 + 2*1)/2 = 6" in said(marks, "shape3")
