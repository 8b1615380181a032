"""An agenda slot or an appointment in the patient's words, as the variables of a response."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
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
    return button(say_short(slot.start, clinic.zone, language), "choose_slot", agenda_slot=slot.key)


def new_slot_button(
    clinic: Clinic, appointment_id: str, slot: AgendaSlot, language: str
) -> dict[str, str]:
    """Returns a button that chooses the slot to move an appointment to."""
    return button(
        say_short(slot.start, clinic.zone, language),
        "choose_new_slot",
        agenda_slot=slot.key,
        appointment=appointment_id,
    )


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
        made = button(
            say_short(slot.start, clinic.zone, language), intent, appointment=it.appointment.id
        )
        if is_list:
            name = clinic.practitioner(slot.practitioner_id).name(language).short
            made["description"] = f"{name} – {it.patient.name}"
        buttons.append(made)
    return buttons


def tell_moved(
    dispatcher: CollectingDispatcher,
    wired: Services,
    appointment: Appointment,
    patient_name: str,
    language: str,
) -> None:
    """Says when and where an appointment is now, with its calendar and its link for video."""
    dispatcher.utter_message(
        response="utter_moved",
        patient=patient_name,
        calendar=f"{wired.clinic.base_url}/calendar/{appointment.calendar_token}.ics",
        **describe_slot(wired.clinic, appointment.slot, language),
    )
    if video := describe_video(wired.clinic, appointment):
        dispatcher.utter_message(response="utter_video_link", video=video)
