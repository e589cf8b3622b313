"""A problem file from ``NAME=VALUE`` pairs, as they are typed at the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from deepcalc.errors import InvalidProblem, UsageError
from deepcalc.kinds import Kind
from deepcalc.problem.fields import CommonFields
from deepcalc.problem.source import read_source

_TEXT = "tag:yaml.org,2002:str"


def as_yaml(kind: Kind, assignments: Sequence[tuple[str, str]]) -> str:
    """The YAML text that the pairs stand for; dotted names are nested fields, values are YAML."""
    common = [pair for pair in assignments if pair[0].split(".")[0] in CommonFields.model_fields]
    own = [pair for pair in assignments if pair not in common]
    fields = kind.shorthand(own) if kind.shorthand is not None else _nested(own)
    data = {"title": kind.name.capitalize(), "kind": kind.name, **_nested(common), **fields}
    text: str = yaml.serialize(_node(data), Dumper=yaml.BaseDumper, allow_unicode=True, width=100)
    return text


def _nested(assignments: Sequence[tuple[str, str]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in assignments:
        *owners, last = name.split(".")
        inner = data
        for owner in owners:
            inner = inner.setdefault(owner, {})
            if not isinstance(inner, dict):
                raise UsageError(f"`{name}` lies inside `{owner}`, which is given a value of its own")
        if last in inner:
            raise UsageError(f"`{name}` is given twice")
        inner[last] = value
    return data


def _node(data: Any) -> yaml.Node:
    if isinstance(data, dict):
        pairs = [(yaml.ScalarNode(_TEXT, key), _node(value)) for key, value in data.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
    if isinstance(data, list):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [_node(item) for item in data], flow_style=False)
    return _value(str(data))


def _value(text: str) -> yaml.Node:
    """The text as YAML where it is some, else as a quoted string."""
    try:
        read_source("value", f"value: {text}".encode())
        root = yaml.compose(f"value: {text}", Loader=yaml.BaseLoader)
    except (InvalidProblem, yaml.YAMLError):
        return yaml.ScalarNode(_TEXT, text, style='"')
    assert isinstance(root, yaml.MappingNode)
    node: yaml.Node = root.value[0][1]
    return node
