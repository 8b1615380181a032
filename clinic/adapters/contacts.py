"""Repository of contacts: found by a keyed hash, read through the cipher."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.messaging import contact as table
from clinic.messaging.model import Contact, ContactKind


class Contacts:
    """The contacts, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def get(self, contact_id: str) -> Contact | None:
        row = self._connection.execute(select(table).where(table.c.id == contact_id)).first()
        return self._read(row) if row else None

    def by_phone(self, phone: str) -> Contact | None:
        """Returns the contact of a number: digits with the country code, without `+`."""
        row = self._connection.execute(
            select(table).where(table.c.phone_hash == self._cipher.lookup_hash(phone))
        ).first()
        return self._read(row) if row else None

    def find_or_create(
        self,
        *,
        phone: str | None,
        user_id: str | None,
        profile_name: str | None,
        now: datetime,
        kind: ContactKind = ContactKind.PATIENT,
        key_hash: str | None = None,
    ) -> Contact:
        """Returns the contact of a number or user id, made if it is new.

        A name or user id that was not known before is added to the contact.

        Args:
            phone: digits with the country code, without `+`.
            user_id: Meta's business-scoped user id.
            key_hash: Meta's hash of the phone's identity key; another one than before asks for
                a re-check. None says nothing.
        """
        phone_hash = self._cipher.lookup_hash(phone) if phone else None
        user_hash = self._cipher.lookup_hash(user_id) if user_id else None
        identity_hash = self._cipher.lookup_hash(key_hash) if key_hash else None
        known = [
            column == value
            for column, value in (
                (table.c.phone_hash, phone_hash),
                (table.c.user_id_hash, user_hash),
            )
            if value
        ]
        if not known:
            raise ValueError("A contact needs a number or a user id.")
        rows = self._connection.execute(select(table).where(or_(*known))).all()
        if not rows:
            contact_id = new_id()
            values = {
                "id": contact_id,
                "kind": kind.value,
                "phone_hash": phone_hash,
                "phone": self._seal(phone),
                "user_id_hash": user_hash,
                "user_id": self._seal(user_id),
                "profile_name": self._seal(profile_name),
                "identity_hash": identity_hash,
                "created_at": now,
            }
            # Two webhooks of a new patient can be stored at the same time.
            made = self._connection.execute(
                self._insert(table).values(**values).on_conflict_do_nothing()
            )
            if made.rowcount:
                return Contact(contact_id, kind, phone, user_id, profile_name, None, None)
            rows = self._connection.execute(select(table).where(or_(*known))).all()
        # The number is the older proof of who it is: it wins where two contacts match.
        row = next((r for r in rows if phone_hash and r.phone_hash == phone_hash), rows[0])
        changes: dict[str, Any] = {}
        is_alone = len(rows) == 1
        by_user = next((r for r in rows if user_hash and r.user_id_hash == user_hash), None)
        is_of_another = by_user is not None and (row.user_id_hash or by_user.phone_hash)
        if not is_alone and by_user is not None and is_of_another:
            # A known person writes from a number that was somebody else's until now.
            self._update(row.id, phone_hash=None, phone=None)
            row, is_alone = by_user, True
        if phone_hash and row.phone_hash != phone_hash and is_alone:
            # The first number of somebody known by user id, or another one than before.
            changes |= {"phone_hash": phone_hash, "phone": self._seal(phone)}
            if row.phone_hash is not None:
                changes |= {"recheck_since": now, "recheck_attempts": 0}
        if user_hash and row.user_id_hash != user_hash and is_alone:
            changes |= {"user_id_hash": user_hash, "user_id": self._seal(user_id)}
            if row.user_id_hash is not None:
                # Same number, other user: the number may have gone to somebody else.
                changes |= {"recheck_since": now, "recheck_attempts": 0}
        if identity_hash and row.identity_hash != identity_hash:
            changes["identity_hash"] = identity_hash
            if row.identity_hash is not None:
                # Another phone, or WhatsApp was installed anew: it may be somebody else's.
                changes |= {"recheck_since": now, "recheck_attempts": 0}
        contact = self._read(row)
        if profile_name and profile_name != contact.profile_name:
            changes["profile_name"] = self._seal(profile_name)
        if changes:
            self._connection.execute(update(table).where(table.c.id == row.id).values(**changes))
            contact = self.get(row.id) or contact
        return contact

    def find(self, *, phone: str | None, user_id: str | None) -> Contact | None:
        """Returns the contact of a number, or else of a user id; None when there is none."""
        for column, identifier in ((table.c.phone_hash, phone), (table.c.user_id_hash, user_id)):
            if identifier:
                sealed = self._cipher.lookup_hash(identifier)
                row = self._connection.execute(select(table).where(column == sealed)).first()
                if row:
                    return self._read(row)
        return None

    def rename(self, contact_id: str, *, phone: str | None, user_id: str | None) -> None:
        """Gives a contact another number, another user id, or both; nobody else may have them."""
        changes: dict[str, Any] = {}
        if phone:
            changes |= {"phone_hash": self._cipher.lookup_hash(phone), "phone": self._seal(phone)}
        if user_id:
            changes |= {
                "user_id_hash": self._cipher.lookup_hash(user_id),
                "user_id": self._seal(user_id),
            }
        self._update(contact_id, **changes)

    def forget_identifiers(self, contact_id: str) -> None:
        """Takes number and user id away from a contact whose messages went to another."""
        self._update(contact_id, phone_hash=None, phone=None, user_id_hash=None, user_id=None)

    def ask_for_recheck(self, contact_id: str, now: datetime) -> None:
        """Notes that the person behind a contact must be verified."""
        self._update(contact_id, recheck_since=now, recheck_attempts=0)

    def recheck_attempts(self, contact_id: str) -> int:
        """Returns how often the verification was asked for; 0 before the first time."""
        found = self._connection.scalar(
            select(table.c.recheck_attempts).where(table.c.id == contact_id)
        )
        return int(found or 0)

    def count_recheck(self, contact_id: str) -> None:
        self._update(contact_id, recheck_attempts=table.c.recheck_attempts + 1)

    def end_recheck(self, contact_id: str) -> None:
        """Notes that the person behind a contact is verified."""
        self._update(contact_id, recheck_since=None, recheck_attempts=0)

    def mark_unreadable(self, contact_id: str, now: datetime, since: datetime) -> bool:
        """Notes that an unreadable message came; False when that was told after `since`."""
        told = self._connection.execute(
            update(table)
            .where(table.c.id == contact_id)
            .where(or_(table.c.unreadable_at.is_(None), table.c.unreadable_at < since))
            .values(unreadable_at=now)
        )
        return bool(told.rowcount)

    def set_language(self, contact_id: str, language: str) -> None:
        self._connection.execute(
            update(table).where(table.c.id == contact_id).values(language=language)
        )

    def mark_inbound(self, contact_id: str, at: datetime) -> None:
        """Notes that the patient wrote: it opens the customer service window."""
        self._connection.execute(
            update(table)
            .where(table.c.id == contact_id)
            .where(or_(table.c.last_inbound_at.is_(None), table.c.last_inbound_at < at))
            .values(last_inbound_at=at)
        )

    def _update(self, contact_id: str, **values: Any) -> None:
        self._connection.execute(update(table).where(table.c.id == contact_id).values(**values))

    def _seal(self, text: str | None) -> bytes | None:
        return None if text is None else self._cipher.encrypt(text)

    def _open(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._cipher.decrypt(bytes(sealed))

    def _read(self, row: Row) -> Contact:
        return Contact(
            id=row.id,
            kind=ContactKind(row.kind),
            phone=self._open(row.phone),
            user_id=self._open(row.user_id),
            profile_name=self._open(row.profile_name),
            language=row.language,
            last_inbound_at=row.last_inbound_at,
            recheck_since=row.recheck_since,
        )
