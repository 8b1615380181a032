"""When the clinic is open: now, on the day that was said, in Ramadan, on holidays, in general."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from clinic.answers.model import CLOCK_GRAINS, FactAnswer, FactQuestion
from clinic.answers.voice import Voice
from clinic.facts.model import PublicHoliday, Site, WeeklyHours
from clinic.facts.opening import (
    is_open,
    local_day,
    next_opening,
    opening_end,
    opening_hours_on,
)

_WEEK = 7
_HOLIDAYS_TOLD = 3
_THIS_MOMENT = timedelta(minutes=2)


def answer_hours(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns the hours that answer the question."""
    sites = _sites(voice, question)
    if question.about_holidays:
        return _holidays(voice)
    if question.about_ramadan and voice.clinic.ramadan:
        return _ramadan(voice, sites)
    said = question.time
    if said is None or abs(said.start - voice.now) < _THIS_MOMENT or said.grain == "month":
        return _in_general(voice, sites, question.site_id)
    days = list(_days(voice, local_day(voice.clinic, said.start), said.end))
    if said.grain in CLOCK_GRAINS:
        opened = is_open(voice.clinic, said.start, site_id=question.site_id)
        return FactAnswer(
            "utter_open_at" if opened else "utter_closed_at",
            {"when": voice.when(said.start), "hours": _day_lines(voice, sites, days[0])},
        )
    if len(days) == 1:
        values = {"day": voice.day(days[0]), "hours": _day_lines(voice, sites, days[0])}
        return FactAnswer("utter_hours_on_day", values)
    lines = (f"*{voice.day(day)}*\n{_day_lines(voice, sites, day)}" for day in days[:_WEEK])
    return FactAnswer("utter_hours_on_days", {"hours": "\n".join(lines)})


def week_lines(voice: Voice, sites: Sequence[Site], *, ramadan: bool) -> str:
    """Returns the hours of a week, site by site, days of the same hours together."""
    lines = []
    for site in sites:
        lines.append(f"*{site.name.to(voice.language)}*")
        hours = site.ramadan_hours if ramadan else site.hours
        lines += list(_weekly(voice, hours))
    return "\n".join(lines)


def _in_general(voice: Voice, sites: Sequence[Site], site_id: str | None) -> FactAnswer:
    in_ramadan = voice.clinic.in_ramadan(voice.today)
    values = {
        "status": open_status(voice, site_id),
        "hours": week_lines(voice, sites, ramadan=in_ramadan),
    }
    return FactAnswer("utter_opening_hours", values)


def open_status(voice: Voice, site_id: str | None = None) -> str:
    """Returns the sentence that says whether the clinic is open at this moment."""
    if end := opening_end(voice.clinic, voice.now, site_id=site_id):
        return voice.text("utter_open_now", closes=voice.clock(end))
    opens = next_opening(voice.clinic, voice.now, site_id=site_id)
    return voice.text("utter_closed_now", opens=voice.when(opens)) if opens else ""


def _holidays(voice: Voice) -> FactAnswer:
    coming = sorted(
        (h for h in voice.clinic.public_holidays if h.day >= voice.today), key=lambda h: h.day
    )
    lines = (
        f"{voice.day(holiday.day)} – {holiday.name.to(voice.language)}{_estimate(voice, holiday)}"
        for holiday in coming[:_HOLIDAYS_TOLD]
    )
    return FactAnswer("utter_hours_on_holidays", {"holidays": voice.list(lines)})


def _ramadan(voice: Voice, sites: Sequence[Site]) -> FactAnswer:
    months = [month for month in voice.clinic.ramadan if month.last >= voice.today]
    month = min(months or voice.clinic.ramadan, key=lambda month: month.first)
    values = {
        "first": voice.day(month.first),
        "last": voice.day(month.last),
        "hours": week_lines(voice, sites, ramadan=True),
    }
    return FactAnswer("utter_hours_in_ramadan", values)


def _day_lines(voice: Voice, sites: Sequence[Site], day: date) -> str:
    holiday = voice.clinic.holiday_on(day)
    reason = f" ({holiday.name.to(voice.language)}{_estimate(voice, holiday)})" if holiday else ""
    return voice.list(
        voice.text(
            "utter_hours_line",
            days=site.name.to(voice.language),
            hours=voice.hours(opening_hours_on(voice.clinic, site, day)) + reason,
        )
        for site in sites
    )


def _estimate(voice: Voice, holiday: PublicHoliday) -> str:
    return voice.text("utter_date_estimate") if holiday.estimate else ""


def _sites(voice: Voice, question: FactQuestion) -> Sequence[Site]:
    return (voice.clinic.site(question.site_id),) if question.site_id else voice.clinic.sites


def _days(voice: Voice, first: date, end: datetime) -> Iterator[date]:
    day = first
    while day == first or datetime.combine(day, time.min, voice.clinic.zone) < end:
        yield day
        day += timedelta(days=1)


def _weekly(voice: Voice, hours: WeeklyHours) -> Iterator[str]:
    runs: list[tuple[str, str, str]] = []
    for weekday in range(_WEEK):
        said, day = voice.hours(hours.on(weekday)), voice.weekday(weekday)
        if runs and runs[-1][2] == said:
            runs[-1] = (runs[-1][0], day, said)
        else:
            runs.append((day, day, said))
    for first, last, said in runs:
        days = first if first == last else f"{first} – {last}"
        yield voice.text("utter_hours_line", days=days, hours=said)
