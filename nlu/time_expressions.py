"""Time expressions of patients, in French, Darija, Modern Standard Arabic and English.

The rules are those of the conversation contract, "Time expressions". Where it is silent:

- "Its next one to come" is strictly after now: "l3chiya" written at 15:00 is tomorrow's afternoon,
  "had l3chiya" and "cet après-midi" are today's, begun or not; "mn sbah", «من الصباح» lie behind.
- "avant 10h" is from 08:00 of its day (from now, when that day has begun) to 10:00; "avant" with a
  day is from now. "d'ici vendredi" and "by Friday" count Friday in.
- "à partir de lundi" and "après lundi" reach seven days; with an hour to 21:00 ("après 16h"), or to
  the end of the part of the day that is said, unless the part only tells which half the hour is in
  ("mn b3d 4 d l3chiya" to 21:00). "à partir de" a week or month is that week or month.
- "pas avant 10h" is "à partir de 10h", "pas après 16h" is "avant 16h".
- A range of hours has the grain `minute` when one of its ends has minutes, otherwise `hour`; a
  range of days and the weekend have the grain `day`; "avant" has the grain of its limit.
- "début", "mi-", "fin", "early", "late" narrow nothing: the whole part, week or month that they
  belong to is returned ("la première semaine de mars" March). "fin de semaine" and
  «نهاية الأسبوع» are the weekend. "début du mois", without a word that says which, is no time.
- "le week-end" on Saturday or Sunday is the present one, "prochain" the next.
- "midi" and "noon" are 12:00 with grain `hour`; «الظهر», "dohr" are the part of the day, and
  «بعد الظهر» and "after lunch" the afternoon.
- With l3chiya, 1 to 9 are after noon; with lil, soir, msa, 1 to 11 are, and 12 is midnight.
- "dans 15 jours" and "mn hna 15 yom" are 14 days, the English "in 15 days" is 15.
- "jeudi 12" is the date when the 12th of this or the next month is a Thursday, otherwise an hour
  ("jeudi 10"). A number that is neither, and two names of the day that contradict each other
  ("mardi 12 mai" when it is a Wednesday), are two expressions, so that the dialogue asks.
- "4/5" and "8/10" are marks unless a word says that they are dates; dates before 2000 and those
  behind "né le" are births.
- A time without a day takes the day of the moment before it in the same clause ("jeudi si possible
  le matin"), or across "ou", "et", a comma ("demain 10h ou 11h").
- In one sentence, and in one message that asks to move something, an hour without a day is on the
  day of the hour before it ("j'ai rdv demain 14h, on peut le mettre à 16h ?").
- A weekday in the clause of a week is that week's ("la semaine prochaine je suis libre jeudi").
- "tlata", "rb3a" before "f sbah", "f lil" or "m3a 9" are weekdays, elsewhere numbers.
- The parts of the day of a dose ("1 comprimé le matin") are no visits; towns ("souk larb3a") and
  houses ("I live at 12 ...") are no times.
- "je ne peux pas demain" refuses tomorrow only when the message names another moment.
- "de mardi à jeudi" is a range, and two moments when the message asks to move something.
- Recurring times ("tous les lundis", "kol nhar"; not the hours of "kol nhar mn b3d 6"), lengths
  ("pendant 2h"), greetings ("bonsoir", "sbah lkhir"), feasts and "the prayer" are no times.
- A prayer by its name is the part of the day that it falls in, before, at or after it: l3asr and
  before lmaghrib the afternoon, after lmaghrib and l3icha the evening.
- A slip of one letter in a long name of a day or month is forgiven ("wednsday", «الخميسس»).
- A week, weekend or month with an hour or part of the day keeps its own grain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nlu.time.calendar import Calendar
from nlu.time.folding import FoldedText, fold
from nlu.time.links import flip_negated_bounds, join_apart, lend
from nlu.time.moments import find_moments
from nlu.time.rejection import mark_rejected
from nlu.time.stream import Stream
from nlu.time.tokens import Token, tokenize
from nlu.time.values import Clock, Date, Moment, Weekday

# A number behind a weekday that is no date is an hour up to here: "jeudi 10", "lkhmis 15".
_LAST_HOUR = 19


@dataclass(frozen=True)
class TimeExpression:
    """One moment of a message.

    Attributes:
        start, end: aware, on the clock of the clinic; `end` is exclusive.
        grain: "minute", "hour", "part_of_day", "day", "week" or "month".
        text: what was written.
        span: its start and end character offsets in the message.
    """

    start: datetime
    end: datetime
    grain: str
    text: str
    span: tuple[int, int]


def resolve_time(
    text: str, *, now: datetime, timezone: str = "Africa/Casablanca"
) -> list[TimeExpression]:
    """Finds and resolves the times in a message.

    Args:
        text: the message.
        now: when the patient wrote it, aware.
        timezone: the name of the zone whose clock counts.

    Returns:
        The expressions in the order of the text, without overlap; empty when nothing resolves.

    Raises:
        ValueError: `now` is naive.
        zoneinfo.ZoneInfoNotFoundError: no such zone.
    """
    if now.utcoffset() is None:
        raise ValueError("now must be an aware datetime")
    calendar = Calendar(now, ZoneInfo(timezone))
    folded = fold(text)
    tokens = tokenize(folded.text)
    stream = Stream(tokens)
    moments = [
        moment for found in find_moments(stream) for moment in _split_names(stream, found, calendar)
    ]
    turned = flip_negated_bounds(stream, moments)
    mark_rejected(stream, moments, turned)
    moments = join_apart(stream, moments, turned, calendar.same_day)
    lend(stream, moments)
    kept = [moment for moment in moments if not moment.rejected]
    return [
        expression
        for moment in kept
        if (expression := _expression(moment, calendar, folded, tokens))
    ]


def _split_names(stream: Stream, moment: Moment, calendar: Calendar) -> list[Moment]:
    """Parts a moment whose two names of the day contradict each other."""
    if isinstance(moment.day, Weekday) and moment.day.number is not None:
        return _read_number(stream, moment, moment.day, moment.day.number, calendar)
    if moment.alias is None or moment.day is None:
        return [moment]
    other, before, first = moment.alias
    if calendar.same_day(moment.day, other):
        return [replace(moment, day=other if isinstance(other, Date) else moment.day)]
    return [
        Moment(moment.first, before, moment.day),
        replace(moment, first=first, day=other, alias=None),
    ]


def _read_number(
    stream: Stream, moment: Moment, day: Weekday, number: int, calendar: Calendar
) -> list[Moment]:
    """Reads the number behind a weekday as its date, else as its hour, else as a second day."""
    if calendar.fits_number(day):
        return [moment]
    plain = replace(moment, day=replace(day, number=None))
    if number > _LAST_HOUR:
        at = next(
            (i for i in range(moment.first + 1, moment.last) if stream.is_digits(i)), moment.last
        )
        return [
            Moment(moment.first, at - 1, plain.day),
            replace(moment, first=at, day=Date(number)),
        ]
    if moment.clock is None and moment.day_end is None:
        return [replace(plain, clock=Clock(number))]
    if moment.clock and moment.clock_end is None and number < moment.clock.hour:
        return [replace(plain, clock=Clock(number), clock_end=moment.clock)]
    return [plain]


def _expression(
    moment: Moment, calendar: Calendar, folded: FoldedText, tokens: list[Token]
) -> TimeExpression | None:
    resolved = calendar.resolve(moment)
    if resolved is None:
        return None
    start, end, grain = resolved
    first, last = folded.span(tokens[moment.first].start, tokens[moment.last].end)
    return TimeExpression(start, end, grain, folded.source[first:last], (first, last))
