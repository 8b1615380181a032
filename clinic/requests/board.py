"""What staff see of requests: who asks for what, with which files, until when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.documents import Documents
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus
from clinic.adapters.patients import Patients
from clinic.adapters.requests import Requests
from clinic.clock import Clock
from clinic.documents.model import Document
from clinic.facts.codes import RequestKind
from clinic.messaging.media_fetcher import StoredMedia
from clinic.messaging.model import Contact
from clinic.patients.model import Patient, Relation
from clinic.privacy.audit import Audit, AuditAction
from clinic.requests.errors import RequestNotFoundError
from clinic.requests.model import RequestStatus, SentFile, ServiceRequest

_ANSWERED_FOR = timedelta(days=14)
_MOST_ANSWERED = 100


@dataclass(frozen=True)
class BoardRow:
    """A request in the list.

    Attributes:
        patient: whose request it is, None when the contact has no or several patients.
        name: the patient's, or what the contact calls themselves; "" when nothing is known.
        files: how many the patient sent.
    """

    request: ServiceRequest
    patient: Patient | None
    name: str
    files: int
    is_overdue: bool


@dataclass(frozen=True)
class RequestFile:
    """A request with everything that is needed to answer it.

    Attributes:
        files: what the patient sent, in order; None for one of which nothing is stored.
        site: to whose staff it belongs; None for everybody.
    """

    request: ServiceRequest
    contact: Contact
    patient: Patient | None
    name: str
    files: tuple[MediaFile | None, ...]
    documents: tuple[Document, ...]
    is_overdue: bool
    site: str | None


Sites = Collection[str] | None
"""Of somebody who looks; None for all of them."""


class RequestBoard:
    """Reads requests for staff.

    A request belongs to the site of its patient's conversation, as in the inbox.
    """

    def __init__(self, database: Database, clock: Clock, audit: Audit, media: StoredMedia) -> None:
        self._database = database
        self._media = media
        self._clock = clock
        self._audit = audit

    def waiting(
        self, kinds: tuple[RequestKind, ...] = (), *, sites: Sites = None
    ) -> list[BoardRow]:
        """Returns open requests of some kinds or of all, the soonest promised first."""
        with self._database.read() as tx:
            found = _of_sites(tx, Requests(tx).active(), sites)
            return [self._row(tx, r) for r in found if not kinds or r.kind in kinds]

    def answered(self, *, sites: Sites = None) -> list[BoardRow]:
        """Returns what was answered in the last two weeks, the newest first."""
        since = self._clock.now() - _ANSWERED_FOR
        most = _MOST_ANSWERED if sites is None else None
        with self._database.read() as tx:
            found = _of_sites(tx, Requests(tx).recent(since, most), sites)
            return [self._row(tx, request) for request in found[:_MOST_ANSWERED]]

    def note_read(self, rows: Sequence[BoardRow], *, by: str) -> None:
        """Records that a list of names was read."""
        if rows:
            shown = list(dict.fromkeys(row.request.contact_id for row in rows))
            self._audit.record(by, AuditAction.REQUESTS_LISTED, by, shown=shown)

    def site_of(self, request_id: str) -> str | None:
        """Returns the site to which a request belongs; None for all.

        Raises:
            RequestNotFoundError: there is no such request.
        """
        with self._database.read() as tx:
            request = Requests(tx).get(request_id)
            if request is None:
                raise RequestNotFoundError(request_id)
            return _site(tx, request)

    def open(self, request_id: str, *, by: str) -> RequestFile:
        """Returns a request with its patient, files and documents.

        Raises:
            RequestNotFoundError: there is no such request.
        """
        with self._database.write() as tx:
            request = Requests(tx).get(request_id)
            contact = Contacts(tx).get(request.contact_id) if request else None
            if request is None or contact is None:
                raise RequestNotFoundError(request_id)
            self._audit.record_in(
                tx, by, AuditAction.REQUEST_READ, request.contact_id, request=request.id
            )
            patient = patient_of(tx, request)
            return RequestFile(
                request=request,
                contact=contact,
                patient=patient,
                name=_name(patient, contact),
                files=tuple(_stored(tx, sent) for sent in Requests(tx).files_of(request.id)),
                documents=tuple(Documents(tx).of_request(request.id)),
                is_overdue=self._is_overdue(request),
                site=_site(tx, request),
            )

    def read_file(self, request_id: str, position: int, *, by: str) -> tuple[MediaFile, bytes]:
        """Returns a file that the patient sent, by its position from 0, with its content.

        Raises:
            RequestNotFoundError: there is no such request, or nothing is stored there.
        """
        with self._database.write() as tx:
            request = Requests(tx).get(request_id)
            files = Requests(tx).files_of(request_id)
            file = _stored(tx, files[position]) if 0 <= position < len(files) else None
            if request is None or file is None or file.status is not MediaStatus.STORED:
                raise RequestNotFoundError(request_id)
            self._audit.record_in(
                tx, by, AuditAction.REQUEST_FILE_READ, request.contact_id, file=file.id
            )
        try:
            return file, self._media.content(file)
        except FileNotFoundError:
            raise RequestNotFoundError(request_id) from None

    def counts(self, *, sites: Sites = None) -> dict[RequestKind, int]:
        """Returns how many open requests of each kind there are."""
        with self._database.read() as tx:
            found = _of_sites(tx, Requests(tx).active(), sites)
            return Counter(request.kind for request in found)

    def _row(self, tx: Transaction, request: ServiceRequest) -> BoardRow:
        patient = patient_of(tx, request)
        return BoardRow(
            request=request,
            patient=patient,
            name=_name(patient, Contacts(tx).get(request.contact_id)),
            files=len(Requests(tx).files_of(request.id)),
            is_overdue=self._is_overdue(request),
        )

    def _is_overdue(self, request: ServiceRequest) -> bool:
        return (
            request.status is RequestStatus.ACTIVE
            and request.expected_at is not None
            and request.expected_at < self._clock.now()
        )


def patient_of(tx: Transaction, request: ServiceRequest) -> Patient | None:
    """Returns whose request it is: the one named, else the writer, else the only one known."""
    known = Patients(tx).of_contact(request.contact_id)
    named = next((p for p in known if p.id == request.patient_id), None)
    own = next((p for p in known if p.relation is Relation.SELF), None)
    return named or own or (known[0] if len(known) == 1 else None)


def _of_sites(
    tx: Transaction, requests: Sequence[ServiceRequest], sites: Sites
) -> Sequence[ServiceRequest]:
    if sites is None:
        return requests
    belongs = Handoffs(tx).sites_of({request.contact_id for request in requests})
    return [r for r in requests if belongs[r.contact_id] in (None, *sites)]


def _site(tx: Transaction, request: ServiceRequest) -> str | None:
    return Handoffs(tx).sites_of([request.contact_id])[request.contact_id]


def _stored(tx: Transaction, sent: SentFile) -> MediaFile | None:
    return MediaFiles(tx).of_message(sent.message_id, sent.media_id)


def _name(patient: Patient | None, contact: Contact | None) -> str:
    if patient is not None:
        return patient.name
    return (contact.profile_name if contact else None) or ""
