"""What is said in an emergency, with the numbers of the clinic file."""

from __future__ import annotations

from clinic.facts.model import Clinic
from clinic.messaging.texts import Texts
from whatsapp.messages import OutgoingMessage


def emergency_answer(texts: Texts, clinic: Clinic, language: str) -> OutgoingMessage:
    """Returns the instructions: whom to call, where to go, and what WhatsApp is not for."""
    return texts.message("utter_emergency", language, **emergency_values(clinic, language))


def emergency_values(clinic: Clinic, language: str) -> dict[str, str]:
    """Returns the variables of `utter_emergency`: numbers with their names, and hospitals."""
    departments = {site.emergency_department for site in clinic.sites}
    places = "\n".join(
        f"🏥 {place.name.to(language)} – {place.address.to(language)}"
        for place in sorted(departments, key=lambda place: place.name.fr)
    )
    return {
        "emergency_numbers": emergency_numbers(clinic, language),
        "emergency_departments": places,
    }


def emergency_numbers(clinic: Clinic, language: str) -> str:
    """Returns the numbers to call with their names, a line each."""
    return "\n".join(
        f"📞 *{entry.number}* – {entry.label.to(language)}" for entry in clinic.emergency_numbers
    )
