"""From a moment to dates and hours, on the clock of the patient's place."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from nlu.time.hours import clock_span
from nlu.time.values import (
    Bound,
    Date,
    Day,
    Lapse,
    Moment,
    Month,
    Months,
    Now,
    NthWeekday,
    Offset,
    Week,
    Weekday,
    Weekend,
)

Interval = tuple[datetime, datetime, str]

_CLINIC_CLOSES = time(21)
_CLINIC_OPENS = time(8)
# How far an open side reaches when nothing says where it ends.
_OPEN_DAYS = 7
_MONTHS_TRIED = 4
_YEAR = 366
_WIDE_GRAINS = {"week", "month"}


class Calendar:
    """Resolves moments for one message.

    Args:
        now: when the patient wrote, aware.
        zone: the zone whose clock counts.
    """

    def __init__(self, now: datetime, zone: tzinfo) -> None:
        self._now = now.astimezone(zone)
        self._zone = zone
        self._today = self._now.date()

    def resolve(self, moment: Moment) -> Interval | None:
        """Returns start, end (exclusive) and grain, None when there is no such day."""
        try:
            found = self._resolve(moment)
        except (OverflowError, ValueError):
            # A day beyond the calendar (30 February, year 10000).
            return None
        if found is None or found[0] >= found[1]:
            return None
        return found

    def same_day(self, first: Day | None, second: Day | None) -> bool:
        """Whether two names mean one day."""
        if first is None or second is None:
            return False
        try:
            one, other = self._days(first), self._days(second)
        except (OverflowError, ValueError):
            return False
        if one is None or other is None:
            return False
        if isinstance(first, Weekday) and first.mode == "plain" and isinstance(second, Date):
            # "mardi 12 mai" names any Tuesday, not only the next.
            return other[0].weekday() == first.index
        if isinstance(second, Weekday):
            return one[0].weekday() == second.index
        return one == other

    def fits_number(self, day: Weekday) -> bool:
        """Whether the number behind a weekday is its day of the month, this month or next."""
        return day.number is not None and bool(self._numbered_weekday(day.index, day.number))

    # Days

    def _days(self, day: Day) -> tuple[date, date, str] | None:
        """Returns first day, day behind the last, and grain."""
        if isinstance(day, Offset):
            return _one(self._today + timedelta(days=day.days))
        if isinstance(day, Weekday):
            return _one(self._weekday(day))
        if isinstance(day, Date):
            found = self._date(day)
            return _one(found) if found else None
        if isinstance(day, Months):
            return _one(_add_months(self._today, day.months))
        if isinstance(day, Week):
            around = self._date(day.around) if day.around else self._today
            if around is None:
                return None
            monday = _monday(around) + timedelta(weeks=day.offset)
            return monday, monday + timedelta(days=7), "week"
        if isinstance(day, Weekend):
            saturday = self._saturday(day) + timedelta(weeks=day.weeks)
            return saturday, saturday + timedelta(days=2), "day"
        if isinstance(day, NthWeekday):
            return _one(self._nth_weekday(day))
        if isinstance(day, Month):
            first = self._month(day)
            return first, _add_months(first, 1), "month"
        return None

    def _weekday(self, day: Weekday) -> date:
        if day.week is not None:
            return _monday(self._today) + timedelta(days=7 * day.week + day.index)
        if day.number is not None:
            numbered = self._numbered_weekday(day.index, day.number)
            if numbered:
                return numbered
        ahead = (day.index - self._today.weekday()) % 7
        if day.mode == "last":
            ahead = ahead - 7
        elif day.mode != "this" and ahead == 0:
            ahead = 7
        return self._today + timedelta(days=ahead + 7 * day.weeks)

    def _numbered_weekday(self, index: int, number: int) -> date | None:
        """Returns the next such day of the month that falls on the weekday, soon."""
        for months in range(2):
            first = _add_months(self._today.replace(day=1), months)
            if number <= monthrange(first.year, first.month)[1]:
                found = first.replace(day=number)
                if found >= self._today and found.weekday() == index:
                    return found
        return None

    def _date(self, day: Date) -> date | None:
        if day.month_offset is not None:
            return _add_months(self._today.replace(day=1), day.month_offset).replace(day=day.day)
        if day.month is not None:
            if day.year is not None:
                return date(day.year, day.month, day.day)
            years = (0, -1) if day.last else (0, 1)
            for step in years:
                year = self._today.year + step
                if day.day <= monthrange(year, day.month)[1]:
                    found = date(year, day.month, day.day)
                    if (found < self._today) if day.last else (found >= self._today):
                        near = abs((found - self._today).days) <= _YEAR
                        return found if near else None
            return None
        for step in range(_MONTHS_TRIED):
            first = _add_months(self._today.replace(day=1), -step if day.last else step)
            if day.day <= monthrange(first.year, first.month)[1]:
                found = first.replace(day=day.day)
                if (found < self._today) if day.last else (found >= self._today):
                    return found
        return None

    def _saturday(self, day: Weekend) -> date:
        this = _monday(self._today) + timedelta(days=5)
        if day.week is not None:
            return this + timedelta(weeks=day.week)
        if day.mode == "last":
            return this - timedelta(weeks=1)
        if day.mode == "next" and self._today >= this:
            return this + timedelta(weeks=1)
        return this

    def _month(self, month: Month) -> date:
        first = self._today.replace(day=1)
        if month.offset is not None:
            return _add_months(first, month.offset)
        number = month.number or first.month
        if month.year is not None:
            return date(month.year, number, 1)
        found = first.replace(month=number)
        if month.last:
            return found if found < first else found.replace(year=found.year - 1)
        return found if found >= first else found.replace(year=found.year + 1)

    def _nth_weekday(self, day: NthWeekday) -> date:
        first = self._month(day.month)
        for _ in range(2):
            if day.nth > 0:
                ahead = (day.index - first.weekday()) % 7 + 7 * (day.nth - 1)
            else:
                last = first.replace(day=monthrange(first.year, first.month)[1])
                ahead = (last - first).days - (last.weekday() - day.index) % 7
            found = first + timedelta(days=ahead)
            if found >= self._today:
                break
            # This month's has passed: that of next month, or of the same month next year.
            first = _add_months(first, 12 if day.month.number else 1)
        return found

    # Moments

    def _resolve(self, moment: Moment) -> Interval | None:
        if isinstance(moment.day, Lapse):
            return self._lapse(moment.day, moment.day_bound)
        if isinstance(moment.day, Now):
            start = self._now.replace(second=0, microsecond=0)
            return start, start + timedelta(minutes=1), "minute"
        if moment.day is None:
            return self._next_to_come(moment)
        days = self._days(moment.day)
        if days is None:
            return None
        if moment.day_end is not None:
            return self._range(days, moment)
        inside = self._within(days, moment)
        return self._open(inside, moment) if moment.day_bound else inside

    def _lapse(self, lapse: Lapse, bound: Bound | None) -> Interval:
        # Real time, so that two hours stay two hours when the clock changes.
        moved = self._now.astimezone(timezone.utc) + timedelta(minutes=lapse.minutes)
        start = moved.astimezone(self._zone)
        if bound is not None:
            return self._now, start, lapse.grain
        length = timedelta(hours=1) if lapse.grain == "hour" else timedelta(minutes=1)
        return start, start + length, lapse.grain

    def _next_to_come(self, moment: Moment) -> Interval | None:
        if moment.since:
            today = self._within(_one(self._today), moment)
            if today is None or today[0] <= self._now:
                return today
            return self._within(_one(self._today - timedelta(days=1)), moment)
        for ahead in range(3):
            found = self._within(_one(self._today + timedelta(days=ahead)), moment)
            if found is None:
                return None
            if moment.clock_bound in {Bound.BEFORE, Bound.UNTIL}:
                if found[1] > self._now:
                    return found
            elif found[0] > self._now:
                return found
        return None

    def _within(self, days: tuple[date, date, str], moment: Moment) -> Interval | None:
        """Returns the hours said inside a single day, or the whole of a wider span."""
        first, behind, grain = days
        if behind - first > timedelta(days=1) or not moment.has_time:
            return self._at(first, time()), self._at(behind, time()), grain
        if moment.clock is None:
            assert moment.part is not None
            part = moment.part
            return self._at(first, part.begins), self._at(first, part.ends), "part_of_day"
        start, end, clock_grain = clock_span(moment.clock, moment.clock_end, moment.part)
        begins = self._local(first, start)
        ends = self._local(first, end)
        if moment.clock_bound in {Bound.AFTER, Bound.STARTING}:
            closes = _CLINIC_CLOSES
            if moment.part and not moment.half and self._at(first, moment.part.begins) <= begins:
                closes = max(moment.part.ends, time())
            last = self._at(first, closes)
            return begins, last if last > begins else ends, clock_grain
        if moment.clock_bound in {Bound.BEFORE, Bound.UNTIL}:
            return self._before(first, begins, moment, clock_grain)
        return begins, ends, clock_grain

    def _before(self, day: date, limit: datetime, moment: Moment, grain: str) -> Interval:
        opens = self._at(day, moment.part.begins if moment.part else _CLINIC_OPENS)
        if opens >= limit:
            opens = self._at(day, time())
        if opens < self._now < limit:
            opens = self._now
        return opens, limit, grain

    def _open(self, inside: Interval | None, moment: Moment) -> Interval | None:
        """Opens one side of a moment."""
        if inside is None:
            return None
        start, end, grain = inside
        if moment.day_bound is Bound.BEFORE:
            return self._now, end if moment.to_end else start, grain
        if moment.day_bound is Bound.UNTIL:
            return self._now, start if moment.clock else end, grain
        if moment.clock or moment.part:
            closes = self._at(start.date(), _CLINIC_CLOSES)
            begins = end if moment.day_bound is Bound.AFTER and moment.clock is None else start
            return begins, max(closes, begins + timedelta(hours=1)), grain
        if moment.day_bound is Bound.AFTER:
            days = _OPEN_DAYS if grain not in _WIDE_GRAINS else (end - start).days
            if grain == "month":
                return end, self._at(_add_months(end.date(), 1), time()), grain
            return end, self._at(end.date() + timedelta(days=days), time()), grain
        if grain in _WIDE_GRAINS:
            return start, end, grain
        return start, self._at(start.date() + timedelta(days=_OPEN_DAYS), time()), grain

    def _range(self, days: tuple[date, date, str], moment: Moment) -> Interval | None:
        """Returns the span from one day to the end of another."""
        assert moment.day_end is not None
        last_day = moment.day_end
        if isinstance(last_day, Date) and last_day.month is None:
            month = days[0].month if last_day.day >= days[0].day else days[0].month % 12 + 1
            year = days[0].year + (month < days[0].month)
            last_day = replace(last_day, month=month, year=year)
        last = self._days(last_day)
        if last is None:
            return None
        behind = last[1]
        if isinstance(last_day, Weekday):
            while behind <= days[0]:
                behind += timedelta(days=7)
            if (behind - days[0]).days > 7 and last_day.week is None:
                behind -= timedelta(days=7)
        return self._at(days[0], time()), self._at(behind, time()), "day"

    def _local(self, day: date, minutes: int) -> datetime:
        """Returns the local time so many minutes after midnight by the wall clock."""
        days, rest = divmod(minutes, 24 * 60)
        return self._at(day + timedelta(days=days), time(rest // 60, rest % 60))

    def _at(self, day: date, at: time) -> datetime:
        local = datetime.combine(day, at, tzinfo=self._zone)
        # An hour that the change of clock leaves out moves to the one that exists.
        return local.astimezone(timezone.utc).astimezone(self._zone).replace(fold=0)


def _one(day: date) -> tuple[date, date, str]:
    return day, day + timedelta(days=1), "day"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _add_months(day: date, months: int) -> date:
    """Adds months; the 31st becomes the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
