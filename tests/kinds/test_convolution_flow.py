"""Models whose code says how an input passes through them, against the counts that the libraries' pages give."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from deepcalc.errors import InvalidProblem
from deepcalc.kinds._code import Code, read_code
from tests.kinds.test_convolution_code import problem, shape, value

CIFAR = '''
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    """A network for images of 32 x 32."""

    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
'''
"""The network of PyTorch's tutorial "Training a Classifier", which has 62,006 parameters."""

TOY_RESNET = """
inputs = keras.Input(shape=(32, 32, 3), name="img")
x = layers.Conv2D(32, 3, activation="relu")(inputs)
x = layers.Conv2D(64, 3, activation="relu")(x)
block_1_output = layers.MaxPooling2D(3)(x)

x = layers.Conv2D(64, 3, activation="relu", padding="same")(block_1_output)
x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
block_2_output = layers.add([x, block_1_output])

x = layers.Conv2D(64, 3, activation="relu", padding="same")(block_2_output)
x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
block_3_output = layers.add([x, block_2_output])

x = layers.Conv2D(64, 3, activation="relu")(block_3_output)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(256, activation="relu")(x)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(10)(x)

model = keras.Model(inputs, outputs, name="toy_resnet")
model.summary()
"""
"""The toy ResNet of Keras's guide "The Functional API", whose summary says 223,242 parameters."""

BASIC_BLOCK = """
class BasicBlock(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super(BasicBlock, self).__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)

block = BasicBlock(64, 128, stride=2)
"""
"""torchvision's BasicBlock as the first one of layer2 in resnet18 has it, with 230,144 parameters."""


def layers(code: str) -> list[tuple[str, object, object]]:
    """Each layer with the layer before it where that is another one, and with what it joins."""
    read = read_code(textwrap.dedent(code))
    return [(each.layer.tag, each.layer.source, each.layer.setting("with")) for each in read.layers]


def method(*lines: str, init: str = "self.conv = nn.Conv2d(3, 8, 3)") -> str:
    """A class with those lines as its way forward."""
    body = "\n        ".join(lines)
    return (
        f"class Net(nn.Module):\n    def __init__(self):\n        {init}\n    def forward(self, x):\n        {body}\n"
    )


def test_a_class_is_followed_from_its_input_to_its_output() -> None:
    found = problem(CIFAR, "input: 3x32x32")
    assert value(found, "params") == 62_006
    assert shape(found, 6) == (16, 5, 5)
    assert shape(found, 12) == (10,)


def test_a_functional_model_may_join_what_has_branched() -> None:
    found = problem(TOY_RESNET)
    assert value(found, "params") == 223_242
    assert shape(found, 9) == (9, 9, 64)


def test_a_block_with_a_shortcut() -> None:
    found = problem(BASIC_BLOCK, "input: 64x56x56")
    assert value(found, "params") == 230_144
    assert shape(found, 9) == (128, 28, 28)


def test_a_model_is_made_of_others() -> None:
    code = BASIC_BLOCK.replace("block = BasicBlock(64, 128, stride=2)\n", "") + textwrap.dedent("""
        class Net(nn.Module):
            def __init__(self, classes):
                super().__init__()
                self.first = BasicBlock(64, 128, 2)
                self.second = BasicBlock(c_in=128, c_out=128)
                self.fc = nn.Linear(128, classes)
            def forward(self, x):
                x = self.second(self.first(x))
                return self.fc(F.adaptive_avg_pool2d(x, 1).view(x.size(0), -1))
        net = Net(5)
    """)
    # the second one: two 3x3 and a 1x1 convolution of 128 channels, three normalizations
    second = 2 * 9 * 128 * 128 + 128 * 128 + 3 * 2 * 128
    assert value(problem(code, "input: 64x56x56"), "params") == 230_144 + second + 128 * 5 + 5


@pytest.mark.parametrize(
    ("line", "tag"),
    [
        ("return F.max_pool2d(x, kernel_size=2, stride=1)", "max_pool"),
        ("return F.dropout(x, p=0.5, training=self.training)", "dropout"),
        ("return x.flatten(1)", "flatten"),
        ("return x.view(x.shape[0], -1)", "flatten"),
        ("return x.reshape((x.size(0), 3*8*8))", "flatten"),
        ("return torch.relu(x)", "activation"),
        ("return x.sigmoid()", "activation"),
        ("return F.log_softmax(x, dim=1)", "activation"),
        ("return x.mean(dim=[2, 3])", "global_avg_pool"),
        ("return nn.functional.interpolate(x, scale_factor=2, mode='nearest')", "upsample"),
    ],
)  # fmt: skip
def test_functions_and_methods_are_layers(line: str, tag: str) -> None:
    assert layers(method(line, init="pass")) == [(tag, None, None)]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("y = F.relu(x)", "return torch.cat([x, y], dim=1)"), ("concat", 0, (1,))),
        (("y = F.relu(x)", "return torch.cat((x, y, x), 1)"), ("concat", 0, (1, 0))),
        (("y = F.relu(x)", "return x + y"), ("add", None, (0,))),
        (("y = F.relu(x)", "x += y", "return x"), ("add", None, (0,))),
    ],
)
def test_tensors_are_joined(lines: tuple[str, ...], joined: object) -> None:
    assert layers(method(*lines, init="pass"))[-1] == joined


def test_keras_joins_by_a_layer() -> None:
    code = """
        i = Input((4, 4, 2))
        a = Conv2D(3, 1)(i)
        b = Conv2D(3, 1)(i)
        c = Concatenate()([a, b])
        d = Add()([c, c])
    """
    assert layers(code)[1:] == [("conv", 0, None), ("concat", 1, (2,)), ("add", None, (3,))]


def test_chains_of_layers_in_a_chain_count_once() -> None:
    code = "head = nn.Sequential(nn.Flatten(), nn.Linear(8, 2))\nnet = nn.Sequential(nn.Conv2d(2, 8, 1), head)"
    assert [tag for tag, *_ in layers(code)] == ["conv", "flatten", "dense"]


@pytest.mark.parametrize(
    ("code", "pointed_at", "message"),
    [
        (method("return self.fc(x)"), "self.fc", "`self.fc` has not been set"),
        (method("return self.con(x)"), "self.con", "(did you mean `conv`?)"),
        (method("return x"), "def forward", "`conv` is not called on the way forward"),
        (method("return self.conv(self.conv(x))"), "self.conv", "is called a second time, with the same weights"),
        (method("return self.conv(x).view(-1, 8, 36)"), "self.conv(x).view", "a vector for each sample"),
        (method("return self.conv(x).view(-1, 7)"), "self.conv(x).view", "makes vectors of 7 values"),
        (method("return torch.cat([x, self.conv(x)], 2)"), "2)", "the axis of the channels"),
        (method("for i in x: x = F.relu(x)"), "x: x", "expected a list that is known"),
        (method("while 1: x = F.relu(x)"), "while", "nothing else can be followed"),
        (method("if x > 0: return x"), "x > 0", "this depends on an input, which is not known"),
        (method("return self.conv(3)"), "self.conv(3)", "expected the output of a layer"),
        (method("return self.conv(x) + 3"), "self.conv(x) + 3", "expected two outputs of layers"),
        (method("return torch.cat([x], 1)"), "torch.cat", "at least two outputs of layers"),
        (method("return x", init="[self.a][0] = 1"), "[self.a]", "a single name to be set"),
        (method("return x", init="self.conv = nn.Conv2d(3, 8, 3 // 0)"), "0)", "a number other than 0"),
        (method("return F.flatten(x, 0)"), "F.flatten", "with start_dim=0 cannot be counted"),
        ("class Net(nn.Module):\n  def __init__(self, n): pass\n  def forward(self, x): return x", "class",
         "`__init__` needs `n`"),
        ("class Net(nn.Module):\n  def forward(self, x, y): return x + y", "def forward",
         "`forward` takes `y` beside its input; of a model with several inputs, write `layers`"),
        ("a = [b for (b, c) in [1, 2]]\nnn.Sequential(nn.Conv2d(3, a, 3))", "(b, c)", "a single name to be set"),
        ("nn.Sequential(*[nn.Conv2d(3, n, 3) for n in given])", "given", "the code is read, not run"),
        ("class A:\n  def __init__(self): self.a = A()\n  def forward(self, x): return x", "A()", "nested too deeply"),
        ("a = Input((4, 4, 1))\nb = Input((4, 4, 1))", "Input",
         "a second input; of a model with several inputs, write `layers`"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_told_at_its_place(code: str, pointed_at: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(code, "input: 3x8x8")
    (fault,) = caught.value.faults
    assert message in fault.message
    assert fault.place.text[fault.place.column - 1 :].startswith(pointed_at)


def test_work_is_bounded() -> None:
    doubling = "def f0(x): return x\n" + "".join(
        f"def f{n}(x):\n  f{n - 1}(x)\n  return f{n - 1}(x)\n" for n in range(1, 16)
    )
    with pytest.raises(PydanticCustomError, match="statements on the way"):
        read_code(f"{doubling}i = Input((4, 4, 1))\nf15(i)")
    with pytest.raises(PydanticCustomError, match="statements on the way"):
        read_code("nn.Sequential(*[nn.ReLU() for a in range(900) for b in range(900) if a < 0])")


PIECES = st.sampled_from(
    ["class A:\n", " def forward(self, x):\n", "  ", "return ", "x", "self.", "a = ", "A(", ")", "(", "x + x", "\n",
     "def f(x):\n", "nn.ReLU()", "F.relu(", "Input((4, 4, 1))", "x.view(-1, 2)", ",", "[", "]", "torch.cat(", "+=",
     " def __init__(self):\n", "Conv2D(3, 1)", "Model(", "f(x)", "super().__init__()", "*", "1", "for a in ", "if ",
     "range(3)", ":\n", "a = [a, a]\n", "a += ", "nn.ModuleList()", "a.append(", " else ", "[0]", "nn.Sequential(*a)",
     "{'a': 1}", "print(", "zip(a, a)", "not ", " == ", " for a in a"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=18).map("".join))
@example("x = x")
@example("a = []\n" + "a = [a, a]\n" * 60 + "nn.Sequential(a)")
@example("a = [1]\n" + "a = a + a\n" * 60)
@example("class A:\n def __init__(self): self.a = self\n def forward(self, x): return F.relu(x)\n")
@example("for a in range(10**6):\n for b in range(10**6):\n  a")
@example("F.relu()")
@example("def f(x): return f(x)\nf(Input((4, 4, 1)))")
@example("self.a = 3\nA = 3\nA(4)")
@example("a = Input((4, 4, 1))\na.b(3)\na()\nadd(a, *a)\nModel(a)")
def test_every_model_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read_code(text), Code)
    except PydanticCustomError as error:
        position = (error.context or {}).get("position")
        assert position is None or 0 <= position <= len(text)
