"""Repositories of the waiting list: places, offers, freed times."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.waiting_list import freed_slot, waiting_list_entry, waiting_list_offer
from clinic.scheduling.model import AgendaSlot
from clinic.waiting_list.model import (
    EntryStatus,
    FreedSlot,
    OfferStatus,
    SlotOffer,
    WaitingListEntry,
    WaitingWish,
)

_entry = waiting_list_entry
_offer = waiting_list_offer


class WaitingListEntries:
    """The places, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def get(self, entry_id: str) -> WaitingListEntry | None:
        row = self._connection.execute(select(_entry).where(_entry.c.id == entry_id)).first()
        return _read_entry(row) if row else None

    def waiting(self) -> list[WaitingListEntry]:
        """Returns everybody who waits, the first in line first."""
        rows = self._connection.execute(
            select(_entry)
            .where(_entry.c.status == EntryStatus.WAITING.value)
            .order_by(_entry.c.joined_at, _entry.c.id)
        )
        return [_read_entry(row) for row in rows]

    def waiting_of(self, contact_id: str) -> list[WaitingListEntry]:
        return [entry for entry in self.waiting() if entry.contact_id == contact_id]

    def add(self, contact_id: str, wish: WaitingWish, now: datetime) -> WaitingListEntry:
        entry_id = new_id()
        self._connection.execute(
            insert(_entry).values(
                id=entry_id,
                contact_id=contact_id,
                status=EntryStatus.WAITING.value,
                joined_at=now,
                updated_at=now,
                **_wish_values(wish),
            )
        )
        return WaitingListEntry(entry_id, contact_id, wish, EntryStatus.WAITING, now)

    def change(self, entry_id: str, wish: WaitingWish, now: datetime) -> None:
        """Changes what somebody waits for; their place stays."""
        self._connection.execute(
            update(_entry)
            .where(_entry.c.id == entry_id)
            .values(updated_at=now, **_wish_values(wish))
        )

    def end(self, entry_id: str, status: EntryStatus, now: datetime) -> None:
        self._connection.execute(
            update(_entry)
            .where(_entry.c.id == entry_id, _entry.c.status == EntryStatus.WAITING.value)
            .values(status=status.value, updated_at=now)
        )

    def end_of_appointment(self, appointment_id: str, now: datetime) -> None:
        """Ends the places that were to bring a cancelled appointment forward."""
        self._connection.execute(
            update(_entry)
            .where(
                _entry.c.appointment_id == appointment_id,
                _entry.c.status == EntryStatus.WAITING.value,
            )
            .values(status=EntryStatus.LEFT.value, updated_at=now)
        )


class SlotOffers:
    """The offers, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def get(self, offer_id: str) -> SlotOffer | None:
        row = self._connection.execute(select(_offer).where(_offer.c.id == offer_id)).first()
        return _read_offer(row) if row else None

    def of_entry(self, entry_id: str) -> list[SlotOffer]:
        rows = self._connection.execute(select(_offer).where(_offer.c.entry_id == entry_id))
        return [_read_offer(row) for row in rows]

    def add(
        self, entry_id: str, slot: AgendaSlot, hold_id: str, *, expires_at: datetime, now: datetime
    ) -> SlotOffer:
        offer = SlotOffer(new_id(), entry_id, slot, hold_id, OfferStatus.OPEN, expires_at)
        self._connection.execute(
            insert(_offer).values(
                id=offer.id,
                entry_id=entry_id,
                slot_key=slot.key,
                hold_id=hold_id,
                status=offer.status.value,
                expires_at=expires_at,
                created_at=now,
                updated_at=now,
            )
        )
        return offer

    def expired(self, now: datetime) -> list[SlotOffer]:
        """Returns the open offers whose time is over."""
        rows = self._connection.execute(
            select(_offer)
            .where(_offer.c.status == OfferStatus.OPEN.value, _offer.c.expires_at <= now)
            .order_by(_offer.c.expires_at)
        )
        return [_read_offer(row) for row in rows]

    def close(self, offer_id: str, status: OfferStatus, now: datetime) -> bool:
        """Ends an open offer; False when somebody else was quicker."""
        result = self._connection.execute(
            update(_offer)
            .where(_offer.c.id == offer_id, _offer.c.status == OfferStatus.OPEN.value)
            .values(status=status.value, updated_at=now)
        )
        return bool(result.rowcount)


class FreedSlots:
    """Times that became free and were not offered to anybody yet, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection

    def add(self, slot: AgendaSlot, left_by: str, now: datetime) -> None:
        """Notes a freed slot and the patient who had it."""
        self._connection.execute(
            insert(freed_slot).values(slot_key=slot.key, left_by=left_by, freed_at=now)
        )

    def next_after(self, number: int) -> FreedSlot | None:
        """Returns the first one with a higher number."""
        row = self._connection.execute(
            select(freed_slot).where(freed_slot.c.id > number).order_by(freed_slot.c.id).limit(1)
        ).first()
        if row is None:
            return None
        return FreedSlot(row.id, AgendaSlot.from_key(row.slot_key), row.left_by)

    def remove(self, number: int) -> None:
        self._connection.execute(delete(freed_slot).where(freed_slot.c.id == number))


def _wish_values(wish: WaitingWish) -> dict[str, str | datetime | None]:
    return {
        "patient_id": wish.patient_id,
        "specialty": wish.specialty,
        "service_id": wish.service_id,
        "practitioner_id": wish.practitioner_id,
        "appointment_id": wish.appointment_id,
        "wanted_from": wish.start,
        "wanted_until": wish.end,
    }


def _read_entry(row: Row) -> WaitingListEntry:
    return WaitingListEntry(
        id=row.id,
        contact_id=row.contact_id,
        wish=WaitingWish(
            patient_id=row.patient_id,
            specialty=row.specialty,
            service_id=row.service_id,
            practitioner_id=row.practitioner_id,
            appointment_id=row.appointment_id,
            start=row.wanted_from,
            end=row.wanted_until,
        ),
        status=EntryStatus(row.status),
        joined_at=row.joined_at,
    )


def _read_offer(row: Row) -> SlotOffer:
    return SlotOffer(
        id=row.id,
        entry_id=row.entry_id,
        slot=AgendaSlot.from_key(row.slot_key),
        hold_id=row.hold_id,
        status=OfferStatus(row.status),
        expires_at=row.expires_at,
    )
