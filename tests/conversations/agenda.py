"""What a situation finds in the agenda when it begins, and what it leaves there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import outbox
from clinic.adapters.tables.scheduling import appointment
from clinic.adapters.tables.waiting_list import waiting_list_entry
from clinic.adapters.waiting_list import WaitingListEntries
from clinic.agenda.model import ClosureReason, Outcome, Placement
from clinic.bootstrap import Services
from clinic.clock import UTC
from clinic.consent.model import Decision, Purpose, Reply
from clinic.facts.model import Closure
from clinic.facts.opening import instant
from clinic.messaging.model import Contact, OutboxKind
from clinic.patients.model import Relation
from clinic.scheduling.model import AgendaSlot, Appointment
from clinic.waiting_list.model import WaitingWish
from whatsapp.template_files import load_templates, template_language

NUMBER = "212661000001"
SOMEBODY = "patient-somebody-else"


class AgendaUnderTest:
    """The clinic's side of a situation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def contact_id(self) -> str:
        return self._contact().id

    def prepare(self, script: dict[str, Any], language: str | None) -> None:
        """Registers the patients and books what the situation begins with."""
        if known_as := script.get("known_as"):
            self._know(known_as, language)
        for relative in script.get("relatives", ()):
            self._services.patients.register(
                self._contact().id, Relation(relative["relation"]), relative["name"]
            )
        for row in script.get("appointments", ()):
            self._book(row, self._patient_id(row.get("patient", known_as)))
        for row in script.get("others", ()):
            self._book(row, SOMEBODY)
        for row in script.get("waiting", ()):
            self._wait(row)

    def book_for_somebody(self, row: dict[str, Any]) -> None:
        """Books a time for a patient who has nothing to do with this one."""
        self._book(row, SOMEBODY)

    def cancel_of_somebody(self, row: dict[str, Any]) -> None:
        """Cancels the appointment that starts then, with all that follows from it."""
        start = self.slot(row).start
        with self._services.database.read() as tx:
            found = tx.connection.scalar(
                select(appointment.c.id).where(
                    appointment.c.start_at == start, appointment.c.status == "booked"
                )
            )
        assert found, f"nothing is booked at {row['at']}"
        self._services.desk.cancel(found, key=f"somebody:{found}")

    def close(self, row: dict[str, Any]) -> None:
        """Lets staff close a whole day of a practitioner, and tells whom it concerns."""
        clinic, desk = self._services.clinic, self._services.closures
        day = date.fromisoformat(row["day"])
        closure = Closure(
            row["doctor"],
            None,
            instant(clinic, day, time.min),
            instant(clinic, day + timedelta(days=1), time.min),
        )
        desk.close(
            closure,
            ClosureReason.LEAVE,
            Outcome(row.get("outcome", "move")),
            by="staff",
            fingerprint=desk.preview(closure).fingerprint,
        )

    def reopen(self) -> None:
        """Lets staff take back everything that they closed."""
        for entered in self._services.closures.in_force():
            self._services.closures.reopen(entered.id, by="staff")

    def move(self, row: dict[str, Any]) -> None:
        """Lets staff move the appointment that starts then."""
        start = self.slot(row).start
        with self._services.database.read() as tx:
            found = tx.connection.execute(
                select(appointment.c.id, appointment.c.version).where(
                    appointment.c.start_at == start, appointment.c.status == "booked"
                )
            ).one()
        to = datetime.fromisoformat(row["to"]).replace(tzinfo=self._services.clinic.zone)
        self._services.agenda.move(
            found.id, Placement(row["doctor"], to), seen_version=found.version, by="staff"
        )

    def remind(self, language: str | None) -> None:
        """Sends a reminder, by template as always, with the examples of its file."""
        file = load_templates()["appointment_reminder_24h"]
        shown = template_language(language or "fr")
        message = file.message(
            shown,
            {name: examples[shown] for name, examples in file.variables.items()},
            quick_replies=("/confirm_appointment", "/reschedule_appointment"),
        )
        now = self._services.clock.now()
        with self._services.database.write() as tx:
            Outbox(tx).add(
                self._contact(tx),
                message,
                key=f"reminder:{now.isoformat()}",
                kind=OutboxKind.NOTICE,
                now=now,
                purpose=Purpose.REMINDERS.value,
            )

    def problems(self, expect: dict[str, Any]) -> Iterator[str]:
        """Yields how the end differs from what is expected."""
        contact = self._contact()
        with self._services.database.read() as tx:
            for status, key in (("booked", "booked"), ("proposed", "held")):
                if key in expect:
                    count = tx.connection.scalar(
                        select(func.count())
                        .select_from(appointment)
                        .where(appointment.c.status == status)
                        .where(appointment.c.patient_id != SOMEBODY)
                    )
                    if count != expect[key]:
                        yield f"{count} appointments are {key}"
            if "handoff" in expect:
                handoff = Handoffs(tx).open_of(contact.id)
                found = handoff.priority.value if handoff else "none"
                if found != expect["handoff"]:
                    yield f"the hand-off is {found}"
            if "waiting" in expect:
                rows = tx.connection.execute(select(waiting_list_entry.c.status)).scalars()
                counted = dict(Counter(rows))
                if counted != expect["waiting"]:
                    yield f"the waiting list is {counted}"
        if "agenda" in expect:
            rows_found = self._rows()
            if rows_found != expect["agenda"]:
                yield "the agenda is\n" + "\n".join(rows_found)
        if "staff_told" in expect and (told := self._staff_told()) != expect["staff_told"]:
            yield f"staff were told {told}"
        for purpose, decision in (expect.get("consents") or {}).items():
            latest = self._services.consent.latest(contact.id, Purpose(purpose))
            found = latest.value if latest else "never asked"
            if found != decision:
                yield f"consent for {purpose} is {found}"

    def _rows(self) -> list[str]:
        """Returns the patient's rows but lost holds: "26/11 15:00 dr-benjelloun booked Lina"."""
        zone = self._services.clinic.zone
        with self._services.database.read() as tx:
            rows = tx.connection.execute(
                select(appointment)
                .where(appointment.c.patient_id != SOMEBODY)
                .where(
                    (appointment.c.status != "cancelled") | appointment.c.hold_expires_at.is_(None)
                )
                .order_by(appointment.c.start_at, appointment.c.id)
            ).all()
        lines = []
        for row in rows:
            start = row.start_at.astimezone(zone)
            patient = self._services.patients.get(row.patient_id)
            line = f"{start:%d/%m %H:%M} {row.practitioner_id} {row.status}"
            line += f" {patient.name.split()[0]}" if patient else ""
            lines.append(line + (" accepted" if row.participation == "accepted" else ""))
        return lines

    def _staff_told(self) -> dict[str, int]:
        """Returns how many messages of each kind practitioners and reception got."""
        names = ("booked", "moved", "cancelled", "late")
        with self._services.database.read() as tx:
            keys = tx.connection.execute(select(outbox.c.key)).scalars()
            kinds = [key.split(":")[0] for key in keys]
        return {name: kinds.count(name) for name in names if name in kinds}

    def _know(self, name: str, language: str | None) -> None:
        """Makes the patient somebody who has been here before."""
        contact = self._contact()
        self._services.patients.register(contact.id, Relation.SELF, name)
        with self._services.database.write() as tx:
            Contacts(tx).set_language(contact.id, language or "fr")
        reply = Reply(notice="notice", language="fr", text="J'accepte", message_id="earlier")
        for purpose in (Purpose.CARE, Purpose.REMINDERS):
            self._services.consent.record(contact.id, purpose, Decision.GIVEN, reply)

    def _wait(self, row: dict[str, Any]) -> None:
        """Puts somebody on the waiting list: the patient, or another number before them."""
        slot = self.slot({"at": row["before"], "doctor": row["doctor"]})
        number = str(row.get("number", NUMBER))
        name = row.get("name", "Hassan Idrissi")
        with self._services.database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone=number, user_id=None, profile_name=None, now=self._services.clock.now()
            )
            Contacts(tx).mark_inbound(contact.id, self._services.clock.now())
        if number == NUMBER:
            patient_id = self._patient_id(row.get("patient", ""))
        else:
            patient = self._services.patients.register(contact.id, Relation.SELF, name)
            patient_id = patient.id
            reply = Reply(notice="notice", language="fr", text="J'accepte", message_id=number)
            self._services.consent.record(contact.id, Purpose.CARE, Decision.GIVEN, reply)
        service = self._services.clinic.service(slot.service_id)
        with self._services.database.write() as tx:
            WaitingListEntries(tx).add(
                contact.id,
                WaitingWish(
                    patient_id=patient_id,
                    specialty=service.specialty.value,
                    service_id=service.id,
                    practitioner_id=row["doctor"],
                    end=slot.start,
                ),
                self._services.clock.now() + timedelta(seconds=len(number)),
            )

    def _book(self, row: dict[str, Any], patient_id: str) -> Appointment:
        slot = self.slot(row)
        scheduling = self._services.scheduling
        hold = scheduling.hold(slot, patient_id, key=f"prepare:{slot.key}:{patient_id}")
        return scheduling.book(hold.id, patient_id, key=f"prepared:{hold.id}")

    def slot(self, row: dict[str, Any]) -> AgendaSlot:
        clinic = self._services.clinic
        practitioner = clinic.practitioner(row["doctor"])
        specialty = practitioner.specialties[0].value
        service = clinic.service(row.get("service") or clinic.services_of(specialty)[0].id)
        start = datetime.fromisoformat(row["at"]).replace(tzinfo=clinic.zone)
        block = next(b for b in practitioner.schedule if b.weekday == start.weekday())
        end = start + timedelta(minutes=service.duration_minutes)
        return AgendaSlot(
            practitioner.id, block.site_id, service.id, start.astimezone(UTC), end.astimezone(UTC)
        )

    def _patient_id(self, name: str) -> str:
        known = self._services.patients.of_contact(self._contact().id)
        return next(patient.id for patient in known if not name or patient.name == name)

    def _contact(self, tx: Transaction | None = None) -> Contact:
        def find(tx: Transaction) -> Contact:
            return Contacts(tx).find_or_create(
                phone=NUMBER, user_id=None, profile_name=None, now=self._services.clock.now()
            )

        if tx is not None:
            return find(tx)
        with self._services.database.write() as own:
            return find(own)
