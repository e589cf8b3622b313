"""How expressions are printed: one precedence-aware core, and a file for each dialect.

:mod:`.core` decides where brackets stand, :mod:`.arrays` shows arrays, :mod:`.paper` has what mathematics on paper
shares. The dialects are :mod:`.plain`, :mod:`.unicode`, :mod:`.latex` and :mod:`.mathml`; how a node is called there
and how tightly it holds together is its row (:mod:`.rows`).
"""

from deepcalc.notation.levels import Level
from deepcalc.notation.printing.core import Printer
from deepcalc.notation.printing.plain import PlainPrinter
from deepcalc.notation.printing.tokens import Break, Token, text_of

__all__ = ["Break", "Level", "PlainPrinter", "Printer", "Token", "text_of"]
