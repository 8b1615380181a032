"""An appointment together with the patient, as the one who writes for them sees it."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.patients.model import Patient
from clinic.scheduling.model import Appointment


@dataclass(frozen=True)
class OwnAppointment:
    """An appointment of a patient for whom the contact writes."""

    appointment: Appointment
    patient: Patient
