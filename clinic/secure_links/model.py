"""Links that open once, for a limited time, for who knows a second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class LinkKind(str, Enum):
    """What a link opens."""

    DATA_EXPORT = "data_export"
    DOCUMENT = "document"


class Factor(str, Enum):
    """What is asked before a link opens."""

    BIRTH_DATE = "birth_date"
    NAME = "name"
    PHONE = "phone"


@dataclass(frozen=True)
class SecureLink:
    """A link that was offered.

    Attributes:
        subject_id: what it opens: a document's id; the contact's own id for their data.
        patient_id: whose second factor counts; None for anybody of the contact.
        failures: how often the second factor was wrong.
    """

    kind: LinkKind
    subject_id: str
    contact_id: str
    patient_id: str | None
    language: str
    expires_at: datetime
    failures: int
    used_at: datetime | None


@dataclass(frozen=True)
class LinkOffer:
    """A new link; its token is in nobody's hands but the patient's.

    Attributes:
        token: completes the address of a template's button.
        url: the whole address.
    """

    token: str
    url: str
    expires_at: datetime
