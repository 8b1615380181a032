"""What may be sent now: asked before every request, so that the API need not refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.adapters.database import Transaction
from clinic.consent.sending import may_be_sent
from clinic.messaging.model import Contact, ContactKind, OutboxKind, OutboxRow
from clinic.messaging.new_recipients import LIMIT_CODE, NewRecipients
from clinic.messaging.retries import Fate
from clinic.messaging.template_register import TemplateRegister
from whatsapp.window import is_open

WINDOW_CLOSED_CODE = 131047
TEMPLATE_CODE = 132001
IDENTITY_CODE = 137000

_LOOK_AGAIN_AFTER = timedelta(seconds=5)
_ROOM_AGAIN_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Refusal:
    """It may not be sent: its fate, Meta's code for it, and why."""

    fate: Fate
    code: int
    why: str


@dataclass(frozen=True)
class Hold:
    """It may not be sent yet.

    Attributes:
        code: Meta's code for it.
        wait: after which it is asked again.
        needs_look_up: whether it waits for what WhatsApp says of the template.
    """

    code: int
    wait: timedelta
    needs_look_up: bool = False


class SendingRules:
    """Consent, window, template approval, identity, new recipients; and the number's rate."""

    def __init__(
        self,
        templates: TemplateRegister,
        new_recipients: NewRecipients,
        messages_per_second: float,
    ) -> None:
        self._templates = templates
        self._new_recipients = new_recipients
        self.messages_per_second = messages_per_second

    def verdict(
        self,
        tx: Transaction,
        row: OutboxRow,
        contact: Contact | None,
        now: datetime,
        timer: datetime,
    ) -> Refusal | Hold | None:
        """Returns why a row may not be sent, or not yet; None when it may.

        Args:
            timer: the computer's clock, by which attempts are noted.
        """
        if contact is None:
            return Refusal(Fate.GIVEN_UP, 0, "The contact is gone.")
        if not may_be_sent(tx, row, now):
            return Refusal(Fate.WITHHELD, 0, "It is not allowed any more, or of no use.")
        is_notice = row.kind is OutboxKind.NOTICE and contact.kind is ContactKind.PATIENT
        # An answer is about what was just asked and the dialogue asks who it is; a notice names
        # an appointment to whoever holds the number now.
        if is_notice and contact.recheck_since:
            why = "The number or the user id has changed."
            return Refusal(Fate.IDENTITY_CHANGED, IDENTITY_CODE, why)
        if is_notice and not contact.has_address:
            return Refusal(Fate.IDENTITY_CHANGED, IDENTITY_CODE, "The number is another's now.")
        if row.template:
            name, language = row.template
            if self._templates.must_be_looked_up(tx, name, language):
                return Hold(TEMPLATE_CODE, _LOOK_AGAIN_AFTER, needs_look_up=True)
            if why_not := self._templates.refusal(tx, name, language):
                return Refusal(Fate.TEMPLATE_FAULT, TEMPLATE_CODE, why_not)
            if (
                is_notice
                and initiates(row, contact, now)
                and not self._new_recipients.has_room_for(tx, contact.id, timer)
            ):
                return Hold(LIMIT_CODE, _ROOM_AGAIN_AFTER)
        elif not is_open(contact.last_inbound_at, now):
            why = "The customer service window is closed."
            return Refusal(Fate.WINDOW_CLOSED, WINDOW_CLOSED_CODE, why)
        return None


def initiates(row: OutboxRow, contact: Contact | None, now: datetime) -> bool:
    """Tells whether a row writes to somebody first: a template outside the window."""
    return bool(row.template) and not (contact and is_open(contact.last_inbound_at, now))
