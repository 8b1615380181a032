"""The checks of what the database knows: queues, parked items, new recipients, odd webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from clinic.adapters.database import Transaction
from clinic.adapters.inbox import Inbox
from clinic.bootstrap import Services
from clinic.clock import SystemClock
from clinic.messaging.intake import OF_ANOTHER_NUMBER
from clinic.messaging.queue_metrics import queue_gauges
from scripts.doctor.findings import Finding, Level

_OLD_SECONDS = 300
_NEARLY = 0.8
"""Share of the limit of new recipients from which on it should be known."""


def check_clinic(wired: Services) -> list[Finding]:
    """Returns what the checks find."""
    with wired.database.read() as tx:
        return [*_queues(tx, wired), *_new_recipients(tx, wired), *_other_numbers(tx, wired)]


def _queues(tx: Transaction, wired: Services) -> Iterator[Finding]:
    gauges = {
        (name, *labels.values()): value
        for name, labels, value in queue_gauges(tx, wired.clock.now())
    }
    for queue, advice in (
        ("inbox", "Is the assistant running? See its log for «A turn failed»."),
        ("outbox", "See the log for «Sending is stopped» and the rows' error codes."),
    ):
        age = gauges.get(("whatsapp_queue_oldest_seconds", queue), 0.0)
        depth = gauges.get(("whatsapp_queue_depth", queue), 0.0)
        if depth and age > _OLD_SECONDS:
            what = f"The {queue} holds {depth:.0f} rows, the oldest for {age / 60:.0f} minutes."
            yield Finding(Level.WRONG, what, advice)
        else:
            yield Finding(Level.FINE, f"The {queue} is up to date.")
    if parked := gauges.get(("whatsapp_inbox_updates", "parked"), 0.0):
        what = f"{parked:.0f} updates are parked."
        yield Finding(Level.CARE, what, "python -m scripts.inbox parked")


def _new_recipients(tx: Transaction, wired: Services) -> Iterator[Finding]:
    timer = SystemClock().now()
    limit = wired.new_recipients.limit(tx)
    used = wired.new_recipients.used(tx, timer)
    waiting = wired.new_recipients.waiting(tx, timer)
    what = f"{used} of {'any number of' if limit is None else limit} people were written to first "
    what += "in the last 24 hours."
    if waiting:
        yield Finding(
            Level.WRONG,
            f"{what} {waiting} messages wait for room.",
            "They go as soon as there is some, or are in the call list. Meta raises the limit of a "
            "verified business with good quality: WhatsApp manager, overview, limits.",
        )
    elif limit is not None and used >= limit * _NEARLY:
        yield Finding(Level.CARE, what, "Beyond the limit reminders wait or become calls.")
    else:
        yield Finding(Level.FINE, what)


def _other_numbers(tx: Transaction, wired: Services) -> Iterator[Finding]:
    since = wired.clock.now() - timedelta(days=1)
    if count := Inbox(tx).count_noted(OF_ANOTHER_NUMBER, since):
        yield Finding(
            Level.CARE,
            f"{count} updates of the last day concern another phone number id.",
            "Fine when the account has several numbers; else compare WHATSAPP_PHONE_NUMBER_ID.",
        )
