"""Plain text that the parser reads back."""

from __future__ import annotations

from deepcalc.notation.levels import Level
from deepcalc.notation.names import is_identifier
from deepcalc.notation.nodes import Constant, Joined, Literal, Name
from deepcalc.notation.printing.core import Printer
from deepcalc.notation.printing.tokens import Token


class PlainPrinter(Printer):
    """Plain text that the parser reads back: ``w21 - eta*{dL/dw21}``."""

    scientific_level = Level.POWER

    def show_name(self, node: Name) -> list[Token]:
        return [node.name if is_identifier(node.name) else f"{{{self.symbols.written(node.name)}}}"]

    def show_constant(self, node: Constant) -> list[Token]:
        return [node.text] if isinstance(node.written, Literal) else super().show_constant(node)  # not 50%

    def show_joined(self, node: Joined) -> list[Token]:
        return self.listed(node.parts) if node.sign == "," else super().show_joined(node)
