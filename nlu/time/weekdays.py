"""Reading of weekdays: "jeudi prochain", "nhar ltnin", "sam. 28", "الخميس الجاي"."""

from __future__ import annotations

from nlu.time.dates import is_day_number, numbered_date
from nlu.time.modifiers import is_since, modifier
from nlu.time.monthly import nth_weekday_at
from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Day, Part, Weekday

Found = tuple[Day, int]

ENGLISH_SHORT = {"mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun"}
_MARKETS = {"souk", "souq", "soq", "sou9", "سوق"}  # "souk larb3a" is a town
_ASKED = {"rdv", "dispo", "libre", "pour", "venir", "passer", "free", "come", "possible", "svp"}
_SUITS = {"works", "work", "would", "suits", "ok", "okay", "good", "fine", "best"}
_CONVIENT = {"ok", "oui", "possible"}
_CLEAR_ALONE = {"wed", "sat", "sun", "lun", "jeu", "ven", "dim"}  # "mer" is the sea, "Sam" a name
_IN = {"f", "fi", "ف", "في"}
_SELLERS = {"qui", "il", "elle", "on", "ne", "se"}  # "vend" is also "sells"
_ENGLISH_PARTS = {"morning", "morn", "afternoon", "arvo", "evening", "am", "pm", "at"}
_CLEAR_PARTS = {Part.MORNING, Part.EVENING}
ON = {"on", "this", "next", "last", "by", "until", "coming"}


def weekday_index(stream: Stream, index: int) -> int | None:
    """Returns the weekday that the token names in its company, or None."""
    if stream.word(index - 1) in _MARKETS:
        return None
    if stream.word(index) == "vend" and stream.word(index - 1) in _SELLERS:
        return None
    plain: int | None = stream.get(index, Tag.WEEKDAY)
    if plain is not None:
        return plain
    after_nhar: int | None = stream.get(index, Tag.WEEKDAY_AFTER_NHAR)
    if after_nhar is not None:
        before = index - 1 if not stream.has(index - 1, Tag.TO) else index - 2
        by_relative = stream.has(index + 1, Tag.RELATIVE) and stream.has(index + 2, Tag.NEXT)
        company = (
            _in_span(stream, index)
            or stream.has(before, Tag.NHAR)
            or stream.has(index + 1, Tag.NEXT)
            or by_relative
        )
        return (
            after_nhar
            if company or _has_clear_part(stream, index) or _has_hour(stream, index)
            else None
        )
    short: int | None = stream.get(index, Tag.WEEKDAY_SHORT)
    if short is None:
        return None
    word = stream.word(index)
    if word in {"mon", "wed", "sun", "sat"} and stream.word(index - 1) in ON:
        return short
    if _in_list(stream, index) or _closes(stream, index) or _opens(stream, index):
        return short
    if word == "mon":
        return short if stream.word(index + 1) in _ENGLISH_PARTS else None
    behind = index + 1
    if stream.word(behind) == "." and stream.glued(behind):
        behind += 1
    if word in {"wed", "sat", "sun"} and stream.word(behind) == "at":
        return short if stream.has(behind + 1, Tag.NUMBER, Tag.CLOCK, Tag.NOON) else None
    if stream.is_digits(behind) or stream.has(behind, Tag.DATE, Tag.CLOCK, Tag.PART, Tag.ORDINAL):
        # "12 mar 15h" is the month.
        return None if stream.has(index, Tag.MONTH_WEAK) and stream.is_digits(index - 1) else short
    return None


def _has_hour(stream: Stream, index: int) -> bool:
    """Whether an hour of its own follows: "tlata m3a 9"."""
    if stream.has(index - 1, Tag.AT, Tag.AT_WEAK, Tag.SAA, Tag.BETWEEN, Tag.AND):
        return False
    timed = stream.has(index + 2, Tag.NUMBER, Tag.CLOCK, Tag.SAA)
    return stream.has(index + 1, Tag.AT) and timed


def _in_span(stream: Stream, index: int) -> bool:
    """Whether a sure weekday is at the other end: "mn tlata l lkhmis", "mn lkhmis l tlata"."""
    if stream.has(index - 1, Tag.FROM):
        behind = stream.skip(index + 1, Tag.TO, Tag.UNTIL, most=2)
        return stream.has(behind, Tag.WEEKDAY)
    return stream.has(index - 1, Tag.TO) and stream.has(index - 2, Tag.WEEKDAY)


def _has_clear_part(stream: Stream, index: int) -> bool:
    """Whether "tlata f lil" can't be an hour: nobody comes at three at night."""
    if stream.has(index - 1, Tag.AT, Tag.AT_WEAK, Tag.SAA):
        return False
    behind = index + 1 + (stream.word(index + 1) in _IN)
    glued = stream.word(behind)[:1] in {"f", "ف", "ب"}
    inside = behind > index + 1 or glued
    return inside and stream.get(behind, Tag.PART) in _CLEAR_PARTS


def _in_list(stream: Stream, index: int) -> bool:
    """Whether other weekdays stand beside the short one: "mon, tue and thu", "jeu ou ven"."""
    joint = (Tag.COMMA, Tag.AND, Tag.OR, Tag.DASH, Tag.TO)
    english = stream.word(index) == "mon"
    for at, beside in ((index + 1, index + 2), (index - 1, index - 2)):
        if not stream.has(at, *joint) or not stream.has(beside, Tag.WEEKDAY, Tag.WEEKDAY_SHORT):
            continue
        other = stream.word(beside)
        if not english or other in ENGLISH_SHORT or other.endswith("day"):
            return True
    return False


def _closes(stream: Stream, index: int) -> bool:
    """Whether the short weekday ends the request: "rdv sam ?", "can I come mon pls"."""
    if stream.word(index - 1) not in _ASKED:
        return False
    behind = stream.skip(index + 1, Tag.SOFT, most=2)
    return behind >= len(stream) or stream.has(behind, Tag.STOP)


def _opens(stream: Stream, index: int) -> bool:
    """Whether the message begins with it and says that it suits: "mon works", "sat pls"."""
    if index > 0 and not stream.has(index - 1, Tag.STOP, Tag.COMMA):
        return False
    behind = index + 1 + (stream.word(index + 1) == "is")
    fits = _SUITS if stream.word(index) in ENGLISH_SHORT else _CONVIENT
    if stream.word(behind) in fits or stream.has(behind, Tag.SOFT):
        return True
    alone = index == 0 and (len(stream) == 1 or stream.has(1, Tag.STOP))
    return alone and stream.word(index) in _CLEAR_ALONE


def weekday_at(stream: Stream, index: int, mode: str) -> Found | None:
    """Reads a weekday with what follows it; `mode` is what stood before ("plain", "this", ...)."""
    start = index
    if stream.has(index, Tag.NHAR):
        index = stream.skip(index, Tag.NHAR, Tag.TO, Tag.OF, most=3)
    weekday = weekday_index(stream, index)
    if weekday is None:
        return None
    if start != index and stream.has(index - 1, Tag.THIS):
        return None
    behind = index + 1
    if stream.word(behind) == "." and stream.has(index, Tag.WEEKDAY_SHORT):
        behind += 1
    nth = nth_weekday_at(stream, index, weekday)
    if nth:
        return nth
    said, behind = modifier(stream, behind)
    mode = said or mode
    if mode == "plain" and is_since(stream, start, behind):
        mode = "last"
    if stream.has(behind, Tag.AFTER_NEXT):
        return Weekday(weekday, "next", 1), behind + 1
    weeks = stream.get(behind, Tag.WEEKS_ON) or 0
    if weeks:
        return Weekday(weekday, mode, weeks), behind + 1
    if stream.get(behind, Tag.UNIT) == "week" and stream.word(behind) == "week":
        return Weekday(weekday, mode, 1), behind + 1
    number = stream.get(behind, Tag.ORDINAL) or stream.get(behind, Tag.NUMBER)
    numeric = stream.has(behind, Tag.ORDINAL) or stream.is_digits(behind)
    if number and numeric and 1 <= number <= 31:
        dated = numbered_date(stream, behind, needs_month=True)
        # "mardi 12 à 10h" is a date, unless the calendar says otherwise; "mardi 10-12" are hours.
        hours = stream.has(behind + 1, Tag.DASH, Tag.TO) and stream.has(
            behind + 2, Tag.NUMBER, Tag.CLOCK
        )
        hours = hours and stream.word(behind + 1) not in {"a", "at"}
        if dated is None and not hours and is_day_number(stream, behind):
            return Weekday(weekday, mode, number=number), behind + 1
    return Weekday(weekday, mode), behind
