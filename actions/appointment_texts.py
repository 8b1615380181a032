"""An agenda slot in the patient's words, as the variables of a response."""

from __future__ import annotations

from clinic.facts.dates import say_short, say_when
from clinic.facts.model import Clinic
from clinic.scheduling.model import AgendaSlot


def describe_slot(clinic: Clinic, slot: AgendaSlot, language: str) -> dict[str, str]:
    """Returns the variables `when`, `practitioner`, `site` and `address`."""
    site = clinic.site(slot.site_id)
    return {
        "when": say_when(slot.start, clinic.zone, language),
        "practitioner": clinic.practitioner(slot.practitioner_id).name(language).full,
        "site": site.name.to(language),
        "address": site.address.to(language),
    }


def slot_button(clinic: Clinic, slot: AgendaSlot, language: str) -> dict[str, str]:
    """Returns a button that chooses the slot."""
    return {
        "title": say_short(slot.start, clinic.zone, language),
        "payload": f'/choose_slot{{"agenda_slot": "{slot.key}"}}',
    }
