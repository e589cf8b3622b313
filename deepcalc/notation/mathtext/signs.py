"""The commands of LaTeX that are read, by what they are: signs, spaces, fonts, matrices."""

from __future__ import annotations

from deepcalc.notation.mathtext.tree import FUNCTION_NAMES, Font

OPERATORS = {
    r"\cdot": "·", r"\times": "×", r"\pm": "±", r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\ne": "≠",
    r"\neq": "≠", r"\approx": "≈", r"\to": "→", r"\rightarrow": "→", r"\gets": "←", r"\leftarrow": "←", r"\in": "∈",
    r"\sum": "Σ", r"\prod": "Π", r"\partial": "∂", r"\nabla": "∇", r"\infty": "∞", r"\ldots": "…", r"\dots": "…",
    r"\cdots": "⋯", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\ell": "ℓ", r"\odot": "⊙",
    r"\ast": "∗", r"\star": "⋆", r"\dagger": "†", r"\prime": "′", r"\mid": "|", r"\propto": "∝", r"\sim": "∼",
    r"\equiv": "≡", r"\varepsilon": "ε", r"\vartheta": "ϑ", r"\varphi": "φ", r"\varrho": "ϱ", r"\{": "{", r"\}": "}",
    r"\lbrace": "{", r"\rbrace": "}", r"\colon": ":",
    r"\%": "%", r"\_": "_", r"\&": "&", r"\#": "#", r"\$": "$", r"\|": "‖", r"\lVert": "‖", r"\rVert": "‖",
    r"\Vert": "‖", r"\lvert": "|", r"\rvert": "|", r"\vert": "|",
    r"\top": "⊤", "'": "′", r"\neg": "¬", r"\lnot": "¬", r"\wedge": "∧", r"\land": "∧", r"\vee": "∨", r"\lor": "∨",
    r"\oplus": "⊕", r"\otimes": "⊗", r"\circ": "∘", r"\cup": "∪", r"\cap": "∩", r"\setminus": "∖", r"\subset": "⊂",
    r"\subseteq": "⊆", r"\notin": "∉", r"\emptyset": "∅", r"\forall": "∀", r"\exists": "∃", r"\ll": "≪", r"\gg": "≫",
    r"\Rightarrow": "⇒", r"\Leftrightarrow": "⇔", r"\leftrightarrow": "↔", r"\mapsto": "↦", r"\langle": "⟨",
    r"\rangle": "⟩", r"\perp": "⊥",
}  # fmt: skip

CASES = "cases"
MATRICES = {
    **{"matrix": ("", ""), "bmatrix": ("[", "]"), "pmatrix": ("(", ")"), "vmatrix": ("|", "|")},
    CASES: ("{", ""),
}
"""The environments of matrices, and of cases, each with its brackets."""

BLACKBOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "E": "𝔼", "P": "ℙ", "1": "𝟙"}
SPACES = {r"\,": " ", r"\;": " ", r"\:": " ", r"\ ": " ", r"\quad": "  ", r"\qquad": "    ", r"\!": "", "~": " "}
NAMED = {f"\\{name}": name for name in FUNCTION_NAMES}

FONTS = {
    **dict.fromkeys((r"\mathrm", r"\operatorname", r"\mathsf", r"\mathtt"), Font.ROMAN),
    **{r"\mathit": Font.ITALIC, r"\mathcal": Font.SCRIPT},
    **dict.fromkeys((r"\mathbf", r"\boldsymbol"), Font.BOLD),
}
"""Commands that set letters of mathematics in a font."""

WORDS = {
    **dict.fromkeys((r"\text", r"\textrm", r"\mbox"), Font.ROMAN),
    **{r"\textit": Font.ITALIC, r"\textbf": Font.BOLD},
}
"""Commands of words inside mathematics: what stands in them keeps its spaces."""

SAME = {
    **dict.fromkeys((r"\tfrac", r"\dfrac"), r"\frac"),
    **{r"\overline": r"\bar", r"\widehat": r"\hat", r"\widetilde": r"\tilde"},
}
"""Commands that differ from others in nothing but their size."""

IGNORED = frozenset(
    {r"\displaystyle", r"\textstyle", r"\limits"}
    | {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")}
)
