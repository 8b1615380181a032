"""How a patient gets a document: behind a link that opens once, or in the conversation itself."""

from __future__ import annotations

from clinic.adapters.database import Transaction
from clinic.documents.model import Document, DocumentKind
from clinic.documents.services import DocumentDesk
from clinic.facts.dates import say_when
from clinic.facts.source import ClinicSource
from clinic.notifications.office import OfficeNotices
from clinic.patients.model import Patient
from clinic.requests.closing import Told
from clinic.requests.errors import ChatNotPossibleError
from clinic.requests.model import ServiceRequest
from clinic.secure_links.model import LinkKind, LinkOffer
from clinic.secure_links.services import SecureLinks

_TEMPLATES = {
    DocumentKind.PRESCRIPTION: "prescription_ready",
    DocumentKind.RESULTS: "results_ready",
}
_USUAL_TEMPLATE = "document_ready"


class HandingOver:
    """Makes what a patient is told of a document, within the transaction that makes it."""

    def __init__(
        self,
        clinic: ClinicSource,
        notices: OfficeNotices,
        documents: DocumentDesk,
        links: SecureLinks,
        *,
        can_upload: bool,
    ) -> None:
        """Takes whether files can be uploaded to the WhatsApp provider at all."""
        self._clinic = clinic
        self._notices = notices
        self._documents = documents
        self._links = links
        self._can_upload = can_upload

    def may_be_in_chat(self, tx: Transaction, contact_id: str) -> bool:
        """Tells whether a document can be sent in the conversation itself now."""
        return self._can_upload and self._notices.may_get_files(tx, contact_id)

    def by_link(
        self,
        tx: Transaction,
        request: ServiceRequest,
        patient: Patient,
        document: Document,
        *,
        by: str,
    ) -> tuple[Told, LinkOffer]:
        """Makes a link and returns what the patient is told of it."""
        language = self._notices.language_of(tx, request.contact_id)
        link = self._links.offer(
            tx,
            LinkKind.DOCUMENT,
            document.id,
            contact_id=request.contact_id,
            patient_id=patient.id,
            language=language,
            by=by,
        )
        until = say_when(link.expires_at, self._clinic.current.zone, language)
        practitioner = self._signer(document, language)
        name = self._name_of(document, patient, language)
        parameters = {
            DocumentKind.PRESCRIPTION: (first_name(patient.name), practitioner, until),
            DocumentKind.RESULTS: (first_name(patient.name), until),
        }.get(document.kind, (first_name(patient.name), name, until))
        told = Told(
            response="utter_document_ready",
            template=_TEMPLATES.get(document.kind, _USUAL_TEMPLATE),
            values={"document": name, "url": link.url, "until": until},
            parameters=parameters,
            url_suffix=link.token,
        )
        return told, link

    def in_chat(
        self,
        tx: Transaction,
        request: ServiceRequest,
        patient: Patient,
        document: Document,
        *,
        by: str,
    ) -> Told:
        """Returns a document as it is sent in the conversation, with what it is below it.

        Raises:
            ChatNotPossibleError: it is of a kind that goes by link only, or can't go now.
        """
        if not (document.kind.may_be_in_chat and self.may_be_in_chat(tx, request.contact_id)):
            raise ChatNotPossibleError
        language = self._notices.language_of(tx, request.contact_id)
        name = self._name_of(document, patient, language)
        return Told(
            response="utter_request_completed",
            template=None,
            values={"note": name[:1].upper() + name[1:]},
            document=self._documents.note_sent(tx, document, by=by),
        )

    def _name_of(self, document: Document, patient: Patient, language: str) -> str:
        """Returns what a document is called in a sentence: "l'ordonnance de Salma, ..."."""
        return self._notices.text(
            f"utter_document_name_{document.kind.value}",
            language,
            patient=first_name(patient.name),
            practitioner=self._signer(document, language),
        )

    def _signer(self, document: Document, language: str) -> str:
        if document.signed_by is None:
            return ""
        return self._clinic.current.practitioner(document.signed_by).name(language).full


def first_name(name: str) -> str:
    """Returns what a patient is greeted by."""
    return name.split()[0]
