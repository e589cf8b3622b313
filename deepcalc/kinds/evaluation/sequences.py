"""Numbers that are predicted, translations, and the tokens of a language model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic_core import PydanticCustomError

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.fields.types import as_number
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.writing import COUNTED, METRICS, MetricWriter
from deepcalc.notation.nodes import Literal
from deepcalc.rules.measures import OF_NUMBERS, OF_TOKENS, OF_TRANSLATIONS


def write_numbers(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The errors of predicted numbers, and what is made of them."""
    targets = fields.targets or []
    places = [str(number) for number in range(1, len(targets) + 1)]
    for index, (k, target) in enumerate(zip(places, targets, strict=True)):
        writer.given(f"y{k}", target, ("targets", index), "Targets")
    for index, (k, text) in enumerate(zip(places, fields.predictions or (), strict=True)):
        writer.given(f"yhat{k}", _number(text, index), ("predictions", index), "Predictions")
    writer.size("n", len(targets), ("targets",), "Samples")
    for k in places:
        writer.add(f"e{k}", f"y{k} - yhat{k}", ("predictions",), "", "Errors", "errors")
    writer.metrics(OF_NUMBERS, ("predictions",), over=places)
    writer.mistakes += _by_correlation(places)


def _by_correlation(places: Sequence[str]) -> Iterator[SlipRow]:
    """The correlation of targets and predictions in place of the coefficient of determination."""
    mean = f"(({' + '.join(f'yhat{k}' for k in places)})/n)"
    products, squares = (
        " + ".join(each.format(k=k, mean=mean) for k in places)
        for each in ("(y{k} - ybar)*(yhat{k} - {mean})", "(yhat{k} - {mean})^2")
    )
    correlation = f"({products})/sqrt(SS_tot*({squares}))"
    yield "correlation", "the correlation of targets and predictions", {"R2": correlation}
    yield "correlation", "the squared correlation of targets and predictions", {"R2": f"({correlation})^2"}
    about = f"1 - SS_res/({squares})"
    yield "predictions-for-targets", "divided by the squares of the predictions about their mean", {"R2": about}


def _number(text: str, index: int) -> Literal:
    try:
        return as_number(text)
    except PydanticCustomError as error:
        raise FieldError([Fault(("predictions", index), error.message())]) from None


def write_tokens(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The perplexity of a language model on the tokens whose probabilities are given."""
    probabilities = fields.probabilities or []
    places = [str(number) for number in range(1, len(probabilities) + 1)]
    for index, (k, value) in enumerate(zip(places, probabilities, strict=True)):
        writer.given(f"p{k}", value, ("probabilities", index), "Probabilities")
    writer.size("N", len(probabilities), ("probabilities",), "Tokens")
    writer.metrics(OF_TOKENS, ("probabilities",), over=places)


# ---- translations

Words = Sequence[str]


def write_translation(writer: MetricWriter, fields: EvaluationFields) -> None:
    """BLEU of a sentence or a corpus: n-gram precisions with clipped counts, brevity penalty, and their product.

    Counts and lengths of a corpus are those of all its sentences together (Papineni et al., *BLEU*, 2002, section 2).
    """
    sentences = [(each.candidate.split(), [text.split() for text in each.references]) for each in fields.translations]
    origin: Location = ("candidate",)
    writer.size("c", sum(len(candidate) for candidate, _ in sentences), origin, "Words")
    closest = "the reference" if all(len(own) == 1 for _, own in sentences) else "the reference closest in length"
    of_each = ", of each sentence" if fields.is_corpus else ""
    lengths = [_closest(len(candidate), own) for candidate, own in sentences]
    writer.count("r", sum(lengths), ("references",), f"words of {closest}{of_each}")
    writer.size("N", fields.longest_ngram, ("longest_ngram",), "Longest n-grams")
    places = [str(n) for n in range(1, fields.longest_ngram + 1)]
    unclipped: dict[str, Literal] = {}
    found: dict[str, list[dict[tuple[str, ...], tuple[int, int]]]] = {}
    for n, k in enumerate(places, start=1):
        found[k] = counts = [_clipped(candidate, own, n) for candidate, own in sentences]
        said = ", ".join(
            f"{clipped} × “{' '.join(gram)}”" for grams in counts for gram, (clipped, _) in grams.items() if clipped
        )
        pairs = [pair for grams in counts for pair in grams.values()]
        writer.count(
            f"match{k}", sum(clipped for clipped, _ in pairs), origin, f"found in a reference: {said or 'none'}"
        )
        writer.count(f"grams{k}", sum(count for _, count in pairs), origin, f"{n}-grams of the candidate")
        writer.add(f"p{k}", f"match{k}/grams{k}", origin, f"{n}-gram precision", COUNTED, "metrics")
        unclipped[f"match{k}"] = Literal(str(sum(count for clipped, count in pairs if clipped)))
    message = "repeated n-grams counted more often than a reference has them"
    writer.mistakes.append(("not-clipped", message, unclipped))
    distinct = {
        f"match{k}": Literal(str(sum(len({gram for gram, pair in grams.items() if pair[0]}) for grams in counts)))
        for k, counts in found.items()
    }
    message = "every n-gram counted once, though it is found more often"
    writer.mistakes.append(("counted-once", message, distinct))
    by_words = {f"p{k}": f"match{k}/c" for k in places[1:]}
    writer.mistakes.append(("words-for-ngrams", "divided by the number of words, not of n-grams", by_words))
    missing = {f"p{k}": f"1 - match{k}/grams{k}" for k in places}
    writer.mistakes.append(("complement", "the share of the n-grams that no reference has", missing))
    fewer = {k: (n * len(sentences)) for n, k in enumerate(places)}
    by_reference = {f"p{k}": f"match{k}/(r - {less})" if less else f"match{k}/r" for k, less in fewer.items()}
    writer.mistakes.append(("recall-for-precision", "divided by the n-grams of the reference", by_reference))
    writer.parts.append(tuple(f"p{k}" for k in places))
    writer.metrics(OF_TRANSLATIONS, origin, over=places, section=METRICS)


def _closest(length: int, references: Sequence[Words]) -> int:
    """The length of the reference that is closest to one; of two that are as close the shorter."""
    return min(map(len, references), key=lambda each: (abs(each - length), each))


def _clipped(candidate: Words, references: Sequence[Words], n: int) -> dict[tuple[str, ...], tuple[int, int]]:
    """Of each n-gram how often it counts, at most as often as one reference has it, and how often it is there."""
    most = [Counter(_ngrams(words, n)) for words in references]
    own = Counter(_ngrams(candidate, n))
    return {gram: (min(count, max(each[gram] for each in most)), count) for gram, count in own.items()}


def _ngrams(words: Words, n: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - n + 1):
        yield tuple(words[start : start + n])
