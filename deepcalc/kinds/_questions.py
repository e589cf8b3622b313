"""The fields of one concept question, and what may be wrong with them."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from deepcalc.errors import Fault, Location, did_you_mean
from deepcalc.fields.types import Fields, Identifier, Text, described, wrong
from deepcalc.plan.plan import ItemForm
from deepcalc.records import record

_LETTERS = tuple(string.ascii_lowercase)
_NUMBERS = tuple(str(number) for number in range(1, 27))
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")


def _text_alone(value: Any) -> Any:
    """An option that is only a text → its fields."""
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, dict):
        return value
    raise wrong(f"expected a text, or {{text: …, explanation: …}}, found {described(value)}")


def _answer(value: Any) -> Any:
    """One key, several as a tuple (each of them one, or several words), or a mapping of keys to keys or to truths."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(key, str) or _is_words(key) for key in value):
        return tuple(key if isinstance(key, str) else tuple(key) for key in value)
    if isinstance(value, dict) and all(isinstance(partner, str | bool) for partner in value.values()):
        return {key: str(said).lower() if isinstance(said, bool) else said for key, said in value.items()}
    raise wrong(f"expected an option's key, a list of keys, or a mapping of keys to keys, found {described(value)}")


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value)


def listed_or_named(value: Any) -> str:
    """Which of the two ways of giving several things a value is: the tags of the unions below."""
    return "a mapping" if isinstance(value, dict) else "a list"


class OptionFields(Fields):
    """One option."""

    text: Text = Field(description="what it says")
    explanation: Text = Field("", description="why it is right or wrong")


_OPTION_SCHEMA = {
    "anyOf": [
        {"type": ["string", "number"]},
        {
            "type": "object",
            "properties": {"text": {"type": ["string", "number"]}, "explanation": {"type": "string"}},
            "required": ["text"],
            "additionalProperties": False,
        },
    ]
}
OptionField = Annotated[OptionFields, BeforeValidator(_text_alone), WithJsonSchema(_OPTION_SCHEMA)]
Options = Annotated[
    Annotated[list[OptionField], Field(min_length=1, max_length=len(_LETTERS)), Tag("a list")]
    | Annotated[dict[str, OptionField], Field(min_length=1), Tag("a mapping")],
    Discriminator(listed_or_named),
]
Answer = Annotated[
    str | tuple[str | tuple[str, ...], ...] | dict[str, str],
    PlainValidator(_answer),
    WithJsonSchema({"type": ["string", "number", "array", "object"]}),
]


class QuestionFields(Fields):
    """One question. Its form follows from the fields that it has, unless ``form`` says it."""

    id: Identifier | None = Field(None, description="its name, to be used in parts; q1, q2, … by default")
    question: Text = Field(description="what is asked; Markdown with $math$")
    form: ItemForm | None = Field(
        None,
        description="single, multiple, matching, true_false, ordering, blanks or text; by default what the other "
        "fields make it (an ordering says so)",
    )
    options: Options | None = Field(
        None,
        description="{a: text, b: text} or a list, whose keys are then a, b, c, …; an option is a text, or "
        "{text: …, explanation: why it is right or wrong}. In a matching, the left-hand side",
    )
    matches: Options | None = Field(
        None, description="the right-hand side of a matching: by key, or a list, whose keys are then 1, 2, 3, …"
    )
    answer: Answer | None = Field(
        None,
        description="b for a single choice; [b, d] for a multiple choice; for a matching {a: 2, b: 1}, each option's "
        "partner by its key or its text; {a: true, b: false} for statements; for an ordering the keys in order, [c, a, "
        "b]; for a question with blanks (three underscores or more) what stands in them, [gradient, [rate, step size]]",
    )
    model_answer: Text | None = Field(None, description="free text: what a full answer says")
    explanation: Text = Field("", description="why the answer is right, shown with the solution")

    @property
    def settled_form(self) -> ItemForm:
        """The form that is given, or that the fields make."""
        if self.form is not None:
            return self.form
        if self.options is None and self.answer is not None and BLANK.search(self.question):
            return ItemForm.BLANKS
        if self.matches is None and isinstance(self.answer, dict) and set(self.answer.values()) <= set(TRUTHS):
            return ItemForm.TRUE_FALSE
        if self.matches is not None or isinstance(self.answer, dict):
            return ItemForm.MATCHING
        if isinstance(self.answer, tuple):
            return ItemForm.MULTIPLE
        return ItemForm.SINGLE if self.options is not None else ItemForm.TEXT

    def keyed(self, field: str) -> dict[str, OptionFields]:
        """The ``options`` or ``matches`` by key, the keys of a list made; empty where there are none."""
        options: list[OptionFields] | dict[str, OptionFields] | None = getattr(self, field)
        return dict(zip(_MADE_KEYS[field], options, strict=False)) if isinstance(options, list) else options or {}

    def texts(self) -> Iterator[tuple[Location, str]]:
        """Every text of the question with its place."""
        yield ("question",), self.question
        yield ("explanation",), self.explanation
        yield ("model_answer",), self.model_answer or ""
        for field in ("options", "matches"):
            is_list = isinstance(getattr(self, field), list)
            for index, (key, option) in enumerate(self.keyed(field).items()):
                yield (field, index if is_list else key), option.text
                yield (field, index if is_list else key), option.explanation

    def words(self) -> list[tuple[str, ...]]:
        """The words that are right in each blank, the one that is shown first."""
        answer = self.answer if isinstance(self.answer, tuple) else (str(self.answer),)
        return [(each,) if isinstance(each, str) else each for each in answer]

    def partner(self, answer: str) -> str | None:
        """The key of the match that an answer means by its key or its text; None if it means none."""
        matches = self.keyed("matches")
        if answer in matches:
            return answer
        return next((key for key, match in matches.items() if match.text == answer), None)

    def faults(self) -> Iterator[Fault]:
        form = FORMS[self.settled_form]
        if not self.question.strip():
            yield Fault(("question",), "the question is empty")
        for field in ("options", "matches", "answer", "model_answer"):
            given = getattr(self, field) is not None
            if given and field not in form.fields:
                yield Fault((field,), f"{form.title} has no `{field}`; it has {_and(form.fields)}")
            elif not given and field in form.fields:
                yield Fault((field,), f"missing `{field}`: {form.title} has {_and(form.fields)}")
        for field in ("options", "matches"):
            yield from _alike(self, field)
        if all(getattr(self, field) is not None for field in form.fields if field in ("options", "answer")):
            yield from form.faults(self)


BLANK = re.compile(r"_{3,}")
"""A blank in a question."""

TRUTHS = ("true", "false")

_MADE_KEYS = {"options": _LETTERS, "matches": _NUMBERS}


def _and(fields: Sequence[str]) -> str:
    quoted = [f"`{field}`" for field in fields]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _alike(question: QuestionFields, field: str) -> Iterator[Fault]:
    """Keys and texts that cannot be told apart, and keys that cannot be written in an answer."""
    options = question.keyed(field)
    if len(options) == 1:
        yield Fault((field,), f"a single one is no choice; give two or more `{field}`")
    keys: dict[str, str] = {}
    texts: dict[str, str] = {}
    for index, (key, option) in enumerate(options.items()):
        location = (field, index if isinstance(getattr(question, field), list) else key)
        if not _KEY.fullmatch(key):
            yield Fault(location, f"expected a short key such as a, B or 3 for an option, found {key[:40]!r}")
        for seen, value, what in ((keys, key.casefold(), "keys"), (texts, option.text.strip(), "texts")):
            same = seen.setdefault(value, key)
            if same != key:
                yield Fault(location, f"the {what} of the {field} {same} and {key} are the same")


def _choice_faults(question: QuestionFields) -> Iterator[Fault]:
    """What is wrong with the keys of a single or multiple choice."""
    options, answer = question.keyed("options"), question.answer
    if isinstance(answer, dict):
        yield Fault(("answer",), "expected the key of the right option, or a list of keys, found a mapping")
        return
    chosen = answer if isinstance(answer, tuple) else (str(answer),)
    if not chosen:
        yield Fault(("answer",), "no option is right; give the key of one at least")
    for index, key in enumerate(chosen):
        location: Location = ("answer", index) if isinstance(answer, tuple) else ("answer",)
        if not isinstance(key, str):
            yield Fault(location, "expected the key of an option, found a list")
            continue
        if key not in options:
            yield Fault(location, f"`{key[:40]}` is no option{_known(key, options)}")
        if key in chosen[:index]:
            yield Fault(location, f"the option `{key}` is given twice")


def _single_faults(question: QuestionFields) -> Iterator[Fault]:
    yield from _choice_faults(question)
    if isinstance(question.answer, tuple) and len(question.answer) > 1:
        message = f"a single choice has one right option, not {len(question.answer)}; or say `form: multiple`"
        yield Fault(("answer",), message)


def _matching_faults(question: QuestionFields) -> Iterator[Fault]:
    """What is wrong with the pairs of a matching: every option has a partner; a partner may have none or several."""
    options, matches, answer = question.keyed("options"), question.keyed("matches"), question.answer
    if not isinstance(answer, dict):
        yield Fault(("answer",), f"expected a partner for each option, such as {_example(options, matches)}")
        return
    for key, partner in answer.items():
        if key not in options:
            yield Fault(("answer", key), f"`{key[:40]}` is no option{_known(key, options)}")
        if matches and question.partner(partner) is None:
            yield Fault(("answer", key), f"`{partner[:40]}` is none of the matches{_known(partner, matches)}")
    for key in options:
        if key not in answer:
            yield Fault(("answer",), f"the option `{key}` has no partner")


def _truth_faults(question: QuestionFields) -> Iterator[Fault]:
    options, answer = question.keyed("options"), question.answer
    if not isinstance(answer, dict):
        yield Fault(("answer",), "expected true or false for each option: {a: true, b: false}")
        return
    for key, said in answer.items():
        if key not in options:
            yield Fault(("answer", key), f"`{key[:40]}` is no option{_known(key, options)}")
        if said not in TRUTHS:
            yield Fault(("answer", key), f"expected true or false, found {said[:40]!r}")
    for key in options:
        if key not in answer:
            yield Fault(("answer",), f"is the option `{key}` true or false?")


def _ordering_faults(question: QuestionFields) -> Iterator[Fault]:
    yield from _choice_faults(question)
    answer, options = question.answer, question.keyed("options")
    if not isinstance(answer, tuple):
        yield Fault(("answer",), f"expected the keys in order: [{', '.join(options)}]")
        return
    missing = [key for key in options if key not in answer]
    if missing:
        yield Fault(("answer",), f"{', '.join(missing)} is missing; all options are to be ordered")


def _blank_faults(question: QuestionFields) -> Iterator[Fault]:
    blanks = len(BLANK.findall(question.question))
    if isinstance(question.answer, dict):
        yield Fault(("answer",), "expected a word for each blank, in order; or several, of which any is right")
    elif len(question.words()) != blanks:
        found = f"{blanks} blank{'' if blanks == 1 else 's'} (three underscores or more)"
        yield Fault(("answer",), f"the question has {found}, but there are {len(question.words())} answers")


def _example(options: Mapping[str, OptionFields], matches: Mapping[str, OptionFields]) -> str:
    pairs = zip(options, cycle(matches or _NUMBERS), strict=False)
    return f"{{{', '.join(f'{key}: {partner}' for key, partner in pairs)}}}"


def _known(key: str, options: Mapping[str, OptionFields]) -> str:
    return did_you_mean(key, list(options)) or f"; there are {', '.join(options)}"


@record
class Form:
    """What a form of question is called, the fields that it has, and what may be wrong with its answer."""

    title: str
    fields: tuple[str, ...]
    faults: Callable[[QuestionFields], Iterator[Fault]] = lambda question: iter(())


FORMS: Mapping[ItemForm, Form] = {
    ItemForm.SINGLE: Form("a single choice", ("options", "answer"), _single_faults),
    ItemForm.MULTIPLE: Form("a multiple choice", ("options", "answer"), _choice_faults),
    ItemForm.MATCHING: Form("a matching", ("options", "matches", "answer"), _matching_faults),
    ItemForm.TRUE_FALSE: Form("a true-or-false question", ("options", "answer"), _truth_faults),
    ItemForm.ORDERING: Form("an ordering", ("options", "answer"), _ordering_faults),
    ItemForm.BLANKS: Form("a question with blanks", ("answer",), _blank_faults),
    ItemForm.TEXT: Form("a free-text question (one without options)", ("model_answer",)),
}
