"""The waiting list: joining, leaving, and passing a freed slot from one to the next.

A freed slot is noted in the transaction that frees it (`freed_slot`). The worker offers it to
the first who fits: it is held for them for 15 minutes, then it goes to the next. A refusal or
a time-out costs nobody their place, but the same slot is not offered to them again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from clinic.adapters.agenda_changes import change_agenda
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.scheduling import Appointments
from clinic.adapters.tables.base import new_id
from clinic.adapters.waiting_list import FreedSlots, SlotOffers, WaitingListEntries
from clinic.appointments.services import AppointmentDesk
from clinic.clock import Clock
from clinic.consent.sending import may_offer_freed_slot
from clinic.facts.errors import UnknownIdError
from clinic.facts.model import Clinic
from clinic.facts.source import ClinicSource
from clinic.notifications.patients import PatientNotices
from clinic.notifications.services import Notifications
from clinic.scheduling.changes import CHANGEABLE
from clinic.scheduling.errors import (
    AppointmentNotFoundError,
    HoldExpiredError,
    SchedulingError,
)
from clinic.scheduling.model import (
    WAITING_LIST_KEY,
    AgendaSlot,
    Appointment,
    SlotQuery,
)
from clinic.scheduling.services import Scheduling
from clinic.waiting_list.errors import EntryNotFoundError, OfferOverError
from clinic.waiting_list.model import (
    CONTACT_HOURS,
    OFFER_DURATION,
    EntryStatus,
    FreedSlot,
    OfferStatus,
    SlotOffer,
    WaitingListEntry,
    WaitingWish,
)


class WaitingList:
    """Who waits for a time, and the offers made to them."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        scheduling: Scheduling,
        desk: AppointmentDesk,
        notifications: Notifications,
        notices: PatientNotices,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._scheduling = scheduling
        self._desk = desk
        self._notifications = notifications
        self._notices = notices

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def join(self, contact_id: str, wish: WaitingWish) -> WaitingListEntry:
        """Puts a patient on the list; who waits for the same already keeps their place."""
        with self._database.write() as tx:
            entries, now = WaitingListEntries(tx), self._clock.now()
            for known in entries.waiting_of(contact_id):
                if _is_about_the_same(known.wish, wish):
                    entries.change(known.id, wish, now)
                    return replace(known, wish=wish)
            return entries.add(contact_id, wish, now)

    def entries_of(self, contact_id: str) -> list[WaitingListEntry]:
        """Returns what a contact waits for, the earliest wish first."""
        with self._database.read() as tx:
            return WaitingListEntries(tx).waiting_of(contact_id)

    def leave(self, entry_id: str, contact_id: str) -> WaitingListEntry:
        """Takes a patient off the list.

        Raises:
            EntryNotFoundError: the contact has no such entry.
        """
        with self._database.write() as tx:
            entry = WaitingListEntries(tx).get(entry_id)
            if entry is None or entry.contact_id != contact_id:
                raise EntryNotFoundError(entry_id)
            WaitingListEntries(tx).end(entry_id, EntryStatus.LEFT, self._clock.now())
            return entry

    def take(self, offer_id: str, contact_id: str) -> Appointment:
        """Books an offered slot, or moves the later appointment there, in one transaction.

        The same request again gives the same appointment.

        Raises:
            OfferOverError: the offer was refused, ran out, or is not the contact's.
            SchedulingError: the agenda refuses it after all.
        """
        offer, entry = self._offer_of(offer_id, contact_id)
        held = self._scheduling.get(offer.hold_id) if offer.status is OfferStatus.TAKEN else None
        if held is not None and not held.is_hold:
            return held
        if held is not None:
            return self._scheduling.get(entry.wish.appointment_id or "")
        if offer.status is not OfferStatus.OPEN or self._clock.now() >= offer.expires_at:
            raise OfferOverError(offer_id)

        def take(tx: Transaction) -> None:
            now = self._clock.now()
            if not SlotOffers(tx).close(offer.id, OfferStatus.TAKEN, now):
                raise OfferOverError(offer_id)
            WaitingListEntries(tx).end(entry.id, EntryStatus.FULFILLED, now)

        def booked(tx: Transaction, appointment: Appointment) -> None:
            take(tx)
            self._notifications.appointment_booked(tx, appointment)

        key = f"take:{offer.id}"
        try:
            if replaced := self._replaced(entry.wish):
                return self._desk.move(
                    replaced.id, offer.hold_id, key=key, and_then=lambda tx, _old, _new: take(tx)
                )
            return self._scheduling.book(
                offer.hold_id, entry.wish.patient_id, key=key, on_booked=booked
            )
        except HoldExpiredError as error:
            # It was refused, or ran out, since it was looked at.
            raise OfferOverError(offer_id) from error

    def refuse(self, offer_id: str, contact_id: str) -> SlotOffer:
        """Lets an offered slot go to the next; the patient keeps their place.

        Raises:
            OfferOverError: the offer is not the contact's, or was taken.
        """
        offer, _ = self._offer_of(offer_id, contact_id)
        if offer.status is OfferStatus.TAKEN:
            raise OfferOverError(offer_id)
        change_agenda(self._database, lambda tx: self._end(tx, offer, OfferStatus.REFUSED))
        return offer

    def pass_on(self) -> int:
        """Ends the offers that ran out and offers what is free; returns how many offers it made."""
        self._end_expired()
        local = self._clock.now().astimezone(self._clinic.zone)
        first, last = CONTACT_HOURS
        if not first <= local.time() < last:
            return 0
        made, number = 0, 0
        while freed := self._next_freed(number):
            number = freed.number
            made += self._offer(freed)
            with self._database.write() as tx:
                FreedSlots(tx).remove(number)
        return made

    def _next_freed(self, number: int) -> FreedSlot | None:
        with self._database.read() as tx:
            return FreedSlots(tx).next_after(number)

    def _end_expired(self) -> None:
        with self._database.read() as tx:
            expired = SlotOffers(tx).expired(self._clock.now())
        for offer in expired:
            change_agenda(
                self._database, partial(self._end, offer=offer, status=OfferStatus.EXPIRED)
            )

    def _end(self, tx: Transaction, offer: SlotOffer, status: OfferStatus) -> None:
        """Closes an open offer, frees its slot and notes it for the next."""
        now = self._clock.now()
        # The hold first, as the one who takes it does: two transactions must not wait for each
        # other.
        Appointments(tx).get(offer.hold_id, lock=True)
        entry = WaitingListEntries(tx).get(offer.entry_id)
        if entry is None or not SlotOffers(tx).close(offer.id, status, now):
            return
        Appointments(tx).delete_hold(offer.hold_id, now)
        FreedSlots(tx).add(offer.slot, entry.wish.patient_id, now)

    def _offer(self, freed: FreedSlot) -> bool:
        """Offers a freed time to the first who fits; False when there is nobody."""
        try:
            practitioner = self._clinic.practitioner(freed.slot.practitioner_id)
        except UnknownIdError:
            return False
        specialties = tuple(specialty.value for specialty in practitioner.specialties)
        with self._database.read() as tx:
            waiting = WaitingListEntries(tx).waiting()
        for entry in waiting:
            wish = self._present_wish(entry.wish)
            if wish is None or wish.patient_id == freed.left_by:
                continue
            if wish.fits(freed.slot, specialties) and self._offer_to(entry, wish, freed.slot):
                return True
        return False

    def _offer_to(self, entry: WaitingListEntry, wish: WaitingWish, freed: AgendaSlot) -> bool:
        with self._database.read() as tx:
            if not may_offer_freed_slot(tx, entry.contact_id):
                return False
            earlier = SlotOffers(tx).of_entry(entry.id)
        if any(_is_open(offer) or _is_at_the_same_time(offer.slot, freed) for offer in earlier):
            return False
        query = SlotQuery(
            service_id=wish.service_id,
            start=max(freed.start, wish.start or freed.start),
            end=min(freed.end, wish.end or freed.end),
            practitioner_id=freed.practitioner_id,
            site_id=freed.site_id,
            patient_id=wish.patient_id,
        )
        found = self._scheduling.find_slots(query, limit=1, spread=False)
        if not found:
            return False
        slot, expires_at = found[0], self._clock.now() + OFFER_DURATION

        def held(tx: Transaction, hold: Appointment) -> None:
            now = self._clock.now()
            offers = SlotOffers(tx)
            offer = offers.add(entry.id, slot, hold.id, expires_at=expires_at, now=now)
            contact = Contacts(tx).get(entry.contact_id)
            assert contact is not None  # a foreign key
            self._notices.slot_freed(
                tx,
                contact,
                slot,
                patient_id=wish.patient_id,
                offer_id=offer.id,
                expires_at=expires_at,
            )

        try:
            self._scheduling.hold(
                slot,
                wish.patient_id,
                key=f"{WAITING_LIST_KEY}{new_id()}",
                duration=OFFER_DURATION,
                on_held=held,
            )
        except SchedulingError:
            # Somebody was quicker, or the patient has something else then: the next may want it.
            return False
        return True

    def _present_wish(self, wish: WaitingWish) -> WaitingWish | None:
        """Returns the wish with the end that its appointment sets; None when it is obsolete."""
        if wish.appointment_id is None:
            return wish
        replaced = self._replaced(wish)
        if replaced is None or replaced.start <= self._clock.now():
            return None
        return replace(wish, end=min(wish.end or replaced.start, replaced.start))

    def _replaced(self, wish: WaitingWish) -> Appointment | None:
        """Returns the appointment that an earlier time would replace, while it is booked."""
        if wish.appointment_id is None:
            return None
        try:
            found = self._scheduling.get(wish.appointment_id)
        except AppointmentNotFoundError:
            return None
        return found if found.status in CHANGEABLE else None

    def _offer_of(self, offer_id: str, contact_id: str) -> tuple[SlotOffer, WaitingListEntry]:
        with self._database.read() as tx:
            offer = SlotOffers(tx).get(offer_id)
            entry = WaitingListEntries(tx).get(offer.entry_id) if offer else None
        if offer is None or entry is None or entry.contact_id != contact_id:
            raise OfferOverError(offer_id)
        return offer, entry


def _is_open(offer: SlotOffer) -> bool:
    return offer.status is OfferStatus.OPEN


def _is_at_the_same_time(offered: AgendaSlot, freed: AgendaSlot) -> bool:
    same_practitioner = offered.practitioner_id == freed.practitioner_id
    return same_practitioner and offered.interval.overlaps(freed.interval)


def _is_about_the_same(first: WaitingWish, second: WaitingWish) -> bool:
    return (first.patient_id, first.service_id, first.appointment_id) == (
        second.patient_id,
        second.service_id,
        second.appointment_id,
    )
