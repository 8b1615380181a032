"""The only place where things are wired together."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from clinic.adapters.database import Database, Transaction, open_engine
from clinic.adapters.encryption import Cipher
from clinic.adapters.files import FileStore
from clinic.adapters.lifelines import Lifelines
from clinic.adapters.payments import DemoPayments
from clinic.agenda.closures import ClosureDesk
from clinic.agenda.desk import AgendaDesk
from clinic.agenda.outside import OutsideHours
from clinic.agenda.reading import AgendaReader
from clinic.agenda.walk_ins import WalkInDesk
from clinic.answers.services import FactAnswers
from clinic.appointments.services import AppointmentDesk
from clinic.calls.services import CallList
from clinic.clinic_file.services import ClinicFile
from clinic.clock import Clock, ShiftedClock, SystemClock
from clinic.consent.services import ConsentRegister
from clinic.deposits.services import DepositDesk
from clinic.documents.services import DocumentDesk
from clinic.facts.model import Clinic
from clinic.feedback.services import FeedbackDesk
from clinic.handoff.appointments import StaffAppointments
from clinic.handoff.conversations import ConversationReader
from clinic.handoff.desk import StaffDesk
from clinic.handoff.files import StaffFiles
from clinic.handoff.inbox import InboxLists
from clinic.handoff.introducing import Introductions
from clinic.handoff.services import HandoffDesk
from clinic.handoff.watch import HandoffWatch
from clinic.messaging.account_look_up import AccountLookUp
from clinic.messaging.account_news import AccountNews
from clinic.messaging.identity import IdentityCheck
from clinic.messaging.intake import Intake
from clinic.messaging.later_changes import LaterChanges
from clinic.messaging.media_fetcher import MediaFetcher, StoredMedia
from clinic.messaging.media_upload import MediaUploads
from clinic.messaging.new_recipients import NewRecipients
from clinic.messaging.parked import ParkedItems
from clinic.messaging.sender import Sender
from clinic.messaging.sending_rules import SendingRules
from clinic.messaging.template_register import TemplateRegister
from clinic.messaging.texts import Texts, load_texts
from clinic.messaging.virus_scan import VirusScanner
from clinic.metrics import Metrics
from clinic.notifications.agenda import AgendaNotices
from clinic.notifications.office import OfficeNotices
from clinic.notifications.patients import PatientNotices
from clinic.notifications.services import Notifications
from clinic.patients.directory import PatientDirectory
from clinic.patients.services import PatientRegister
from clinic.privacy.audit import Audit
from clinic.privacy.erasure import Erasure
from clinic.privacy.export import DataExports
from clinic.privacy.rectification import Rectification
from clinic.reporting.figures import Figures
from clinic.reporting.log import ErrandLog
from clinic.requests.answers import RequestAnswers
from clinic.requests.board import RequestBoard
from clinic.requests.closing import RequestClosing
from clinic.requests.handing_over import HandingOver
from clinic.requests.services import RequestDesk
from clinic.review.services import ReviewDesk
from clinic.review.training_files import TrainingFiles
from clinic.scheduling.model import Appointment
from clinic.scheduling.offering import Offering
from clinic.scheduling.queue import Queue
from clinic.scheduling.services import Scheduling
from clinic.secure_links.services import SecureLinks
from clinic.settings import ROOT, Settings, read_settings, use_packaged_zones
from clinic.staff.accounts import StaffAccounts
from clinic.staff.live import LiveNews
from clinic.staff.login import StaffLogin
from clinic.staff.sessions import StaffSessions
from clinic.waiting_list.services import WaitingList
from whatsapp.provider import MessagingProvider
from whatsapp.providers import TEXT_LIMITS, takes_uploads
from whatsapp.settings import META, TWILIO


@dataclass(frozen=True)
class Services:
    """Everything that actions, connectors, console and worker call."""

    settings: Settings
    clock: Clock
    database: Database
    clinic_file: ClinicFile
    texts: Texts
    scheduling: Scheduling
    offering: Offering
    patients: PatientRegister
    consent: ConsentRegister
    handoff: HandoffDesk
    notifications: Notifications
    intake: Intake
    audit: Audit
    exports: DataExports
    rectification: Rectification
    erasure: Erasure
    # the office: facts, requests, deposits, opinions
    answers: FactAnswers
    queue: Queue
    requests: RequestDesk
    request_answers: RequestAnswers
    request_board: RequestBoard
    documents: DocumentDesk
    calls: CallList
    errand_log: ErrandLog
    figures: Figures
    review: ReviewDesk
    deposits: DepositDesk
    feedback: FeedbackDesk

    @property
    def clinic(self) -> Clinic:
        """The clinic's facts that hold now."""
        return self.clinic_file.current

    @property
    def can_ask_for_number(self) -> bool:
        """Whether WhatsApp's own button for that can be sent: Twilio has none."""
        return self.settings.whatsapp.provider != TWILIO

    def appointment_booked(self, tx: Transaction, appointment: Appointment) -> None:
        """Does what follows from a booking, in the transaction that books."""
        self.notifications.appointment_booked(tx, appointment)
        self.deposits.appointment_booked(tx, appointment)

    desk: AppointmentDesk
    waiting_list: WaitingList
    # the agenda in the hands of staff
    agenda: AgendaDesk
    agenda_reader: AgendaReader
    closures: ClosureDesk
    outside_hours: OutsideHours
    walk_ins: WalkInDesk
    directory: PatientDirectory
    # the staff's own accounts
    staff: StaffAccounts
    staff_login: StaffLogin
    staff_sessions: StaffSessions
    live: LiveNews
    inbox: InboxLists
    conversations: ConversationReader
    staff_desk: StaffDesk
    staff_files: StaffFiles
    staff_appointments: StaffAppointments
    handoff_watch: HandoffWatch
    templates: TemplateRegister
    new_recipients: NewRecipients
    account_look_up: AccountLookUp
    sending_rules: SendingRules
    identity: IdentityCheck
    parked: ParkedItems
    files: FileStore
    scanner: VirusScanner
    media: StoredMedia
    metrics: Metrics
    lifelines: Lifelines


def build_services(settings: Settings) -> Services:
    """Wires the services to one database, one clinic file and one clock."""
    use_packaged_zones()
    clock = ShiftedClock(settings.clinic_now) if settings.clinic_now else SystemClock()
    database = Database(
        open_engine(settings.database_url),
        Cipher(settings.encryption_keys),
        TEXT_LIMITS[settings.whatsapp.provider],
    )
    texts = load_texts(ROOT / "data" / "responses")
    audit = Audit(database, clock)
    clinic = ClinicFile(settings.clinic_file, database, clock, audit)
    scheduling = Scheduling(database, clinic, clock)
    office_notices = OfficeNotices(clinic, texts, clock)
    patients = PatientRegister(database, clock)
    notifications = Notifications(clinic, clock)
    notices = PatientNotices(clinic, texts, clock)
    deposits = DepositDesk(
        database, clinic, clock, scheduling, office_notices, _payments(settings), audit
    )
    links = SecureLinks(database, clock, audit, clinic)
    files = FileStore(settings.media_folder, database.cipher)
    documents = DocumentDesk(database, clinic, clock, audit, files, links)
    media = StoredMedia(database, files)
    closing = RequestClosing(clock, office_notices, audit)
    desk = AppointmentDesk(database, clock, scheduling, patients, notifications, deposits)
    offering = Offering(scheduling, clinic, clock)
    agenda_notices = AgendaNotices(clinic, texts, clock)
    agenda = AgendaDesk(
        database, clinic, clock, audit, desk, notifications, agenda_notices, deposits
    )
    whatsapp = settings.whatsapp
    can_look_up = whatsapp.provider == META and bool(whatsapp.business_account_id)
    templates = TemplateRegister(database, clock, can_look_up=can_look_up)
    new_recipients = NewRecipients(clock, settings.new_recipients_per_day)
    metrics = Metrics(settings.metrics_folder)
    intake = Intake(
        database,
        clock,
        whatsapp.phone_number_id,
        AccountNews(templates, new_recipients),
        LaterChanges(files, audit),
        metrics,
    )
    introductions = Introductions(clinic, clock, texts)
    staff_desk = StaffDesk(database, clinic, clock, audit, introductions)
    scanner = VirusScanner(settings.virus_scan_command)
    can_upload = takes_uploads(whatsapp.provider)
    handing_over = HandingOver(clinic, office_notices, documents, links, can_upload=can_upload)

    def booked_by_staff(tx: Transaction, appointment: Appointment) -> None:
        notifications.appointment_booked(tx, appointment)
        deposits.booked_by_staff(tx, appointment)

    return Services(
        settings=settings,
        clock=clock,
        database=database,
        clinic_file=clinic,
        texts=texts,
        scheduling=scheduling,
        offering=offering,
        patients=patients,
        consent=ConsentRegister(database, clock, clinic.current.name.fr),
        handoff=HandoffDesk(database, clock),
        notifications=notifications,
        intake=intake,
        audit=audit,
        exports=DataExports(database, clock, links),
        rectification=Rectification(database, clock, audit),
        erasure=Erasure(database, clock, audit, files),
        answers=FactAnswers(clinic, texts, clock, database),
        queue=Queue(database, clinic, clock),
        requests=RequestDesk(database, clinic, clock, closing),
        request_answers=RequestAnswers(
            database, clinic, audit, office_notices, closing, documents, handing_over
        ),
        request_board=RequestBoard(database, clock, audit, media),
        documents=documents,
        errand_log=ErrandLog(database, clock),
        review=ReviewDesk(database, clock, audit, TrainingFiles(ROOT)),
        figures=Figures(database, clinic, clock),
        calls=CallList(database, clinic, clock, audit),
        deposits=deposits,
        feedback=FeedbackDesk(database, clinic, clock, office_notices),
        desk=desk,
        waiting_list=WaitingList(database, clinic, clock, scheduling, desk, notifications, notices),
        agenda=agenda,
        agenda_reader=AgendaReader(database, clinic, clock, audit, agenda_notices),
        closures=ClosureDesk(database, clinic, clock, audit, agenda, offering, agenda_notices),
        outside_hours=OutsideHours(database, clinic, clock, agenda_notices),
        walk_ins=WalkInDesk(database, clinic, clock, audit),
        directory=PatientDirectory(database, clock, audit),
        staff=StaffAccounts(database, clock, audit),
        # Logins go by the computer's own clock, as authenticators do.
        staff_login=StaffLogin(database, SystemClock(), audit),
        staff_sessions=StaffSessions(database, SystemClock()),
        live=LiveNews(database, clock),
        inbox=InboxLists(database, clock, audit),
        conversations=ConversationReader(database, clock, audit, templates, files),
        staff_desk=staff_desk,
        staff_files=StaffFiles(database, clock, files, scanner, staff_desk, can_upload=can_upload),
        staff_appointments=StaffAppointments(
            clinic,
            clock,
            texts,
            audit,
            scheduling,
            desk,
            patients,
            staff_desk,
            booked_by_staff,
        ),
        handoff_watch=HandoffWatch(database, clinic, clock, texts, introductions),
        parked=ParkedItems(database, clock, intake),
        files=files,
        scanner=scanner,
        media=media,
        templates=templates,
        new_recipients=new_recipients,
        account_look_up=AccountLookUp(database, whatsapp, templates, new_recipients),
        sending_rules=SendingRules(templates, new_recipients, settings.messages_per_second),
        identity=IdentityCheck(database, clock, audit),
        metrics=metrics,
        lifelines=Lifelines(database, _run_folder(settings.database_url)),
    )


def make_sender(
    wired: Services,
    client: MessagingProvider,
    timer: Clock | None = None,
    look_up: Callable[[], Awaitable[None]] | None = None,
    owner: str | None = None,
) -> Sender:
    """Returns what sends the outbox; assistant, gateway and worker each have one."""
    number = wired.settings.whatsapp.phone_number_id
    return Sender(
        wired.database,
        wired.clock,
        client,
        wired.sending_rules,
        MediaUploads(wired.database, client, wired.files, number, timer),
        timer,
        wired.metrics,
        look_up=look_up or wired.account_look_up.refresh,
        owner=owner,
    )


def make_fetcher(
    wired: Services, client: MessagingProvider, timer: Clock | None = None
) -> MediaFetcher:
    """Returns what fetches patients' files; assistant, gateway and worker each have one."""
    return MediaFetcher(
        wired.database, wired.clock, client, wired.files, wired.scanner, timer, wired.metrics
    )


_wired: Services | None = None


def services() -> Services:
    """Returns this process's services, wired on first use."""
    global _wired
    if _wired is None:
        _wired = build_services(read_settings())
    return _wired


def use_services(wired: Services | None) -> None:
    """Puts other services in place, for tests; None wires anew on the next use."""
    global _wired
    _wired = wired


def _payments(settings: Settings) -> DemoPayments | None:
    """Returns the payment provider; without its settings no deposit is asked for."""
    if not (settings.payment_url and settings.payment_secret):
        return None
    return DemoPayments(settings.payment_url, settings.payment_secret)


def _run_folder(database_url: str) -> Path:
    """Returns where the processes of this machine that share a database show that they live."""
    return ROOT / "var" / "run" / hashlib.sha256(database_url.encode()).hexdigest()[:16]
