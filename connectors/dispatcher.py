"""One patient at a time, in order: emergency gate, STOP, human in charge, then Rasa.

Patients are served side by side. A patient's turn is leased in the database, so that two
processes never answer the same patient at a time, and it is committed as a whole: the answers, what
Rasa remembers, and the messages that are done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.database import Transaction
from clinic.adapters.handoffs import CONVERSATION
from clinic.adapters.inbox import Inbox
from clinic.adapters.leases import LEASE_DURATION, Leases, turn_lease
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.base import new_id
from clinic.bootstrap import Services
from clinic.clock import Clock, SystemClock
from clinic.handoff.model import Priority
from clinic.messaging.model import Contact, InboxItem, OutboxKind, Turn
from clinic.messaging.queue import KeyedWorkers
from connectors.answers import Answers
from connectors.conversation import RasaConversation
from whatsapp.updates import MessageType

logger = logging.getLogger(__name__)

_ONE_SECOND = timedelta(seconds=1)
_LONGEST_GROUP = 20
"""Messages that are read as one at most."""
_TURNS_AT_ONCE = 2
"""Turns compute more than they wait. With more of them each webhook waits for all, and nobody
is answered sooner."""
_LONGEST_QUIET_TIMES = 5
"""A patient who keeps typing is answered after this many quiet times at the latest."""


class _TurnTakenError(Exception):
    """Another process or contact has the turn: this one was taken for dead, or two are one now."""


class _Taken(NamedTuple):
    """A patient of ours for now, and what waits."""

    contact: Contact
    items: list[InboxItem]


class Dispatcher:
    """Answers what waits in the inbox."""

    def __init__(
        self,
        services: Services,
        conversation: RasaConversation,
        on_queued: Callable[[str], None],
        timer: Clock | None = None,
        share: int | None = None,
        owner: str | None = None,
    ) -> None:
        """Wires it.

        Args:
            conversation: what answers.
            on_queued: is told of a contact for whom answers are queued.
            timer: the clock of the leases.
            share: how many patients, besides those who are typing, it takes up at a time when
                other processes do the same; None takes up all.
            owner: whose leases it takes; None for a name of its own.
        """
        self._services = services
        self._database = services.database
        self._clock = services.clock
        self._timer = timer or SystemClock()
        self._answers = Answers(services, conversation)
        self._on_queued = on_queued
        self._quiet_time = timedelta(milliseconds=services.settings.burst_window_ms)
        self._owner = owner or new_id()
        self._slots = asyncio.Semaphore(_TURNS_AT_ONCE)
        self._workers = KeyedWorkers(self._serve)
        self._share = share
        self._typing = 0

    def wake(self, contact_id: str) -> None:
        """Tells that a message of a contact waits."""
        self._workers.wake(contact_id)

    async def wake_waiting(self) -> None:
        """Takes up who waits longest: patients in danger always, the others as there is room.

        What is not taken up is left to other processes, or to the next look.
        """
        for contact_id in await asyncio.to_thread(self._contacts_waiting):
            if contact_id not in self._workers:
                self._workers.wake(contact_id)

    async def join(self) -> None:
        """Waits until nothing is under way."""
        await self._workers.join()

    async def stop(self) -> None:
        await self._workers.stop()

    async def _serve(self, contact_id: str) -> None:
        """Answers everything that waits for one patient, unless another process does."""
        taken = await asyncio.to_thread(self._take_up, contact_id)
        if taken is None:
            return
        renewal = asyncio.create_task(self._keep_lease(contact_id))
        try:
            while turn := await self._next_turn(taken):
                if turn.is_urgent:
                    await self._take_turn(turn)
                else:
                    async with self._slots:
                        await self._take_turn(turn)
                taken = await asyncio.to_thread(self._read, contact_id)
        except _TurnTakenError:
            logger.warning("A turn belongs to another process or contact by now; it is dropped.")
        finally:
            renewal.cancel()
            await asyncio.to_thread(self._release, contact_id)

    async def _next_turn(self, taken: _Taken | None) -> Turn | None:
        """Returns what is answered next, once the patient has stopped typing."""
        while taken and taken.items:
            group = _first_group(taken.items, self._quiet_time)
            pause = self._remaining_quiet_time(group)
            if pause <= timedelta(0):
                return Turn(taken.contact, group)
            self._typing += 1
            try:
                await asyncio.sleep(pause.total_seconds())
            finally:
                self._typing -= 1
            taken = await asyncio.to_thread(self._read, taken.contact.id)
        return None

    def _remaining_quiet_time(self, group: tuple[InboxItem, ...]) -> timedelta:
        if not _is_text(group[-1]) or any(item.is_urgent for item in group):
            return timedelta(0)
        now = self._clock.now()
        until_quiet = group[-1].received_at + self._quiet_time - now
        until_late = group[0].received_at + _LONGEST_QUIET_TIMES * self._quiet_time - now
        pause = min(until_quiet, until_late)
        # A longer one means that a demo's clock went back since the message came.
        return pause if pause <= self._quiet_time else timedelta(0)

    async def _take_turn(self, turn: Turn) -> None:
        try:
            # What staff changed in the clinic file holds from the next turn on.
            await asyncio.to_thread(self._services.clinic_file.refresh)
            await self._answers.answer(turn)
            await asyncio.to_thread(self._commit, turn)
            waited = self._clock.now() - turn.items[0].received_at
            self._services.metrics.answered(waited.total_seconds())
        except _TurnTakenError:
            raise
        except Exception:
            logger.exception("A turn failed; the patient gets an apology and a person.")
            await asyncio.to_thread(self._give_up, turn)
        self._on_queued(turn.contact.id)

    def _commit(self, turn: Turn) -> None:
        """Writes all that a turn did in one transaction.

        Raises:
            _TurnTakenError: the lease is lost, or the messages are answered already, or belong to
                another contact since two turned out to be one.
        """
        now = self._clock.now()
        labels = self._services.texts.list_labels(self._answers.language(turn))
        with self._database.write() as tx:
            if not Leases(tx).acquire(turn_lease(turn.contact.id), self._owner, self._timer.now()):
                raise _TurnTakenError
            ids = [item.id for item in turn.items]
            if not Inbox(tx).finish(ids, turn.contact.id, now):
                raise _TurnTakenError
            if turn.erases:
                self._services.erasure.erase(tx, turn.contact)
            for number, message in enumerate(turn.messages):
                Outbox(tx).add(
                    turn.contact,
                    message,
                    key=f"turn:{turn.key}:{number}",
                    kind=OutboxKind.REPLY,
                    now=now,
                    labels=labels,
                )
            if turn.erases:
                return
            LiveEvents(tx).add(CONVERSATION, now, turn.contact.id)
            if turn.events is not None:
                Conversations(tx).save(turn.contact.id, turn.events, now)
                self._services.errand_log.note_turn(tx, turn)
                self._services.review.note_turn(tx, turn)
            if turn.language and turn.language != turn.contact.language:
                Contacts(tx).set_language(turn.contact.id, turn.language)

    def _give_up(self, turn: Turn) -> None:
        """Apologises and asks for a person; parks what cannot even be apologised for."""
        turn.events, turn.erases = None, False
        try:
            turn.messages = [self._answers.apology(turn)]
            self._services.handoff.open(turn.contact.id, Priority.ASAP, "failed_turn")
            self._commit(turn)
        except _TurnTakenError:
            raise
        except Exception:
            logger.exception("A message is parked: not even an apology could be queued.")
            turn.messages = []
            self._services.metrics.parked()
            with self._database.write() as tx:
                ids = [item.id for item in turn.items]
                Inbox(tx).park(ids, "The turn failed, and so did its apology.", self._clock.now())

    async def _keep_lease(self, contact_id: str) -> None:
        while True:
            await asyncio.sleep(LEASE_DURATION.total_seconds() / 3)
            await asyncio.to_thread(self._renew, contact_id)

    def _take_up(self, contact_id: str) -> _Taken | None:
        """Leases a patient's turns and reads what waits; None while another process has them."""
        lease = turn_lease(contact_id)
        with self._database.write() as tx:
            if not Leases(tx).acquire(lease, self._owner, self._timer.now()):
                return None
            taken = _read(tx, contact_id)
            if taken is None:
                Leases(tx).release(lease, self._owner)
            return taken

    def _read(self, contact_id: str) -> _Taken | None:
        with self._database.read() as tx:
            return _read(tx, contact_id)

    def _renew(self, contact_id: str) -> None:
        with self._database.write() as tx:
            Leases(tx).acquire(turn_lease(contact_id), self._owner, self._timer.now())

    def _release(self, contact_id: str) -> None:
        with self._database.write() as tx:
            Leases(tx).release(turn_lease(contact_id), self._owner)

    def _contacts_waiting(self) -> list[str]:
        limit, is_full = self._share, False
        if limit is not None:
            room = limit - (len(self._workers) - self._typing)
            limit, is_full = (room, False) if room > 0 else (limit, True)
        with self._database.read() as tx:
            return Inbox(tx).contacts_waiting(self._timer.now(), limit=limit, only_urgent=is_full)


def _read(tx: Transaction, contact_id: str) -> _Taken | None:
    """Returns nothing for somebody who was erased, or joined with another contact."""
    contact = Contacts(tx).get(contact_id)
    return _Taken(contact, Inbox(tx).waiting(contact_id)) if contact else None


def _first_group(items: list[InboxItem], quiet_time: timedelta) -> tuple[InboxItem, ...]:
    """Returns the messages that are read as one: texts typed in a row, or one of another kind.

    What waited while no process ran was not typed in a row: the times of writing tell.
    """
    group = items[:1]
    for item in items[1:_LONGEST_GROUP]:
        if not (quiet_time and _is_text(group[-1]) and _is_text(item)):
            break
        # WhatsApp gives whole seconds.
        if item.written_at - group[-1].written_at >= quiet_time + _ONE_SECOND:
            break
        group.append(item)
    return tuple(group)


def _is_text(item: InboxItem) -> bool:
    return item.message.type is MessageType.TEXT
