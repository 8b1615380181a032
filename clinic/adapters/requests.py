"""Repository of the office's requests; words and files of patients are encrypted."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.requests import service_request as table
from clinic.adapters.tables.requests import service_request_file as file_table
from clinic.facts.codes import RequestKind
from clinic.requests.model import NewRequest, RequestStatus, SentFile, ServiceRequest

_ACTIVE = RequestStatus.ACTIVE.value


class Requests:
    """The requests, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def add(
        self, new: NewRequest, reference: str, expected_at: datetime | None, now: datetime
    ) -> bool:
        """Stores a request; False when its reference, or its message's request, is there."""
        added = self._connection.execute(
            self._insert(table)
            .values(
                id=new_id(),
                reference=reference,
                kind=new.kind.value,
                status=_ACTIVE,
                contact_id=new.contact_id,
                patient_id=new.patient_id,
                details=self._cipher.encrypt(json.dumps(dict(new.details), ensure_ascii=False)),
                request_key=new.key,
                expected_at=expected_at,
                created_at=now,
                updated_at=now,
            )
            .on_conflict_do_nothing()
        )
        return bool(added.rowcount)

    def add_file(self, request_id: str, file: SentFile, now: datetime) -> None:
        """Adds a file; the one of a message belongs to the request that it was added to last."""
        self._connection.execute(
            self._insert(file_table)
            .values(
                id=new_id(),
                request_id=request_id,
                message_id=file.message_id,
                media=self._cipher.encrypt(json.dumps(asdict(file), ensure_ascii=False)),
                created_at=now,
            )
            .on_conflict_do_update(index_elements=["message_id"], set_={"request_id": request_id})
        )

    def files_of(self, request_id: str) -> list[SentFile]:
        rows = self._connection.execute(
            select(file_table.c.media)
            .where(file_table.c.request_id == request_id)
            .order_by(file_table.c.created_at)
        )
        return [SentFile(**json.loads(self._cipher.decrypt(bytes(row.media)))) for row in rows]

    def get(self, request_id: str, *, lock: bool = False) -> ServiceRequest | None:
        statement = select(table).where(table.c.id == request_id)
        row = self._connection.execute(statement.with_for_update() if lock else statement).first()
        return self._read(row) if row else None

    def contacts_of(self, request_ids: Collection[str]) -> dict[str, str]:
        """Returns whose requests these are, by the requests' ids."""
        rows = self._connection.execute(
            select(table.c.id, table.c.contact_id).where(table.c.id.in_(request_ids))
        )
        return {row.id: row.contact_id for row in rows}

    def by_key(self, key: str) -> ServiceRequest | None:
        return self._first(table.c.request_key == key)

    def by_reference(self, reference: str, contact_id: str) -> ServiceRequest | None:
        return self._first((table.c.reference == reference) & (table.c.contact_id == contact_id))

    def of_contact(
        self, contact_id: str, statuses: Sequence[RequestStatus], since: datetime
    ) -> list[ServiceRequest]:
        """Returns a contact's requests changed since an instant, the newest first."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.contact_id == contact_id)
            .where(table.c.status.in_([status.value for status in statuses]))
            .where(table.c.updated_at >= since)
            .order_by(table.c.created_at.desc())
        )
        return [self._read(row) for row in rows]

    def active(self) -> list[ServiceRequest]:
        """Returns everything that staff have to do, the soonest promised first."""
        rows = self._connection.execute(
            select(table).where(table.c.status == _ACTIVE).order_by(table.c.expected_at)
        )
        return [self._read(row) for row in rows]

    def has_active(self, contact_id: str, kind: RequestKind) -> bool:
        """Tells whether a contact has an open request of a kind."""
        return (
            self._connection.execute(
                select(table.c.id)
                .where(table.c.contact_id == contact_id)
                .where(table.c.kind == kind.value)
                .where(table.c.status == _ACTIVE)
                .limit(1)
            ).first()
            is not None
        )

    def recent(self, since: datetime, limit: int | None) -> list[ServiceRequest]:
        """Returns requests that were answered since an instant, the newest first."""
        rows = self._connection.execute(
            select(table)
            .where(table.c.status != _ACTIVE)
            .where(table.c.updated_at >= since)
            .order_by(table.c.updated_at.desc())
            .limit(limit)
        )
        return [self._read(row) for row in rows]

    def close(
        self, request_id: str, status: RequestStatus, note: str, by: str, now: datetime
    ) -> None:
        self._connection.execute(
            update(table)
            .where(table.c.id == request_id)
            .values(
                status=status.value,
                note=self._cipher.encrypt(note) if note else None,
                handled_by=by,
                updated_at=now,
            )
        )

    def touch(self, request_id: str, now: datetime) -> None:
        self._connection.execute(
            update(table).where(table.c.id == request_id).values(updated_at=now)
        )

    def _first(self, which: ColumnElement[bool]) -> ServiceRequest | None:
        row = self._connection.execute(select(table).where(which)).first()
        return self._read(row) if row else None

    def _read(self, row: Row) -> ServiceRequest:
        return ServiceRequest(
            id=row.id,
            reference=row.reference,
            kind=RequestKind(row.kind),
            status=RequestStatus(row.status),
            contact_id=row.contact_id,
            patient_id=row.patient_id,
            details=json.loads(self._cipher.decrypt(bytes(row.details))),
            note=self._cipher.decrypt(bytes(row.note)) if row.note else "",
            expected_at=row.expected_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
