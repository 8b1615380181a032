"""Which messages are answered before others: those that sound like an emergency."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from nlu.emergency import assess_emergency
from whatsapp.updates import Update, UpdateKind
from whatsapp.webhooks import read_message

logger = logging.getLogger(__name__)


def urgent_keys(updates: Iterable[Update]) -> frozenset[str]:
    """Returns the keys of the messages that go first; raises nothing.

    The turn looks at its messages itself: this decides the order, not the answer.
    """
    return frozenset(
        update.key for update in updates if update.kind is UpdateKind.MESSAGE and _is_urgent(update)
    )


def _is_urgent(update: Update) -> bool:
    try:
        message = read_message(update)
        return not message.is_tap and assess_emergency(message.spoken_text or "") is not None
    except Exception:
        # Whatever is odd about it, the message is stored, and parked or answered as any other.
        logger.exception("A message could not be looked at for signs of danger.")
        return False
