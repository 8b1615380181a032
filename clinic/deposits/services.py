"""Deposits: asked for with a booking, paid at a provider, kept to a time limit."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from clinic.adapters.database import Database, Transaction
from clinic.adapters.deposits import Deposits
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.patients import Patients
from clinic.adapters.payments import PaymentEvent, PaymentOrder, PaymentProvider
from clinic.adapters.scheduling import Appointments
from clinic.clock import Clock
from clinic.consent.model import Purpose
from clinic.deposits.errors import DepositNotFoundError, DepositNotPaidError
from clinic.deposits.model import Deposit, DepositStatus
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.facts.office import WhenUnpaid
from clinic.facts.source import ClinicSource
from clinic.handoff.model import Priority
from clinic.notifications.office import OfficeNotices
from clinic.privacy.audit import Audit, AuditAction
from clinic.requests.references import new_reference
from clinic.scheduling.changes import OnChange
from clinic.scheduling.errors import SchedulingError
from clinic.scheduling.model import Appointment, AppointmentStatus
from clinic.scheduling.services import Scheduling

logger = logging.getLogger(__name__)

_PREFIX = "A"
_SHOWN_FOR = timedelta(days=92)


@dataclass(frozen=True)
class DepositRow:
    """A deposit with whose it is and what for; the name is empty once it is erased."""

    deposit: Deposit
    patient_name: str
    appointment: Appointment | None

    @property
    def site(self) -> str | None:
        """To whose staff it belongs; None for everybody."""
        return self.appointment.site_id if self.appointment else None


class DepositDesk:
    """The deposits of a clinic; without a provider none are asked for."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        scheduling: Scheduling,
        notices: OfficeNotices,
        provider: PaymentProvider | None,
        audit: Audit,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._scheduling = scheduling
        self._notices = notices
        self._provider = provider
        self._audit = audit

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def appointment_booked(self, tx: Transaction, appointment: Appointment) -> None:
        """Asks for the deposit of a booking, in the transaction that books."""
        amount = self._clinic.service(appointment.service_id).deposit_mad
        patient = Patients(tx).get(appointment.patient_id)
        if not amount or self._provider is None or patient is None:
            return
        now = self._clock.now()
        limit = now + timedelta(minutes=self._clinic.office.deposits.expires_minutes)
        deposits = Deposits(tx)
        while deposits.of_appointment(appointment.id) is None:
            deposits.add(
                reference=new_reference(_PREFIX),
                appointment_id=appointment.id,
                contact_id=patient.contact_id,
                amount_mad=amount,
                provider=self._provider.name,
                # Nobody pays beforehand for what has begun.
                expires_at=min(limit, appointment.start),
                now=now,
            )

    def booked_by_staff(self, tx: Transaction, appointment: Appointment) -> None:
        """Asks for the deposit of a booking by staff, and tells the patient where to pay it.

        Who cannot be told now pays at the desk: a deposit that they never heard of would cost
        them the appointment. In the transaction that books.
        """
        patient = Patients(tx).get(appointment.patient_id)
        if patient and self._notices.can_tell_now(tx, patient.contact_id, Purpose.CARE):
            self.appointment_booked(tx, appointment)
            if deposit := Deposits(tx).of_appointment(appointment.id):
                self._tell(tx, deposit, "link", has_template=False)

    def appointment_cancelled(self, tx: Transaction, appointment: Appointment) -> None:
        """Ends the deposit of a cancelled appointment; what was paid goes to a person."""
        deposit = Deposits(tx).of_appointment(appointment.id)
        if deposit is None:
            return
        now = self._clock.now()
        if deposit.status is DepositStatus.REQUESTED:
            Deposits(tx).set_status(deposit.id, DepositStatus.EXPIRED, now)
        elif deposit.status is DepositStatus.PAID:
            Handoffs(tx).open(deposit.contact_id, Priority.ROUTINE, "deposit_refund", now)

    def of_appointment(self, appointment_id: str) -> Deposit | None:
        with self._database.read() as tx:
            return Deposits(tx).of_appointment(appointment_id)

    def of_contact(self, contact_id: str) -> list[Deposit]:
        """Returns a contact's deposits, the newest first."""
        with self._database.read() as tx:
            return Deposits(tx).of_contact(contact_id)

    def link(self, deposit: Deposit) -> str:
        """Returns the page on which a deposit is paid; empty when there is no provider."""
        if self._provider is None:
            return ""
        return self._provider.link(
            PaymentOrder(
                reference=deposit.reference,
                amount_mad=deposit.amount_mad,
                expires_at=deposit.expires_at,
            )
        )

    def receive(self, body: bytes, signature: str | None) -> None:
        """Takes a provider's callback; the same one again changes nothing.

        A payment that came too late is kept as paid, and a person sorts it out.

        Raises:
            PaymentCallbackError: it is not the provider's, or cannot be read.
            DepositNotFoundError: it is about nothing of ours.
        """
        if self._provider is None:
            raise DepositNotFoundError("There is no payment provider.")
        event = self._provider.read_callback(body, signature)
        if event.is_paid:
            with self._database.write() as tx:
                self._note_paid(tx, event)

    def refund(self, reference: str, *, by: str) -> None:
        """Notes that a deposit was paid back and tells the patient. For the staff console.

        Raises:
            DepositNotFoundError: there is no such deposit.
            DepositNotPaidError: it was not paid.
        """
        with self._database.write() as tx:
            deposit = Deposits(tx).by_reference(reference, lock=True)
            if deposit is None:
                raise DepositNotFoundError(reference)
            if deposit.status is not DepositStatus.PAID:
                raise DepositNotPaidError(deposit.status.value)
            Deposits(tx).set_status(deposit.id, DepositStatus.REFUNDED, self._clock.now())
            self._tell(tx, deposit, "refunded")
            self._audit.record_in(
                tx, by, AuditAction.DEPOSIT_REFUNDED, deposit.contact_id, deposit=reference
            )

    def site_of(self, reference: str) -> str | None:
        """Returns the site of a deposit's appointment; None for all.

        Raises:
            DepositNotFoundError: there is no such deposit.
        """
        with self._database.read() as tx:
            deposit = Deposits(tx).by_reference(reference)
            if deposit is None:
                raise DepositNotFoundError(reference)
            return self._row(tx, deposit).site

    def recent(self, *, by: str, sites: Collection[str] | None = None) -> list[DepositRow]:
        """Returns the deposits of the last three months with their patients, the newest first.

        For the staff console; the look is recorded.

        Args:
            sites: of somebody who looks; None for all of them.
        """
        since = self._clock.now() - _SHOWN_FOR
        with self._database.write() as tx:
            rows = [self._row(tx, deposit) for deposit in Deposits(tx).since(since)]
            rows = [row for row in rows if sites is None or row.site in (None, *sites)]
            for contact_id in dict.fromkeys(row.deposit.contact_id for row in rows):
                self._audit.record_in(tx, by, AuditAction.DEPOSIT_READ, contact_id)
        return rows

    def _row(self, tx: Transaction, deposit: Deposit) -> DepositRow:
        appointment = Appointments(tx).get(deposit.appointment_id)
        patient = Patients(tx).get(appointment.patient_id) if appointment else None
        return DepositRow(deposit, patient.name if patient else "", appointment)

    def expire(self, on_released: OnChange | None = None) -> int:
        """Ends deposits that were not paid in time, and releases or keeps their appointments.

        Args:
            on_released: called inside the transaction for each appointment that is released.
        """
        now = self._clock.now()
        with self._database.read() as tx:
            overdue = Deposits(tx).overdue(now)
        return sum(self._expire_one(deposit, on_released) for deposit in overdue)

    def _expire_one(self, overdue: Deposit, on_released: OnChange | None) -> bool:
        now = self._clock.now()
        with self._database.write() as tx:
            deposit = Deposits(tx).by_reference(overdue.reference, lock=True)
            if deposit is None or deposit.status is not DepositStatus.REQUESTED:
                return False
            Deposits(tx).set_status(deposit.id, DepositStatus.EXPIRED, now)
            released = self._clinic.office.deposits.when_unpaid is WhenUnpaid.RELEASE
            if not released:
                self._tell(tx, deposit, "expired_kept")

        def cancelled(tx: Transaction, appointment: Appointment) -> None:
            self._tell(tx, overdue, "expired_released")
            if on_released is not None:
                on_released(tx, appointment)

        if released:
            try:
                self._scheduling.cancel(
                    deposit.appointment_id,
                    key=f"deposit:{deposit.id}",
                    on_cancelled=cancelled,
                )
            except SchedulingError:
                # The patient has come, or been seen: the appointment stands.
                logger.info("An unpaid appointment could not be released any more.")
        return True

    def _note_paid(self, tx: Transaction, event: PaymentEvent) -> None:
        deposit = Deposits(tx).by_reference(event.reference, lock=True)
        if deposit is None or deposit.amount_mad != event.amount_mad:
            raise DepositNotFoundError(event.reference)
        if deposit.status in (DepositStatus.PAID, DepositStatus.REFUNDED):
            return
        now = self._clock.now()
        Deposits(tx).set_status(
            deposit.id, DepositStatus.PAID, now, paid_at=now, payment_id=event.payment_id
        )
        appointment = Appointments(tx).get(deposit.appointment_id)
        if appointment is None or appointment.status is AppointmentStatus.CANCELLED:
            Handoffs(tx).open(deposit.contact_id, Priority.ASAP, "deposit_paid_late", now)
            self._tell(tx, deposit, "paid_late")
            return
        self._tell(tx, deposit, "paid")

    def _tell(
        self, tx: Transaction, deposit: Deposit, what: str, *, has_template: bool = True
    ) -> None:
        appointment = Appointments(tx).get(deposit.appointment_id)
        if appointment is None:
            return
        language = self._notices.language_of(tx, deposit.contact_id)
        practitioner = self._clinic.practitioner(appointment.practitioner_id)
        when = say_when(appointment.start, self._clinic.zone, language)
        self._notices.tell(
            tx,
            deposit.contact_id,
            f"utter_deposit_{what}",
            {
                "reference": deposit.reference,
                "amount": str(deposit.amount_mad),
                "when": when,
                "practitioner": practitioner.name(language).full,
                "clinic": self._clinic.name.to(language),
                "link": self.link(deposit),
                "until": say_when(deposit.expires_at, self._clinic.zone, language),
            },
            purpose=Purpose.CARE,
            key=f"deposit:{deposit.id}:{what}",
            template=f"deposit_{what}" if has_template else None,
            parameters=(deposit.reference, str(deposit.amount_mad), when),
        )
