"""Sending the outbox: in order for each patient, patients side by side, nothing lost or doubled.

A row is marked as under way before the request and done after its answer. When the process dies
in between, or the answer is lost, only a delivery status can tell whether the message was sent:
the row waits for one. It is sent again only when statuses of later messages came and none of
its own; when no status tells anything, staff are told instead.

Attempts and leases go by the computer's own clock, which all processes share and which goes
on when one of them starts anew; a demo's clock does neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from clinic.adapters.database import Database
from clinic.adapters.tables.base import new_id
from clinic.clock import Clock, SystemClock
from clinic.messaging.breaker import CircuitBreaker
from clinic.messaging.media_upload import MediaUploads
from clinic.messaging.model import OutboxKind, OutboxRow
from clinic.messaging.outbox_work import OutboxWork, Step, Taken
from clinic.messaging.pace import NumberRate, Places, Urgency
from clinic.messaging.queue import KeyedWorkers
from clinic.messaging.sending_rules import SendingRules
from clinic.metrics import Metrics
from whatsapp.client import SendResult
from whatsapp.errors import AccountError, RetryableError, WhatsAppError
from whatsapp.provider import MessagingProvider

logger = logging.getLogger(__name__)

_SEND_WITHIN = timedelta(seconds=10)
_ORDER_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds between looks whether the earlier message was delivered; 3 s in all."""
_AT_ONCE = 16
"""Most requests under way at a time: below what the client's pool holds."""
_RATE_CODES = frozenset({4, 80007, 130429})
_ANSWER_AFTER_STATUS_SECONDS = 1.0


class Sender:
    """Sends what is queued."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        client: MessagingProvider,
        rules: SendingRules,
        uploads: MediaUploads,
        timer: Clock | None = None,
        metrics: Metrics | None = None,
        look_up: Callable[[], Awaitable[None]] | None = None,
        owner: str | None = None,
    ) -> None:
        """Wires it.

        Args:
            clock: the clinic's, for what is recorded.
            timer: the clock of the attempts.
            look_up: asks WhatsApp which templates are approved.
            owner: whose leases it takes; None for a name of its own.
        """
        self._client = client
        self._uploads = uploads
        self._timer = timer or SystemClock()
        self._metrics = metrics or Metrics()
        self._work = OutboxWork(
            database, clock, self._timer, rules, uploads, self._metrics, owner or new_id()
        )
        self._look_up = look_up
        self._looking = asyncio.Lock()
        self._places = Places(_AT_ONCE)
        self._rate = NumberRate(rules.messages_per_second)
        self.breaker = CircuitBreaker()
        self._urgency: dict[str, Urgency] = {}
        self._under_way: dict[str, asyncio.Event] = {}
        self._workers = KeyedWorkers(self._drain)

    def wake(self, contact_id: str) -> None:
        """Tells that an answer was queued for a contact."""
        self._urgency[contact_id] = Urgency.REPLY
        self._workers.wake(contact_id)

    async def wake_due(self) -> None:
        """Takes up everything that is due: retries, and what another process left behind."""
        for contact_id, kind in await asyncio.to_thread(self._work.contacts_due):
            urgency = Urgency.REPLY if kind is OutboxKind.REPLY else Urgency.BULK
            self._urgency[contact_id] = min(urgency, self._urgency.get(contact_id, urgency))
            self._workers.wake(contact_id)

    def status_came(self, reference: str) -> None:
        """Tells that a request's status is known, so that its lost answer isn't waited for."""
        if event := self._under_way.get(reference):
            event.set()

    def trip(self, error: AccountError) -> None:
        """Stops sending because a status told that the account may not send."""
        self.breaker.failed(error, self._timer.now())

    async def join(self) -> None:
        """Waits until nothing is under way."""
        await self._workers.join()

    async def stop(self) -> None:
        await self._workers.stop()

    async def _drain(self, contact_id: str) -> None:
        pauses = list(_ORDER_PAUSES)
        try:
            while True:
                async with self._places.take(self._urgency.get(contact_id, Urgency.BULK)):
                    step = await self._send_next(contact_id, in_order=bool(pauses))
                if step is Step.NOTHING:
                    return
                if step is Step.MUST_LOOK_UP:
                    if not await self._looks_up():
                        return
                elif step is Step.MUST_WAIT:
                    await asyncio.sleep(pauses.pop(0))
                else:
                    pauses = list(_ORDER_PAUSES)
        finally:
            self._urgency.pop(contact_id, None)

    async def _looks_up(self) -> bool:
        """Asks WhatsApp about the templates; False when what waits for it waits on."""
        if self._look_up is None or self._looking.locked():
            return False
        async with self._looking:
            try:
                await self._look_up()
            except WhatsAppError as error:
                logger.warning("Templates wait: their approvals can't be looked up. %s", error)
                return False
            await asyncio.to_thread(self._work.templates_are_known)
            return True

    async def _send_next(self, contact_id: str, *, in_order: bool) -> Step:
        # Before the row is taken: one that is marked as under way must be on its way at once.
        await self._rate.wait(self._urgency.get(contact_id, Urgency.BULK))
        if not self.breaker.allows(self._timer.now()):
            return Step.NOTHING
        taken: Taken | Step = Step.NOTHING
        try:
            taken = await asyncio.to_thread(self._work.take, contact_id, in_order)
        finally:
            if not isinstance(taken, Taken):
                self.breaker.unused()
        if not isinstance(taken, Taken):
            return taken
        if self._timer.now() - taken.taken_at > _SEND_WITHIN:
            # This process stood still: another may have taken the row over meanwhile.
            logger.warning(
                "Outbox row %d was not sent in time; it is looked at again.", taken.row.id
            )
            self.breaker.unused()
            return Step.NOTHING
        if taken.body is None:
            return Step.SENT if await self._upload(taken.row) else Step.NOTHING
        self._rate.used()
        return Step.SENT if await self._send(taken, taken.body) else Step.NOTHING

    async def _send(self, taken: Taken, body: dict[str, Any]) -> bool:
        """Sends a row; False when it is tried again later, and those behind it wait."""
        row = taken.row
        try:
            result = await self._answer(row, body, taken.language)
        except WhatsAppError as error:
            return await self._failed(row, error)
        self.breaker.succeeded()
        self._rate.accepted()
        self._metrics.sent(str(body.get("type", "")))
        if result is not None:
            await asyncio.to_thread(self._work.note_accepted, row, result.wamid)
        return True

    async def _upload(self, row: OutboxRow) -> bool:
        """Uploads a row's file; False when that is tried again later."""
        try:
            await self._uploads.upload(row.body)
        except WhatsAppError as error:
            return await self._failed(row, error)
        self.breaker.succeeded()
        await asyncio.to_thread(self._work.note_uploaded, row)
        return True

    async def _failed(self, row: OutboxRow, error: WhatsAppError) -> bool:
        self._metrics.send_failed(type(error).__name__, error.code)
        self.breaker.failed(error, self._timer.now())
        if isinstance(error, RetryableError) and error.code in _RATE_CODES:
            self._rate.too_fast()
        return await asyncio.to_thread(self._work.note_failure, row, error)

    async def _answer(
        self, row: OutboxRow, body: dict[str, Any], language: str
    ) -> SendResult | None:
        """Sends; returns None when a status told that it was sent before the API answered."""
        reference = str(body.get("biz_opaque_callback_data", row.reference))
        came = self._under_way[reference] = asyncio.Event()
        request = asyncio.ensure_future(self._client.send(body, language=language))
        status = asyncio.ensure_future(came.wait())
        try:
            await asyncio.wait({request, status}, return_when=asyncio.FIRST_COMPLETED)
            if not request.done():
                await asyncio.wait({request}, timeout=_ANSWER_AFTER_STATUS_SECONDS)
            return request.result() if request.done() else None
        finally:
            del self._under_way[reference]
            for task in (request, status):
                if not task.done():
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError, WhatsAppError):
                        await task
