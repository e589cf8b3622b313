"""Models in ONNX as problems, whose shapes are those that ONNX's own shape inference finds."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deepcalc.errors import UsageError
from deepcalc.kinds import find_kinds
from deepcalc.kinds.convolution.from_model import draft
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from tests.cli.running import done, refused
from tests.kinds.test_convolution_code import shape, value

onnx = pytest.importorskip("onnx", reason="needs deepcalc[onnx]")
helper, FLOAT, INT64 = onnx.helper, onnx.TensorProto.FLOAT, onnx.TensorProto.INT64

CONFIGURATIONS, AT_ONCE = 200, 50


class Model:
    """A model that grows by one operator after the other."""

    def __init__(self, *sizes: Any) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.inputs = [helper.make_tensor_value_info("x", FLOAT, ["samples", *sizes])]
        self.last = "x"

    def add(self, operator: str, *weights: Any, inputs: tuple[str, ...] | None = None, **attributes: Any) -> str:
        """One more operator, behind the last one or the given ones; weights by their sizes, or as whole numbers."""
        number = len(self.nodes) + 1
        names: list[str] = []
        for each in weights:
            names.append(f"w{number}_{len(names)}")
            is_list = isinstance(each, list)
            sizes = (len(each),) if is_list else each
            count = 1
            for size in sizes:
                count *= size
            self.weights.append(
                helper.make_tensor(names[-1], INT64 if is_list else FLOAT, sizes, each if is_list else [0.0] * count)
            )
        taken = (self.last,) if inputs is None else inputs
        self.last = f"y{number}"
        self.nodes.append(helper.make_node(operator, [*taken, *names], [self.last], **attributes))
        return self.last

    @property
    def proto(self) -> Any:
        outputs = [helper.make_tensor_value_info(self.last, FLOAT, None)]
        graph = helper.make_graph(self.nodes, "model", self.inputs, outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])

    @property
    def problem(self) -> Problem:
        text = draft("model.onnx", self.proto.SerializeToString())
        return load_text(text.encode(), "model.yaml", find_kinds())

    def shapes(self) -> list[tuple[int, ...]]:
        """Those that ONNX infers behind each operator, without samples."""
        inferred = onnx.shape_inference.infer_shapes(self.proto, strict_mode=True).graph
        known = {each.name: each for each in (*inferred.value_info, *inferred.output)}
        names = [node.output[0] for node in self.nodes]
        return [tuple(size.dim_value for size in known[name].type.tensor_type.shape.dim[1:]) for name in names]


def test_lenet_has_the_parameters_that_are_counted_by_hand() -> None:
    model = Model(1, 28, 28)
    model.add("Conv", (6, 1, 5, 5), (6,), pads=[2, 2, 2, 2])
    model.add("Relu")
    model.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    model.add("Conv", (16, 6, 5, 5), (16,))
    model.add("AveragePool", kernel_shape=[2, 2], strides=[2, 2])
    model.add("Flatten")
    model.add("Gemm", (120, 400), (120,), transB=1)
    model.add("MatMul", (120, 84))
    model.add("Add", (84,))
    model.add("Dropout")
    model.add("Gemm", (84, 10))
    found = model.problem
    by_hand = (25 + 1) * 6, (6 * 25 + 1) * 16, 401 * 120, 121 * 84, 84 * 10
    assert value(found, "params") == sum(by_hand)
    assert shape(found, 3) == (6, 14, 14)
    assert shape(found, 6) == (400,)
    assert shape(found, 10) == (10,)


def test_a_block_with_a_shortcut_and_one_that_is_joined() -> None:
    model = Model(8, 16, 16)
    main = model.add("Conv", (12, 8, 3, 3), pads=[1, 1, 1, 1], strides=[2, 2])
    main = model.add("BatchNormalization", *[(12,)] * 4)
    side = model.add("Conv", (12, 8, 1, 1), inputs=("x",), strides=[2, 2])
    summed = model.add("Add", inputs=(main, side))
    model.add("Identity")
    up = model.add("Upsample", inputs=(summed,))
    model.nodes.pop()
    model.last = model.add("Resize", inputs=(summed, "", "scales"))
    model.weights.append(helper.make_tensor("scales", FLOAT, (4,), [1, 1, 2, 2]))
    joined = model.add("Concat", inputs=(model.last, "x"), axis=1)
    assert (up, joined) == ("y6", "y7")
    model.add("GlobalAveragePool")
    model.add("Reshape", [0, -1])
    found = model.problem
    assert shape(found, 4) == (12, 8, 8)
    assert shape(found, 6) == (20, 16, 16)
    assert shape(found, 8) == (20,)
    assert value(found, "params") == 9 * 8 * 12 + 2 * 12 + 8 * 12


def configuration(seed: int) -> Model:
    """Sliding operators of any settings on one to three axes, one behind the other."""
    random = Random(seed)
    axes = random.choice([1, 2, 2, 3])
    channels = random.choice([2, 4, 6])
    model = Model(channels, *(random.randint(12, 20) for _ in range(axes)))

    def each(low: int, high: int) -> list[int]:
        return [random.randint(low, high) for _ in range(axes)]

    for _ in range(random.randint(1, 3)):
        operator = random.choice(["Conv", "ConvTranspose", "MaxPool", "AveragePool"])
        kernel, strides = each(2, 3), each(1, 2)
        pads = [random.randint(0, 1) for _ in range(2 * axes)]
        attributes: dict[str, Any] = {"strides": strides, "pads": pads}
        if operator in ("Conv", "ConvTranspose"):
            groups = random.choice([1, 2])
            filters = random.choice([2, 4, 6])
            attributes |= {"group": groups, "dilations": each(1, 2)}
            if operator == "Conv" and random.random() < 0.2:
                attributes |= {"auto_pad": "SAME_UPPER"}
                del attributes["pads"]
            if operator == "ConvTranspose":
                attributes["output_padding"] = [min(1, stride - 1) for stride in strides]
            first = (filters, channels // groups) if operator == "Conv" else (channels, filters // groups)
            model.add(operator, (*first, *kernel), (filters,), **attributes)
            channels = filters
        else:
            if random.random() < 0.5:  # of a window that begins in the padding behind, the specifications differ
                attributes |= {"ceil_mode": 1, "pads": [*pads[:axes], *[0] * axes]}
            model.add(operator, kernel_shape=kernel, **attributes)
    return model


@pytest.mark.parametrize("start", range(0, CONFIGURATIONS, AT_ONCE))
def test_shapes_are_those_that_onnx_infers(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        model = configuration(seed)
        found, expected = model.problem, model.shapes()
        for number, sizes in enumerate(expected, start=1):
            assert shape(found, number) == sizes, (seed, number)


@pytest.mark.parametrize(
    ("operator", "weights", "attributes", "message"),
    [
        ("LSTM", (), {}, "the operator LSTM is not read"),
        ("Flatten", (), {"axis": 2}, "Flatten with axis 2 is not read"),
        ("MaxPool", (), {"kernel_shape": [2, 2], "auto_pad": "SAME_LOWER"}, "auto_pad 'SAME_LOWER' is not read"),
        ("Conv", (), {}, "Conv  has not the sizes that it needs"),
        ("Reshape", ([0, 2, 2, 16],), {}, "only where it makes a vector of each sample"),
        ("ReduceMean", (), {"axes": [1]}, "ReduceMean is read only over the axes behind the channels, all of them"),
        ("Pad", ([0, 1, 0, 0, 0, 0, 0, 0],), {}, "Pad is read only by zeros, along the axes behind the channels"),
        ("Pad", ([0, 0, 1, 0, 0, 0, 0, 0],), {"mode": "reflect"}, "Pad with mode 'reflect' is not read"),
        ("Pow", ((1, 8, 8),), {}, "Pow is read only where it takes a number beside a layer"),
        ("Mul", ((1, 8, 8),), {}, "Mul takes w1_0, which no layer before it makes"),
    ],
)
def test_what_is_not_read_is_told(operator: str, weights: Any, attributes: Any, message: str) -> None:
    model = Model(1, 8, 8)
    model.add(operator, *weights, **attributes)
    with pytest.raises(UsageError, match=r"model\.onnx") as caught:
        draft("model.onnx", model.proto.SerializeToString())
    assert message in str(caught.value)


def test_inputs_that_are_not_read_are_told() -> None:
    open_sizes = Model(1, "height", 8)
    open_sizes.add("Relu")
    two = Model(1, 8, 8)
    two.inputs.append(helper.make_tensor_value_info("other", FLOAT, ["samples", 1, 8, 8]))
    two.add("Relu")
    for model, message in [(open_sizes, "are not fixed"), (two, "a single input, found x and other")]:
        with pytest.raises(UsageError, match=message):
            draft("model.onnx", model.proto.SerializeToString())
    with pytest.raises(UsageError, match="is no model in ONNX"):
        draft("model.onnx", b"\x00 no model")


def test_without_the_package_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(UsageError, match=r"pip install 'deepcalc\[onnx\]'"):
        draft("model.onnx", b"")


def test_the_command_makes_a_file_that_solves(tmp_path: Path) -> None:
    model = Model(1, 9, 9)
    model.add("Conv", (6, 1, 3, 3), (6,))
    path, made = tmp_path / "a_model.onnx", tmp_path / "made.yaml"
    path.write_bytes(model.proto.SerializeToString())
    assert done("new", "convolution", "--from", path, "-o", made) == ""
    assert 'title: "The layers of a model"' in made.read_text()
    assert "6 × 7 × 7" in done("solve", made)
    assert "are not made of a model's file" in refused(2, "new", "loss", "--from", path)


def test_a_block_that_weighs_its_channels() -> None:
    # squeeze and excitation: Hu et al. (2018), figure 2, with a reduction from 8 to 2 channels
    model = Model(3, 16, 16)
    model.add("Sub", [0])
    main = model.add("Conv", (8, 3, 3, 3), pads=[1, 1, 1, 1])
    model.add("ReduceMean", axes=[2, 3], keepdims=1)
    model.add("Conv", (2, 8, 1, 1), (2,))
    model.add("Relu")
    model.add("Conv", (8, 2, 1, 1), (8,))
    gate = model.add("HardSigmoid")
    model.add("Mul", inputs=(gate, main))
    model.add("ReduceMean", axes=[-1, -2], keepdims=0)
    model.add("Gemm", (8, 5), (5,))
    found = model.problem
    assert value(found, "params") == 27 * 8 + (8 * 2 + 2) + (2 * 8 + 8) + (8 * 5 + 5)
    assert [shape(found, number) for number in (2, 7, 8, 9)] == [(8, 1, 1), (8, 16, 16), (8,), (5,)]


def test_sizes_that_are_worked_out_from_a_shape_make_no_layers() -> None:
    # as PyTorch writes x.view(x.size(0), -1)
    model = Model(2, 6, 6)
    last = model.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    sizes = model.add("Shape")
    model.weights.append(helper.make_tensor("first", INT64, (), [0]))
    model.weights.append(helper.make_tensor("rest", INT64, (1,), [-1]))
    count = model.add("Gather", inputs=(sizes, "first"))
    row = model.add("Unsqueeze", [0], inputs=(count,))
    wanted = model.add("Concat", inputs=(row, "rest"), axis=0)
    model.add("Reshape", inputs=(last, wanted))
    model.add("Gemm", (18, 4), (4,))
    found = model.problem
    assert [shape(found, number) for number in (1, 2, 3)] == [(2, 3, 3), (18,), (4,)]


def test_operators_of_usual_networks_are_layers() -> None:
    model = Model(4, 9, 9)
    model.add("Pad", [0, 0, 1, 0, 0, 0, 2, 1])
    model.add("LRN", size=5)
    model.add("InstanceNormalization", (4,), (4,))
    model.add("LayerNormalization", (4, 12, 10), (4, 12, 10), axis=1)
    model.add("Erf")
    model.add("Cast", to=FLOAT)
    model.add("Mul", [2])
    model.add("ReduceMax", [2, 3], keepdims=1)
    model.add("Squeeze", [2, 3])
    found = model.problem
    assert [shape(found, number) for number in range(1, 8)] == [*[(4, 12, 10)] * 5, (4, 1, 1), (4,)]
    counts = [value(found, f"params{number}") for number in range(1, 8)]
    assert counts == [0, 0, 2 * 4, 2 * 4 * 12 * 10, 0, 0, 0]


def test_channels_are_split_cut_and_joined_again() -> None:
    # a unit of ShuffleNet v2 (Ma et al., 2018), figure 3 c, without its shuffling; then a cut along the sides
    model = Model(8, 9, 7)
    model.weights.append(helper.make_tensor("parts", INT64, (2,), [3, 5]))
    model.nodes.append(helper.make_node("Split", ["x", "parts"], ["left", "right"], axis=1))
    model.add("Conv", (6, 5, 3, 3), (6,), inputs=("right",), pads=[1, 1, 1, 1])
    model.add("PRelu", (6, 1, 1))
    worked = model.add("GroupNormalization", (2,), (2,), num_groups=2)
    joined = model.add("Concat", inputs=("left", worked), axis=1)
    model.add("Slice", [2], [8], [1], inputs=(joined,))
    model.add("Slice", [1, 0], [-1, 4], [2, 3])
    model.add("PRelu", (1,))
    found = model.problem
    shapes = [(3, 9, 7), (5, 9, 7), (6, 9, 7), (6, 9, 7), (6, 9, 7), (9, 9, 7), (6, 9, 7), (6, 7, 4), (6, 7, 4)]
    assert [shape(found, number) for number in range(1, 10)] == shapes
    counts = [value(found, f"params{number}") for number in range(1, 10)]
    assert counts == [0, 0, 5 * 9 * 6 + 6, 6, 2 * 6, 0, 0, 0, 1]


def test_channels_that_stand_last_are_turned_to_the_front() -> None:
    model = Model(9, 7, 3)
    model.add("Transpose", perm=[0, 3, 1, 2])
    model.add("Conv", (4, 3, 3, 3), (4,))
    model.add("Transpose", perm=[0, 2, 3, 1])
    model.add("Flatten")
    model.add("Gemm", (140, 2), (2,))
    found = model.problem
    assert [shape(found, number) for number in range(4)] == [(3, 9, 7), (4, 7, 5), (140,), (2,)]
    assert value(found, "params") == 4 * 28 + 141 * 2


@pytest.mark.parametrize(
    ("operators", "message"),
    [
        ([("Transpose", {"perm": [0, 2, 1, 3]})], "Transpose is read only where it brings the channels"),
        ([("Transpose", {"perm": [0, 2, 3, 1]}), ("Relu", {})], "Relu behind a Transpose is not read"),
        ([("Split", {"axis": 2})], "Split with axis 2 is not read"),
    ],
)
def test_axes_that_are_turned_or_split_otherwise_are_told(operators: Any, message: str) -> None:
    model = Model(4, 8, 8)
    for operator, attributes in operators:
        model.add(operator, **attributes)
    model.add("Relu")
    with pytest.raises(UsageError, match=message):
        draft("model.onnx", model.proto.SerializeToString())


def test_all_that_is_not_read_is_told_at_once() -> None:
    model = Model(1, 8, 8)
    model.add("LSTM")
    model.add("TopK")
    model.add("LSTM")
    with pytest.raises(UsageError, match=r"the operators LSTM \(2 times\) and TopK are not read; there are Conv, "):
        draft("model.onnx", model.proto.SerializeToString())


def test_products_of_two_outputs_are_told() -> None:
    model = Model(4, 8)
    first = model.add("Relu")
    model.add("MatMul", inputs=(first, "x"))
    with pytest.raises(
        UsageError, match="MatMul is read only with a constant: two layers' outputs are multiplied in att"
    ):
        draft("model.onnx", model.proto.SerializeToString())
