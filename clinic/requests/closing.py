"""Closing a request: what is written, what the patient is told, what the audit trail keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from clinic.adapters.database import Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.requests import Requests
from clinic.clock import Clock
from clinic.consent.model import Purpose
from clinic.handoff.model import HandoffStatus
from clinic.notifications.office import OfficeNotices
from clinic.privacy.audit import Audit, AuditAction
from clinic.requests.errors import RequestClosedError, RequestNotFoundError
from clinic.requests.model import RequestStatus, ServiceRequest
from whatsapp.messages import Document

_ACTIONS = {
    RequestStatus.COMPLETED: AuditAction.REQUEST_COMPLETED,
    RequestStatus.REJECTED: AuditAction.REQUEST_REJECTED,
}


@dataclass(frozen=True)
class Told:
    """What a patient is told: a response, and the template that says it outside the window, if any.

    Attributes:
        values: what fills the response in, besides `reference` and `note`.
        parameters: what fills the template in; the reference when there are none.
        url_suffix: what completes the address of the template's button.
        document: a file whose caption the response is.
    """

    response: str
    template: str | None
    values: dict[str, str] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    url_suffix: str = ""
    document: Document | None = None


class RequestClosing:
    """Ends requests."""

    def __init__(self, clock: Clock, notices: OfficeNotices, audit: Audit) -> None:
        self._clock = clock
        self._notices = notices
        self._audit = audit

    def close(
        self,
        tx: Transaction,
        request: ServiceRequest,
        status: RequestStatus,
        note: str,
        *,
        by: str,
        told: Told | None = None,
    ) -> bool:
        """Closes an open request in the transaction that locked it.

        Args:
            told: what is said instead of the usual sentence.

        Returns:
            Whether the patient could be told; otherwise staff have to call.
        """
        now = self._clock.now()
        Requests(tx).close(request.id, status, note, by, now)
        self._audit.record_in(tx, by, _ACTIONS[status], request.contact_id, request=request.id)
        self._end_handoff(tx, request, by)
        told = told or Told(f"utter_request_{status.value}", f"request_{status.value}")
        LiveEvents(tx).add("requests", now, subject=request.id)
        return self.tell(tx, request, told, note, key=f"request:{request.id}:{status.value}")

    def tell(
        self, tx: Transaction, request: ServiceRequest, told: Told, note: str, *, key: str
    ) -> bool:
        """Tells the patient something about a request, once for a key; see `close`."""
        return self._notices.tell(
            tx,
            request.contact_id,
            told.response,
            {"reference": request.reference, "note": note, **told.values},
            purpose=Purpose.CARE,
            key=key,
            template=told.template,
            parameters=told.parameters or (request.reference,),
            url_suffix=told.url_suffix,
            document=told.document,
        )

    def _end_handoff(self, tx: Transaction, request: ServiceRequest, by: str) -> None:
        """Takes out of the queue what waited for this request alone."""
        handoff = Handoffs(tx).open_of(request.contact_id)
        if (
            handoff is not None
            and handoff.status is HandoffStatus.WAITING
            and handoff.reason == request.kind.value
            and not Requests(tx).has_active(request.contact_id, request.kind)
        ):
            Handoffs(tx).resolve(handoff.id, self._clock.now(), by=by)


def open_one(tx: Transaction, request_id: str) -> ServiceRequest:
    """Returns an open request, locked until the transaction ends.

    Raises:
        RequestNotFoundError: there is no such request.
        RequestClosedError: it was answered already.
    """
    request = Requests(tx).get(request_id, lock=True)
    if request is None:
        raise RequestNotFoundError(request_id)
    if request.status is not RequestStatus.ACTIVE:
        raise RequestClosedError(request.status.value)
    return request
