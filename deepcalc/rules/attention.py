"""How attention is written: the scores, one row each, in both layouts of the tokens.

The formulas have ``{Q}``, ``{K}``, ``{V}``, ``{A}`` for queries, keys, values and weights, ``{q}`` for one query and
``{d}`` for what scaled scores are divided by. See Vaswani et al., *Attention Is All You Need* (2017), section 3.2;
Luong et al., *Effective Approaches to Attention-based Neural Machine Translation* (2015), eq. 8; Bahdanau et al.,
*Neural Machine Translation by Jointly Learning to Align and Translate* (2015), appendix A.1.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.records import record


@record
class TokenLayout:
    """Where tokens stand in a matrix, and the products that follow from it.

    ``softmax_axis`` is the axis of the keys in the scores, ``feature_axis`` that of the features of a token.
    """

    product: str
    swapped: str
    weighted: str
    projected: str
    query: str
    stacked: str
    part: str
    softmax_axis: int
    feature_axis: int


LAYOUTS: Mapping[str, TokenLayout] = {
    "rows": TokenLayout(
        product="{Q} @ {K}.T",
        swapped="{K} @ {Q}.T",
        weighted="{A} @ {V}",
        projected="{X} @ {W}",
        query="{Q}[{i}]",
        stacked="[{all}]",
        part="{X}[:, {first}:{last}]",
        softmax_axis=1,
        feature_axis=1,
    ),
    "columns": TokenLayout(
        product="{K}.T @ {Q}",
        swapped="{Q}.T @ {K}",
        weighted="{V} @ {A}",
        projected="{W} @ {X}",
        query="{Q}[:, {i}]",
        stacked="[{all}].T",
        part="{X}[{first}:{last}]",
        softmax_axis=0,
        feature_axis=0,
    ),
}


@record
class ScoreStep:
    """A quantity on the way from one query to its scores, which later formulas name by its stem."""

    stem: str
    note: str
    rows: str
    columns: str

    def formula(self, layout: str) -> str:
        return self.rows if layout == "rows" else self.columns


@record
class ScoreSlip:
    """A typical mistake in a score: its key, how it is said, and the formulas as a student writes them, by stems."""

    key: str
    message: str
    rows: Mapping[str, str]
    columns: Mapping[str, str]

    def formulas(self, layout: str) -> Mapping[str, str]:
        return self.rows if layout == "rows" else self.columns


@record
class Score:
    """How well a key answers a query.

    ``rows`` and ``columns`` are the formula in either layout: of all queries, or of one, ``{q}``, where there are
    ``steps`` that lead to it, written query by query. ``needs`` are its own weights.
    """

    name: str
    title: str
    law: str
    rows: str
    columns: str
    needs: tuple[str, ...] = ()
    steps: tuple[ScoreStep, ...] = ()
    slips: tuple[ScoreSlip, ...] = ()

    def formula(self, layout: str) -> str:
        return self.rows if layout == "rows" else self.columns


_ROWS = (
    Score("scaled", "Scaled dot-product", "qᵀ k/√d_k", "{Q} @ {K}.T / {d}", "{K}.T @ {Q} / {d}"),
    Score("dot", "Dot-product", "qᵀ k", "{Q} @ {K}.T", "{K}.T @ {Q}"),
    Score("general", "Multiplicative", "qᵀ W_a k", "{Q} @ W_a @ {K}.T", "{K}.T @ W_a.T @ {Q}", ("W_a",),
        slips=(
            ScoreSlip(
                "weights-transposed", "W_a transposed",
                {"S": "{Q} @ W_a.T @ {K}.T"}, {"S": "{K}.T @ W_a @ {Q}"},
            ),
            ScoreSlip("weights-forgotten", "W_a left out", {"S": "{Q} @ {K}.T"}, {"S": "{K}.T @ {Q}"}),
        ),
    ),
    Score(
        "additive",
        "Additive",
        "vᵀ tanh(W_1 q + W_2 k) (q W_1 + k W_2 where tokens are rows)",
        "{U} @ v",
        "{U}.T @ v",
        ("W_1", "W_2", "v"),
        (
            ScoreStep("p", "the query projected", "{q} @ W_1", "W_1 @ {q}"),
            ScoreStep("U", "with each key", "tanh({p} + {K} @ W_2)", "tanh(expand({p}, axis=1) + W_2 @ {K})"),
        ),
        (
            ScoreSlip(
                "activation-forgotten", "the tanh forgotten",
                {"U": "{p} + {K} @ W_2"}, {"U": "expand({p}, axis=1) + W_2 @ {K}"},
            ),
            ScoreSlip(
                "vector-forgotten", "the sum without the vector v",
                {"S": "sum({U}, axis=1)"}, {"S": "sum({U}, axis=0)"},
            ),
            ScoreSlip(
                "query-forgotten", "the query left out",
                {"U": "tanh({K} @ W_2)"}, {"U": "tanh(W_2 @ {K})"},
            ),
            ScoreSlip(
                "key-subtracted", "the keys taken off in place of added",
                {"U": "tanh({p} - {K} @ W_2)"}, {"U": "tanh(expand({p}, axis=1) - W_2 @ {K})"},
            ),
            ScoreSlip(
                "weights-transposed", "the weights of query and key transposed",
                {"p": "{q} @ W_1.T", "U": "tanh({p} + {K} @ W_2.T)"},
                {"p": "W_1.T @ {q}", "U": "tanh(expand({p}, axis=1) + W_2.T @ {K})"},
            ),
            ScoreSlip(
                "weights-exchanged", "the weights of query and key exchanged",
                {"p": "{q} @ W_2", "U": "tanh({p} + {K} @ W_1)"},
                {"p": "W_2 @ {q}", "U": "tanh(expand({p}, axis=1) + W_1 @ {K})"},
            ),
        ),
    ),
)  # fmt: skip

SCORES: Mapping[str, Score] = {row.name: row for row in _ROWS}

SCALED, UNSCALED = "scaled", "dot"
"""The one score that is divided by something, and the same one without that."""
