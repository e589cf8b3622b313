"""Layers read from PyTorch and Keras code, against the counts that the libraries' own documentation gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.kinds._code import Code, read_code
from deepcalc.kinds._sizes import ChannelOrder
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rules.frameworks import CLASSES, FUNCTIONS, OF_EACH_VALUE
from deepcalc.rules.layers import LAYERS
from deepcalc.solution.solver import solve

KINDS = find_kinds()

ALEXNET = """
nn.Sequential(
    nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),
    nn.ReLU(inplace=True),
    nn.MaxPool2d(kernel_size=3, stride=2),
    nn.Conv2d(64, 192, kernel_size=5, padding=2),
    nn.ReLU(inplace=True),
    nn.MaxPool2d(kernel_size=3, stride=2),
    nn.Conv2d(192, 384, kernel_size=3, padding=1),
    nn.ReLU(inplace=True),
    nn.Conv2d(384, 256, kernel_size=3, padding=1),
    nn.ReLU(inplace=True),
    nn.Conv2d(256, 256, kernel_size=3, padding=1),
    nn.ReLU(inplace=True),
    nn.MaxPool2d(kernel_size=3, stride=2),
    nn.AdaptiveAvgPool2d((6, 6)),
    nn.Flatten(),
    nn.Dropout(p=0.5),
    nn.Linear(256 * 6 * 6, 4096),
    nn.ReLU(inplace=True),
    nn.Dropout(p=0.5),
    nn.Linear(4096, 4096),
    nn.ReLU(inplace=True),
    nn.Linear(4096, 1000),
)
"""
"""torchvision.models.alexnet, whose documentation says 61,100,840 parameters."""


def problem(code: str, more: str = "") -> Problem:
    indented = "".join(f"  {line}\n" for line in code.strip().splitlines())
    return load_text(f"kind: convolution\ncode: |\n{indented}{more}".encode(), "test.yaml", KINDS)


def value(found: Problem, name: str) -> int:
    return int(evaluate(found.plan.graph, [name]).values[name])


def shape(found: Problem, number: int) -> tuple[int, ...]:
    composite = next(each for each in found.plan.composites if each.name == f"shape{number}")
    return tuple(value(found, name) for name in composite.components)


def fields_of(code: str) -> list[dict[str, object]]:
    read = read_code(code)
    return [{"tag": each.layer.tag, **dict(each.layer)} for each in read.layers]


def test_alexnet_has_the_parameters_that_torchvision_says() -> None:
    found = problem(ALEXNET, "input: 3x224x224")
    assert value(found, "params") == 61_100_840
    assert shape(found, 1) == (64, 55, 55)  # PyTorch's order
    assert shape(found, 14) == (256, 6, 6)
    solve(found)


def test_a_keras_model_says_its_input_itself() -> None:
    code = "model = Sequential()\nmodel.add(Conv2D(32, (3, 3), input_shape=(28, 28, 1)))\nmodel.add(MaxPooling2D())"
    found = problem(code)
    assert (shape(found, 1), shape(found, 2)) == ((26, 26, 32), (13, 13, 32))
    assert value(found, "params") == 320


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ("nn.Conv2d(4, 8, (3, 5), 2, 'same', bias=False)", {"tag": "conv", "filters": 8, "bias": False}),
        ("nn.Conv1d(4, 8, 3, dilation=2, groups=4)", {"tag": "conv", "groups": 4}),
        ("nn.ConvTranspose2d(4, 8, 3, 2, 1, 1)", {"tag": "conv_transpose", "filters": 8}),
        ("nn.MaxPool2d(3, 2, ceil_mode=True)", {"tag": "max_pool", "ceil_mode": True}),
        ("nn.BatchNorm2d(8)", {"tag": "batch_norm", "bias": True}),
        ("nn.LayerNorm(8)", {"tag": "layer_norm", "over": "all"}),
        ("nn.GELU()", {"tag": "activation", "function": "gelu"}),
        ("Dense(64, 'relu', use_bias=False)", {"tag": "dense", "units": 64, "bias": False}),
        ("SeparableConv2D(8, 3, depth_multiplier=2)", {"tag": "separable_conv", "multiplier": 2}),
        ("BatchNormalization(center=False)", {"tag": "batch_norm", "bias": False}),
        ("Activation('relu')", {"tag": "activation", "function": "relu"}),
        ("GlobalAveragePooling2D()", {"tag": "global_avg_pool"}),
    ],
)
def test_a_call_is_a_layer(call: str, fields: dict[str, object]) -> None:
    (layer,) = fields_of(f"Sequential([{call}])")
    assert {name: layer[name] for name in fields} == fields


def test_a_short_kernel_of_a_transposed_convolution_in_keras() -> None:
    # Keras: Conv2DTranspose(1, 2, strides=3) makes 12 of 4, (4 - 1)*3 + 2 = 11 and the rest of the stride
    found = problem("Sequential([Input((4, 4, 1)), Conv2DTranspose(1, 2, strides=3)])")
    assert shape(found, 1) == (12, 12, 1)


def test_every_class_makes_a_layer_that_there_is() -> None:
    fields = {tag: {field.partition(":")[0] for field in rule.fields} for tag, rule in LAYERS.items()}
    for name, row in CLASSES.items():
        assert row.tag in fields, name
        said = {field for field in row.arguments.values() if field not in (None, "takes", "input")}
        assert said | set(row.fixed) <= fields[row.tag], name
        assert set(row.only) <= set(row.arguments), name


@pytest.mark.parametrize(
    ("code", "pointed_at", "message"),
    [
        ("nn.Sequential(nn.Conv2d(3, 8, 5), nn.Cov2d(8, 8, 5))", "nn.Cov2d", "`Cov2d` (did you mean `Conv2d`?)"),
        ("nn.Sequential(nn.Conv2d(3, 8, kernel=5))", "5))", "no argument `kernel` that is known here"),
        ("nn.Sequential(nn.Conv2d(3, 8, kernal_size=5))", "5))", "(did you mean `kernel_size`?)"),
        ("nn.Sequential(nn.Conv2d(3, 8, k))", "k))", "the code is read, not run"),
        ("nn.Sequential(nn.Conv2d(3, 8))", "nn.Conv2d", "Conv2d: missing `kernel`"),
        ("nn.Sequential(nn.Conv2d(3, 8, 0))", "nn.Conv2d", "expected a whole number from 1 up, found 0"),
        ("nn.Sequential(nn.Conv2d(3, 8, 5), Dense(3))", "Dense(3)", "Dense is of Keras, the layers before"),
        ("nn.Sequential(nn.BatchNorm2d(3, affine=False))", "nn.BatchNorm2d", "with affine=False cannot be counted"),
        ("nn.Sequential(nn.Conv2d(1, 8, 5))", "nn.Conv2d(1", "this layer takes 1, and its input has 3 channels"),
        ("nn.Sequential(nn.Flatten(), nn.Linear(100, 5))", "nn.Linear", "takes 100, and its input has 192 values"),
        ("nn.Sequential(nn.Conv2d(3, 8, 9))", "nn.Conv2d", "the kernel 9x9 of layer 1 (convolution) is larger than"),
        ("nn.Sequential(nn.ReLU(), nn.Linear(3, 5))", "nn.Linear", "needs a vector, and its input is 8x8x3"),
        ("nn.Sequential(nn.Conv2d(3, 8, 5)", "nn.Sequential", "not valid Python"),
        ("while True: pass", "while", "expected layers, a Sequential, or a model with its way forward"),
        ("for i in range(3): pass", "for", "there is no layer in the code"),
        ("print(3)", "print", "there is no layer in the code"),
        ("a = load()\nb = a", "load", "unknown layer `load`"),
        ("a = load()\nnn.Sequential(nn.Linear(3, a))", "load", "unknown layer `load`"),
        ("nn.Sequential(*[nn.Conv2d(3, 8, 3)] * n)", "n)", "the code is read, not run"),
        ("sizes = [3, 8]\nnn.Sequential(nn.Conv2d(sizes[2], 8, 3))", "2]", "there is no 2 in this"),
        ("nn.Sequential(3)", "3)", "expected a layer such as Conv2d(3, 8, 5)"),
        ("nn.Sequential()", "nn", "there is no layer in the code"),
        ("nn.Sequential(nn.Conv2d(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))", "nn.Conv2d", "takes at most 9 arguments here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place_in_the_code(code: str, pointed_at: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(code, "input: 3x8x8")
    (fault,) = caught.value.faults
    assert message in fault.message
    if "not valid Python" not in message:
        assert fault.place.text[fault.place.column - 1 :].startswith(pointed_at)


def test_layers_and_code_are_two_ways_of_one_thing() -> None:
    with pytest.raises(InvalidProblem, match="give either the `layers` or `code`"):
        problem("nn.Sequential(nn.ReLU())", "input: 3x8x8\nlayers: [relu]")
    with pytest.raises(InvalidProblem, match="give either the `layers` or `code`"):
        load_text(b"kind: convolution\ninput: 8x8x3", "test.yaml", KINDS)
    with pytest.raises(InvalidProblem, match="missing `input`"):
        problem("nn.Sequential(nn.ReLU())")


def test_code_that_was_copied_from_a_page_has_other_quotes() -> None:
    (layer,) = fields_of("Sequential([Conv2D(8, 3, padding=’same’, activation=“relu”)])")
    assert layer["filters"] == 8
    assert layer["padding"] == read_code("Sequential([Conv2D(8, 3, padding='same')])").layers[0].layer.setting(
        "padding"
    )


def test_the_order_of_the_library_can_be_overruled() -> None:
    found = problem("nn.Sequential(nn.Conv2d(3, 8, 3))", "input: 8x9x3\nchannels: last")
    assert shape(found, 1) == (6, 7, 8)
    assert read_code("Sequential([Dense(3)])").order is ChannelOrder.LAST


def test_code_is_never_run(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    for code in (
        f"nn.Sequential(nn.Conv2d(3, 8, open({str(touched)!r}, 'w')))",
        f"nn.Sequential(nn.Conv2d(3, open({str(touched)!r}, 'w').close() or 8, 5))",
        f"__import__('pathlib').Path({str(touched)!r}).touch()",
        f"nn.Sequential(nn.Dropout(p=open({str(touched)!r}, 'w')), *[open({str(touched)!r}, 'w')])",
    ):
        with pytest.raises(InvalidProblem):
            problem(code, "input: 3x8x8")
    assert not touched.exists()


PIECES = st.sampled_from(
    ["nn.Sequential(", ")", "nn.Conv2d(", "3", ",", "[", "]", "model.add(", "Dense(", "x=", "'", "*", "-", "\n",
     "kernel_size=", "(", "10**9",
     "1e400", "10*", "\\", "é", "\0", "lambda", "**", "nn.ReLU()", "Input(", "shape=", "None", "True"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40))
@example("(" * 5000)
@example("-" * 5000 + "1")
@example("nn.Sequential(nn.Conv2d(" + "9*" * 4000 + "9))")
@example("nn.Sequential(" * 150 + ")" * 150)
def test_every_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read_code(text), Code)
    except PydanticCustomError as error:
        position = (error.context or {}).get("position")
        assert position is None or 0 <= position <= len(text)


@pytest.mark.parametrize(
    ("name", "function"),
    [("ReLU", "relu"), ("LeakyReLU", "leaky_relu"), ("SiLU", "silu"), ("Softplus", "softplus"), ("GELU", "gelu"),
     ("Hardswish", "hard_swish"), ("Hardtanh", "hard_tanh"), ("Softsign", "softsign"), ("Softmax", "softmax")],
)  # fmt: skip
def test_classes_of_activations_are_those_of_the_table(name: str, function: str) -> None:
    """PyTorch's own spellings (torch.nn.modules.activation), and the functions of torch.nn.functional."""
    assert (FUNCTIONS[name], OF_EACH_VALUE[name.lower()]) == (function, function)


@pytest.mark.parametrize(
    ("code", "shapes"),
    [
        # the axis of the samples is left out; Conv2d of an image alone takes three axes
        (
            "net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.MaxPool2d(2))\nx = torch.randn(4, 3, 32, 32)\ny = net(x)",
            [(6, 28, 28), (6, 14, 14)],
        ),
        ("x = torch.rand((3, 32, 30))\nconv = nn.Conv2d(3, 6, 5)\nprint(conv(x).shape)", [(6, 28, 26)]),
        ("model = nn.Sequential(nn.Linear(784, 10))\nmodel(torch.ones(64, 784).cuda())", [(10,)]),
        ("net = nn.Conv1d(8, 4, 3)\nnet(torch.zeros(16, 8, 50))", [(4, 48)]),
    ],
)
def test_the_data_with_which_a_model_is_tried_out_say_its_input(code: str, shapes: list[tuple[int, ...]]) -> None:
    plan = problem(code).plan
    found = {each.name: each.components for each in plan.composites}
    for place, expected in enumerate(shapes, start=1):
        names = found.get(f"shape{place}", (f"U{place}",))
        assert tuple(int(evaluate(plan.graph, [name]).values[name]) for name in names) == expected


@pytest.mark.parametrize(
    "forward", ["", "def forward(self, x):\n    return self.fc(self.pool(self.conv1(x)).flatten(1))"]
)
def test_attributes_of_a_class_that_is_not_quoted_are_its_layers(forward: str) -> None:
    lines = ["self.conv1 = nn.Conv2d(3, 6, 5)", "self.pool = nn.MaxPool2d(2)"]
    lines += ["self.fc = nn.Linear(6 * 14 * 14, 10)"] if forward else []
    found = problem("\n".join([*lines, forward]), "input: 3x32x32")
    assert value(found, "H2") == 14
    assert value(found, "params1") == 6 * (3 * 5 * 5 + 1)
    if forward:
        assert value(found, "params4") == 6 * 14 * 14 * 10 + 10


def test_lazy_layers_take_what_their_input_has() -> None:
    # Dive into Deep Learning, section 7.6: LeNet
    layers = (
        "nn.LazyConv2d(6, kernel_size=5, padding=2), nn.AvgPool2d(2), nn.LazyConv2d(16, kernel_size=5), nn.Flatten()"
    )
    found = problem(f"nn.Sequential({layers}, nn.LazyLinear(120))", "input: 1x28x28")
    assert [value(found, f"params{place}") for place in (1, 3, 5)] == [156, 2416, 16 * 10 * 10 * 120 + 120]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = torch.randn(n, 784)\nm = nn.Linear(784, 3)\nm(x)", "missing `input`"),
        ("m = nn.Linear(784, 3)\nm(torch.randn('3', 784))", "missing `input`"),
        ("m = nn.Linear(784, 3)\nm(torch.randn(0))", "missing `input`"),
        ("m = nn.Conv2d(3, 6, 5)\nm(torch.randn(3, 2))", "the kernel 5 of layer 1"),
    ],
)
def test_data_of_which_nothing_is_known_say_no_input(code: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(code)
    assert message in str(caught.value)
