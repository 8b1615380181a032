"""Doctors named in a booking: unknown ones, and the one who is refused."""

from __future__ import annotations

from collections.abc import Sequence

from actions.said import Said
from actions.words import says, split_words, unknown_doctor
from clinic.facts.model import Clinic, Practitioner
from clinic.messaging.texts import Texts
from clinic.scheduling.model import AgendaSlot

_WORDS_BEFORE = 3


def doctor_at_hand(
    question: str | None, chosen: str | None, offered: Sequence[str] | None
) -> str | None:
    """Returns the doctor of the chosen slot, or the only one among those offered."""
    if question == "booking_confirmed" and chosen:
        return AgendaSlot.from_key(chosen).practitioner_id
    if question == "agenda_slot" and offered:
        doctors = {AgendaSlot.from_key(key).practitioner_id for key in offered}
        return doctors.pop() if len(doctors) == 1 else None
    return None


def refused_doctor(said: Said, present: str | None) -> str | None:
    """Returns the doctor that a message refuses; None when it refuses none.

    Args:
        present: the doctor that "this doctor" means.
    """
    named = [entity for entity in said.entities if entity["entity"] == "practitioner"]
    if len(named) == 1 and "start" in named[0]:
        before = " ".join(split_words(said.text[: named[0]["start"]])[-_WORDS_BEFORE:])
        return str(named[0]["value"]) if says(before, "refusal") else None
    if named or present is None:
        return None
    if says(said.text, "other_doctor"):
        return present
    refuses = said.intent == "deny" or says(said.text, "refusal")
    return present if refuses and says(said.text, "this_doctor") else None


def other_doctors(clinic: Clinic, specialty: str | None, refused: str) -> tuple[Practitioner, ...]:
    """Returns who else practises the specialty."""
    specialty = specialty or clinic.practitioner(refused).specialties[0].value
    return tuple(doctor for doctor in clinic.practitioners_of(specialty) if doctor.id != refused)


def has_unknown_doctor(said: Said) -> bool:
    """Tells whether a doctor is named whom the clinic does not have."""
    return (
        not said.is_tap
        and said.value("practitioner") is None
        and unknown_doctor(said.text) is not None
    )


def list_doctors(texts: Texts, clinic: Clinic, specialty: str | None, language: str) -> str:
    """Returns the doctors of a specialty, or all, a line each."""
    doctors = clinic.practitioners_of(specialty) if specialty else ()
    return "\n".join(
        f"• {doctor.name(language).full} – "
        + ", ".join(
            texts.text(f"utter_specialty_{own.value}", language) for own in doctor.specialties
        )
        for doctor in doctors or clinic.practitioners
    )
