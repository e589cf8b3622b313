"""How large the layers of a model are that works on vectors and sequences: one row each.

The laws are plain text: ``{n}`` stands for the features of the input, the other letters for the layer's own sizes,
``{b}`` for the number of bias vectors. ``macs`` are multiply-adds for one vector (one token), ``pairs`` those for each
pair of tokens. See Hochreiter and Schmidhuber, *Long short-term memory* (1997), with the forget gate of Gers et al.
(2000); Cho et al., *Learning phrase representations using RNN encoder-decoder* (2014), for the GRU; Vaswani et al.,
*Attention is all you need* (2017), sections 3.2 and 3.3, for attention and the feed-forward network.
"""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.records import record


@record
class WeightArray:
    """An array of weights: its name, and its sides as laws; a vector has no columns.

    Its rows are for what comes out, its columns for what goes in, as W x + b has it. One that ``is_table`` has a row
    for each token or position instead, to be looked up.
    """

    name: str
    rows: str
    columns: str | None = None
    is_bias: bool = False
    is_table: bool = False


@record
class CountMistake:
    """A typical mistake in counting: its family, how it is said, and what it puts in place of which of the counts.

    One in the weights may put something else in place of the ``biases`` as well.
    """

    key: str
    message: str
    count: str
    law: str
    biases: str = ""


@record
class SizeRule:
    """One sort of layer. ``sizes`` are what an author gives: the field, its letter, and what it means.

    ``defaults`` are laws of sizes that may be left out. ``output`` are the features that come out. ``tied`` is the same
    layer with the weights of the embedding in place of its own.
    """

    name: str
    title: str
    meaning: str
    sizes: tuple[tuple[str, str, str], ...] = ()
    defaults: Mapping[str, str] | None = None
    arrays: tuple[WeightArray, ...] = ()
    weights: str = "0"
    biases: str = "0"
    macs: str = "0"
    pairs: str = ""
    output: str = "{n}"
    note: str = ""
    recurrent: bool = False
    is_norm: bool = False
    mistakes: tuple[CountMistake, ...] = ()
    tied: SizeRule | None = None


_UNITS = ("units", "n", "how many units: the features of its output")


def _recurrent(name: str, title: str, meaning: str, gates: int, in_words: str, others: tuple[int, ...]) -> SizeRule:
    """A recurrent cell: each gate has a matrix for the input, one for the state before, and biases."""
    times = f"{gates}*" if gates > 1 else ""
    matrices = "({n}*{m} + {m}*{m})" if gates > 1 else "{n}*{m} + {m}*{m}"
    mistakes = [
        CountMistake("recurrent-forgotten", "the weights of the state before forgotten", "weights",
                     f"{times}{{n}}*{{m}}"),
        CountMistake("input-forgotten", "the weights of the input forgotten", "weights", f"{times}{{m}}*{{m}}"),
    ]  # fmt: skip
    mistakes += [
        CountMistake("input-squared", "the features of the input squared in place of those of the state", "weights",
                     f"{times}({{n}}*{{m}} + {{n}}*{{n}})"),
        CountMistake("as-many-as-input", "as many weights for the state before as for the input", "weights",
                     f"{times}2*{{n}}*{{m}}"),
        CountMistake("bias-vectors", "two bias vectors where there is one", "biases", f"{times}2*{{m}}"),
        CountMistake("bias-vectors", "one bias vector where there are two", "biases", f"{times}{{m}}"),
        CountMistake("one-bias", "one bias for the whole layer", "biases", "1"),
        CountMistake("weights-multiplied", "the weights of input and state multiplied, not added", "weights",
                     f"{times}{{n}}*{{m}}*{{m}}"),
        CountMistake("wide-state", "the state before taken twice as wide, as that of both directions", "weights",
                     f"{times}({{n}}*{{m}} + 2*{{m}}*{{m}})"),
        CountMistake("input-and-state-squared", "the square of input and state together", "weights",
                     f"{times}({{n}} + {{m}})*({{n}} + {{m}})"),
        CountMistake("input-and-state-squared", "the square of input and state together", "weights",
                     f"{times}({{n}} + {{m}})*({{n}} + {{m}})", f"{times}({{n}} + {{m}})"),
    ]  # fmt: skip
    if gates > 1:
        mistakes.append(CountMistake("bias-vectors", "one bias vector for all gates together", "biases", "{m}"))
    for other in others:
        message = f"{other} in place of {gates} gates and candidates" if other > 1 else "the gates forgotten"
        message = message if gates > 1 else f"{other} gates and candidates counted where there are none"
        law = f"{other}*({{n}}*{{m}} + {{m}}*{{m}})"
        mistakes.append(CountMistake("other-gates", message, "weights", law))
        mistakes.append(CountMistake("other-gates", message, "weights", law, f"{other}*{{b}}{{m}}"))
    return SizeRule(
        name, title, meaning, (_UNITS,),
        arrays=(
            WeightArray("W", f"{times}{{m}}", "{n}"), WeightArray("U", f"{times}{{m}}", "{m}"),
            WeightArray("b", f"{times}{{m}}", is_bias=True),
        ),
        weights=f"{times}{matrices}", biases=f"{times}{{b}}{{m}}", macs=f"{times}{matrices}", output="{m}",
        note=in_words, recurrent=True, mistakes=tuple(mistakes),
    )  # fmt: skip


_PROJECTIONS = "2*{n}*{h}*{k} + 2*{n}*{h}*{v}"

_OF_NORMALISATION = (
    CountMistake("nothing-trained", "the scale and the shift not counted", "weights", "0", "0"),
    CountMistake("shift-forgotten", "the shift forgotten beside the scale", "biases", "0"),
    CountMistake("one-scale", "one scale and one shift for all features", "weights", "1", "1"),
)

_ROWS = (
    SizeRule(
        "dense", "fully connected layer", "Every unit sees the whole input.", (_UNITS,),
        arrays=(WeightArray("W", "{m}", "{n}"), WeightArray("b", "{m}", is_bias=True)),
        weights="{n}*{m}", biases="{m}", macs="{n}*{m}", output="{m}",
        note="a weight from each input to each unit",
        mistakes=(
            CountMistake("sum-for-product", "inputs and units added, not multiplied", "weights", "{n} + {m}"),
            CountMistake("sum-for-product", "inputs and units added, not multiplied", "params", "{n} + {m}"),
            CountMistake("bias-for-input", "a bias for each input, not for each unit", "biases", "{n}"),
            CountMistake("one-bias", "one bias for the whole layer", "biases", "1"),
        ),
        # Press and Wolf, *Using the output embedding to improve language models* (2017)
        tied=SizeRule(
            "dense", "fully connected layer with the embedding's weights", "A score for each token, by its vector.",
            (_UNITS,),
            arrays=(WeightArray("b", "{m}", is_bias=True),),
            biases="{m}", macs="{n}*{m}", output="{m}",
            note="those of the embedding, which are counted there",
            mistakes=(
                CountMistake("counted-again", "the weights of the embedding counted once more", "weights", "{n}*{m}"),
            ),
        ),
    ),
    SizeRule(
        "embedding", "embedding", "A vector for each token of a vocabulary, looked up.",
        (("size", "n", "features of a vector"), ("vocabulary", "V", "how many tokens there are")),
        arrays=(WeightArray("E", "{V}", "{m}", is_table=True),),
        weights="{V}*{m}", output="{m}", note="a vector for each token; it is looked up, not multiplied",
        mistakes=(
            CountMistake("bias-added", "biases counted where there are none", "biases", "{m}"),
            CountMistake("bias-added", "a bias for each token, where there are none", "biases", "{V}"),
            CountMistake("lookup-multiplied", "the look-up counted as a product", "macs", "{V}*{m}"),
            CountMistake("tokens-of-sequence", "the tokens of a sequence in place of those of the vocabulary",
                         "weights", "{T}*{m}"),
            CountMistake("one-each", "one number for each token, not a vector", "weights", "{V}"),
        ),
    ),
    SizeRule(
        "positions", "learned positions", "A learned vector for each position, added to the token's.",
        (("count", "p", "how many positions there are"),),
        arrays=(WeightArray("P", "{p}", "{n}", is_table=True),),
        weights="{p}*{n}", note="a vector for each position; it is looked up and added",
        mistakes=(
            CountMistake("lookup-multiplied", "the look-up counted as a product", "macs", "{p}*{n}"),
            CountMistake("tokens-of-sequence", "the tokens of a sequence in place of all positions", "weights",
                         "{T}*{n}"),
            CountMistake("one-each", "one number for each position, not a vector", "weights", "{p}"),
        ),
    ),
    _recurrent("rnn", "simple recurrent layer", "h = tanh(W x + U h + b).", 1,
               "a matrix for the input, one for the state before", (4, 3)),
    _recurrent("lstm", "LSTM", "Input, forget and output gate, and a candidate.", 4,
               "three gates and a candidate, each with both matrices", (3, 2, 1)),
    _recurrent("gru", "GRU", "Update and reset gate, and a candidate.", 3,
               "two gates and a candidate, each with both matrices", (4, 2, 1)),
    SizeRule(
        "attention", "multi-head attention", "Projections to queries, keys and values, and of all heads together.",
        (
            ("heads", "h", "how many heads"),
            ("key", "k", "features of a query and of a key in each head; the input's share of each head by default"),
            ("value", "v", "features of a value in each head; those of a key by default"),
        ),
        defaults={"key": "{n}/{h}", "value": "{k}"},
        arrays=(
            WeightArray("W_Q", "{h}*{k}", "{n}"), WeightArray("W_K", "{h}*{k}", "{n}"),
            WeightArray("W_V", "{h}*{v}", "{n}"), WeightArray("W_O", "{n}", "{h}*{v}"),
        ),
        weights=_PROJECTIONS, biases="2*{h}*{k} + {h}*{v} + {n}", macs=_PROJECTIONS, pairs="{h}*{k} + {h}*{v}",
        note="queries and keys; values and the output projection",
        mistakes=(
            CountMistake("output-forgotten", "the output projection forgotten", "weights",
                         "2*{n}*{h}*{k} + {n}*{h}*{v}"),
            CountMistake("output-forgotten", "the output projection forgotten", "weights",
                         "2*{n}*{h}*{k} + {n}*{h}*{v}", "2*{h}*{k} + {h}*{v}"),
            CountMistake("one-head", "the projections of a single head", "weights", "2*{n}*{k} + 2*{n}*{v}"),
            CountMistake("one-head", "the projections of a single head", "weights", "2*{n}*{k} + 2*{n}*{v}",
                         "2*{k} + {v} + {n}"),
            CountMistake("whole-for-head", "all features for each head, not its share of them", "weights",
                         "4*{h}*{n}*{n}"),
            CountMistake("whole-for-head", "all features for each head, not its share of them", "weights",
                         "4*{h}*{n}*{n}", "4*{h}*{n}"),
            CountMistake("whole-for-head", "all features for each head, not its share of them", "weights",
                         "3*{h}*{n}*{n} + {n}*{n}", "3*{h}*{n} + {n}"),
            CountMistake("whole-for-head", "all features for each head, not its share of them", "weights",
                         "4*{h}*{n}*{n}", "3*{h}*{n} + {n}"),
            CountMistake("one-projection", "one projection in place of four", "weights", "{n}*{h}*{k}"),
            CountMistake("one-projection", "one projection in place of four", "weights", "{n}*{h}*{k}", "{h}*{k}"),
            CountMistake("biases-of-one-head", "the biases of a single head", "biases", "2*{k} + {v} + {n}"),
            CountMistake("biases-of-one-projection", "the biases of one projection", "biases", "{n}"),
            CountMistake("scores-forgotten", "the products of queries with keys, and of weights with values, forgotten",
                         "pairs", "0"),
            CountMistake("half-of-pairs", "the products of weights with values forgotten", "pairs", "{h}*{k}"),
            CountMistake("scores-of-one-head", "the scores of one head alone", "pairs", "{k} + {v}"),
            CountMistake("scores-of-whole-heads", "all features in the scores of each head, not its share of them",
                         "pairs", "{h}*{h}*{k} + {h}*{h}*{v}"),
        ),
    ),
    SizeRule(
        "feed_forward", "feed-forward network", "Two fully connected layers, out to the hidden size and back.",
        (("hidden", "f", "hidden features, between both layers"),),
        arrays=(
            WeightArray("W", "{f}", "{n}"), WeightArray("b", "{f}", is_bias=True),
            WeightArray("V", "{n}", "{f}"), WeightArray("c", "{n}", is_bias=True),
        ),
        weights="{n}*{f} + {f}*{n}", biases="{f} + {n}", macs="{n}*{f} + {f}*{n}",
        note="out to the hidden features, and back",
        mistakes=(
            CountMistake("one-layer", "one of both layers only", "weights", "{n}*{f}"),
            CountMistake("one-layer", "one of both layers only", "weights", "{n}*{f}", "{f}"),
            CountMistake("bias-forgotten", "the biases of the second layer forgotten", "biases", "{f}"),
            CountMistake("hidden-squared", "the hidden features squared", "weights", "{f}*{f}"),
            CountMistake("hidden-squared", "the hidden features squared", "weights", "{f}*{f}", "{f}"),
            CountMistake("hidden-squared", "the second layer from the hidden features to as many", "weights",
                         "{n}*{f} + {f}*{f}"),
            CountMistake("hidden-squared", "the second layer from the hidden features to as many", "weights",
                         "{n}*{f} + {f}*{f}", "2*{f}"),
            CountMistake("hidden-squared", "a hidden layer more, its features squared", "weights",
                         "{n}*{f} + {f}*{f} + {f}*{n}"),
        ),
    ),
    SizeRule(
        "layer_norm", "layer normalisation", "Each vector normalised; a scale and a shift for each feature.",
        arrays=(WeightArray("gamma", "{n}"), WeightArray("beta", "{n}")),
        weights="{n}", biases="{n}", note="a scale and a shift for each feature; what it computes is not counted",
        is_norm=True,
        mistakes=_OF_NORMALISATION,
    ),
    SizeRule(
        "batch_norm", "batch normalisation", "Each feature normalised over the batch; a scale and a shift for each.",
        arrays=(WeightArray("gamma", "{n}"), WeightArray("beta", "{n}")),
        weights="{n}", biases="{n}", note="a scale and a shift for each feature; moving averages are not trained",
        is_norm=True,
        mistakes=(
            *_OF_NORMALISATION,
            CountMistake("averages-counted", "the moving averages counted as trained", "biases", "3*{n}"),
        ),
    ),
)  # fmt: skip

SIZE_RULES: Mapping[str, SizeRule] = {row.name: row for row in _ROWS}


@record
class Block:
    """Layers that come together; each normalisation among them is of the sum of the last layer's input and output.

    Those with the places ``across`` look at what an encoder gave.
    """

    name: str
    title: str
    layers: tuple[str, ...]
    across: tuple[int, ...] = ()

    @property
    def meaning(self) -> str:
        """What it is, and how its layers count."""
        own = ", ".join(SIZE_RULES[name].title for name in self.layers)
        return f"A {self.title}, which counts as {len(self.layers)} layers: {own}."


_BLOCK_ROWS = (
    Block("transformer", "transformer block", ("attention", "layer_norm", "feed_forward", "layer_norm")),
    Block(
        "decoder", "decoder block with cross-attention",
        ("attention", "layer_norm", "attention", "layer_norm", "feed_forward", "layer_norm"), across=(2, 3),
    ),
)  # fmt: skip

BLOCKS: Mapping[str, Block] = {row.name: row for row in _BLOCK_ROWS}


OPTIMIZER_STATES: Mapping[str, int] = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many numbers an optimizer keeps for each parameter, beside the parameter and its gradient."""

SIZE_ALIASES: Mapping[str, str] = {
    "out_features": "units",
    "hidden_size": "units",
    "num_units": "units",
    "num_embeddings": "vocabulary",
    "vocab_size": "vocabulary",
    "input_dim": "vocabulary",
    "embedding_dim": "size",
    "output_dim": "size",
    "max_len": "count",
    "num_heads": "heads",
    "n_heads": "heads",
    "nhead": "heads",
    "key_dim": "key",
    "value_dim": "value",
    "dim_feedforward": "hidden",
    "d_ff": "hidden",
    "num_layers": "times",
    "bias": "biases",
    "use_bias": "biases",
}
"""The names of sizes in Keras, PyTorch and papers."""
