"""Patients on buttons: by name, and apart from another one of the same name."""

from __future__ import annotations

from collections.abc import Sequence

from actions.buttons import button
from clinic.bootstrap import Services
from clinic.patients.model import Patient
from clinic.patients.services import namesakes


def patient_buttons(
    wired: Services,
    shown: Sequence[Patient],
    known: Sequence[Patient],
    language: str,
    entity: str = "patient",
) -> list[dict[str, str]]:
    """Returns a button per patient, which carries the id.

    Args:
        shown: who is offered.
        known: everybody of the number: among them are the namesakes.
    """
    return [
        button(_label(wired, patient, known, language), "inform", **{entity: patient.id})
        for patient in shown
    ]


def _label(wired: Services, patient: Patient, known: Sequence[Patient], language: str) -> str:
    """Returns the name; of namesakes the first name, with year of birth or relation."""
    if not namesakes(patient, known):
        return patient.name
    first = patient.name.split()[0]
    if patient.birth_date:
        return f"{first} ({patient.birth_date.year})"
    return f"{first} ({wired.texts.text(f'utter_relation_{patient.relation.value}', language)})"
