"""Reading of distances from now: "dans 3 jours", "mn daba sa3tayn", "il y a une semaine"."""

from __future__ import annotations

import re

from nlu.time.readings import Tag
from nlu.time.stream import Stream
from nlu.time.values import Clock, Day, Lapse, Months, Offset, Weekday

Found = tuple[Day, int]

# French and Darija count two weeks as fifteen days (conversation.md: "dans 15 jours" is 14).
_FORTNIGHT_IN_DAYS = 15
_FORTNIGHT = 14
_SHORT = {
    form: number
    for number, forms in {
        3: "tlt telt tlat tlet tlata ثلت تلت ثلاث",
        4: "rb3 reb3 rbe3 arb3 rba3 ربع",
        5: "khms khems khmes 5ms khamsa خمس",
        6: "st stt sett set ست",
        7: "sb3 seb3 sbe3 سبع",
        8: "tmn temn tmen تمن ثمن",
        9: "ts3 tes3 تسع",
        10: "3chr 3cher 3achr 3echr 3echer عشر",
    }.items()
    for form in forms.split()
}
_PLURALS = re.compile(
    "اي?ام|ياما?ت?|دقايق|ساعات|سوايع|سواع|اسابيع|سيمانات|شهور|اشهر|[ia]?yam|swaye3|sa3at|"
    "s[ie]?manat|chhou?r|(?:jour|day|week|month|hour|minute|semaine|heure)s"
)
# "chi simana", "wa7d simana": some, one.
_SOME = {"chi", "شي", "wa7d", "wahd", "wa7ed", "واحد"}


def distance_at(stream: Stream, index: int) -> Found | None:
    """Reads a distance from now that begins at `index`."""
    return _ahead(stream, index) or _behind(stream, index) or _measured_first(stream, index)


def length_at(stream: Stream, index: int, *, hours: bool, single: bool) -> Found | None:
    """Reads a length as the distance into the future.

    Args:
        stream: the tokens.
        index: where to begin.
        hours: whether "2h" counts as a length here.
        single: whether a unit without a number counts as one ("b3d simana").
    """
    duration = stream.get(index, Tag.DURATION)
    if duration and duration[1] == "hour":
        return _with_half(stream, duration[0], index + 1)
    if duration:
        return _day(duration[0], duration[1]), index + 1
    clock: Clock | None = stream.get(index, Tag.CLOCK)
    if clock is not None and hours and clock.meridiem is None:
        if clock.minute is None:
            return _with_half(stream, clock.hour, index + 1)
        return Lapse(clock.hour * 60 + clock.minute, "minute"), index + 1
    number = _count(stream, index)
    behind = index + 1
    if number is None and single and stream.has(index, Tag.UNIT) and not _is_plural(stream, index):
        number, behind = 1, index
    if number == 1 and stream.has(behind, Tag.DURATION):
        return length_at(stream, behind, hours=hours, single=False)
    if number is not None and stream.has(behind, Tag.OF):
        behind = stream.skip(behind, Tag.OF, Tag.TO, most=2)  # "tlata d simanat"
    unit = stream.get(behind, Tag.UNIT)
    if stream.has(behind, Tag.NHAR) and stream.has(behind + 1, Tag.WEEKDAY):
        return None  # «مورا الربعة نهار الجمعة»: the day of an hour
    if number is None or unit not in {"minute", "hour", "day", "week", "month"}:
        return None
    if unit == "hour":
        return _with_half(stream, number, behind + 1)
    english = stream.word(behind) == "days"
    if unit == "day" and number == _FORTNIGHT_IN_DAYS and not english:
        number = _FORTNIGHT
    return _day(number, unit), behind + 1


def _is_plural(stream: Stream, index: int) -> bool:
    """Whether the unit alone says no number: «منذ أيام», "hadi chhour"."""
    return _PLURALS.fullmatch(stream.word(index)) is not None


def _count(stream: Stream, index: int) -> int | None:
    """The number at `index`, also in the short form before a unit: "tlt yam", "rb3 chhour"."""
    if stream.get(index + 1, Tag.UNIT) in {"day", "week", "month"}:
        short = _SHORT.get(stream.word(index))
        if short:
            return short
    number: int | None = stream.get(index, Tag.NUMBER)
    return number


def _with_half(stream: Stream, hours: int, index: int) -> Found:
    if stream.has(index, Tag.AND):
        minutes = stream.get(index + 1, Tag.FRACTION)
        if minutes:
            return Lapse(hours * 60 + minutes, "minute"), index + 2
    return Lapse(hours * 60, "hour"), index


def _day(amount: int, unit: str) -> Day:
    if unit == "minute":
        return Lapse(amount, "minute")
    if unit == "hour":
        return Lapse(amount * 60, "hour")
    if unit == "day":
        return Offset(amount)
    if unit == "week":
        return Offset(7 * amount)
    return Months(amount)


def _negated(day: Day) -> Day:
    if isinstance(day, Lapse):
        return Lapse(-day.minutes, day.grain)
    if isinstance(day, Offset):
        return Offset(-day.days)
    if isinstance(day, Months):
        return Months(-day.months)
    return day


def _ahead(stream: Stream, index: int) -> Found | None:
    """Reads "dans 2h", "mn daba 3 iyam", "بعد ساعتين", "in a week"."""
    inside = stream.has(index, Tag.IN)
    from_now = stream.has(index, Tag.FROM_NOW)
    after = stream.has(index, Tag.AFTER)
    if not (inside or from_now or after):
        return None
    behind = stream.skip(index + 1, Tag.AT, Tag.AT_WEAK, Tag.SOFT, most=2)
    if stream.has(index + 1, Tag.AT_WEAK) and stream.has(index + 1, Tag.NUMBER):
        behind = index + 1
    if stream.word(behind) in {"chi", "شي", "l", "ل", "les"}:
        behind += 1
    if stream.word(behind) in _SOME:
        behind += 1
    found = length_at(stream, behind, hours=inside or from_now, single=from_now or after)
    if found is None:
        return None
    if after and not stream.has(behind, Tag.NUMBER, Tag.DURATION):
        # "b3d simana" is a distance, "بعد الأسبوع القادم" and "بعد الساعة 3" are not.
        if stream.has(found[1], Tag.NEXT, Tag.LAST, Tag.NUMBER, Tag.CLOCK, Tag.AT, Tag.OF):
            return None
        if stream.word(behind).startswith("ال"):
            return None
    return found


def _behind(stream: Stream, index: int) -> Found | None:
    """Reads "il y a 3 jours", "hadi 3 iyam", "قبل 3 أيام"."""
    ago = stream.has(index, Tag.AGO) or stream.word(index) == "hadi"
    before = stream.has(index, Tag.BEFORE) and stream.word(index) not in {"avant", "avt", "before"}
    if not (ago or before):
        return None
    at = stream.skip(index + 1, Tag.SOFT, most=1)
    if stream.word(at) in _SOME:
        at += 1
    been = stream.word(index) in {"hadi", "هادي", "منذ"}
    # «قبل أسبوع» is a week ago, "9bel" and «قبل شهر رمضان» go on.
    been = been or (stream.word(index) == "قبل" and stream.ends(at + 1))
    found = length_at(stream, at, hours=stream.has(index, Tag.AGO), single=been)
    if found is None or (before and isinstance(found[0], Lapse)):
        return None
    return _negated(found[0]), found[1]


def _measured_first(stream: Stream, index: int) -> Found | None:
    """Reads "3 days ago", "a week from Monday", "3 days from now"."""
    if not stream.has(index, Tag.NUMBER, Tag.DURATION):
        return None
    found = length_at(stream, index, hours=False, single=False)
    if found is None and stream.has(index, Tag.CLOCK) and stream.has(index + 1, Tag.FROM_NOW):
        found = length_at(stream, index, hours=True, single=False)
    if found is None:
        return None
    day, behind = found
    anchor = stream.get(behind, Tag.DAY)
    if isinstance(day, Offset) and day.days % 7 == 0 and anchor in {0, 1}:
        return Offset(day.days + anchor), behind + 1  # "a week tomorrow"
    if stream.has(behind, Tag.AGO_AFTER):
        return _negated(day), behind + 1
    if stream.has(behind, Tag.FROM_NOW):
        return day, behind + 1
    if stream.word(behind) in {"from", "on"} and isinstance(day, Offset):
        anchor = stream.get(behind + 1, Tag.DAY)
        if anchor is not None:
            return Offset(day.days + anchor), behind + 2
        weekday = stream.get(behind + 1, Tag.WEEKDAY)
        if weekday is not None and day.days % 7 == 0:
            return Weekday(weekday, weeks=day.days // 7), behind + 2
    return None
