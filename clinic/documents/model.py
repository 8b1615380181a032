"""Documents for patients: what the clinic makes as PDF, and what staff upload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from clinic.facts.model import Clinic, Practitioner, Site


class DocumentKind(str, Enum):
    """What a document is."""

    PRESCRIPTION = "prescription"
    RESULTS = "results"
    INVOICE = "invoice"
    QUOTE = "quote"
    RECEIPT = "receipt"
    CERTIFICATE = "certificate"
    REPORT = "report"
    OTHER = "other"

    @property
    def is_medical(self) -> bool:
        """Whether only the date of birth opens it (privacy note 15)."""
        return self not in (DocumentKind.INVOICE, DocumentKind.QUOTE, DocumentKind.RECEIPT)

    @property
    def may_be_in_chat(self) -> bool:
        """Whether staff may send it in the conversation instead of behind a link (note 15)."""
        return self in (DocumentKind.INVOICE, DocumentKind.QUOTE)


@dataclass(frozen=True)
class Document:
    """A stored document; its content is an encrypted file of the same id.

    Attributes:
        number: of a bill; None for others.
        size: in bytes.
        sha256: of the content, hexadecimal.
        made_by: the member of staff.
        signed_by: the practitioner who signed it.
    """

    id: str
    number: str | None
    kind: DocumentKind
    contact_id: str
    patient_id: str | None
    request_id: str | None
    language: str
    filename: str
    mime_type: str
    size: int
    sha256: str
    made_by: str
    signed_by: str | None
    created_at: datetime


@dataclass(frozen=True)
class Medicine:
    """A line of a prescription, as the doctor writes it.

    Attributes:
        name: medicine and strength: "Amlodipine 5 mg".
        dosage: how it is taken: "1 comprimé le matin".
        duration: for how long: "3 mois"; empty for none.
    """

    name: str
    dosage: str
    duration: str = ""


@dataclass(frozen=True)
class Prescription:
    """What a prescription says."""

    patient_name: str
    birth_date: date | None
    practitioner: Practitioner
    medicines: tuple[Medicine, ...]
    remark: str = ""


@dataclass(frozen=True)
class BillLine:
    """A line of an invoice or quote; prices in dirhams."""

    label: str
    quantity: int
    unit_price_mad: int

    @property
    def total_mad(self) -> int:
        return self.quantity * self.unit_price_mad


@dataclass(frozen=True)
class Bill:
    """An invoice or a quote.

    Attributes:
        number: `F-2026-0001`.
        paid_mad: what was paid already, such as a deposit.
    """

    kind: DocumentKind
    number: str
    patient_name: str
    lines: tuple[BillLine, ...]
    paid_mad: int = 0

    @property
    def total_mad(self) -> int:
        return sum(line.total_mad for line in self.lines)

    @property
    def due_mad(self) -> int:
        return max(0, self.total_mad - self.paid_mad)


@dataclass(frozen=True)
class Letterhead:
    """What stands above and below every page.

    Attributes:
        language: `fr` or `ar`.
        reference: of the request, to find it again.
    """

    clinic: Clinic
    site: Site
    language: str
    issued_on: date
    reference: str
