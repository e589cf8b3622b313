"""Names become symbols by rule, and an author's own forms are let through a whitelist."""

from __future__ import annotations

import pytest

from deepcalc.notation.symbols import Forms, Symbols, checked_override, subscript, superscript

BY_RULE = [
    ("w21", "w₂₁", "w_{21}"),
    ("x", "x", "x"),
    ("theta4", "θ₄", r"\theta_{4}"),
    ("eta", "η", r"\eta"),
    ("Omega", "Ω", r"\Omega"),
    ("lambda", "λ", r"\lambda"),
    ("yhat", "ŷ", r"\hat{y}"),
    ("yhat3", "ŷ₃", r"\hat{y}_{3}"),
    ("xbar", "x̄", r"\bar{x}"),
    ("thetatilde", "θ̃", r"\tilde{\theta}"),
    ("what", "ŵ", r"\hat{w}"),
    ("Err6", "Err₆", r"\mathrm{Err}_{6}"),
    ("loss", "loss", r"\mathrm{loss}"),
    ("z2_1", "z₂‚₁", "z_{2,1}"),
    ("q4_side", "q₄_side", r"q_{4,\mathrm{side}}"),
    ("q1_params", "q₁_params", r"q_{1,\mathrm{params}}"),
    ("a_weights", "a_weights", r"a_{\mathrm{weights}}"),
    ("x_max", "x_max", r"x_{\mathrm{max}}"),
    ("Wx_t2", "Wxₜ₂", r"\mathrm{Wx}_{t_{2}}"),
    ("W2_1_2", "W₂‚₁‚₂", "W_{2,1,2}"),
    ("delta_h1", "δₕ₁", r"\delta_{h_{1}}"),
    ("w_i", "wᵢ", "w_{i}"),
    ("w_bias", "w_bias", r"w_{\mathrm{bias}}"),
    ("dL/dw21", "∂L/∂w₂₁", r"\frac{\partial L}{\partial w_{21}}"),
    ("ddL/dw/dw", "∂²L/∂w²", r"\frac{\partial^{2} L}{\partial w^{2}}"),
    ("ddL/dw/dv", "∂²L/∂v∂w", r"\frac{\partial^{2} L}{\partial v \partial w}"),
    ("dddL/dw/dw/dv", "∂³L/∂v∂w²", r"\frac{\partial^{3} L}{\partial v \partial w^{2}}"),
    ("ddL/dw@1/dw@1", "∂²L/∂(w⁽¹⁾)²", r"\frac{\partial^{2} L}{\partial (w^{(1)})^{2}}"),
    ("dg/ddL/dw", "∂g/∂(∂L/∂w)", r"\frac{\partial g}{\partial (\frac{\partial L}{\partial w})}"),
    (
        "ddL/dw/ddL/dv",
        "∂(∂L/∂w)/∂(∂L/∂v)",
        r"\frac{\partial (\frac{\partial L}{\partial w})}{\partial (\frac{\partial L}{\partial v})}",
    ),
    ("dErr6/dtheta4", "∂Err₆/∂θ₄", r"\frac{\partial \mathrm{Err}_{6}}{\partial \theta_{4}}"),
    ("w21@2", "w₂₁⁽²⁾", "w_{21}^{(2)}"),
    ("m.w1@2", "m₂[w₁]", "m_{2,w_{1}}"),
    ("m.w1", "m[w₁]", "m_{w_{1}}"),
    ("p.2", "p₂", "p_{2}"),
    ("Y.1.2", "Y₁₂", "Y_{1,2}"),
    ("Y.1.12", "Y₁‚₁₂", "Y_{1,12}"),
    ("h1:2", "h₁⁽²⁾", "h_{1}^{(2)}"),
]


@pytest.mark.parametrize(("name", "unicode", "latex"), BY_RULE, ids=[row[0] for row in BY_RULE])
def test_a_name_becomes_a_symbol_by_rule(name: str, unicode: str, latex: str) -> None:
    forms = Symbols().forms(name)
    assert (forms.unicode, forms.latex) == (unicode, latex)


def test_the_only_update_is_a_plus() -> None:
    assert Symbols(plus=True).forms("w21@1") == Forms("w₂₁⁺", "w_{21}^{+}", compound=True)
    assert Symbols(plus=True).forms("w21@2").unicode == "w₂₁⁽²⁾"


def test_an_override_holds_inside_compound_names() -> None:
    symbols = Symbols({"w21": Forms("ω", r"\omega")})
    assert symbols.forms("dL/dw21@1").unicode == "∂L/∂ω⁽¹⁾"
    assert symbols.forms("w21.3").latex == r"\omega_{3}"


def test_latex_never_gets_two_subscripts_or_superscripts() -> None:
    symbols = Symbols({"v": Forms("v", "v^+_1", compound=True), "u": Forms("u", r"\theta_4")})
    assert symbols.forms("v@2").latex == "{v^+_1}^{(2)}"
    assert symbols.forms("u.3").latex == r"{\theta_4}_{3}"


def test_what_is_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="not a name"):
        Symbols().forms("a b")


ACCEPTED = [
    ("θ₄", r"\theta_4"),
    ("ŷ", r"\hat{y}"),
    ("w′", r"w^{\prime}"),
    ("x", r"\mathbf{x}_{1,2}^{(t+1)}"),
    ("Err₆", r"\mathrm{Err}_6"),
    ("∇L", r"\nabla L"),
    (None, r"\varepsilon"),
    (None, "w^+_1"),
    (None, r"\hat y_{t-1}^{(l)}"),
    (None, r"{\bar{x}}^{*}"),
    ("ε", None),
]


@pytest.mark.parametrize(("unicode", "latex"), ACCEPTED)
def test_an_authors_form_is_used_as_given(unicode: str | None, latex: str | None) -> None:
    forms = checked_override(unicode, latex, "q")
    assert (forms.unicode, forms.latex) == (unicode or "q", latex or "q")


def test_a_form_with_a_superscript_is_compound() -> None:
    assert checked_override("w⁺", None, "q").compound
    assert checked_override(None, "w^{+}", "q").compound
    assert not checked_override("w₁", "w_{1}", "q").compound


REFUSED_LATEX = [
    r"\input{/etc/passwd}",
    r"\write18{ls}",
    r"\immediate",
    r"\def\x{}",
    r"\csname",
    r"\catcode",
    r"\^^5c",
    "a$b",
    "a%b",
    "a#b",
    "a&b",
    "a~b",
    r"a\\b",
    "{",
    "}",
    "}{",
    r"\frac{1",
    "x\ny",
    "x\0",
    "é",
    "",
    "a" * 81,
    r"\theta\input",
    "a;b",
    "<script>",
    '"',
    "x_",
    "x^",
    "x__1",
    "x^^1",
    "x_^2",
    "x_{1}_{2}",
    "x^1^2",
    "x^1_2^3",
    r"\hat",
    r"\hat_1",
    r"\mathrm",
    "{x_}",
]


@pytest.mark.parametrize("latex", REFUSED_LATEX)
def test_latex_that_could_do_harm_or_not_compile_is_refused(latex: str) -> None:
    with pytest.raises(ValueError, match="symbol"):
        checked_override(None, latex, "q")


REFUSED_UNICODE = [
    "",
    "a" * 81,
    "a\u202eb",
    "a\u2066b",
    "a\u200b",
    "a\nb",
    "a\tb",
    "a b",
    "\x1b[31m",
    "a\0",
    "\ud800",
    "\ue000",
]


@pytest.mark.parametrize("unicode", REFUSED_UNICODE, ids=ascii)
def test_unicode_that_could_disturb_the_terminal_is_refused(unicode: str) -> None:
    with pytest.raises(ValueError, match="symbol"):
        checked_override(unicode, None, "q")


def test_small_letters_exist_for_some_characters_only() -> None:
    assert (subscript("i=1"), subscript("q"), superscript("(2)"), superscript("q")) == ("ᵢ₌₁", None, "⁽²⁾", None)
