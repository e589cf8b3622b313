"""Models as public pages write them, with the Python around their layers, against counts that are known or by hand."""

from __future__ import annotations

from textwrap import dedent

import pytest
from pydantic_core import PydanticCustomError

from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.kinds._code import read_code
from deepcalc.problem.loader import load_text

KINDS = find_kinds()


def tags(code: str) -> list[str]:
    return [each.layer.tag for each in read_code(dedent(code)).layers]


def parameters(code: str, more: str = "") -> int:
    indented = "".join(f"  {line}\n" for line in dedent(code).splitlines())
    plan = load_text(f"kind: convolution\n{more}\ncode: |\n{indented}".encode(), "test.yaml", KINDS).plan
    return int(evaluate(plan.graph, ["params"]).values["params"])


VGG = """
    plans = {'A': [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'], 'none': []}

    class VGG(nn.Module):
        def __init__(self, name, classes=10):
            super().__init__()
            self.features = self.made(plans[name])
            self.head = nn.Linear(512, classes)

        def made(self, plan):
            found, before = [], 3
            for width in plan:
                if width == 'M':
                    found += [nn.MaxPool2d(2)]
                else:
                    found += [nn.Conv2d(before, width, kernel_size=3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
                    before = width
            return nn.Sequential(*found, nn.AvgPool2d(1))

        def forward(self, x):
            x = self.features(x)
            return self.head(x.view(x.size(0), -1))

    net = VGG('A').to(device)
"""

RESNET = """
    def conv3x3(before, after, stride=1):
        return nn.Conv2d(before, after, kernel_size=3, stride=stride, padding=1, bias=False)

    class Block(nn.Module):
        widening = 1

        def __init__(self, before, after, stride=1):
            super(Block, self).__init__()
            self.one, self.two = conv3x3(before, after, stride), conv3x3(after, after)
            self.norm1 = nn.BatchNorm2d(after)
            self.norm2 = nn.BatchNorm2d(after)
            self.past = nn.Sequential()
            if stride != 1 or before != self.widening * after:
                self.past = nn.Sequential(
                    nn.Conv2d(before, self.widening * after, kernel_size=1, stride=stride, bias=False),
                    nn.BatchNorm2d(self.widening * after))

        def forward(self, x):
            out = F.relu(self.norm1(self.one(x)))
            out = self.norm2(self.two(out))
            out += self.past(x)
            return F.relu(out)

    class ResNet(nn.Module):
        def __init__(self, block, counts, classes=10):
            super().__init__()
            self.width = 64
            self.conv = conv3x3(3, 64)
            self.norm = nn.BatchNorm2d(64)
            self.stages = nn.ModuleList()
            for place, count in enumerate(counts):
                self.stages.append(self.stage(block, 64 * [1, 2, 4, 8][place], count, 1 if place == 0 else 2))
            self.fc = nn.Linear(512 * block.widening, classes)

        def stage(self, block, width, count, first):
            blocks = []
            for stride in [first] + [1] * (count - 1):
                blocks.append(block(self.width, width, stride))
                self.width = width * block.widening
            return nn.Sequential(*blocks)

        def forward(self, x):
            x = F.relu(self.norm(self.conv(x)))
            for stage in self.stages:
                x = stage(x)
            x = F.avg_pool2d(x, 4)
            x = x.view(x.size(0), -1)
            return self.fc(x)

    def resnet18():
        return ResNet(Block, [2, 2, 2, 2])

    net = resnet18()
"""


@pytest.mark.parametrize(("code", "published"), [(VGG, 9_231_114), (RESNET, 11_173_962)], ids=["VGG-11", "ResNet-18"])
def test_models_for_cifar_have_the_parameters_that_are_published(code: str, published: int) -> None:
    """The counts that PyTorch gives for VGG-11 with normalisation and ResNet-18 on 32 x 32 images."""
    assert parameters(code, "input: 3x32x32") == published


def test_what_stands_around_a_model_is_passed_over() -> None:
    code = """
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
        x_train = x_train.astype("float32") / 255
        print("shape:", x_train.shape)
        config = {"rate": 1e-4, "path": "data"}
        classes, shape = 10, (28, 28, 1)
        model = keras.Sequential([
            keras.Input(shape=shape),
            layers.Rescaling(1. / 255),
            layers.Conv2D(32, 3, padding="SAME", kernel_initializer="he_normal", kernel_regularizer=l2(0.01)),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ])
        model.compile(optimizer=keras.optimizers.Adam(1e-3))
        model.summary()
        score = model.evaluate(x_test, y_test, verbose=0)
        print("Loss:", score[0])
    """
    assert parameters(code) == 9 * 32 + 32 + 28 * 28 * 32 * 10 + 10


def test_a_model_is_tried_out_in_a_main_block() -> None:
    code = """
        class Net(nn.Module):
            def __init__(self, grey=False):
                super().__init__()
                self.conv = nn.Conv2d(1 if grey else 3, 4, 3)
                self.fc = nn.Linear(144, 2)
            def length(self, x):
                size = 1
                for each in x.size()[1:]:
                    size *= each
                return size
            def forward(self, x):
                x = self.conv(x)
                x = x.view(-1, self.length(x))
                return self.fc(x)
        if __name__ == '__main__':
            net = Net().eval()
            y = net(torch.randn(1, 3, 8, 8))
            print(y.shape)
    """
    assert tags(code) == ["conv", "flatten", "dense"]
    assert parameters(code, "input: 3x8x8") == 4 * 28 + 145 * 2


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nn.Sequential(OrderedDict([('a', nn.Conv2d(1, 2, 3)), ('b', nn.ReLU())]))", ["conv", "activation"]),
        ("def made(n=2):\n  m = Sequential()\n  m.add(Dense(n, input_shape=(3,)))\n  return m", ["dense"]),
        ("sizes = [4, 3, 2]\nm = [nn.Linear(sizes[0], sizes[1])] * 1\nnn.Sequential(*m, nn.Identity())", ["dense"]),
        ("m = Sequential()\nfor n in (8, 16):\n  m.add(Conv2D(n, 3))\n  if n > 8: m.add(Flatten())",
         ["conv", "conv", "flatten"]),
        ("class A(nn.Module):\n  def __init__(self):\n    self.a = nn.Linear(4, 4)\n  def forward(self, x):\n"
         "    return self.a(x)\nnn.Sequential(A(), nn.ReLU(), A())", ["dense", "activation", "dense"]),
        ("a = []\nb = a\nb += [nn.Conv2d(3, 8, 3)]\nnn.Sequential(*a, nn.ReLU())", ["conv", "activation"]),
        ("class A(nn.Module):\n  def __init__(self):\n    self.ls = []\n    self.build()\n"
         "    self.net = nn.Sequential(*self.ls, nn.Flatten())\n  def build(self): self.ls.append(nn.Conv2d(3, 8, 3))\n"
         "  def forward(self, x): return self.net(x)", ["conv", "flatten"]),
        ("mode = 'size'\nif mode == 'size':\n  nn.Sequential(nn.Linear(3, 4))", ["dense"]),
    ],
)  # fmt: skip
def test_python_between_layers_is_followed(code: str, expected: list[str]) -> None:
    assert tags(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("m = []\nfor i, k in enumerate([3, 3], start=1): m.append(nn.Conv2d(1, 8 + 8 * i, k))\n"
         "nn.Sequential(m[0], nn.Flatten())", 16 * 9 + 16),
        ("w = 5\ndef made(w):\n  def one(): return nn.Conv2d(1, w, 3)\n  return nn.Sequential(one(), nn.ReLU())\n"
         "made(7)", 7 * 9 + 7),
        ("def made(n=None):\n  n = n or 6\n  return nn.Sequential(nn.Conv2d(1, n, 3), nn.ReLU())\nmade()", 6 * 9 + 6),
    ],
)  # fmt: skip
def test_numbers_are_those_that_python_would_find(code: str, expected: int) -> None:
    assert parameters(code, "input: 1x8x8\nchannels: first") == expected


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("class A(nn.Module):\n  def __init__(self, n): self.a = nn.Linear(n, n)\n  def forward(self, x): return x",
         "write A"),
        ("n = load()\nm = nn.Sequential(nn.Linear(n, 3))", "unknown layer `load`"),
        ("x = Input((4, 4, 1))\ny = Fooo()(x)", "unknown layer `Fooo`"),
        ("m = nn.Sequential(nn.Linear(3, 4), 5)", "expected a layer such as"),
        ("m = Sequential([Conv2D(4, 3, input_shape=(None, None, 3))])", "shape of the input in numbers"),
        ("a = [nn.Conv2d(3, 3, 3)]\n" + "a = [a]\n" * 1500 + "nn.Sequential(*a)", "nested too deeply"),
        ("a = [1]\nb = [1]\n" + "a = [a, a]\nb = [b, b]\n" * 40 + "if a == b: nn.Sequential(nn.Linear(3, 4))",
         "expected two values that can be compared"),
        ("for i in reversed([1, 2], key=2): nn.Linear(i, 2)", "`reversed` with `key` is not followed"),
        ("a = {'b': 3}\nnn.Sequential(nn.Linear(a['c'], 3))", "there is no 'c' in this"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told_where_it_is_needed(code: str, message: str) -> None:
    with pytest.raises(PydanticCustomError, match=message):
        read_code(code)


def test_lists_are_made_in_loops_of_one_line() -> None:
    code = """
        class Net(nn.Module):
            def __init__(self, widths=(3, 8, 16), classes=10):
                super().__init__()
                pairs = [(before, after) for before, after in zip(widths, widths[1:])]
                self.blocks = nn.ModuleList([nn.Conv2d(a, b, 3, padding=1) for a, b in pairs])
                self.same = nn.Sequential(*(layer for n in range(4) if n > 1
                                            for layer in (nn.Conv2d(16, 16, 3, padding=1), nn.ReLU())))
                self.head = nn.Linear(16 * 8 * 8, classes)

            def forward(self, x):
                for block in self.blocks:
                    x = F.relu(block(x))
                return self.head(torch.flatten(self.same(x), 1))
    """
    by_hand = (27 + 1) * 8 + (72 + 1) * 16 + 2 * (144 + 1) * 16 + (1024 + 1) * 10
    assert parameters(code, "input: 3x8x8") == by_hand
    assert tags(code) == [*["conv", "activation"] * 4, "flatten", "dense"]
