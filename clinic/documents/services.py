"""Making, keeping and reading documents. Their content is encrypted on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from clinic.adapters.database import Database, Transaction
from clinic.adapters.documents import Documents
from clinic.adapters.files import FileStore
from clinic.adapters.secure_links import SecureLinkRows
from clinic.adapters.tables.base import new_id
from clinic.clock import Clock
from clinic.documents.bill_pdf import bill_pdf
from clinic.documents.errors import (
    DocumentNotFoundError,
    DocumentRefusedError,
    EmptyDocumentError,
)
from clinic.documents.model import (
    Bill,
    BillLine,
    Document,
    DocumentKind,
    Letterhead,
    Prescription,
)
from clinic.documents.prescription_pdf import prescription_pdf
from clinic.facts.model import Site
from clinic.facts.source import ClinicSource
from clinic.messaging.media_rules import OUTGOING_LIMIT, FileRefusedError, outgoing_type
from clinic.messaging.media_upload import file_reference
from clinic.privacy.audit import Audit, AuditAction
from clinic.secure_links.model import Factor, LinkKind, SecureLink
from clinic.secure_links.services import SecureLinks
from whatsapp import messages

PDF = "application/pdf"
_SERIES = {DocumentKind.INVOICE: "F", DocumentKind.QUOTE: "D"}


@dataclass(frozen=True)
class Owner:
    """Whose document it is, and what it answers.

    Attributes:
        language: of the conversation: Arabic-script Darija gets an Arabic document, others French.
        reference: of the request; stands on every page.
    """

    contact_id: str
    patient_id: str | None
    language: str
    request_id: str | None = None
    reference: str = ""

    @property
    def paper_language(self) -> str:
        return "ar" if self.language == "ary" else "fr"


class DocumentDesk:
    """The documents of patients."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        audit: Audit,
        files: FileStore,
        links: SecureLinks,
    ) -> None:
        self._database = database
        self._clinic = clinic
        self._clock = clock
        self._audit = audit
        self._files = files
        self._links = links

    def add_prescription(
        self, tx: Transaction, prescription: Prescription, owner: Owner, *, by: str
    ) -> Document:
        """Makes the PDF of a prescription, in the transaction of the doctor's validation.

        Raises:
            EmptyDocumentError: there is no medicine in it.
        """
        if not prescription.medicines:
            raise EmptyDocumentError
        doctor = prescription.practitioner
        site = self._clinic.current.site(doctor.site_ids[0]) if doctor.site_ids else None
        content = prescription_pdf(prescription, self._letterhead(owner, site))
        return self._add(
            tx,
            owner,
            DocumentKind.PRESCRIPTION,
            content,
            filename=f"ordonnance-{owner.reference or 'clinique'}.pdf",
            by=by,
            signed_by=doctor.id,
        )

    def add_bill(
        self,
        tx: Transaction,
        kind: DocumentKind,
        patient_name: str,
        lines: tuple[BillLine, ...],
        owner: Owner,
        *,
        by: str,
        paid_mad: int = 0,
    ) -> Document:
        """Makes the PDF of an invoice or quote, with the next number of the year.

        Raises:
            EmptyDocumentError: there is no line in it.
        """
        if not lines:
            raise EmptyDocumentError
        series = f"{_SERIES[kind]}-{self._today().year}"
        number = f"{series}-{Documents(tx).next_number(series):04d}"
        bill = Bill(kind, number, patient_name, lines, paid_mad)
        content = bill_pdf(bill, self._letterhead(owner))
        return self._add(tx, owner, kind, content, filename=f"{number}.pdf", by=by, number=number)

    def add_upload(
        self, tx: Transaction, kind: DocumentKind, content: bytes, owner: Owner, *, by: str
    ) -> Document:
        """Keeps a PDF or picture that staff uploaded.

        Raises:
            DocumentRefusedError: it is empty, too large, or of another type.
        """
        if not 0 < len(content) <= OUTGOING_LIMIT:
            raise DocumentRefusedError("size")
        try:
            mime_type = outgoing_type(content)
        except FileRefusedError:
            raise DocumentRefusedError("type") from None
        suffix = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png"}[mime_type]
        filename = f"document-{owner.reference or 'clinique'}.{suffix}"
        return self._add(tx, owner, kind, content, filename=filename, by=by, mime_type=mime_type)

    def read(self, document_id: str, *, by: str) -> tuple[Document, bytes]:
        """Returns a document with its content, for staff; it is recorded.

        Raises:
            DocumentNotFoundError: there is none, or its content is erased.
        """
        with self._database.write() as tx:
            document = self._get(tx, document_id)
            self._audit.record_in(
                tx, by, AuditAction.DOCUMENT_READ, document.contact_id, document=document.id
            )
        return document, self._content(document)

    def of_request(self, request_id: str) -> list[Document]:
        """Returns what was made for a request, the newest first."""
        with self._database.read() as tx:
            return Documents(tx).of_request(request_id)

    def note_sent(self, tx: Transaction, document: Document, *, by: str) -> messages.Document:
        """Returns a document as it is sent in the conversation itself; it is recorded."""
        self._audit.record_in(
            tx, by, AuditAction.DOCUMENT_SENT, document.contact_id, document=document.id
        )
        media_id = file_reference(document.id, document.sha256)
        return messages.Document(media_id=media_id, filename=document.filename)

    def link_of(self, document_id: str) -> SecureLink | None:
        """Returns the newest link to a document: whether it was opened, until when it can be."""
        with self._database.read() as tx:
            links = SecureLinkRows(tx).of_subject(document_id)
        return links[0] if links else None

    def factor_of(self, token: str) -> tuple[Factor, str]:
        """Returns which factor a patient's link asks for, and its language; see `SecureLinks`."""
        return self._links.factor_of(token, LinkKind.DOCUMENT)

    def open_link(self, token: str, answer: str) -> tuple[Document, bytes]:
        """Returns what a patient's link opens, once; see `SecureLinks.open` for what can go wrong.

        Raises:
            DocumentNotFoundError: its content is erased; the link stays unused.
        """

        def read(tx: Transaction, link: SecureLink) -> tuple[Document, bytes]:
            document = self._get(tx, link.subject_id)
            return document, self._content(document)

        _, opened = self._links.open(token, answer, LinkKind.DOCUMENT, read)
        return opened

    def _add(
        self,
        tx: Transaction,
        owner: Owner,
        kind: DocumentKind,
        content: bytes,
        *,
        filename: str,
        by: str,
        mime_type: str = PDF,
        number: str | None = None,
        signed_by: str | None = None,
    ) -> Document:
        document = Document(
            id=new_id(),
            number=number,
            kind=kind,
            contact_id=owner.contact_id,
            patient_id=owner.patient_id,
            request_id=owner.request_id,
            language=owner.language,
            filename=filename,
            mime_type=mime_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            made_by=by,
            signed_by=signed_by,
            created_at=self._clock.now(),
        )
        # Before the row: a row without its file would be a promise that is not kept.
        self._files.write(document.id, content)
        Documents(tx).add(document)
        self._audit.record_in(
            tx,
            by,
            AuditAction.DOCUMENT_MADE,
            owner.contact_id,
            document=document.id,
            kind=kind.value,
            sha256=document.sha256,
        )
        return document

    def _get(self, tx: Transaction, document_id: str) -> Document:
        document = Documents(tx).get(document_id)
        if document is None:
            raise DocumentNotFoundError(document_id)
        return document

    def _content(self, document: Document) -> bytes:
        try:
            return self._files.read(document.id)
        except FileNotFoundError:
            raise DocumentNotFoundError(document.id) from None

    def _letterhead(self, owner: Owner, site: Site | None = None) -> Letterhead:
        clinic = self._clinic.current
        return Letterhead(
            clinic=clinic,
            site=site or clinic.sites[0],
            language=owner.paper_language,
            issued_on=self._today(),
            reference=owner.reference,
        )

    def _today(self) -> date:
        return self._clock.now().astimezone(self._clinic.current.zone).date()


def price_line(clinic: ClinicSource, service_id: str, language: str, quantity: int = 1) -> BillLine:
    """Returns the line of a service at the price of the clinic file.

    Raises:
        UnknownIdError: the clinic has no such service.
    """
    service = clinic.current.service(service_id)
    label = service.name.to("ary" if language == "ary" else "fr")
    return BillLine(label=label, quantity=quantity, unit_price_mad=service.price_mad)
