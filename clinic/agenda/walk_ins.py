"""The queue of those who came without an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from clinic.adapters.agenda import WalkIns
from clinic.adapters.database import Database
from clinic.adapters.patients import Patients
from clinic.agenda.errors import AgendaError
from clinic.agenda.model import WalkIn, WalkInStatus
from clinic.clock import Clock
from clinic.facts.model import Clinic
from clinic.facts.opening import instant
from clinic.facts.source import ClinicSource
from clinic.patients.model import Patient
from clinic.patients.services import clean_name
from clinic.privacy.audit import Audit, AuditAction


class WalkInNotFoundError(AgendaError):
    """Nobody of that id waits."""


@dataclass(frozen=True)
class Waiting:
    """Somebody in the queue.

    Attributes:
        minutes: how long they have waited, whole minutes.
    """

    walk_in: WalkIn
    patient: Patient | None
    minutes: int

    @property
    def name(self) -> str:
        return self.patient.name if self.patient else self.walk_in.name


class WalkInDesk:
    """Notes who came, who was seen, who left. `by` is always the id of a member of staff."""

    def __init__(
        self, database: Database, clinic: ClinicSource, clock: Clock, audit: Audit
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._audit = audit

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def add(
        self,
        site_id: str,
        *,
        by: str,
        practitioner_id: str | None = None,
        patient_id: str | None = None,
        name: str = "",
    ) -> WalkIn:
        """Notes that somebody came; a registered patient, or a name alone.

        Raises:
            NotANameError: there is no patient, and the text cannot be somebody's name.
            UnknownIdError: the clinic has no such site or practitioner.
        """
        self._clinic.site(site_id)
        if practitioner_id is not None:
            self._clinic.practitioner(practitioner_id)
        name = "" if patient_id else clean_name(name)
        now = self._clock.now()
        with self._database.write() as tx:
            added = WalkIns(tx).add(
                site_id, practitioner_id, patient_id=patient_id, name=name, by=by, now=now
            )
            patient = Patients(tx).get(patient_id) if patient_id else None
            subject = patient.contact_id if patient else added.id
            self._audit.record_in(tx, by, AuditAction.WALK_IN_NOTED, subject, status="arrived")
            return added

    def get(self, walk_in_id: str) -> WalkIn:
        """Returns somebody who came; raises `WalkInNotFoundError`."""
        with self._database.read() as tx:
            found = WalkIns(tx).get(walk_in_id)
        if found is None:
            raise WalkInNotFoundError(walk_in_id)
        return found

    def note(self, walk_in_id: str, status: WalkInStatus, *, by: str) -> WalkIn:
        """Notes that somebody was seen or left, or takes that back (`ARRIVED`).

        Raises:
            WalkInNotFoundError: nobody of that id came.
        """
        with self._database.write() as tx:
            found = WalkIns(tx).get(walk_in_id)
            if found is None:
                raise WalkInNotFoundError(walk_in_id)
            WalkIns(tx).set_status(walk_in_id, status, self._clock.now())
            patient = Patients(tx).get(found.patient_id) if found.patient_id else None
            subject = patient.contact_id if patient else found.id
            self._audit.record_in(tx, by, AuditAction.WALK_IN_NOTED, subject, status=status.value)
            changed = WalkIns(tx).get(walk_in_id)
            assert changed is not None
            return changed

    def of_day(self, day: date, site_id: str | None = None) -> list[Waiting]:
        """Returns who came on a day, also those who were seen or left; the first comes first."""
        start = instant(self._clinic, day, time.min)
        end = instant(self._clinic, day + timedelta(days=1), time.min)
        now = self._clock.now()
        with self._database.read() as tx:
            found = WalkIns(tx).between(start, end, site_id)
            ids = {walk_in.patient_id for walk_in in found if walk_in.patient_id}
            patients = {patient.id: patient for patient in Patients(tx).with_ids(ids)}
        return [
            Waiting(
                walk_in,
                patients.get(walk_in.patient_id or ""),
                max(0, int((now - walk_in.arrived_at).total_seconds()) // 60),
            )
            for walk_in in found
        ]
