"""Coming without an appointment, and today's queue."""

from __future__ import annotations

from clinic.answers.model import FactAnswer, FactQuestion
from clinic.answers.people import presence_line
from clinic.answers.treatments import is_not_offered, not_offered
from clinic.answers.voice import Voice
from clinic.facts.dates import say_minutes
from clinic.facts.office import WalkIn
from clinic.scheduling.presence import next_presence, presence_on
from whatsapp.messages import Choice


def answer_walk_in(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns who is seen without an appointment, for what was named or in general."""
    if is_not_offered(voice, question):
        return not_offered(voice)
    named = _named_specialties(voice, question)
    choices: tuple[Choice, ...] = ()
    if not question.in_form:
        choices = (voice.book(specialty=next(iter(named)) if len(named) == 1 else None),)
    fitting = [
        entry
        for entry in voice.clinic.office.walk_ins
        if question.site_id in (None, entry.site_id)
        and (not named or named & {specialty.value for specialty in entry.specialties})
    ]
    if not fitting:
        return FactAnswer("utter_walk_in_no", {}, choices)
    lines = voice.list(_line(voice, entry, named) for entry in fitting)
    response = "utter_walk_in_yes" if named else "utter_walk_in"
    return FactAnswer(response, {"places": lines}, choices)


def answer_queue(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Returns what the agenda of today says; it never guesses how late somebody is."""
    place = question.place
    named = question.practitioner_id
    if place is None or named not in (None, place.appointment.practitioner_id):
        return _doctor_today(voice, question)
    own = place.appointment
    values = {
        "hour": voice.clock(own.start),
        "practitioner": voice.doctor(own.practitioner_id),
        "site": voice.site(own.site_id),
        "before": _before(voice, place.before),
        "presence": _presence(voice, own.practitioner_id),
        "delay": _delay(voice, place.delay_minutes),
    }
    return FactAnswer("utter_queue", values)


def _doctor_today(voice: Voice, question: FactQuestion) -> FactAnswer:
    """Without an appointment today: whether the doctor works, and whom to ask."""
    phone = {"phone": voice.clinic.phone}
    if question.practitioner_id:
        presence = _presence(voice, question.practitioner_id)
        return FactAnswer("utter_queue_of_practitioner", {"presence": presence, **phone})
    if question.upcoming:
        following = question.upcoming[0]
        values = {
            "when": voice.when(following.start),
            "practitioner": voice.doctor(following.practitioner_id),
        }
        return FactAnswer("utter_queue_not_today", {**values, **phone})
    return FactAnswer("utter_queue_unknown", phone)


def _presence(voice: Voice, practitioner_id: str) -> str:
    """Returns the sentence that says whether the schedule has the doctor in at this moment."""
    practitioner = voice.clinic.practitioner(practitioner_id)
    name = voice.doctor(practitioner_id)
    there = presence_on(voice.clinic, practitioner, voice.today)
    if any(presence.start <= voice.now < presence.end for presence in there):
        response = "utter_queue_doctor_in"
    elif any(presence.start > voice.now for presence in there):
        response = "utter_queue_doctor_later"
    else:
        later = next_presence(voice.clinic, practitioner, voice.now)
        day = voice.when(later.start) if later else ""
        return voice.text("utter_queue_doctor_out", practitioner=name, next=day)
    return voice.text(response, practitioner=name, hours=presence_line(voice, there))


def _before(voice: Voice, count: int) -> str:
    if count == 0:
        return voice.text("utter_queue_nobody_before")
    if count == 1:
        return voice.text("utter_queue_one_before")
    return voice.text("utter_queue_before", count=count)


def _delay(voice: Voice, minutes: int | None) -> str:
    if minutes is None:
        return voice.text("utter_queue_delay_unknown")
    if minutes == 0:
        return voice.text("utter_queue_on_time")
    return voice.text("utter_queue_delay", minutes=say_minutes(minutes, voice.language))


def _named_specialties(voice: Voice, question: FactQuestion) -> set[str]:
    if question.practitioner_id:
        practitioner = voice.clinic.practitioner(question.practitioner_id)
        return {specialty.value for specialty in practitioner.specialties}
    if question.service_id:
        return {voice.clinic.service(question.service_id).specialty.value}
    return {question.specialty} if question.specialty else set()


def _line(voice: Voice, entry: WalkIn, named: set[str]) -> str:
    specialties = ", ".join(
        voice.specialty(specialty.value)
        for specialty in entry.specialties
        if not named or specialty.value in named
    )
    return f"{voice.site(entry.site_id)}, {specialties} : {entry.note.to(voice.language)}"
