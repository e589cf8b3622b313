"""Names become symbols by rule: ``w21`` is w₂₁ and ``w_{21}``, ``theta4`` is θ₄, ``dL/dw21`` is ∂L/∂w₂₁.

An author can override both forms of an identifier; what is given is checked against a whitelist here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import groupby

from deepcalc.notation.mathtext.tokens import latex_tokens
from deepcalc.notation.names import gradient_parts, name_parts, recounted, shape_of_what
from deepcalc.records import record

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
ARROWS = {"vec": "\u20d7", "overrightarrow": "\u20d7", "overleftarrow": "\u20d6"}
"""Accents that only LaTeX has names for; no identifier ends with them."""

SUBSCRIPTS = dict(zip("0123456789+-=()aehijklmnoprstuvx,", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ‚", strict=True))
SUPERSCRIPTS = dict(zip("0123456789+-=()nit", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵗ", strict=True))

_LATEX_COMMANDS = frozenset(
    {*GREEK, "varepsilon", "vartheta", "varphi", "varrho", "nabla", "partial", "ell", "infty"}
    | {"prime", "star", "ast", "dagger"}
)
_LATEX_ACCENTS = frozenset({*ACCENTS, *ARROWS, "mathrm", "mathbf", "mathit", "mathcal", "text"})  # of what follows
_LATEX_OVERRIDE = re.compile(r"(?:\\[A-Za-z]+|[A-Za-z0-9 _^{}()\[\],.+*-])*")
_ACCENT, _ATOM = "¨", "•"  # what stands for an accent, and for a command or group, where LaTeX is looked through
_ARGUMENT = rf" *[A-Za-z0-9*+'{_ATOM}-]"
_SCRIPTS = rf"(?:(?: *_{_ARGUMENT})?(?: *\^{_ARGUMENT})?| *\^{_ARGUMENT} *_{_ARGUMENT})"
_LATEX_ITEM = rf"(?:{_ACCENT}{_ARGUMENT}|[^_^{{}}{_ACCENT}]){_SCRIPTS}"
_LATEX_GROUP = re.compile(rf"\{{(?:{_LATEX_ITEM})*\}}")
_LONGEST_OVERRIDE = 80


@record
class Forms:
    """The two printed forms of a symbol; ``compound`` ones need brackets as the base of a power."""

    unicode: str
    latex: str
    compound: bool = False
    quotient: bool = False


@record
class Symbols:
    """The printed forms of names: the author's overrides, else the rules of this module.

    ``plus`` writes a parameter after one update as w⁺ (there is only one), not w⁽¹⁾. ``vectors`` says how vectors
    are written: as ``rows`` or ``columns``, always; empty for as where they stand. ``count_from`` is what
    the entries of arrays count from as they are written; in the graph's names they count from 1. ``of_samples`` are
    overrides of heads in one sample alone, ``h1`` in ``h1:2`` and ``h1.3:2``, written without its number.
    """

    overrides: Mapping[str, Forms] = field(default_factory=dict)
    plus: bool = False
    vectors: str = ""
    count_from: int = 1
    of_samples: Mapping[tuple[str, int], Forms] = field(default_factory=dict)
    _known: dict[str, Forms] = field(default_factory=dict, repr=False, compare=False)

    def forms(self, name: str) -> Forms:
        """The printed forms of a name."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self.overrides.get(name) or self._made(name)
        return known

    def written(self, name: str) -> str:
        """The name as an author types it, its entries counted as the problem counts."""
        return recounted(name, self.count_from - 1)

    def _made(self, name: str) -> Forms:
        if gradient_parts(name) is not None:
            return self._of_gradient(name)
        inside = shape_of_what(name)
        if inside is not None:
            of = self.forms(inside)
            return Forms(f"shape({of.unicode})", rf"\operatorname{{shape}}({of.latex})")
        base = name_parts(self.written(name))
        if base is None:
            raise ValueError(f"not a name: {name!r}")
        own = None if base.sample is None else self.of_samples.get((base.head, base.sample))
        head = own or self.overrides.get(base.head) or forms_of_identifier(base.head)
        unicode, latex = head.unicode, head.latex
        inner = [component for component in base.components if not component.isdigit()]
        numbered = [component for component in base.components if component.isdigit()]
        if base.time is not None and inner:
            numbered.insert(0, str(base.time))
        if numbered or inner:
            labels = [self.forms(component) for component in inner if name_parts(component)]
            unicode = _subscripted(unicode, "".join(numbered) if _all_short(numbered) else ",".join(numbered))
            unicode += "".join(f"[{label.unicode}]" for label in labels)
            latex = _latex_subscripted(latex, ",".join([*numbered, *(label.latex for label in labels)]))
        marks = [] if base.sample is None else [f"({base.sample})"]
        if base.time is not None and not inner:
            marks.append("+" if self.plus and base.time == 1 else f"({base.time})")
        if not marks:
            return Forms(unicode, latex, head.compound)
        if "^" in latex:
            latex = f"{{{latex}}}"
        raised = "".join(superscript(mark) or mark for mark in marks)
        return Forms(unicode + raised, f"{latex}^{{{''.join(marks)}}}", compound=True)

    def _of_gradient(self, name: str) -> Forms:
        above, *below = self.differentials(name)
        unicode = f"{above.unicode}/{''.join(each.unicode for each in below)}"
        latex = rf"\frac{{{above.latex}}}{{{' '.join(each.latex for each in below)}}}"
        return Forms(unicode, latex, compound=True, quotient=True)

    def differentials(self, name: str) -> list[Forms]:
        """What stands above and what below the line of a gradient: ∂L and ∂w.

        The gradient of a gradient is ∂²L above ∂v and ∂w, what is derived by last standing first.
        """
        of, wrt = gradient_parts(name) or (name, name)
        by = [wrt]
        while gradient_parts(by[-1]) is None and (inner := gradient_parts(of)) and gradient_parts(inner[1]) is None:
            of = inner[0]
            by.append(inner[1])
        unicode, latex = _in_brackets(self.forms(of), self.forms(of).quotient)
        order = len(by)
        found = [Forms(f"∂{_power(order)}{unicode}", rf"\partial{_latex_power(order)} {latex}")]
        for wrt, run in groupby(by):
            forms, times = self.forms(wrt), len(list(run))
            unicode, latex = _in_brackets(forms, forms.quotient or (forms.compound and times > 1))
            found.append(Forms(f"∂{unicode}{_power(times)}", rf"\partial {latex}{_latex_power(times)}"))
        return found


def _in_brackets(forms: Forms, needed: bool) -> tuple[str, str]:
    return (f"({forms.unicode})", f"({forms.latex})") if needed else (forms.unicode, forms.latex)


def _power(times: int) -> str:
    return (superscript(str(times)) or "") if times > 1 else ""


def _latex_power(times: int) -> str:
    return f"^{{{times}}}" if times > 1 else ""


def forms_of_identifier(name: str) -> Forms:
    """The forms of an identifier by rule: letters, then what follows as subscripts."""
    head, *subscripts = name.split("_")
    letters = head.rstrip("0123456789")
    digits = head[len(letters) :]
    if digits:
        subscripts.insert(0, digits)
    subscripts = [subscript for subscript in subscripts if subscript]
    unicode, latex = _letters(letters)
    if not subscripts:
        return Forms(unicode, latex)
    return Forms(below(unicode, subscripts), _latex_subscripted(latex, ",".join(map(_latex_label, subscripts))))


def below(unicode: str, labels: Sequence[str]) -> str:
    """A letter with labels below it: numbers, letters and ``h1`` as small signs, words as they are: ``q₄_side``."""
    words = next((at for at, label in enumerate(labels) if not _is_small(label)), len(labels))
    small = _subscripted(unicode, ",".join(labels[:words])) if words else unicode
    return "_".join([small, *(_letters(label)[0] for label in labels[words:])])


def _is_small(label: str) -> bool:
    """Whether a label is a number, a letter, or a letter with a number, in signs that are there."""
    return subscript(label) is not None and (label.isdigit() or len(label.rstrip("0123456789")) <= 1)


def checked_override(unicode: str | None, latex: str | None, name: str) -> Forms:
    """An author's own forms of a name; what is not on the whitelist raises ``ValueError`` with the reason."""
    made = forms_of_identifier(name)
    if unicode is not None:
        _check_unicode(unicode)
    if latex is not None:
        _check_latex(latex)
    forms = Forms(unicode or made.unicode, latex or made.latex)
    compound = any(character in forms.unicode for character in SUPERSCRIPTS.values()) or "^" in forms.latex
    return Forms(forms.unicode, forms.latex, compound)


def _check_unicode(unicode: str) -> None:
    if not unicode or len(unicode) > _LONGEST_OVERRIDE:
        raise ValueError(f"a symbol has 1 to {_LONGEST_OVERRIDE} characters")
    for character in unicode:
        if unicodedata.category(character)[0] in "CZ":
            raise ValueError(f"the character U+{ord(character):04X} is not allowed in a symbol")


def _check_latex(latex: str) -> None:
    if not latex or len(latex) > _LONGEST_OVERRIDE:
        raise ValueError(f"a LaTeX symbol has 1 to {_LONGEST_OVERRIDE} characters")
    if not _LATEX_OVERRIDE.fullmatch(latex):
        raise ValueError("a LaTeX symbol holds letters, digits, brackets, ^, _ and commands such as \\theta only")
    for token in latex_tokens(latex):
        if token.startswith("\\") and token[1:] not in _LATEX_COMMANDS | _LATEX_ACCENTS:
            raise ValueError(f"{token} is not among the commands that a symbol may use")
    if re.search(r"\\text\s*\{[^{}]*[_^\\]", latex):
        raise ValueError("\\text holds letters, digits and spaces only")
    if not _is_whole(latex):
        raise ValueError("the LaTeX symbol is not whole: look at its braces and what follows each _, ^ and accent")


def subscript(text: str) -> str | None:
    """The text in Unicode subscripts, or None where a character has none."""
    return "".join(SUBSCRIPTS[c] for c in text) if all(c in SUBSCRIPTS for c in text) else None


def superscript(text: str) -> str | None:
    """The text in Unicode superscripts, or None where a character has none."""
    return "".join(SUPERSCRIPTS[c] for c in text) if all(c in SUPERSCRIPTS for c in text) else None


def _letters(word: str) -> tuple[str, str]:
    for accent, mark in ACCENTS.items():
        stem = word.removesuffix(accent)
        if stem != word and (len(stem) == 1 or stem in GREEK):
            unicode, latex = _letters(stem)
            return unicodedata.normalize("NFC", unicode + mark), rf"\{accent}{{{latex}}}"
    if word in GREEK:
        return GREEK[word], rf"\{word}"
    return word, word if len(word) == 1 else rf"\mathrm{{{word}}}"


def _latex_label(label: str) -> str:
    if label.isdigit() or len(label) == 1:
        return label
    return forms_of_identifier(label).latex if label[0].isalpha() else rf"\mathrm{{{label}}}"


def _latex_subscripted(latex: str, label: str) -> str:
    if not label:
        return latex
    stem, underscore, rest = latex.partition("_{")
    if underscore and rest.endswith("}") and _balanced(rest[:-1]):
        return f"{stem}_{{{rest[:-1]},{label}}}"
    return f"{{{latex}}}_{{{label}}}" if "_" in latex else f"{latex}_{{{label}}}"


def _subscripted(unicode: str, label: str) -> str:
    small = subscript(label)
    if small is None:
        return f"{unicode}_{label}"
    return f"{unicode}{'‚' if label and unicode and unicode[-1] in SUBSCRIPTS.values() else ''}{small}"


def _all_short(labels: list[str]) -> bool:
    return all(len(label) == 1 for label in labels)


def _is_whole(latex: str) -> bool:
    """Whether LaTeX can read it: groups are folded from the inside out until only items stand side by side."""
    text = re.sub(r"\\([A-Za-z]+)", lambda command: _ACCENT if command[1] in _LATEX_ACCENTS else _ATOM, latex)
    folded = 1
    while folded:
        text, folded = _LATEX_GROUP.subn(_ATOM, text)
    return re.fullmatch(f"(?:{_LATEX_ITEM})*", text) is not None


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
