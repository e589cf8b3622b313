"""Numbers that are predicted, translations, and the tokens of a language model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic_core import PydanticCustomError

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.fields.types import as_number
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
    """BLEU of one sentence: n-gram precisions with clipped counts, brevity penalty, and their product."""
    candidate = (fields.candidate or "").split()
    references = [text.split() for text in fields.reference_texts]
    origin: Location = ("candidate",)
    lengths = sorted(map(len, references), key=lambda length: (abs(length - len(candidate)), length))
    writer.size("c", len(candidate), origin, "Words")
    closest = "the reference" if len(references) == 1 else "the reference that is closest in length"
    writer.count("r", lengths[0], ("references",), f"words of {closest}")
    writer.size("N", fields.longest_ngram, ("longest_ngram",), "Longest n-grams")
    places = [str(n) for n in range(1, fields.longest_ngram + 1)]
    unclipped: dict[str, Literal] = {}
    for n, k in enumerate(places, start=1):
        own = Counter(_ngrams(candidate, n))
        most = [Counter(_ngrams(words, n)) for words in references]
        clipped = {gram: min(count, max(each[gram] for each in most)) for gram, count in own.items()}
        said = ", ".join(f"{count} × “{' '.join(gram)}”" for gram, count in clipped.items() if count)
        writer.count(f"match{k}", sum(clipped.values()), origin, f"found in a reference: {said or 'none'}")
        writer.count(f"grams{k}", sum(own.values()), origin, f"{n}-grams of the candidate")
        writer.add(f"p{k}", f"match{k}/grams{k}", origin, f"{n}-gram precision", COUNTED, "metrics")
        unclipped[f"match{k}"] = Literal(str(sum(count for gram, count in own.items() if clipped[gram])))
    message = "repeated n-grams counted more often than a reference has them"
    writer.mistakes.append(("not-clipped", message, unclipped))
    by_reference = {f"p{k}": f"match{k}/(r - {n})" if n else f"match{k}/r" for n, k in enumerate(places)}
    writer.mistakes.append(("recall-for-precision", "divided by the n-grams of the reference", by_reference))
    writer.parts.append(tuple(f"p{k}" for k in places))
    writer.metrics(OF_TRANSLATIONS, origin, over=places, section=METRICS)


def _ngrams(words: Words, n: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - n + 1):
        yield tuple(words[start : start + n])
