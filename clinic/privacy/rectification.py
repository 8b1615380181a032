"""Correcting what is stored about a patient; the value before stays in the audit trail.

Law 09-08, article 8 (right of rectification).
"""

from __future__ import annotations

import re
from enum import Enum

from clinic.adapters.database import Database
from clinic.adapters.patients import Patients
from clinic.clock import Clock
from clinic.facts.codes import Insurance
from clinic.patients.errors import NotANameError
from clinic.patients.model import Patient
from clinic.patients.services import clean_name
from clinic.privacy.audit import PATIENT, Audit, AuditAction
from clinic.privacy.errors import InvalidValueError

_NATIONAL_ID = re.compile(r"[A-Z]{1,2}[0-9]{3,8}")
_PHONE = re.compile(r"(?:\+|00)?[0-9]{9,15}")


class CorrectedField(str, Enum):
    """What can be corrected in the chat."""

    NAME = "name"
    NATIONAL_ID = "national_id"
    INSURANCE = "insurance"
    PHONE = "phone"


class Rectification:
    """Corrects patients' data."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def clean(self, field: CorrectedField, text: str) -> str:
        """Returns a value in its stored form.

        Raises:
            InvalidValueError: it cannot be a value of this kind.
        """
        match field:
            case CorrectedField.NAME:
                try:
                    return clean_name(text)
                except NotANameError as error:
                    raise InvalidValueError from error
            case CorrectedField.NATIONAL_ID:
                value = re.sub(r"[\s.\-]", "", text).upper()
                return _checked(_NATIONAL_ID, value)
            case CorrectedField.INSURANCE:
                known = {insurance.value for insurance in Insurance}
                if text.strip().lower() not in known:
                    raise InvalidValueError
                return text.strip().lower()
            case CorrectedField.PHONE:
                return _checked(_PHONE, re.sub(r"[\s.()\-\u200e]", "", text))

    def apply(self, patient: Patient, field: CorrectedField, value: str) -> None:
        """Writes a cleaned value.

        A number is who a conversation belongs to: it is recorded for reception, who check it.
        """
        before = "" if field is CorrectedField.PHONE else getattr(patient, field.value) or ""
        asked = field is CorrectedField.PHONE
        action = AuditAction.RECTIFICATION_ASKED if asked else AuditAction.RECTIFIED
        with self._database.write() as tx:
            if not asked:
                Patients(tx).change(patient.id, field.value, value)
            self._audit.record_in(
                tx,
                PATIENT,
                action,
                patient.contact_id,
                patient=patient.id,
                field=field.value,
                before=before,
                after=value,
            )


def _checked(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise InvalidValueError
    return value
