"""A problem file made of a model's file: of Python code that is read, not run, or of a model in ONNX."""

from __future__ import annotations

from pathlib import PurePath

from pydantic_core import PydanticCustomError

from deepcalc.errors import InvalidProblem, LocatedFault, Place, UsageError
from deepcalc.kinds._code import Code, read_code
from deepcalc.kinds._sizes import InputShape
from deepcalc.kinds.convolution.made import Network

SIZES = (224, 32, 28, 64, 96, 128, 227, 256, 299, 512, *range(1, 100))
"""The sizes of an input that are tried, the usual ones first."""


def draft(name: str, content: bytes) -> str:
    """The text of a problem about the layers of a model; ``InvalidProblem`` with the place of what is not read."""
    path = PurePath(name)
    if path.suffix == ".onnx":
        from deepcalc.kinds.convolution.from_onnx import layers_of

        return _file(path, layers_of(name, content))
    try:
        text = content.decode("utf-8-sig").expandtabs(4)
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8 text; expected Python code, or a model.onnx") from None
    code = _read(name, text)
    lines = [] if code.input else [_input_line(code)]
    return _file(path, [*lines, "code: |", *(f"  {line}".rstrip() for line in text.strip("\n").splitlines())])


def _file(path: PurePath, lines: list[str]) -> str:
    title = path.stem.replace("_", " ").replace('"', "'")
    return "\n".join([f'title: "The layers of {title}"', "kind: convolution", *lines, ""])


def _read(name: str, text: str) -> Code:
    try:
        return read_code(text)
    except PydanticCustomError as error:
        before = text[: (error.context or {}).get("position", 0)]
        line = before.count("\n") + 1
        place = Place(name, line, len(before) - before.rfind("\n"), text.splitlines()[line - 1] if text else "")
        raise InvalidProblem([LocatedFault(place, error.message())]) from None


def _input_line(code: Code) -> str:
    """An input for which all layers fit, of a usual size if there is one; the code says its channels alone."""
    channels = next((layer.takes for layer in code.layers if layer.takes is not None), 1)
    inputs = [InputShape((size,) * axes, channels) for size in SIZES for axes in (2, 1, 3)]
    inputs.insert(0, InputShape((), channels))
    given = next((each for each in inputs if _fits(code, each)), None)
    shown = given or InputShape((SIZES[0],) * 2, channels)
    said = "the code does not say its size" if given else "not all layers fit for any usual size"
    order = " x ".join(code.order.arranged(shown.axes))
    return f"input: {shown.typed(code.order)}" + (f"    # {order}; {said}" if shown.axes else "")


def _fits(code: Code, given: InputShape) -> bool:
    """Whether all layers fit behind one another, with what the code says that they take and give."""
    layers = tuple(said.layer for said in code.layers)
    return not any(Network(given, layers, code.order, None, 1, 1, code).faults())
