"""The update rules of the methods, told from their table."""

from __future__ import annotations

from deepcalc.kinds.optimizer.naming import general_symbols
from deepcalc.kinds.registry import Vocabulary
from deepcalc.notation.nodes import Relation
from deepcalc.notation.printing import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.rules.updates import GENERAL, PARAMETER, UPDATES, Conventions, Rule, Update, now


def vocabulary() -> Vocabulary:
    """Each method's update in the conventions that it has by default."""
    return {"Update rules, in each method's own conventions": {name: _rule(row) for name, row in UPDATES.items()}}


def _rule(update: Update) -> str:
    given = frozenset(option for option in ("weight_decay",) if option in update.defaults)
    rule = Rule(update, Conventions(**update.conventions, decoupled=update.decouples, given=given))
    printer = UnicodePrinter(Symbols(general_symbols(line.head for line in rule.lines)))
    point = [] if rule.point is None else [Relation("=", now(rule.point.head), rule.point.law)]
    lines = [Relation("=", now(line.head), line.law) for line in rule.lines]
    last = Relation("=", now(PARAMETER), rule.new_value(GENERAL))
    said = "; ".join(" ".join(printer.print(each).split()) for each in (*point, *lines, last))
    where = ", gₜ the gradient at aheadₜ" if point else ""
    also = f" (also {', '.join(update.aliases)})" if update.aliases else ""
    return f"{update.title}{also}: {said}{where}"
