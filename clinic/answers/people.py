"""Who works at the clinic, where and when; leave and holidays are counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from clinic.answers.model import CLOCK_GRAINS, FactAnswer, FactQuestion
from clinic.answers.treatments import is_not_offered, not_offered
from clinic.answers.voice import Voice, time_value
from clinic.facts.model import Practitioner, ScheduleBlock, TimeRange
from clinic.facts.opening import local_day
from clinic.scheduling.presence import Presence, is_on_leave, next_presence, presence_on
from whatsapp.messages import Choice

_WEEK = 7


def answer_services(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns the team, or those of it who are meant, on the day that is meant."""
    if is_not_offered(voice, question):
        return not_offered(voice)
    if question.practitioner_id:
        practitioner = voice.clinic.practitioner(question.practitioner_id)
        if question.time and question.time.grain != "month":
            return _one_on_day(voice, question, practitioner)
        return _one(voice, question, practitioner)
    if question.time and question.time.grain != "month":
        return _team_on_day(voice, question)
    team = _team(voice, question)
    lines = voice.list(_team_line(voice, practitioner) for practitioner in team)
    if question.specialty or question.service_id:
        return FactAnswer("utter_services_of", {"practitioners": lines}, _book(voice, question))
    return FactAnswer("utter_services", {"practitioners": lines})


def presence_line(voice: Voice, presences: Iterable[Presence]) -> str:
    """Returns where and when somebody receives on one day: "Maârif 09:00-12:30"."""
    sites = groupby(presences, key=lambda presence: presence.site_id)
    return ", ".join(
        f"{voice.site(site_id)} {_clocks(voice, of_site)}" for site_id, of_site in sites
    )


def _one_on_day(voice: Voice, question: FactQuestion, practitioner: Practitioner) -> FactAnswer:
    """Answers "is Dr X there on Monday?", with the next day when not."""
    said = question.time
    assert said is not None
    clinic, name = voice.clinic, practitioner.name(voice.language).full
    day = local_day(clinic, said.start)
    if said.grain == "week":
        return _one_in_week(voice, question, practitioner, day)
    there = _at_site(presence_on(clinic, practitioner, day), question.site_id)
    if said.grain in CLOCK_GRAINS or said.grain == "part_of_day":
        fitting = [p for p in there if p.start < said.end and said.start < p.end]
    else:
        fitting = there
    values = {"practitioner": name, "day": voice.day(day)}
    if fitting:
        choices = () if question.in_form else (_book_day(voice, practitioner, fitting),)
        values["hours"] = presence_line(voice, there)
        return FactAnswer("utter_practitioner_present", values, choices)
    later = next_presence(clinic, practitioner, max(said.end, voice.now), question.site_id)
    values["next"] = _next_words(voice, practitioner, later)
    on_leave = is_on_leave(clinic, practitioner, day)
    response = "utter_practitioner_on_leave" if on_leave else "utter_practitioner_absent"
    if there:
        # There that day, but not at that hour.
        response, values["hours"] = "utter_practitioner_other_hours", presence_line(voice, there)
    return FactAnswer(response, values, _book(voice, question))


def _one_in_week(
    voice: Voice, question: FactQuestion, practitioner: Practitioner, first: date
) -> FactAnswer:
    days = [first + timedelta(days=offset) for offset in range(_WEEK - first.weekday())]
    lines = [
        voice.text("utter_hours_line", days=voice.day(day), hours=presence_line(voice, there))
        for day in days
        if (there := _at_site(presence_on(voice.clinic, practitioner, day), question.site_id))
    ]
    name = practitioner.name(voice.language).full
    if not lines:
        later = next_presence(voice.clinic, practitioner, voice.now, question.site_id)
        values = {"practitioner": name, "next": _next_words(voice, practitioner, later)}
        return FactAnswer("utter_practitioner_absent_then", values, _book(voice, question))
    values = {"practitioner": name, "hours": voice.list(lines)}
    return FactAnswer("utter_practitioner_week", values, _book(voice, question))


def _one(voice: Voice, question: FactQuestion, practitioner: Practitioner) -> FactAnswer:
    """Answers "when does Dr X work?" with the usual week."""
    in_ramadan = voice.clinic.in_ramadan(voice.today)
    schedule = (in_ramadan and practitioner.ramadan_schedule) or practitioner.schedule
    blocks = [b for b in schedule if question.site_id in (None, b.site_id)]
    lines = [
        voice.text(
            "utter_hours_line",
            days=f"{voice.weekday(block.weekday)}, {voice.site(block.site_id)}",
            hours=voice.hours(_hours_of(block)),
        )
        for block in sorted(blocks, key=lambda block: (block.weekday, block.hours.start))
    ]
    later = next_presence(voice.clinic, practitioner, voice.now, question.site_id)
    values = {
        "practitioner": practitioner.name(voice.language).full,
        "specialties": _specialties(voice, practitioner),
        "hours": voice.list(lines),
        "next": _next_words(voice, practitioner, later),
    }
    return FactAnswer("utter_practitioner_schedule", values, _book(voice, question))


def _team_on_day(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Answers "who works on Saturday?", of one specialty or of all."""
    said = question.time
    assert said is not None
    clinic, day = voice.clinic, local_day(voice.clinic, said.start)
    lines, somebody = [], None
    for practitioner in _team(voice, question):
        there = _at_site(presence_on(clinic, practitioner, day), question.site_id)
        if said.grain in (*CLOCK_GRAINS, "part_of_day"):
            there = [p for p in there if p.start < said.end and said.start < p.end]
        if there:
            somebody = somebody or there
            lines.append(
                f"{practitioner.name(voice.language).full} –"
                f" {_specialties(voice, practitioner)} – {presence_line(voice, there)}"
            )
    if somebody:
        values = {"day": voice.day(day), "practitioners": voice.list(lines)}
        return FactAnswer("utter_team_on_day", values, _book(voice, question))
    soonest = [
        later
        for practitioner in _team(voice, question)
        if (
            later := next_presence(clinic, practitioner, max(said.end, voice.now), question.site_id)
        )
    ]
    values = {"day": voice.day(day), "next": ""}
    if soonest:
        first = min(soonest, key=lambda presence: presence.start)
        values["next"] = _next_words(voice, clinic.practitioner(first.practitioner_id), first)
    return FactAnswer("utter_nobody_on_day", values, _book(voice, question))


def _team(voice: Voice, question: FactQuestion) -> tuple[Practitioner, ...]:
    clinic = voice.clinic
    specialty = question.specialty
    if question.service_id:
        specialty = clinic.service(question.service_id).specialty.value
    team = clinic.practitioners_of(specialty) if specialty else clinic.practitioners
    if question.site_id:
        team = tuple(p for p in team if question.site_id in p.site_ids)
    return team


def _team_line(voice: Voice, practitioner: Practitioner) -> str:
    sites = ", ".join(voice.site(site_id) for site_id in practitioner.site_ids)
    name = practitioner.name(voice.language).full
    return f"{name} – {_specialties(voice, practitioner)} ({sites})"


def _specialties(voice: Voice, practitioner: Practitioner) -> str:
    return ", ".join(voice.specialty(own.value) for own in practitioner.specialties)


def _next_words(voice: Voice, practitioner: Practitioner, later: Presence | None) -> str:
    if later is None:
        return ""
    return voice.text(
        "utter_practitioner_next",
        practitioner=practitioner.name(voice.language).full,
        day=voice.day(local_day(voice.clinic, later.start)),
        hours=f"{voice.site(later.site_id)} {voice.clock(later.start)}-{voice.clock(later.end)}",
    )


def _book(voice: Voice, question: FactQuestion) -> tuple[Choice, ...]:
    if question.in_form:
        return ()
    if question.practitioner_id:
        return (voice.book(practitioner=question.practitioner_id),)
    specialty = question.specialty
    if question.service_id:
        specialty = voice.clinic.service(question.service_id).specialty.value
    return (voice.book(specialty=specialty),) if specialty else ()


def _book_day(voice: Voice, practitioner: Practitioner, there: list[Presence]) -> Choice:
    end = there[-1].end
    if end <= voice.now:
        return voice.book(practitioner=practitioner.id)
    day = time_value(max(there[0].start, voice.now), end, "day")
    return voice.book(practitioner=practitioner.id, time=day)


def _at_site(presences: list[Presence], site_id: str | None) -> list[Presence]:
    return [p for p in presences if site_id in (None, p.site_id)]


def _clocks(voice: Voice, presences: Iterable[Presence]) -> str:
    return ", ".join(f"{voice.clock(p.start)}-{voice.clock(p.end)}" for p in presences)


def _hours_of(block: ScheduleBlock) -> list[TimeRange]:
    parts, start = [], block.hours.start
    for pause in block.breaks:
        parts.append(TimeRange(start, pause.start))
        start = pause.end
    return [*parts, TimeRange(start, block.hours.end)]
