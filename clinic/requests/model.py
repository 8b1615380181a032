"""What patients ask the office for, and the files that they send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from clinic.facts.codes import RequestKind


class RequestStatus(str, Enum):
    """FHIR's request and task statuses, as far as the office needs them."""

    ACTIVE = "active"
    COMPLETED = "completed"
    REJECTED = "rejected"
    REVOKED = "revoked"


FILE_KINDS = (
    RequestKind.INSURANCE_CARD,
    RequestKind.PRESCRIPTION_COPY,
    RequestKind.EARLIER_RESULTS,
    RequestKind.OTHER_FILE,
)
"""Requests that are about a file which the patient sends."""


@dataclass(frozen=True)
class SentFile:
    """A photo or document that came with a message; it is fetched by its media id.

    Attributes:
        message_id: WhatsApp's id of the message, the key of its inbox row.
    """

    message_id: str
    media_id: str
    mime_type: str = ""
    filename: str = ""


@dataclass(frozen=True)
class NewRequest:
    """What a patient asks for.

    Attributes:
        details: the patient's own words by what they are about (`document_type`, `detail`).
        key: names the message that asks: it opens one request.
    """

    contact_id: str
    kind: RequestKind
    key: str
    patient_id: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True)
class ServiceRequest:
    """A request that staff see.

    Attributes:
        reference: short and readable aloud: `R-7K2M`.
        note: what staff answered the patient.
        expected_at: until when the patient was promised an answer.
    """

    id: str
    reference: str
    kind: RequestKind
    status: RequestStatus
    contact_id: str
    patient_id: str | None
    details: Mapping[str, str]
    note: str
    expected_at: datetime | None
    created_at: datetime
    updated_at: datetime
