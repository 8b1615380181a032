"""Conversations that nobody takes or answers in time: staff are told, and so is the patient.

Waiting counts while the clinic is open; an emergency counts at any hour. What waits for too long
moves up in the queue and is told to whom the clinic file names (`escalation.py`). The patient
gets one honest word with a time for each wait, while WhatsApp allows it; another one only when
that time is over and they wrote again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.handoff_steps import HandoffSteps
from clinic.adapters.handoffs import ALARM, LATE, Handoffs
from clinic.adapters.live_events import LiveEvents
from clinic.adapters.outbox import Outbox
from clinic.clock import Clock
from clinic.facts.dates import say_when
from clinic.facts.model import Clinic
from clinic.facts.opening import is_open, last_opening, next_opening, opening_end
from clinic.facts.source import ClinicSource
from clinic.handoff.introducing import Introductions
from clinic.handoff.model import Handoff, HandoffStatus, Priority, StepKind
from clinic.messaging.emergency import emergency_values
from clinic.messaging.model import OutboxKind
from clinic.messaging.texts import Texts
from whatsapp import window
from whatsapp.messages import OutgoingMessage

logger = logging.getLogger(__name__)

_CLOSED_AFTER = timedelta(minutes=1)
"""Somebody who works late may be answering just now."""


class HandoffWatch:
    """Looks at every open conversation, again and again."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        texts: Texts,
        introductions: Introductions,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._texts = texts
        self._introductions = introductions

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def look(self) -> int:
        """Escalates what waits for too long; returns how many conversations."""
        now = self._clock.now()
        escalated = 0
        with self._database.read() as tx:
            handoffs = Handoffs(tx).all_open()
            untold = HandoffSteps(tx).untold_who_wrote()
        for handoff_id in untold:
            with _apart(handoff_id), self._database.write() as tx:
                if current := Handoffs(tx).get(handoff_id):
                    self._introductions.introduce(tx, current)
        for handoff in handoffs:
            if self._is_due(handoff, now) or self._closed_meanwhile(handoff, now):
                with _apart(handoff.id), self._database.write() as tx:
                    current = Handoffs(tx).get(handoff.id)
                    if current and current.is_open:
                        escalated += self._act(tx, current, now)
        return escalated

    def _act(self, tx: Transaction, handoff: Handoff, now: datetime) -> int:
        is_due = self._is_due(handoff, now)
        if self._may_be_told(handoff, now) and (is_due or self._closed_meanwhile(handoff, now)):
            self._tell_patient(tx, handoff, now)
        if not is_due or handoff.escalated_at is not None:
            return 0
        # Unread again: who looked and left it has to look once more.
        Handoffs(tx).change(handoff, now, escalated_at=now, snoozed_until=None, read_at=None)
        HandoffSteps(tx).add(handoff.id, StepKind.ESCALATED, now)
        LiveEvents(tx).add(LATE, now, handoff.contact_id, handoff.priority.value)
        if handoff.priority in (Priority.STAT, Priority.URGENT):
            LiveEvents(tx).add(ALARM, now, handoff.contact_id, handoff.priority.value)
        return 1

    def _is_due(self, handoff: Handoff, now: datetime) -> bool:
        """Tells whether somebody should have answered by now."""
        since = handoff.unanswered_since
        if since is None or handoff.is_snoozed(now):
            return False
        if handoff.escalated_at is not None and not self._may_be_told(handoff, now):
            return False
        if handoff.priority is not Priority.STAT:
            opened = last_opening(self._clinic, now)
            if opened is None or not is_open(self._clinic, now):
                return False
            since = max(since, opened)
        return now - since >= self._clinic.handoff.within(handoff.priority.value)

    def _closed_meanwhile(self, handoff: Handoff, now: datetime) -> bool:
        """Tells whether a person has the conversation but nobody is there any more.

        While it only waits the assistant answers and says itself when somebody comes.
        """
        since = handoff.unanswered_since
        return (
            handoff.status is HandoffStatus.CLAIMED
            and since is not None
            and handoff.patient_at is not None
            and now - handoff.patient_at >= _CLOSED_AFTER
            and self._may_be_told(handoff, now)
            and not is_open(self._clinic, now)
        )

    def _may_be_told(self, handoff: Handoff, now: datetime) -> bool:
        """True once since staff spoke last, and for who writes after the time that was promised."""
        told = handoff.told_at
        if told is None or told < (handoff.staff_at or handoff.opened_at):
            return True
        promised = self._promised(told)
        return promised is not None and promised < (handoff.patient_at or told) <= now

    def _promised(self, at: datetime) -> datetime | None:
        """Returns by when somebody is promised to answer who is told so at an instant.

        While the clinic is open within some minutes, if that is before it closes; else from the
        next opening on; None when none is known.
        """
        promised = at + timedelta(minutes=self._clinic.handoff.promise_minutes)
        closes = opening_end(self._clinic, at)
        if closes is not None and promised <= closes:
            return promised
        return next_opening(self._clinic, at)

    def _tell_patient(self, tx: Transaction, handoff: Handoff, now: datetime) -> None:
        Handoffs(tx).change(handoff, now, told_at=now)
        contact = Contacts(tx).get(handoff.contact_id)
        if contact is None or not contact.has_address:
            return
        if not window.is_open(contact.last_inbound_at, now):
            return
        asked = handoff.patient_at or handoff.opened_at
        if Consents(tx).is_withdrawn_since(contact.id, asked):
            return
        language = contact.language or self._clinic.default_language
        Outbox(tx).add(
            contact,
            OutgoingMessage(text=self._words(handoff.priority, language, now)),
            key=f"waiting:{handoff.id}:{int(asked.timestamp())}",
            kind=OutboxKind.REPLY,
            now=now,
        )

    def _words(self, priority: Priority, language: str, now: datetime) -> str:
        """Returns the honest word: the time promised, or the next opening.

        Danger does not wait for either: whom to call, once more.
        """
        if priority is Priority.STAT:
            values = emergency_values(self._clinic, language)
            return self._texts.text("utter_emergency_waiting", language, **values)
        emergency_number = self._clinic.emergency_numbers[0].number
        promised, closes = self._promised(now), opening_end(self._clinic, now)
        if promised is not None and closes is not None and promised <= closes:
            at = f"{promised.astimezone(self._clinic.zone):%H:%M}"
            return self._texts.text(
                "utter_still_waiting", language, time=at, emergency_number=emergency_number
            )
        return self._texts.text(
            "utter_handoff_closed",
            language,
            opens=(
                say_when(promised, self._clinic.zone, language) if promised else self._clinic.phone
            ),
            emergency_number=emergency_number,
        )


@contextmanager
def _apart(handoff_id: str) -> Iterator[None]:
    """Keeps the trouble with one conversation from all that wait behind it."""
    try:
        yield
    except Exception:
        logger.exception("Hand-off %s could not be looked at; it is tried again.", handoff_id)
