"""What stands around a number and is none of it: a name before it, a remark or a unit after it, the batch of a shape.

Each works on plain notation and gives plain notation back, in which every character still knows its place.
"""

from __future__ import annotations

import re

from deepcalc.checking.plain_text import PlainText
from deepcalc.checking.splitting import split, unbracketed

_LABEL = re.compile(r"(?:[^\d\s=≈~,;(\[.+\-√][^\s=≈~,;]*\s*)?[=≈~]\s*|[^\W\d_][^\s=≈~,;:]*\s*:\s+")
_NEARLY = r"(?:approx(?:imately|\.)?|about|around|roughly|circa|ca\.?)"
_LEAD = re.compile(
    rf"(?:(?:[^\W\d]\S*\s+)?(?:is|equals)(?:\s+{_NEARLY})?|so|thus|hence|exactly|{_NEARLY})\s*:?\s+(?=[-+.(\[√0-9])",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"[=≈~]\s*")
_REMARK = re.compile(
    r"\s*\((?:rounded|approx\.?|approximately|about|ca\.?|exact|exactly)[^()]*\)\s*$|\s*(?:…|\.\.\.)\s*$"
    r"|(?<=[0-9)\]%])\s*(?:[.,;:]+|\?+|\(\?+\))\s*$|(?<=[0-9)\]%])\s+(?:rounded|approx\.?|approximately|exactly)\s*$"
    r"|(?<=[0-9)%])(?:[\s,;]*\(|[\s,;]+)\s*(?:rounded\s+)?(?:to\s+)?[0-9]+\s*(?:s\.?\s?f\.?|d\.?\s?p\.?"
    r"|sig(?:nificant|\.)?\s*(?:fig(?:ure)?s?|digits?)?\.?|decimals?(?:\s+places?)?|places?|digits?)\s*\)?\s*$",
    re.IGNORECASE,
)
_SIDES = re.compile(r"(?<![<>=!])[=≈~](?!=)")
_WORD = re.compile(r"[^\W\d][^\s=+*^()]*")
_QUOTED = re.compile(r"([`\"'*]{1,3})(.+)\1", re.DOTALL)
_MEASURE = re.compile(r"(?<=[0-9)])\s*(?:nats?|bits?|units?)\s*$", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=[0-9)])\s*(?:percent|per cent)\s*$", re.IGNORECASE)
_TIMES_TEN = re.compile(r"(?<=[0-9.])(\s*)[xX](?=\s*10\s*(?:\^|\*\*))")
_BESIDE = re.compile(r"(?<=[0-9])(\s*)[xX](?=\s*[0-9(])|(?<=\))(\s*)[xX](?=\s*[0-9])")
_THOUSANDS = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:_[0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+"
)
_SIDE = re.compile(
    r"(?<![A-Za-z])(height|width|channels|depth|filters|H|W|C|D)(?:\s*[=:]\s*|\s+)([0-9]+)", re.IGNORECASE
)
_SQUARED = re.compile(r"(?<![0-9.])([0-9]+)\s*(?:\^\(?2\)?|\*\*2)(?![0-9])")
_PRODUCT = re.compile(r"(?<=[0-9])\s*=\s*[0-9][0-9,' ]*$")
_BETWEEN = re.compile(r"[\s,;x*]|and")
_AXES = {"h": 0, "w": 1, "c": 2, "d": 2}
_DEEP = r"(?:(?:feature|activation|output)\s*)?(?:channels?|filters?|maps?)(?![A-Za-z])"
_MAPS = re.compile(
    rf"\s*([0-9]+)\s*(?:@|(?:{_DEEP}\s*)?(?:(?:each\s+)?of(?:\s+size)?\s)|{_DEEP}\s*,)\s*([^@]+)", re.IGNORECASE
)
_COUNTED = re.compile(rf"(?<![A-Za-z0-9])([0-9]+)\s*{_DEEP}", re.IGNORECASE)
_AND_DEPTH = re.compile(
    r"(.*[0-9)\]])\s*(?:[,;x*]|(?<![A-Za-z])(?:and|with)(?![A-Za-z])|\s)+(?:a\s+)?"
    r"(?:depth|channels|C|D)(?:\s*[=:]\s*|\s+(?:of\s+)?)([0-9]+)",
    re.IGNORECASE,
)
_PRINTED = re.compile(r"(?:(?:torch\.)?Size|(?:tf\.)?TensorShape)\((?=.*\)\Z)")
_BATCH = re.compile(r"\s*(?:None|N|B|batch|\?|-1)\s*[,x*]\s*")
_UNIT = re.compile(
    r"(?<=[0-9)\]])\s*(?:px|pixels?|neurons?|units?|values?|parameters?|params|weights?)\s*$", re.IGNORECASE
)


def bare(plain: PlainText, is_named: bool = True) -> PlainText:
    """An answer without its name (where one may stand) and remarks: ``L = 0.65 (rounded)``, ``0.65…``."""
    quoted = _QUOTED.fullmatch(plain.text)
    if quoted is not None:
        plain = plain.part(quoted.start(2), quoted.end(2)).stripped()
    for before in (_LABEL, _LEAD) if is_named else (_EQUALS,):
        label = before.match(plain.text)
        if label is not None:
            plain = plain.part(label.end(), len(plain.text))
    while remark := _REMARK.search(plain.text):
        plain = plain.part(0, remark.start())
    return PlainText(_TIMES_TEN.sub(r"\1*", plain.text), plain.places).stripped()


def with_times_signs(plain: PlainText) -> PlainText:
    """A number in which an x stands for the sign of a product, ``(11x11x3 + 1)x96``."""
    return PlainText(_BESIDE.sub(lambda found: f"{found[1] or found[2] or ''}*", plain.text), plain.places)


def result_of(plain: PlainText) -> PlainText:
    """What a chain of equations comes to, without a unit: ``0.5·1.3 = 0.65``, ``0.65 = L``, ``0.65 nats``."""
    sides = [side.stripped() for side in split(plain, _SIDES) if side.text.strip()]
    values = [side for side in sides if not _WORD.fullmatch(side.text)]
    result = (values or sides or [plain])[-1]
    return result.replaced(_MEASURE, lambda _: "").replaced(_PERCENT, lambda _: "%")


def count_of(plain: PlainText) -> PlainText:
    """A whole number without its unit and the signs between its thousands: ``34,944 parameters``, ``34'944``."""
    plain = with_times_signs(without_unit(plain))
    match = _THOUSANDS.fullmatch(plain.text)
    if match is None:
        return plain
    kept = [place for place, character in enumerate(plain.text) if character not in ",'_ "]
    return _joined(plain, kept)


def without_unit(plain: PlainText) -> PlainText:
    """The text without the word for what is counted."""
    unit = _UNIT.search(plain.text)
    return plain.part(0, unit.start()) if unit is not None else plain


def sides_of(plain: PlainText) -> tuple[PlainText, bool]:
    """A shape as height, width, channels: also ``32@29x29``, ``29²x32``, ``(None, 29, 29, 32)``, ``H=29 W=29 C=32``.

    ``32 maps of 29x29`` and ``29x29, 32 channels`` say which of the sizes is the depth. With it, whether words, signs
    or a library tell the order of the sizes, not their place alone.
    ``torch.Size([…])`` is what stands in it.
    """
    printed = _PRINTED.match(plain.text)
    if printed is not None:
        plain = plain.part(printed.end(), len(plain.text) - 1)
    plain = unbracketed(without_unit(plain).replaced(_PRODUCT, lambda _: ""))
    plain = plain.replaced(_SQUARED, lambda side: f"{side[1]}x{side[1]}")
    batch = _BATCH.match(plain.text)
    if batch is not None:
        plain = plain.part(batch.end(), len(plain.text))
    maps = _MAPS.fullmatch(plain.text)
    if maps is not None:
        return _ordered(plain, [maps.span(2), maps.span(1)]), True
    plain = plain.replaced(_COUNTED, lambda counted: f"C={counted[1]}")
    named = list(_SIDE.finditer(plain.text))
    axes = [_AXES.get(match[1][0].lower(), 2) for match in named]
    if sorted(axes) == [0, 1, 2] and not _BETWEEN.sub("", _SIDE.sub("", plain.text)):
        in_order = sorted(zip(axes, named, strict=True), key=lambda pair: pair[0])
        return _ordered(plain, [match.span(2) for _, match in in_order]), True
    depth = _AND_DEPTH.fullmatch(plain.text)
    if depth is not None:
        return _ordered(plain, [depth.span(1), depth.span(2)]), True
    return plain, printed is not None


def _ordered(plain: PlainText, spans: list[tuple[int, int]]) -> PlainText:
    """Pieces of the text in another order, with commas between them."""
    text, places = "", list[int]()
    for start, end in spans:
        piece = plain.text[start:end].replace("x", ",").replace("*", ",")
        text += ("," if text else "") + piece
        places += [*([plain.places[start]] if places else []), *plain.places[start:end]]
    return PlainText(text, (*places, plain.places[-1]))


def _joined(plain: PlainText, kept: list[int]) -> PlainText:
    text = "".join(plain.text[place] for place in kept)
    return PlainText(text, (*(plain.places[place] for place in kept), plain.places[-1]))
