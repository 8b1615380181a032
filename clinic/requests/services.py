"""The office's requests: opened by patients, answered by staff, told in the chat."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic.adapters.database import Database
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.requests import Requests
from clinic.clock import UTC, Clock
from clinic.facts.codes import RequestKind
from clinic.facts.model import Clinic
from clinic.facts.opening import working_day_end
from clinic.facts.source import ClinicSource
from clinic.handoff.model import Priority
from clinic.requests.closing import RequestClosing, open_one
from clinic.requests.model import NewRequest, RequestStatus, SentFile, ServiceRequest
from clinic.requests.references import new_reference

_PREFIX = "R"
_USUAL_WORKING_DAYS = 1
_TOLD_FOR = timedelta(days=30)
"""How long an answered request is still told when the patient asks where it stands."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_EVERY_STATUS = tuple(RequestStatus)


class RequestDesk:
    """The requests of patients."""

    def __init__(
        self, database: Database, clinic: ClinicSource, clock: Clock, closing: RequestClosing
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._closing = closing

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def open(self, new: NewRequest) -> ServiceRequest:
        """Opens a request and a hand-off that shows it to staff.

        The same message again gives the same request.
        """
        now = self._clock.now()
        days = self._clinic.office.working_days.get(new.kind, _USUAL_WORKING_DAYS)
        expected_at = working_day_end(self._clinic, now, days)
        with self._database.write() as tx:
            requests = Requests(tx)
            known = requests.by_key(new.key)
            while known is None:
                requests.add(new, new_reference(_PREFIX), expected_at, now)
                known = requests.by_key(new.key)
            for file in new.files:
                requests.add_file(known.id, file, now)
            Handoffs(tx).open(new.contact_id, Priority.ROUTINE, new.kind.value, now)
            LiveEvents(tx).add("requests", now, subject=known.id)
            return known

    def add_file(self, request_id: str, file: SentFile) -> None:
        """Adds a file to an open request and shows it to staff.

        Raises:
            RequestNotFoundError: there is no such request.
            RequestClosedError: it was answered already.
        """
        now = self._clock.now()
        with self._database.write() as tx:
            request = open_one(tx, request_id)
            Requests(tx).add_file(request.id, file, now)
            Requests(tx).touch(request.id, now)
            Handoffs(tx).open(request.contact_id, Priority.ROUTINE, request.kind.value, now)

    def open_of(self, contact_id: str, kind: RequestKind | None = None) -> list[ServiceRequest]:
        """Returns a contact's open requests, of one kind or of all, the newest first."""
        found = self._of(contact_id, (RequestStatus.ACTIVE,), _EVER)
        return [request for request in found if kind in (None, request.kind)]

    def recent_of(self, contact_id: str) -> list[ServiceRequest]:
        """Returns a contact's requests of the last month in any state, the newest first."""
        return self._of(contact_id, _EVERY_STATUS, self._clock.now() - _TOLD_FOR)

    def by_reference(self, reference: str, contact_id: str) -> ServiceRequest | None:
        """Returns a contact's own request; nobody else's, whatever its reference."""
        with self._database.read() as tx:
            return Requests(tx).by_reference(reference, contact_id)

    def active(self) -> list[ServiceRequest]:
        """Returns what staff have to do, the soonest promised first."""
        with self._database.read() as tx:
            return Requests(tx).active()

    def files_of(self, request_id: str) -> list[SentFile]:
        with self._database.read() as tx:
            return Requests(tx).files_of(request_id)

    def complete(self, request_id: str, note: str, *, by: str) -> bool:
        """Closes a request as done and tells the patient.

        Args:
            note: what the patient is told besides; without a result or anything medical.

        Returns:
            Whether the patient could be told; otherwise staff have to call.

        Raises:
            RequestNotFoundError: there is no such request.
            RequestClosedError: it was answered already.
        """
        return self._close(request_id, RequestStatus.COMPLETED, note, by)

    def reject(self, request_id: str, note: str, *, by: str) -> bool:
        """Closes a request that cannot be done and tells the patient why; see `complete`."""
        return self._close(request_id, RequestStatus.REJECTED, note, by)

    def _close(self, request_id: str, status: RequestStatus, note: str, by: str) -> bool:
        with self._database.write() as tx:
            request = open_one(tx, request_id)
            return self._closing.close(tx, request, status, note, by=by)

    def _of(
        self, contact_id: str, statuses: tuple[RequestStatus, ...], since: datetime
    ) -> list[ServiceRequest]:
        with self._database.read() as tx:
            return Requests(tx).of_contact(contact_id, statuses, since)
