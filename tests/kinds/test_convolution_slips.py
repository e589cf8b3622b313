"""The typical mistakes of convolution problems: wrong numbers worked out by hand, each told as its mistake."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.checking.diagnosis import Diagnoser
from deepcalc.checking.document import Verdict
from deepcalc.checking.marking import Marker
from deepcalc.checking.slip_lines import own_slips
from deepcalc.kinds import find_kinds
from deepcalc.kinds._layer_slips import ROWS
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem

KINDS = find_kinds()


def problem(shape: str, *layers: str, find: str = "network") -> Problem:
    lines = ["kind: convolution", f"input: {shape}", "layers:", *(f"  - {layer}" for layer in layers)]
    return load_text("\n".join([*lines, f"parts: [{{find: [{find}]}}]"]).encode(), "test.yaml", KINDS)


CONV = "conv: {filters: 8, kernel: 5, stride: 2, padding: 1}"
"""On 32x32x3: 34 − 5 = 29, ⌊14.5⌋ + 1 = 15; (5·5·3 + 1)·8 = 608."""

SEEING = ["conv: {filters: 1, kernel: 3}", "max_pool: 2", "conv: {filters: 1, kernel: 5}"]
STRIDING = [
    "conv: {filters: 1, kernel: 3, stride: 2}",
    "conv: {filters: 1, kernel: 5, stride: 3}",
    "conv: {filters: 1, kernel: 2, dilation: 4}",
]
ROUNDED = ["conv: {filters: 4, kernel: 5, stride: 2, padding: same}", "avg_pool: 3"]
POOLING = ["conv: {filters: 1, kernel: 3, stride: 2}", "max_pool: 3"]
FLAT = ["conv: {filters: 6, kernel: 3}", "max_pool: 2", "flatten"]

CASES = [
    # shape, layers, quantity, the student's number, the mistake
    ("32x32x3", [CONV], "H1", "14", "no-plus-one"),  # ⌊29/2⌋
    ("32x32x3", [CONV], "H1", "16", "ceil-for-floor"),  # ⌈14.5⌉ + 1
    ("32x32x3", [CONV], "H1", "15.5", "not-rounded"),
    ("32x32x3", [CONV], "H1", "30", "stride-ignored"),  # 29 + 1
    ("33x33x3", [CONV.replace("padding: 1", "padding: 3")], "H1", "16", "padding-once"),  # ⌊31/2⌋ + 1, not 18
    ("33x33x3", [CONV.replace("padding: 1", "padding: 2")], "H1", "15", "padding-forgotten"),  # ⌊28/2⌋ + 1, not 17
    ("33x33x3", ["conv: {filters: 8, kernel: 5, padding: {top: 1, bottom: 2, left: 1, right: 2}}"], "H1", "29",
     "padding-forgotten"),
    ("32x32x3", ["conv: {filters: 8, kernel: 5, padding: {total: 4}}"], "H1", "36", "padding-twice"),  # 32 − 5 + 8 + 1
    ("33x33x3", ["conv: {filters: 8, kernel: 5, padding: full}"], "H1", "29", "padding-forgotten"),
    ("33x33x3", ["conv: {filters: 8, kernel: 5, padding: same}"], "H1", "29", "same-as-valid"),
    ("33x33x3", ["conv: {filters: 8, kernel: 3, dilation: 4}"], "H1", "31", "dilation-ignored"),
    ("14x14x3", ["conv_transpose: {filters: 8, kernel: 3, stride: 2, padding: 1, output_padding: 1}"], "H1", "27",
     "output-padding-forgotten"),  # 13·2 − 2 + 3
    ("14x14x3", ["conv_transpose: {filters: 8, kernel: 2, stride: 2}"], "H1", "7", "as-convolution"),
    ("32x32x3", [CONV], "H1", "28", "bare"),  # 32 − 5 + 1
    ("14x14x3", ["conv_transpose: {filters: 8, kernel: 4, stride: 3, padding: 1}"], "H1", "37",
     "kernel-forgotten"),  # 13·3 − 2
    ("14x14x3", ["conv_transpose: {filters: 8, kernel: 4, stride: 3, padding: 1}"], "H1", "39",
     "kernel-forgotten"),  # 13·3
    ("32x32x3", [CONV], "C1", "3", "depth-for-filters"),
    ("32x32x3", [CONV], "C1", "24", "channels-times-filters"),
    ("8x8x4", ["relu", "conv: {filters: 6, kernel: 1}", "concat: 1"], "C3", "6", "not-joined"),
    ("8x8x4", ["flatten"], "U1", "64", "flat-without-channels"),
    ("8x8x4", ["flatten"], "U1", "20", "flat-as-sum"),
    ("9x9x4", ["max_pool: {kernel: 3, stride: 2}"], "H1", "3", "kernel-for-stride"),
    ("9x9x4", ["max_pool: {kernel: 3, stride: 2}"], "C1", "2", "depth-pooled"),
    ("33x33x3", ["conv: {filters: 8, kernel: 5, stride: 2}"], "H1", "16", "valid-as-same"),  # ⌊33/2⌋, not 15
    ("32x32x3", [CONV], "params1", "600", "bias-forgotten"),
    ("32x32x3", [CONV], "params1", "208", "channels-forgotten"),  # (25 + 1)·8
    ("32x32x3", [CONV], "params1", "200", "channels-forgotten"),  # 25·8
    ("32x32x3", [CONV], "params1", "76", "one-filter"),
    ("32x32x3", [CONV], "params1", "601", "one-bias"),
    ("32x32x3", [CONV], "params1", "624", "bias-of-each-kernel"),  # (25 + 1)·3·8
    ("32x32x3", [CONV], "params1", "136800", "not-shared"),  # 608·15·15
    ("32x32x3", [CONV], "params1", "128", "kernel-not-squared"),  # (5·3 + 1)·8
    ("32x32x3", [CONV.replace("}", ", bias: false}")], "params1", "608", "bias-added"),
    ("32x32x3", [CONV, "conv: {filters: 4, kernel: 3}"], "params2", "112", "channels-of-first-input"),  # (9·3 + 1)·4
    ("32x32x3", ["max_pool: 2"], "params1", "4", "pooling-parameters"),
    ("32x32x3", ["max_pool: 2"], "params1", "15", "pooling-parameters"),  # (4 + 1)·3
    ("32x32x3", ["max_pool: 2"], "params1", "39", "pooling-parameters"),  # (4·3 + 1)·3
    ("8x8x4", ["conv: {filters: 6, kernel: 3, groups: 2}"], "params1", "222", "groups-ignored"),  # (9·4 + 1)·6
    ("8x8x4", ["conv: {filters: 6, kernel: 3, groups: 2}"], "side_W1_3", "4", "groups-ignored"),
    ("8x8x4", ["depthwise_conv: {kernel: 3}"], "params1", "148", "as-full-convolution"),  # (9·4 + 1)·4
    ("8x8x4", ["separable_conv: {kernel: 3, filters: 5}"], "params1", "185", "as-full-convolution"),  # (9·4 + 1)·5
    ("8x8x4", ["batch_norm"], "params1", "16", "averages-trained"),
    ("8x8x4", ["batch_norm"], "params1", "4", "shift-forgotten"),
    ("8x8x4", ["conv: {filters: 6, kernel: 3, groups: 2}"], "macs1", "7776", "groups-ignored"),  # 6·6·9·4·6
    ("8x8x4", ["depthwise_conv: {kernel: 3}"], "macs1", "5184", "as-full-convolution"),  # 6·6·9·4·4
    ("32x32x3", [CONV], "macs1", "45000", "channels-forgotten"),  # 15·15·25·8
    ("13x13x4", ["adaptive_avg_pool: 3"], "H1", "4", "as-window"),  # ⌊13/3⌋
    ("9x9x4", ["upsample: 2"], "H1", "4", "downsampled"),  # ⌊9/2⌋
    ("9x9x4", ["upsample: 2"], "C1", "8", "depth-upsampled"),
    ("9x9x4", ["upsample: 2"], "C1", "2", "depth-divided"),
    ("32x32x3", [CONV], "weights1", "200", "channels-forgotten"),  # 25·8
    ("32x32x3", [CONV], "weights1", "75", "one-filter"),
    ("32x32x3", [CONV], "weights1", "608", "biases-among-weights"),  # 600 + 8
    ("32x32x3", [CONV], "weights1", "135000", "not-shared"),  # 600·15·15
    ("32x32x3", [CONV], "weights1", "120", "kernel-not-squared"),  # 5·3·8
    ("8x8x4", ["conv: {filters: 6, kernel: 3, groups: 2}"], "weights1", "216", "groups-ignored"),  # 9·4·6
    ("8x8x4", ["depthwise_conv: {kernel: 3}"], "weights1", "144", "as-full-convolution"),  # 9·4·4
    ("32x32x3", [CONV], "biases1", "0", "bias-forgotten"),
    ("32x32x3", [CONV], "biases1", "1", "one-bias"),
    ("32x32x3", [CONV], "biases1", "24", "bias-of-each-kernel"),  # 3·8
    ("32x32x3", [CONV.replace("}", ", bias: false}")], "biases1", "8", "bias-added"),
    ("8x8x4", ["batch_norm"], "biases1", "0", "shift-forgotten"),
    ("32x32x3", [CONV], "macs1", "136800", "biases-among-macs"),  # 15·15·608
    ("{units: 7}", ["dense: 3"], "macs1", "24", "biases-among-macs"),  # (7 + 1)·3
    ("32x32x3", [CONV], "bytes1", "57600", "bits-for-bytes"),  # 15·15·8 values of 32 bits
    ("{units: 20}", ["dropout: 0.4", "dense: 3"], "U1", "12", "dropped-units"),  # 20·0.6
    ("{units: 20}", ["dropout: 0.4", "dense: 3"], "params2", "39", "dropped-units"),  # (12 + 1)·3
    ("{units: 7}", ["dense: 3"], "params1", "21", "bias-forgotten"),
    ("{units: 7}", ["dense: 3"], "params1", "22", "one-bias"),
    ("32x32x3", [CONV], "macs1", "600", "at-one-position"),  # not 15·15·600
    ("32x32x3", [CONV], "macs1", "614400", "positions-of-input"),  # 32·32·600
    ("32x32x3", ["max_pool: 2", "conv: {filters: 1, kernel: 3}"], "field2", "4", "jump-ignored"),  # 2 + 2, not 2 + 2·2
    ("32x32x3", ["max_pool: 2", "conv: {filters: 1, kernel: 3}"], "field2", "9", "whole-kernel"),  # 1 + 2 + 3·2
    ("32x32x3", ["conv: {filters: 1, kernel: 3, dilation: 4}"], "field1", "3", "field-without-dilation"),
    ("32x32x3", [CONV], "flops1", "135000", "not-doubled"),  # 15·15·600
    ("14x14x3", ["conv_transpose: {filters: 8, kernel: 4, stride: 3, padding: 1}"], "H1", "44",
     "steps-of-all"),  # 14·3 − 2 + 4, not 13·3 − 2 + 4
    ("14x14x3", ["conv_transpose: {filters: 8, kernel: 4, stride: 3, padding: 1}"], "H1", "42", "steps-of-all"),  # 14·3
    ("33x33x3", ["conv: {filters: 8, kernel: 3, dilation: 4}"], "H1", "22", "dilated-whole"),  # 33 − 4·3 + 1, not 25
    ("8x8x4", ["conv: {filters: 6, kernel: 3, groups: 2}"], "C1", "3", "channels-of-group"),
    ("8x8x4", ["conv: {filters: 6, kernel: 3, groups: 2}"], "params1", "57", "filters-of-group"),  # (9·2 + 1)·3
    ("33x33x3", ["conv: {filters: 8, kernel: 3, dilation: 4}"], "params1", "1952", "dilated-kernel"),  # (81·3 + 1)·8
    ("32x32x3", [CONV], "macs1", "270000", "doubled"),  # 2·15·15·600
    ("32x32x3", [CONV], "bytes1", "14400", "double-precision"),  # 15·15·8 values of 8 bytes
    ("40x30x3", ["conv: {filters: 8, kernel: [5, 3], stride: [2, 1]}"], "W1", "14", "along-all-axes"),  # ⌊27/2⌋ + 1
    ("40x30x3", ["conv: {filters: 8, kernel: [5, 3], stride: [2, 1]}"], "W1", "26", "along-all-axes"),  # 30 − 5 + 1
    ("40x30x3", ["conv: {filters: 8, kernel: [5, 3]}"], "params1", "608", "kernel-not-squared"),  # (5·5·3 + 1)·8
    ("40x30x3", ["conv: {filters: 8, kernel: [5, 3]}"], "params1", "200", "kernel-not-squared"),  # ((5 + 3)·3 + 1)·8
    ("9x9x4", ["upsample: 3"], "H1", "81", "factor-squared"),
    ("{length: 40, channels: 3}", ["conv: {filters: 8, kernel: 5}"], "params1", "608", "kernel-not-squared"),
    ("8x8x4", ["separable_conv: {kernel: 3, filters: 5}"], "params1", "36", "one-stage"),  # 9·4
    ("8x8x4", ["separable_conv: {kernel: 3, filters: 5}"], "params1", "25", "one-stage"),  # 4·5 + 5
    ("8x8x4", [*FLAT[:2], "relu", "flatten"], "U4", "216", "flat-too-early"),  # 6·6·6, not 3·3·6
    ("32x32x3", SEEING, "field3", "15", "whole-kernel"),  # 3 + 2 + 5·2
    ("32x32x3", [CONV], "H1", "13", "padding-taken-off"),  # ⌊25/2⌋ + 1
    ("32x32x3", [CONV], "H1", "18", "kernel-not-taken-off"),  # ⌊34/2⌋ + 1
    ("32x32x3", [CONV], "H1", "7", "kernel-and-stride"),  # ⌊32/5⌋ + 1
    ("32x32x3", [CONV], "H1", "6", "divided-by-kernel"),  # ⌊32/5⌋
    ("32x32x3", [CONV, "conv: {filters: 4, kernel: 3}"], "H2", "7", "of-layer-before"),  # ⌊12/2⌋ + 1, not 13
    ("32x32x3", [CONV, "conv: {filters: 4, kernel: 3}"], "H2", "11", "of-layer-before"),  # 15 − 5 + 1
    ("9x9x4", ["max_pool: {kernel: 3, stride: 2}"], "H1", "9", "size-kept"),
    ("32x20x3", ["conv: {filters: 8, kernel: 5}"], "W1", "28", "other-axis"),
    ("32x20x3", ["conv: {filters: 8, kernel: 5}"], "H1", "16", "other-axis"),
    ("32x32x3", SEEING, "field3", "9", "kernels-added"),  # 4 + 5, not 4 + 4·2
    ("32x32x3", SEEING, "field3", "20", "kernels-multiplied"),
    ("32x32x3", SEEING, "field3", "5", "kernel-alone"),
    ("62x62x3", STRIDING, "field2", "27", "own-stride-too"),  # 3 + 4·2·3, not 3 + 4·2
    ("62x62x3", STRIDING, "jump2", "5", "jump-wrong"),  # 2 + 3
    ("62x62x3", STRIDING, "jump2", "3", "jump-wrong"),
    ("33x33x10", ROUNDED, "H1", "16", "ceil-for-floor"),  # ⌈33/2⌉ = 17, and ⌊17/3⌋ behind it
    ("62x62x3", POOLING, "jump2", "2", "pooling-has-no-stride"),
    ("32x32x28", ["conv: {filters: 14, kernel: 3, groups: 7}"], "C1", "98", "filters-of-every-group"),  # 14·7
    ("14x14x6", ["transposed_conv: {filters: 4, kernel: 4, stride: 2, padding: 1}"], "H1", "32", "padding-added"),
    ("62x62x3", STRIDING, "jump3", "24", "jump-dilated"),  # 2·3·4
    ("32x32x3", [CONV], "C1", "11", "channels-plus-filters"),
    ("32x32x3", [CONV], "C1", "1", "one-channel"),
    ("32x32x3", [CONV], "C1", "4", "depth-pooled"),  # 8/2
    ("9x9x4", ["max_pool: {kernel: 4, stride: 2}"], "C1", "1", "depth-pooled"),  # 4/4
    ("8x8x4", ["flatten"], "U1", "32", "flat-one-side"),
    ("8x8x4", ["flatten"], "U1", "4", "channels-alone"),
    ("8x8x4", ["global_avg_pool"], "U1", "256", "flattened-for-pooled"),
    ("8x8x4", ["global_avg_pool"], "U1", "64", "positions-for-channels"),
    ("8x8x4", ["global_avg_pool"], "U1", "1", "one-for-all"),
    ("8x8x4", FLAT, "U3", "216", "flat-too-early"),  # 6·6·6, not 3·3·6
    ("8x8x4", FLAT, "U3", "256", "flat-input"),
    ("8x8x4", [*FLAT, "dense: 10"], "params4", "2570", "inputs-of-network"),  # (256 + 1)·10
    ("8x8x4", [*FLAT, "dense: 10"], "params4", "70", "channels-for-values"),  # (6 + 1)·10
    ("{units: 7}", ["dense: 3"], "params1", "10", "units-added"),
    ("32x32x3", [CONV], "params1", "83", "units-added"),  # 75 + 8
    ("32x32x3", [CONV], "params1", "232", "channels-added"),  # (25 + 3 + 1)·8
    ("32x32x3", [CONV, "conv: {filters: 4, kernel: 3}"], "params2", "804", "kernel-of-layer-before"),  # (25·8 + 1)·4
    ("32x32x3", [CONV], "params1", "603", "bias-of-each-input"),  # 600 + 3
    ("{units: 7}", ["dense: 3"], "params1", "28", "bias-of-each-input"),  # 21 + 7
    ("32x32x3", [CONV], "params1", "2400", "bias-of-each-position"),  # 600 + 15·15·8
    ("32x32x3", [CONV], "params1", "17100", "position-for-filter"),  # 76·15·15
    ("32x32x3", [CONV], "params1", "24584", "whole-input"),  # (32·32·3 + 1)·8
    ("32x32x3", [CONV], "params1", "5531400", "fully-connected"),  # (32·32·3 + 1)·15·15·8
    ("32x32x3", [CONV], "macs1", "5529600", "fully-connected"),  # 32·32·3·15·15·8
    ("32x32x3", [CONV], "params1", "1800", "values-for-weights"),  # 15·15·8
    ("32x32x3", [CONV], "params1", "248", "kernel-not-squared"),  # (2·5·3 + 1)·8
    ("32x32x3", [CONV], "params1", "32", "kernel-left-out"),  # (3 + 1)·8
    ("8x8x4", ["batch_norm"], "params1", "0", "norm-not-trained"),
    ("8x8x4", ["batch_norm"], "params1", "2", "norm-of-all"),
    ("8x8x4", ["batch_norm"], "params1", "512", "norm-of-values"),  # 2·8·8·4
    ("32x32x3", [CONV], "macs1", "16875", "one-filter"),  # 15·15·75
    ("32x32x3", [CONV], "macs1", "9000", "positions-of-one-side"),  # 15·600
    ("32x32x3", [CONV], "macs1", "5400", "kernel-not-counted"),  # 15·15·3·8
    ("32x32x3", [CONV], "bytes1", "2432", "bytes-of-parameters"),  # 608·4
    ("32x32x3", [CONV], "neurons1", "225", "values-without-channels"),  # 15·15
    ("32x32x3", [CONV], "bytes1", "12288", "values-of-input"),  # 32·32·3·4
]  # fmt: skip


@pytest.mark.parametrize(("shape", "layers", "quantity", "number", "key"), CASES)
def test_a_wrong_number_is_told_as_its_mistake(
    shape: str, layers: list[str], quantity: str, number: str, key: str
) -> None:
    reports = Diagnoser(problem(shape, *layers)).explain(quantity, Fraction(number), Fraction(0))
    assert key in [report.key for report in reports]


def test_every_mistake_is_tested() -> None:
    assert {row.key for row in ROWS} == {key for *_, key in CASES}


def test_a_mistake_in_every_layer_is_seen_in_the_sum() -> None:
    found = problem("8x8x4", "batch_norm", "relu", "batch_norm")
    reports = Diagnoser(found).explain("params", Fraction(32), Fraction(0))  # 4·4 each, not 2·4
    assert [report.key for report in reports] == ["averages-trained"]


def test_of_one_channel_the_channels_cannot_be_forgotten() -> None:
    found = problem("8x8x1", "conv: {filters: 4, kernel: 3}")
    reports = Diagnoser(found).explain("params1", Fraction(36), Fraction(0))
    assert [report.key for report in reports] == ["bias-forgotten"]


def marks(found: Problem, **answers: str) -> dict[str, str]:
    mark = Marker(found).mark(answers)
    said = {each.name: each.message for part in mark.parts for each in part.answers}
    return {name: " ".join(str(getattr(piece, "name", piece)) for piece in message) for name, message in said.items()}


def test_an_explanation_does_not_contradict_what_the_student_wrote_elsewhere() -> None:
    network = problem("32x32x3", "conv: {filters: 8, kernel: 5}", "conv: {filters: 4, kernel: 3}",
                      find="shape1, params1, params2")  # fmt: skip
    alone = marks(network, params2="112")
    assert "the depth of the input in place of the number of filters" in alone["params2"]
    for shape in ("28x28x8", "28x28x5"):
        told = marks(network, shape1=shape, params2="112")
        assert "the depth of the input" not in told["params2"]
        assert "the channels of the network's input" in told["params2"]
    assert "right with your" in marks(network, shape1="28x28x3", params2="112")["params2"]
    told = marks(network, shape1="28x28x8", params1="208")
    assert "the channels of the input forgotten" in told["params1"]
    assert "depth" not in told["params1"]


@pytest.mark.parametrize(("order", "given"), [("last", "8x28x16"), ("last", "16x28x8"), ("first", "28x16x8")])
def test_the_right_sizes_in_another_order_are_told_as_that(order: str, given: str) -> None:
    shape = "32x20x3" if order == "last" else "3x32x20"
    text = f"kind: convolution\nchannels: {order}\ninput: {shape}\nlayers: [{{conv: {{filters: 8, kernel: 5}}}}]"
    found = load_text(f"{text}\nparts: [{{find: shape1}}]".encode(), "test.yaml", KINDS)
    assert marks(found, shape1=given)["shape1"].startswith("the right sizes in another order")
    wrong = marks(found, shape1="8x8x8")["shape1"]
    assert "another order" not in wrong


def test_sizes_that_follow_from_height_and_width_the_other_way_round_are_follow_through() -> None:
    network = problem("32x20x3", "conv: {filters: 8, kernel: 5}", "max_pool: 2", find="shape1, shape2")
    mark = Marker(network).mark({"shape1": "16x28x8", "shape2": "8x14x8"})
    told, followed = mark.parts[0].answers
    assert (told.verdict, followed.verdict) == (Verdict.WRONG, Verdict.FOLLOW_THROUGH)
    alone = Marker(network).mark({"shape2": "8x14x8"}).parts[0].answers[1]
    assert alone.verdict is Verdict.WRONG


def test_a_kernel_of_one_keeps_its_sizes_in_any_way() -> None:
    found = problem("9x9x4", "conv: {filters: 6, kernel: 1, stride: 2}")
    assert "valid-as-same" not in [slip.key for slip in own_slips(found)]


@pytest.mark.parametrize(
    ("layers", "key", "places"),
    [
        # (9 − 3)/2 leaves nothing; (4 − 3)/2 leaves 1
        (["max_pool: {kernel: 3, stride: 2}", "max_pool: {kernel: 3, stride: 2}"], "ceil-for-floor", [{"H2"}]),
        # where nothing is left over anywhere, the mistake is looked for everywhere
        (["max_pool: {kernel: 3, stride: 3}", "max_pool: {kernel: 3, stride: 3}"], "ceil-for-floor",
         [{"H1", "H2"}, {"H1"}, {"H2"}]),
        (["conv: {filters: 4, kernel: 1}", "conv: {filters: 5, kernel: 1}"], "depth-for-filters", [{"C2"}]),
        (["conv: {filters: 4, kernel: 1}"], "depth-for-filters", [{"C1"}]),
    ],
)  # fmt: skip
def test_a_mistake_is_looked_for_where_it_shows(layers: list[str], key: str, places: list[set[str]]) -> None:
    found = [slip for slip in own_slips(problem("9x9x4", *layers)) if slip.key == key]
    assert [{name for name in slip.formulas if name[0] in "HC"} for slip in found] == places
