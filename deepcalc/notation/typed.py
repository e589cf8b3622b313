"""Numbers as they were typed, before anyone has read them."""


class NumberText(str):
    """The text of a YAML scalar that is a number under the 1.2 core schema; octal and hexadecimal made decimal."""

    __slots__ = ()
