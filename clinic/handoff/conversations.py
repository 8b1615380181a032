"""Reading one conversation: transcript, patient's card, what the assistant understood.

Every opening is recorded in the audit trail (privacy note 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.database import Database, Transaction
from clinic.adapters.files import THUMBNAIL, FileStore
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus
from clinic.adapters.patients import Patients
from clinic.adapters.requests import Requests
from clinic.adapters.scheduling import Appointments
from clinic.adapters.staff_inbox import StaffInbox
from clinic.adapters.staff_notes import StaffNote, StaffNotes
from clinic.appointments.model import OwnAppointment
from clinic.clock import Clock
from clinic.consent.model import Decision, Purpose
from clinic.handoff.errors import UnknownConversationError
from clinic.handoff.inbox import may_see
from clinic.handoff.introducing import is_untold
from clinic.handoff.model import Handoff
from clinic.handoff.templates import TemplateChoice, choices
from clinic.handoff.transcript import Entry, TranscriptPage, read_page, read_since
from clinic.handoff.understanding import Understanding, read_understanding
from clinic.messaging.model import Contact, ContactKind
from clinic.messaging.template_register import TemplateRegister
from clinic.patients.model import Patient
from clinic.privacy.audit import Audit, AuditAction
from clinic.requests.model import RequestStatus, ServiceRequest
from clinic.staff.model import StaffMember
from whatsapp.window import SERVICE_WINDOW, is_open

_REQUESTS_SHOWN = timedelta(days=90)
_OPENED_FOR = timedelta(hours=12)
"""So long a page stays open and refreshes itself: a day's work."""


@dataclass(frozen=True)
class Conversation:
    """Everything that a conversation page shows.

    Attributes:
        handoff: the open one, or the last; None when there never was one.
        is_untold: somebody has it and the patient could not be told who.
        transcript: its last part, or all since an instant.
        window_ends: until when free text may be sent; None when it may not.
    """

    contact: Contact
    name: str | None
    handoff: Handoff | None
    is_untold: bool
    transcript: TranscriptPage
    understanding: Understanding | None
    window_ends: datetime | None


@dataclass(frozen=True)
class PatientCard:
    """Who the contact writes for, and what the clinic knows of them.

    Attributes:
        notes: what staff noted for each other, the newest first.
    """

    patients: list[Patient]
    consents: dict[Purpose, Decision | None]
    appointments: list[OwnAppointment]
    requests: list[ServiceRequest]
    notes: list[StaffNote]


class ConversationReader:
    """Reads conversations for a member; those of other sites are not found."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        audit: Audit,
        templates: TemplateRegister,
        files: FileStore,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._templates = templates
        self._files = files

    def open(
        self,
        contact_id: str,
        member: StaffMember,
        *,
        is_first: bool,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> Conversation:
        """Reads a conversation.

        Args:
            is_first: False for a page that refreshes itself, which is not recorded again.
            since: where the part of the transcript that refreshes itself begins.
            before: for the part of the transcript that ends there, instead of the last.

        Raises:
            UnknownConversationError: there is none, or it belongs to another site.
        """
        now = self._clock.now()
        with self._database.read() as tx:
            contact, handoff = self._visible(tx, contact_id, member)
            found = Conversation(
                contact=contact,
                name=StaffInbox(tx).name_of(contact_id),
                handoff=handoff,
                is_untold=is_untold(tx, handoff),
                transcript=(
                    read_since(tx, contact_id, since)
                    if since
                    else read_page(tx, contact_id, before)
                ),
                understanding=read_understanding(Conversations(tx).events(contact_id)),
                window_ends=(
                    contact.last_inbound_at + SERVICE_WINDOW
                    if contact.last_inbound_at and is_open(contact.last_inbound_at, now)
                    else None
                ),
            )
        if is_first:
            part = {"before": before.isoformat()} if before else {}
            self._audit.record(member.id, AuditAction.CONVERSATION_READ, contact_id, **part)
            # Each of them is asked for alone, again and again; it counts once for the opening.
            if pictures := _small_pictures(found.transcript.entries):
                self._audit.record(
                    member.id, AuditAction.MEDIA_READ, contact_id, thumbnails=pictures
                )
        return found

    def was_opened(self, contact_id: str, member: StaffMember) -> bool:
        """Tells whether the trail says that a member opened a conversation in the last hours.

        A page that refreshes itself is part of that; what is asked for without it is an opening.
        """
        action = AuditAction.CONVERSATION_READ
        return self._audit.has(member.id, action, contact_id, within=_OPENED_FOR)

    def card(self, contact_id: str, member: StaffMember) -> PatientCard:
        """Reads the patient's card; part of the conversation that was opened.

        Raises:
            UnknownConversationError: there is none, or it belongs to another site.
        """
        now = self._clock.now()
        with self._database.read() as tx:
            self._visible(tx, contact_id, member)
            patients = Patients(tx).of_contact(contact_id)
            by_id = {patient.id: patient for patient in patients}
            upcoming = Appointments(tx).upcoming_of(list(by_id), now)
            return PatientCard(
                patients=patients,
                consents={purpose: Consents(tx).latest(contact_id, purpose) for purpose in Purpose},
                appointments=[OwnAppointment(a, by_id[a.patient_id]) for a in upcoming],
                requests=Requests(tx).of_contact(
                    contact_id, tuple(RequestStatus), now - _REQUESTS_SHOWN
                ),
                notes=StaffNotes(tx).of_contact(contact_id)[::-1],
            )

    def templates(self, contact: Contact, language: str) -> list[TemplateChoice]:
        """Returns the templates that may be chosen, with those that WhatsApp has not approved."""
        with self._database.read() as tx:
            return choices(tx, self._templates, language)

    def file(
        self, contact_id: str, file_id: str, member: StaffMember, *, thumbnail: bool
    ) -> tuple[MediaFile, bytes]:
        """Returns a file that the patient or staff sent, and its content.

        Args:
            thumbnail: its small picture is enough, if it has one; that was recorded when the
                conversation was opened.

        Raises:
            UnknownConversationError: there is no such file in this conversation, or not any more.
        """
        with self._database.read() as tx:
            self._visible(tx, contact_id, member)
            file = MediaFiles(tx).get(file_id)
        if file is None or file.contact_id != contact_id or file.status is not MediaStatus.STORED:
            raise UnknownConversationError
        is_small = thumbnail and file.has_thumbnail
        if not is_small:
            self._audit.record(member.id, AuditAction.MEDIA_READ, contact_id, file=file_id)
        try:
            return file, self._files.read(file_id, THUMBNAIL if is_small else "")
        except FileNotFoundError:
            raise UnknownConversationError from None

    def _visible(
        self, tx: Transaction, contact_id: str, member: StaffMember
    ) -> tuple[Contact, Handoff | None]:
        contact = Contacts(tx).get(contact_id)
        handoff = Handoffs(tx).newest_of(contact_id) if contact else None
        if contact is None or contact.kind is not ContactKind.PATIENT:
            raise UnknownConversationError
        if not may_see(member, handoff):
            raise UnknownConversationError
        return contact, handoff


def _small_pictures(entries: list[Entry]) -> list[str]:
    """Returns the ids of the files whose small pictures a transcript shows."""
    return [
        file.id
        for entry in entries
        for file in entry.files
        if file.status is MediaStatus.STORED and file.has_thumbnail
    ]
