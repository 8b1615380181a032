"""An agenda slot or an appointment in the patient's words, as the variables of a response."""

from __future__ import annotations

from collections.abc import Sequence

from actions.payloads import payload
from clinic.appointments.model import OwnAppointment
from clinic.bootstrap import Services
from clinic.facts.dates import say_short, say_when
from clinic.facts.model import Clinic
from clinic.scheduling.model import AgendaSlot, Appointment
from clinic.scheduling.video import video_link


def describe_slot(clinic: Clinic, slot: AgendaSlot, language: str) -> dict[str, str]:
    """Returns the variables `when`, `practitioner`, `site` and `address`."""
    site = clinic.site(slot.site_id)
    return {
        "when": say_when(slot.start, clinic.zone, language),
        "practitioner": clinic.practitioner(slot.practitioner_id).name(language).full,
        "site": site.name.to(language),
        "address": site.address.to(language),
    }


def describe_appointment(
    clinic: Clinic, own: OwnAppointment, language: str, *, prefix: str = ""
) -> dict[str, str]:
    """Returns the variables of its slot and `patient`, each with a prefix."""
    values = describe_slot(clinic, own.appointment.slot, language)
    return {f"{prefix}{k}": v for k, v in {**values, "patient": own.patient.name}.items()}


def describe_video(clinic: Clinic, appointment: Appointment) -> str:
    """Returns the link of a teleconsultation, empty for any other appointment."""
    return video_link(clinic, appointment) or ""


def list_appointments(wired: Services, own: Sequence[OwnAppointment], language: str) -> str:
    """Returns a line for each appointment."""
    return "\n".join(
        wired.texts.text(
            "utter_appointment_line", language, **describe_appointment(wired.clinic, it, language)
        )
        for it in own
    )


def slot_button(clinic: Clinic, slot: AgendaSlot, language: str) -> dict[str, str]:
    """Returns a button that chooses the slot."""
    return {
        "title": say_short(slot.start, clinic.zone, language),
        "payload": payload("choose_slot", agenda_slot=slot.key),
    }


def new_slot_button(
    clinic: Clinic, appointment_id: str, slot: AgendaSlot, language: str
) -> dict[str, str]:
    """Returns a button that chooses the slot to move an appointment to."""
    return {
        "title": say_short(slot.start, clinic.zone, language),
        "payload": payload("choose_new_slot", agenda_slot=slot.key, appointment=appointment_id),
    }


def appointment_buttons(
    clinic: Clinic, own: Sequence[OwnAppointment], language: str, intent: str
) -> list[dict[str, str]]:
    """Returns a button per appointment that starts an errand with it.

    A button holds day and hour. Where there are more than WhatsApp shows as buttons, the list
    holds practitioner and patient as well.
    """
    is_list = len(own) > 3
    buttons = []
    for it in own:
        slot = it.appointment.slot
        button = {
            "title": say_short(slot.start, clinic.zone, language),
            "payload": payload(intent, appointment=it.appointment.id),
        }
        if is_list:
            name = clinic.practitioner(slot.practitioner_id).name(language).short
            button["description"] = f"{name} – {it.patient.name}"
        buttons.append(button)
    return buttons
