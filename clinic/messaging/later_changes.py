"""What patients change in messages that they sent before: edits, and what they take back."""

from __future__ import annotations

from datetime import datetime

from clinic.adapters.database import Transaction
from clinic.adapters.files import FileStore
from clinic.adapters.inbox import Inbox
from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus
from clinic.messaging.media_rules import SIZE_LIMITS
from clinic.messaging.model import Contact, InboxStatus
from clinic.privacy.audit import PATIENT, Audit, AuditAction
from whatsapp.updates import InboundMessage, MessageType

_TAKEN_BACK, _EDITED = "taken back", "edited"
_ANSWERED = (InboxStatus.DONE, InboxStatus.DROPPED)


class LaterChanges:
    """Carries out edits and revokes, within the transaction that stores them."""

    def __init__(self, files: FileStore, audit: Audit) -> None:
        self._files = files
        self._audit = audit

    def is_answered(self, tx: Transaction, message: InboundMessage, *, urgent: bool) -> bool:
        """Tells whether a change is answered like a message of its own.

        What was taken back is not. Another caption or file of one that was answered is not
        either, unless it sounds like an emergency; new words are.

        Args:
            urgent: whether it sounds like one.
        """
        if message.type is MessageType.REVOKE:
            return False
        if urgent or not is_media_edit(message):
            return True
        return Inbox(tx).status_of(_original(message)) not in _ANSWERED

    def apply(
        self, tx: Transaction, message: InboundMessage, contact: Contact, now: datetime
    ) -> bool:
        """Settles the message that was changed; returns whether there is a file to fetch.

        What was edited is not answered any more as it was; of what was taken back words and
        files are erased.
        """
        is_revoke = message.type is MessageType.REVOKE
        original, reason = _original(message), _TAKEN_BACK if is_revoke else _EDITED
        # WhatsApp keeps no order: the change may come before what it changes.
        if original and not Inbox(tx).settle(original, reason, now, erase=is_revoke):
            Inbox(tx).expect_nothing(original, contact.id, reason, now)
        earlier = [
            file
            for file in MediaFiles(tx).all_of_message(contact.id, original)
            if file.status is not MediaStatus.ERASED
        ]
        if is_revoke:
            self._erase(tx, earlier, contact, reason)
            return False
        media = message.media
        if media is None or any(
            file.media_id == media.id or file.has_content(media.sha256) for file in earlier
        ):
            # Only the caption is another one.
            return False
        self._erase(tx, earlier, contact, reason)
        MediaFiles(tx).expect(contact.id, message, now)
        return True

    def _erase(
        self, tx: Transaction, files: list[MediaFile], contact: Contact, reason: str
    ) -> None:
        """Erases files; one that is just being fetched is erased by who fetches it."""
        for file in files:
            # Before the row: one that says so must be gone. The patient may take back again.
            self._files.erase(file.id)
            MediaFiles(tx).mark(
                file.id, MediaStatus.ERASED, reason=reason, filename=None, has_thumbnail=0
            )
            self._audit.record_in(
                tx, PATIENT, AuditAction.MEDIA_TAKEN_BACK, contact.id, file=file.id, why=reason
            )


def is_media_edit(message: InboundMessage) -> bool:
    """Tells whether a message gives another one a new caption or file."""
    return message.edited is not None and message.edited.value in SIZE_LIMITS


def _original(message: InboundMessage) -> str:
    """Returns the id of the message that is changed, as far as it is stored; "" without one."""
    return (message.context_id or "")[:200]
