"""What staff answer to requests: a prescription, a document, results, a verified card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from clinic.adapters.database import Database, Transaction
from clinic.adapters.documents import Documents
from clinic.adapters.patients import Patients
from clinic.adapters.requests import Requests
from clinic.documents.errors import DocumentNotFoundError, EmptyDocumentError
from clinic.documents.model import BillLine, Document, DocumentKind, Medicine, Prescription
from clinic.documents.services import DocumentDesk, Owner, price_line
from clinic.facts.codes import Insurance
from clinic.facts.source import ClinicSource
from clinic.notifications.office import OfficeNotices
from clinic.patients.model import Patient
from clinic.privacy.audit import Audit, AuditAction
from clinic.requests.board import patient_of
from clinic.requests.closing import RequestClosing, Told, open_one
from clinic.requests.errors import RequestWithoutPatientError
from clinic.requests.handing_over import HandingOver
from clinic.requests.model import RequestStatus, ServiceRequest
from clinic.secure_links.errors import NoBirthDateError


@dataclass(frozen=True)
class Answered:
    """What became of a request.

    Attributes:
        is_told: whether the patient may be written to; otherwise staff have to call.
    """

    document: Document | None
    is_told: bool


@dataclass(frozen=True)
class BillItem:
    """A service on a bill, so many times, at the price of the clinic file."""

    service_id: str
    quantity: int = 1


class RequestAnswers:
    """Answers requests, each in one transaction: file, link, message and state, or nothing."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        audit: Audit,
        notices: OfficeNotices,
        closing: RequestClosing,
        documents: DocumentDesk,
        handing_over: HandingOver,
    ) -> None:
        self._database = database
        self._clinic = clinic
        self._audit = audit
        self._notices = notices
        self._closing = closing
        self._documents = documents
        self._handing_over = handing_over

    def may_be_in_chat(self, contact_id: str) -> bool:
        """Tells whether a document can be sent to a patient in the conversation itself now."""
        with self._database.read() as tx:
            return self._handing_over.may_be_in_chat(tx, contact_id)

    def validate_prescription(
        self,
        request_id: str,
        practitioner_id: str,
        medicines: tuple[Medicine, ...],
        *,
        by: str,
        remark: str = "",
        birth_date: date | None = None,
    ) -> Answered:
        """Makes the prescription that a doctor validated and gives the patient a link to it.

        Args:
            birth_date: of the patient, when it was not known; kept.

        Raises:
            EmptyDocumentError: there is no medicine in it.
            NoBirthDateError: the date of birth, which opens the link, is neither known nor given.
            RequestWithoutPatientError: the request names no patient.
            RequestNotFoundError, RequestClosedError: there is nothing to answer.
            UnknownIdError: the clinic has no such practitioner.
        """
        practitioner = self._clinic.current.practitioner(practitioner_id)
        with self._database.write() as tx:
            request = open_one(tx, request_id)
            patient = self._medical_patient(tx, request, birth_date, by)
            owner = self._owner(tx, request, patient)
            prescription = Prescription(
                patient.name, patient.birth_date, practitioner, medicines, remark
            )
            document = self._documents.add_prescription(tx, prescription, owner, by=by)
            return self._hand_over(tx, request, patient, document, "", by=by)

    def send_bill(
        self,
        request_id: str,
        kind: DocumentKind,
        items: tuple[BillItem, ...],
        *,
        by: str,
        paid_mad: int = 0,
        in_chat: bool = False,
    ) -> Answered:
        """Makes an invoice or a quote from the clinic's prices and gives the patient a link.

        Args:
            in_chat: the patient gets the file itself in the conversation, and no link.

        Raises:
            ChatNotPossibleError: it can't go into the conversation now.
            EmptyDocumentError: there is nothing on it.
            RequestWithoutPatientError: the request names no patient.
            RequestNotFoundError, RequestClosedError: there is nothing to answer.
            UnknownIdError: the clinic has no such service.
        """
        with self._database.write() as tx:
            request = open_one(tx, request_id)
            patient = self._patient(tx, request)
            owner = self._owner(tx, request, patient)
            document = self._documents.add_bill(
                tx, kind, patient.name, self._lines(items, owner), owner, by=by, paid_mad=paid_mad
            )
            return self._hand_over(tx, request, patient, document, "", by=by, in_chat=in_chat)

    def send_upload(
        self,
        request_id: str,
        kind: DocumentKind,
        content: bytes,
        *,
        by: str,
        note: str = "",
        birth_date: date | None = None,
    ) -> Answered:
        """Keeps a file, such as results, and gives the patient a link to it.

        Raises:
            DocumentRefusedError: it is empty, too large, or no PDF or picture.
            NoBirthDateError: it is medical and no date of birth is known or given.
            RequestWithoutPatientError: the request names no patient.
            RequestNotFoundError, RequestClosedError: there is nothing to answer.
        """
        with self._database.write() as tx:
            request = open_one(tx, request_id)
            patient = (
                self._medical_patient(tx, request, birth_date, by)
                if kind.is_medical
                else self._patient(tx, request)
            )
            owner = self._owner(tx, request, patient)
            document = self._documents.add_upload(tx, kind, content, owner, by=by)
            return self._hand_over(tx, request, patient, document, note, by=by)

    def verify_card(
        self, request_id: str, insurance: Insurance, *, by: str, note: str = ""
    ) -> Answered:
        """Notes who covers the patient, after a look at the card, and says so.

        Raises:
            RequestWithoutPatientError: the request names no patient.
            RequestNotFoundError, RequestClosedError: there is nothing to answer.
        """
        with self._database.write() as tx:
            request = open_one(tx, request_id)
            patient = self._patient(tx, request)
            Patients(tx).change(patient.id, "insurance", insurance.value)
            self._audit.record_in(
                tx,
                by,
                AuditAction.CARD_VERIFIED,
                request.contact_id,
                patient=patient.id,
                before=patient.insurance or "",
                after=insurance.value,
            )
            told = Told("utter_insurance_verified", "request_completed")
            is_told = self._closing.close(
                tx, request, RequestStatus.COMPLETED, note, by=by, told=told
            )
            return Answered(None, is_told)

    def send_again(self, document_id: str, *, by: str) -> bool:
        """Gives the patient a new link to a document whose link is used or too old.

        Returns:
            Whether the patient may be written to; otherwise staff have to call.

        Raises:
            DocumentNotFoundError: there is no such document, or no request that it answered.
            RequestWithoutPatientError: the patient was erased.
        """
        with self._database.write() as tx:
            document = Documents(tx).get(document_id)
            request = (
                Requests(tx).get(document.request_id)
                if document is not None and document.request_id
                else None
            )
            if document is None or request is None:
                raise DocumentNotFoundError(document_id)
            patient = self._patient(tx, request)
            told, link = self._handing_over.by_link(tx, request, patient, document, by=by)
            return self._closing.tell(
                tx, request, told, "", key=f"document:{document.id}:{link.expires_at.isoformat()}"
            )

    def _hand_over(
        self,
        tx: Transaction,
        request: ServiceRequest,
        patient: Patient,
        document: Document,
        note: str,
        *,
        by: str,
        in_chat: bool = False,
    ) -> Answered:
        """Makes the link, or sends the file itself; closes the request and tells the patient."""
        if in_chat:
            told = self._handing_over.in_chat(tx, request, patient, document, by=by)
        else:
            told, _ = self._handing_over.by_link(tx, request, patient, document, by=by)
        is_told = self._closing.close(tx, request, RequestStatus.COMPLETED, note, by=by, told=told)
        return Answered(document, is_told)

    def _patient(self, tx: Transaction, request: ServiceRequest) -> Patient:
        """Returns whose request it is."""
        patient = patient_of(tx, request)
        if patient is None:
            raise RequestWithoutPatientError
        return patient

    def _medical_patient(
        self, tx: Transaction, request: ServiceRequest, birth_date: date | None, by: str
    ) -> Patient:
        """Returns whose request it is, with a date of birth: noted when it was not known."""
        patient = self._patient(tx, request)
        if patient.birth_date is not None:
            return patient
        if birth_date is None:
            raise NoBirthDateError
        Patients(tx).change(patient.id, "birth_date", birth_date.isoformat())
        self._audit.record_in(
            tx,
            by,
            AuditAction.RECTIFIED,
            request.contact_id,
            patient=patient.id,
            field="birth_date",
            before="",
            after=birth_date.isoformat(),
        )
        return replace(patient, birth_date=birth_date)

    def _owner(self, tx: Transaction, request: ServiceRequest, patient: Patient) -> Owner:
        return Owner(
            contact_id=request.contact_id,
            patient_id=patient.id,
            language=self._notices.language_of(tx, request.contact_id),
            request_id=request.id,
            reference=request.reference,
        )

    def _lines(self, items: tuple[BillItem, ...], owner: Owner) -> tuple[BillLine, ...]:
        if any(item.quantity < 1 for item in items):
            raise EmptyDocumentError
        return tuple(
            price_line(self._clinic, item.service_id, owner.language, item.quantity)
            for item in items
        )
