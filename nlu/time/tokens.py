"""Cutting a folded message into tokens with their readings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.time.lexicon import is_known, look_up, look_up_phrase
from nlu.time.readings import Readings, Tag
from nlu.time.values import Clock


@dataclass(frozen=True)
class Token:
    """A word, number, phrase or mark.

    Attributes:
        text: its folded text.
        start, end: offsets in the folded message, `end` exclusive.
        readings: what it can stand for; empty for an unknown word.
    """

    text: str
    start: int
    end: int
    readings: Readings


_END = r"(?![\d])"
_DATE = re.compile(
    r"(?P<iso>(?P<iy>(?:19|20)\d\d)[-/](?P<im>\d{1,2})[-/](?P<id>\d{1,2}))(?!\d)"
    r"|(?P<d>\d{1,2})(?P<sep>[ ]?[/.\-][ ]?)(?P<m>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d|"
    r"\d\d)(?![\d/])"
    r"|(?P<d2>\d{1,2})(?:/|[ ]/[ ])(?P<m2>\d{1,2})(?!\d|[ ]?/|[ ]?h(?![a-z]))"
)
_PHONE = re.compile(
    r"(?:\+|00)?212[ .\-]?\(?0?\)?[5-7](?:[ .\-]?\d){8}|0[5-8]\d{8}|"
    r"0[5-8]([ .\-])\d\d(?:\1\d\d){3}(?!\d)|0[5-8]\d\d([ .\-])\d\d(?:\2\d\d){2}(?!\d)|"
    r"0[5-8]\d\d[ .\-]\d{3}[ .\-]?\d{3}(?!\d)|\d{5,}"
)
_MERIDIEM = r"(?P<{0}>[ap])\.?[ ]?m\b\.?"
_CLOCK = re.compile(
    r"(?P<h>\d{1,2})[ ]?(?:h|hr|heures?)[ ]?:?[ ]?(?P<m>[0-5]\d)(?:[ ]?(?:min|mn|"
    r"m))?(?!\d|[.:]\d|[a-z]|[ ]?(?:/|dh|mad|janv|fev|mars|avr|mai|jui|aout|sept|oct|nov|dec))"
    r"|(?P<h1>\d{1,2})[:٫](?P<m1>[0-5]\d)(?::[0-5]\d)?[ ]?h?(?:-?ish)?(?:[ ]?"
    + _MERIDIEM.format("a1")
    + r")?(?![\da-z])"
    r"|(?P<h2>\d{1,2})\.(?P<m2>[0-5]\d)[ ]?" + _MERIDIEM.format("a2") + r"(?![a-z\d])"
    r"|(?P<h5>\d{1,2})\.(?P<m5>[0-5]\d)[ ]?h(?![a-z\d])"
    r"|(?P<h7>\d{1,2})(?P<m7>[0-5]\d)[ ]?" + _MERIDIEM.format("a7") + r"(?![a-z\d])"
    r"|(?P<h3>\d{1,2})[ ]?" + _MERIDIEM.format("a3") + r"(?![a-z\d])"
    r"|(?P<h4>\d{1,3})[ ]?(?:h|hr|hrs|heures?|heure|hres?)(?![a-z\d])"
    r"|(?P<h6>\d{1,2})-?ish(?![a-z\d])"
)
_DECIMAL = re.compile(r"\d+[.,]\d+")
_NUMBER = re.compile(r"\d+")
_ORDINAL = re.compile(r"(\d{1,2})[ ]?(er|st|nd|rd|th)(?![a-z\d])")
_RANK = re.compile(r"(\d{1,2})(?:ere|e|eme|ieme|em|iem)(?![a-z\d])")
_NUMBER_UNIT = re.compile(r"(\d+)([a-z]{2,}|[a-z])(?![a-z\d])")
_LATIN = re.compile(r"[^\W\d_\u0600-\u06ff][^\W_\u0600-\u06ff]*")
_ARABIZI = re.compile(r"\d+[^\W\d_\u0600-\u06ff][^\W_\u0600-\u06ff]*")
_ARABIC = re.compile(r"[\u0600-\u065f\u066e-\u06ef\u06fa-\u06ff]+")
_EARLIEST_YEAR = 2000
_DAYS = {Tag.DAY, Tag.WEEKDAY, Tag.MONTH}
_STOPS = set(".!?;\n…")


def tokenize(text: str) -> list[Token]:
    """Cuts a folded message; phrases win over words, dates and clock times over numbers."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character.isspace() and character != "\n":
            position += 1
            continue
        found = _scan(text, position)
        tokens.extend(found)
        position = found[-1].end
    return tokens


def _scan(text: str, position: int) -> list[Token]:
    """Returns the token or tokens (a split clitic) that begin at `position`."""
    character = text[position]
    if character.isdigit():
        return [_scan_number(text, position)]
    phrase = look_up_phrase(text, position)
    if phrase:
        return [Token(text[position : phrase[0]], position, phrase[0], phrase[1])]
    match = _ARABIC.match(text, position)
    if match:
        return _scan_arabic(text, position, match.end())
    match = _LATIN.match(text, position)
    if match:
        return _scan_latin(text, position, match.end())
    return [_scan_mark(text, position)]


def _scan_mark(text: str, position: int) -> Token:
    character = text[position]
    phone = _PHONE.match(text, position) if character == "+" else None
    if phone:
        return Token(phone.group(), position, phone.end(), {Tag.SKIP: True})
    readings: Readings = {}
    if character in _STOPS:
        readings = {Tag.STOP: True}
    elif character == ",":
        readings = {Tag.COMMA: True}
    elif character == "-":
        readings = {Tag.DASH: True, Tag.LINK: True}
    elif character == "/":
        readings = {Tag.OR: True}
    elif character in "&+":
        readings = {Tag.AND: True}
    elif character == "@":
        readings = {Tag.AT: True, Tag.LINK: True}
    elif character in '()"«»*_:[]':
        readings = {Tag.SOFT: True}
    return Token(character, position, position + 1, readings)


def _scan_arabic(text: str, start: int, end: int) -> list[Token]:
    word = text[start:end]
    if not is_known(word) and len(word) > 2 and word[0] == "و":
        phrase = look_up_phrase(text, start + 1)
        if phrase:
            rest = Token(text[start + 1 : phrase[0]], start + 1, phrase[0], phrase[1])
            return [Token("و", start, start + 1, {Tag.AND: True}), rest]
        if is_known(word[1:]):
            rest = Token(word[1:], start + 1, end, look_up(word[1:]))
            return [Token("و", start, start + 1, {Tag.AND: True}), rest]
    return [Token(word, start, end, look_up(word))]


def _scan_latin(text: str, start: int, end: int) -> list[Token]:
    word = text[start:end]
    if not is_known(word):
        # "l10", "m3a10", "f12": a preposition glued to its number.
        glued = re.match(r"(l|m3a|f|b|a|vers|nhar|le)(?=\d{1,2}(?:h|:|$))", word)
        glued = glued or _glued_day(word)
        if glued:
            end = start + glued.end()
            word = glued.group(1)
    return [Token(word, start, end, look_up(word))]


def _glued_day(word: str) -> re.Match[str] | None:
    """The name of a day or month with a number at its end: "lundi19", "ghedda10h"."""
    match = re.match(r"([a-z]{3,})(?=\d{1,2}(?:h|:|$))", word)
    return match if match and not _DAYS.isdisjoint(look_up(match.group(1))) else None


def _scan_number(text: str, position: int) -> Token:
    for scan in (_scan_phrase, _scan_phone, _scan_date, _scan_clock, _scan_counted):
        token = scan(text, position)
        if token:
            return token
    match = _NUMBER.match(text, position)
    assert match is not None
    readings: Readings = {Tag.NUMBER: int(match.group())} if len(match.group()) <= 4 else {}
    decimal = _DECIMAL.match(text, position)
    if decimal:
        return Token(decimal.group(), position, decimal.end(), _dotted(decimal.group()))
    return Token(match.group(), position, match.end(), readings)


def _dotted(number: str) -> Readings:
    """What "15.30" or "25.11" can be when the words around it ask for an hour or a date."""
    whole, fraction = re.split(r"[.,]", number)
    readings: Readings = {}
    if len(whole) > 2 or len(fraction) > 2 or "," in number:
        return readings
    if len(fraction) == 2 and int(whole) < 24 and int(fraction) < 60:
        readings |= {Tag.CLOCK: Clock(int(whole), int(fraction)), Tag.SKIP: "dotted"}
    if 1 <= int(whole) <= 31 and 1 <= int(fraction) <= 12:
        readings |= {Tag.DATE: (int(whole), int(fraction), None, "dotted")}
    return readings


def _scan_phrase(text: str, position: int) -> Token | None:
    phrase = look_up_phrase(text, position)
    if phrase is None:
        return None
    return Token(text[position : phrase[0]], position, phrase[0], phrase[1])


def _scan_phone(text: str, position: int) -> Token | None:
    match = _PHONE.match(text, position)
    return Token(match.group(), position, match.end(), {Tag.SKIP: True}) if match else None


def _scan_date(text: str, position: int) -> Token | None:
    match = _DATE.match(text, position)
    if match is None:
        return None
    if match.group("iso"):
        day, month, year = match.group("id", "im", "iy")
        form = "full"
    elif match.group("d"):
        day, month, year = match.group("d", "m", "y")
        form = "full"
    else:
        day, month, year, form = *match.group("d2", "m2"), None, "slash"
    number = _full_year(int(year)) if year else None
    if number and number < _EARLIEST_YEAR:
        # A date of birth.
        return Token(match.group(), position, match.end(), {Tag.SKIP: True})
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return None
    if form == "slash" and int(day) <= int(month) and month in {"5", "10"} and day[0] != "0":
        form = "rating"
    readings: Readings = {Tag.DATE: (int(day), int(month), number, form)}
    return Token(match.group(), position, match.end(), readings)


def _full_year(year: int) -> int:
    """Returns the four digits of a year; two digits above 50 are of the last century."""
    if year >= 100:
        return year
    return year + (2000 if year <= 50 else 1900)


def _scan_clock(text: str, position: int) -> Token | None:
    match = _CLOCK.match(text, position)
    if match is None:
        return None
    groups = match.groupdict()
    hour = next(
        groups[name] for name in ("h", "h1", "h2", "h3", "h4", "h5", "h6", "h7") if groups[name]
    )
    minute = next((groups[name] for name in ("m", "m1", "m2", "m5", "m7") if groups[name]), None)
    meridiem = next((groups[name] for name in ("a1", "a2", "a3", "a7") if groups[name]), None)
    if match.group() == "3am":
        # "3am" is also "year" in Darija; the grammar asks for an English "at".
        return Token(
            "3am", position, match.end(), {Tag.CLOCK: Clock(3, None, "am"), Tag.SKIP: "3am"}
        )
    clock = Clock(int(hour), int(minute) if minute else None, f"{meridiem}m" if meridiem else None)
    readings: Readings = {Tag.CLOCK: clock}
    return Token(match.group(), position, match.end(), readings)


def _is_ordinal(number: int, ending: str) -> bool:
    """Whether the ending fits the number: "3nd" is a word of Darija, not an ordinal."""
    if ending == "er":
        return number == 1
    if ending == "th":
        return True
    return {"st": 1, "nd": 2, "rd": 3}[ending] == number % 10


def _scan_counted(text: str, position: int) -> Token | None:
    """An ordinal, a number glued to its unit ("12mai" gives the number) or an Arabizi word."""
    match = _ORDINAL.match(text, position)
    if match and _is_ordinal(int(match.group(1)), match.group(2)):
        readings: Readings = {Tag.ORDINAL: int(match.group(1))}
        return Token(match.group(), position, match.end(), readings)
    match = _RANK.match(text, position)
    if match:
        return Token(match.group(), position, match.end(), {Tag.SKIP: True})
    match = _ARABIZI.match(text, position)
    if match is None:
        return None
    if is_known(match.group()):
        return Token(match.group(), position, match.end(), look_up(match.group()))
    glued = _NUMBER_UNIT.match(text, position)
    if glued:
        unit_at = position + len(glued.group(1))
        readings = look_up(glued.group(2)) or (look_up_phrase(text, unit_at) or (0, {}))[1]
        if {Tag.UNIT, Tag.MONTH, Tag.MONTH_WEAK} & readings.keys() and len(glued.group(1)) <= 3:
            return Token(glued.group(1), position, unit_at, {Tag.NUMBER: int(glued.group(1))})
    return Token(match.group(), position, match.end(), {})
