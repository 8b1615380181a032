"""How many people a day may be written to first: Meta's limit of the business portfolio.

Whoever gets a template outside the customer service window counts, once in any 24 hours (Meta,
"Messaging limits": 250, 2 000, 10 000, 100 000, none). What the clinic writes on its own waits a
little below the limit, so that the announcement of an answer always finds room.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from clinic.adapters.account_facts import AccountFacts
from clinic.adapters.database import Transaction
from clinic.adapters.new_recipients import NewRecipientRows
from clinic.clock import Clock
from clinic.metrics import Gauge
from whatsapp.messaging_limit import MessagingLimit, read_limit

LIMIT_CODE = 131048
"""Meta's code for a number that may not write to so many; noted with what waits for that."""
LIMIT_FIELDS = frozenset({"business_capability_update", "phone_number_quality_update"})
"""Webhooks that tell a new limit."""
_PERIOD = timedelta(hours=24)
_FACT = "messaging_limit"
_SHARE = 0.9
"""What the clinic's own sends may take of the limit."""


class NewRecipients:
    """Counts them, and knows how many are allowed."""

    def __init__(self, clock: Clock, default_limit: int) -> None:
        """Takes the limit that holds until the API has told it; 0 for none."""
        self._clock = clock
        self._default = MessagingLimit(default_limit or None)

    def limit(self, tx: Transaction) -> int | None:
        """Returns how many a day; None for any number."""
        return (read_limit(AccountFacts(tx).get(_FACT)) or self._default).recipients

    def used(self, tx: Transaction, timer: datetime) -> int:
        """Returns how many different people were written to first in the last 24 hours.

        Args:
            timer: the computer's clock, by which attempts are noted.
        """
        return NewRecipientRows(tx, timer - _PERIOD).count()

    def waiting(self, tx: Transaction, timer: datetime) -> int:
        """Returns how many messages wait until there is room."""
        return NewRecipientRows(tx, timer - _PERIOD).count_waiting(LIMIT_CODE)

    def has_room_for(self, tx: Transaction, contact_id: str, timer: datetime) -> bool:
        """Tells whether the clinic may write to somebody first now."""
        limit = self.limit(tx)
        rows = NewRecipientRows(tx, timer - _PERIOD)
        return limit is None or rows.has(contact_id) or rows.count() < limit * _SHARE

    def note_limit(self, tx: Transaction, limit: MessagingLimit) -> None:
        """Writes down what the API says."""
        AccountFacts(tx).note(_FACT, limit.to_text(), self._clock.now())

    def note_webhook(self, tx: Transaction, value: dict[str, Any]) -> None:
        """Writes down a limit that a webhook tells; one that it does not tell stays."""
        told = read_limit(
            value.get("max_daily_conversations_per_business"),
            value.get("max_daily_conversation_per_phone"),
            value.get("current_limit"),
        )
        if told:
            self.note_limit(tx, told)

    def gauges(self, tx: Transaction, timer: datetime) -> Iterator[Gauge]:
        """Yields limit and count for `/metrics`, and how many messages wait."""
        limit = self.limit(tx)
        yield "whatsapp_new_recipients", {}, float(self.used(tx, timer))
        yield "whatsapp_new_recipients_limit", {}, float("inf") if limit is None else float(limit)
        yield "whatsapp_new_recipients_waiting", {}, float(self.waiting(tx, timer))
