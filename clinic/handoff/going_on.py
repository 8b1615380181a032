"""Letting the assistant know that a person has finished: a turn that no patient wrote.

It waits in the inbox like a message and is answered under the patient's lease, so that it never
runs beside a real turn and is committed as a whole with what the assistant remembers.
"""

from __future__ import annotations

import json
from datetime import datetime

from clinic.adapters.database import Transaction
from clinic.adapters.inbox import Inbox
from clinic.handoff.model import Handoff, Outcome
from clinic.messaging.model import Contact, InboxStatus
from whatsapp.updates import Identity, Update, UpdateKind
from whatsapp.window import is_open

PREFIX = "console:"
"""Keys of such turns begin with it; nobody wrote them."""
INTENT = "handed_back"


def tell_assistant(
    tx: Transaction, contact: Contact, handoff: Handoff, outcome: Outcome, now: datetime
) -> None:
    """Queues the turn in which the assistant takes over again, or ends what was begun.

    Outside the customer service window it could not say that it goes on: what was begun ends.
    """
    if not is_open(contact.last_inbound_at, now):
        outcome = Outcome.RESOLVED
    key = f"{PREFIX}{handoff.id}:{outcome.value}:{int(now.timestamp())}"
    entities = {"outcome": outcome.value}
    if handoff.done:
        entities |= {"done": handoff.done, "appointment": handoff.done_appointment or ""}
    update = Update(
        kind=UpdateKind.MESSAGE,
        key=key,
        field="messages",
        phone_number_id=None,
        timestamp=now,
        identity=Identity(wa_id=contact.phone, user_id=contact.user_id),
        raw={
            "id": key,
            "type": "button",
            "button": {"payload": f"/{INTENT}{json.dumps(entities)}", "text": "…"},
        },
    )
    Inbox(tx).add(update, status=InboxStatus.WAITING, contact_id=contact.id, now=now)
