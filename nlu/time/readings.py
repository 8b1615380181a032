"""The readings that a word can have in a time expression."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any


class Tag(Enum):
    """What a word can stand for; a word may have several, the grammar chooses."""

    # Members are looked up some hundred times a message; identity is enough and much faster.
    __hash__ = object.__hash__

    NUMBER = auto()  # int
    ORDINAL = auto()  # int: "12th", "1er"
    CLOCK = auto()  # values.Clock as written: "15h30", "3pm"
    DATE = auto()  # (day, month, year or None, form): "12/05/2027"
    MERIDIEM = auto()  # "am" | "pm"
    DAY = auto()  # offset in days from today
    WEEKDAY = auto()  # 0 Monday to 6 Sunday
    WEEKDAY_AFTER_NHAR = auto()  # a weekday only when "nhar" or its like stands before
    WEEKDAY_SHORT = auto()  # "sam", "sun": a weekday only in clear company
    MONTH = auto()  # 1 to 12
    MONTH_WEAK = auto()  # "may", "mars": a month only beside a number or after "en"
    ENGLISH = auto()  # True: month names that may stand before the day
    PART = auto()  # values.Part
    DOHR = auto()  # True: the noon prayer's name; "after" it is the afternoon
    NOON = auto()
    MIDNIGHT = auto()
    NOW = auto()
    TONIGHT = auto()
    LILA = auto()  # tonight after "had", a first name otherwise
    UNIT = auto()  # "minute" | "hour" | "day" | "week" | "month"
    DURATION = auto()  # (amount, unit): "sa3tayn", "demi-heure"
    FRACTION = auto()  # minutes: quarter 15, third 20, half 30
    MINUS = auto()
    PAST = auto()
    HOURS = auto()  # "heures", "h", "o'clock" after a number
    SAA = auto()  # "sa3a", "الساعة" before a number
    WEEKEND = auto()  # "weekend" | "end of week"
    EDGE = auto()  # "start" | "mid" | "end" of something
    THIS = auto()
    NEXT = auto()
    LAST = auto()
    RELATIVE = auto()  # "li" in "li jay"
    WEEKS_ON = auto()  # "en huit" 1, "en quinze" 2
    AFTER_NEXT = auto()  # "the weekend after next"
    AFTER = auto()
    AFTER_FRENCH = auto()  # "après 3 heures" is a clock time, "b3d 3 swaye3" a duration
    STARTING = auto()  # "à partir de": the moment itself is included
    ONWARDS = auto()
    BEFORE = auto()
    UNTIL = auto()
    BETWEEN = auto()
    FROM = auto()
    TO = auto()
    AND = auto()
    OR = auto()
    IN = auto()
    FROM_NOW = auto()  # "dans" of Darija ("mn daba") and "from now" of English
    AGO = auto()
    AGO_AFTER = auto()  # "ago"
    AT = auto()  # a bare number behind it is an hour
    AT_WEAK = auto()  # a bare number behind it is an hour when nothing follows
    LE = auto()  # a number behind it is a day of the month
    NHAR = auto()
    OF = auto()
    LINK = auto()  # may stand between the parts of one moment
    SOFT = auto()  # politeness and hedges between the parts of one moment
    EVERY = auto()
    NOT = auto()
    CANNOT = auto()
    REJECTS = auto()  # "au lieu de", "than"
    RATHER = auto()
    QUE = auto()
    LASTING = auto()  # a number of hours behind it is a length, not a clock time
    MOVES = auto()  # "déplacer": "de mardi à jeudi" are two moments
    BUT = auto()
    GOES = auto()  # "ghada": "tomorrow" or "going to"
    SKIP = auto()
    DOSE = auto()  # "2 comprimés": the parts of the day around it are no visit
    STOP = auto()  # . ! ? ; and a new line
    COMMA = auto()
    DASH = auto()


Readings = dict[Tag, Any]
