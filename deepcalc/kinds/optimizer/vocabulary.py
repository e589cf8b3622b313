"""The update rules of the methods, told from their table."""

from __future__ import annotations

from deepcalc.kinds.optimizer.naming import general_symbols
from deepcalc.kinds.registry import Vocabulary
from deepcalc.notation.nodes import Relation
from deepcalc.notation.printing import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.rules.updates import GENERAL, PARAMETER, UPDATES, Conventions, Rule, Update, now

NAMES = {
    "w@2": "the parameter after two steps; w+ is short for w@1",
    "m.w@2": "what the method keeps for w, after two steps",
    "g.w@2": "the gradient that step 2 goes by",
    "J@2": "the objective after two steps",
    "dJ@2/dw@2": "its gradient there, by which a third step would go",
    "J:2@1": "of several objectives or samples the second, after step 1",
    "adam.w@2": "of several runs or methods that of the one named",
    "min.w, distance@2": "where a quadratic is least (or the `minimum` that is given), and how far w is from there",
    "H, lambda_max, lambda_min, kappa": "second derivatives of a quadratic, their eigenvalues, the condition number",
    "eta_max, eta_best": "learning rates below which gradient descent converges on it, and with which it is fastest",
    "contraction, converges": "what a step multiplies the distance by, at most; 1 where gradient descent converges",
    "stop_step": "the first step after which `until` holds",
}


def vocabulary() -> Vocabulary:
    """Each method's update in the conventions that it has by default, and what can be asked for."""
    return {
        "Update rules, in each method's own conventions": {name: _rule(row) for name, row in UPDATES.items()},
        "What can be asked for": NAMES,
    }


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
