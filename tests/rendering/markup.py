"""HTML read back as a small tree, and its formulas as the plain text that the JSON has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "wbr", "br", "img", "link", "input"})


@dataclass
class Element:
    """An element with its children in order; text is a child too. Void elements hold nothing."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self) -> Iterator[Element]:
        """The element and every one inside it, in the order of the document."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.all()

    def find(self, tag: str, of_class: str = "") -> list[Element]:
        """The elements inside with that tag (``*`` for any), and of that class if one is asked for."""
        return [
            each
            for each in self.all()
            if tag in ("*", each.tag) and (not of_class or of_class in each.attributes.get("class", "").split())
        ]

    @property
    def text(self) -> str:
        """All text in it; powers as ``^``, signs as the plain dialect has them, commas between cells."""
        between = ", " if self.tag in ("mtable", "mtr") else ""
        words = between.join(child if isinstance(child, str) else child.text for child in self.children)
        if self.tag == "msup":
            base, power = (child.text for child in self.children if isinstance(child, Element))
            return f"{base}^{power}"
        return words.translate(_PLAIN)


_PLAIN = str.maketrans({"−": "-", "\u2061": "", "\xa0": " ", "\u202f": ""})


def number_text(element: Element) -> str:
    """A number, or several, as the plain dialect writes them: ``5e-8``, ``0, -1.5``."""
    return element.text.replace("·10^", "e").replace(",", ", ")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        opened = self._open.pop()
        assert opened.tag == tag, f"<{opened.tag}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def whole(self) -> Element:
        self.close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> is not closed"
        return self.root


def read(html: str) -> Element:
    """The tree of the document; an assertion fails where a tag is not closed in its place."""
    reader = _Reader()
    reader.feed(html)
    return reader.whole()
