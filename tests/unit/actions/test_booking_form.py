"""What a message means for the open question of the booking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from action_harness import Outcome, run, tracker_of, user

from actions.birth_date import BIRTH_DATE
from actions.booking_form import ValidateBookingForm
from actions.booking_questions import ActionAskBookingPatient
from actions.booking_turn import CONFIRMED, PATIENT, RELATION, SLOT, SPECIALTY
from actions.care_consent import CONSENT
from clinic.bootstrap import Services
from clinic.patients.model import Patient, Relation
from clinic.scheduling.model import AgendaSlot
from clinic.scheduling.offering import Wish

SPECIALTY_ASKED = "dentistry"


@pytest.fixture
def slots(wired: Services) -> tuple[AgendaSlot, ...]:
    return wired.offering.find(Wish(SPECIALTY_ASKED)).slots


@pytest.fixture
def own(wired: Services, consenting: str) -> Patient:
    return wired.patients.register(consenting, Relation.SELF, "Salma Benali")


async def say(
    contact_id: str, question: str | None, message: dict[str, Any], **slots: Any
) -> Outcome:
    # Who is known was asked for a date of birth already, where it mattered.
    born = {BIRTH_DATE: "-"} if PATIENT in slots else {}
    known = {CONSENT: True, "requested_slot": question, **born, **slots}
    return await run(ValidateBookingForm(), tracker_of(contact_id, [message], known))


def confirming(own: Patient, slot: AgendaSlot, hold_id: str) -> dict[str, Any]:
    return {
        SPECIALTY: SPECIALTY_ASKED,
        RELATION: own.relation.value,
        PATIENT: own.id,
        SLOT: slot.key,
        "hold": hold_id,
    }


def time_of(slot: AgendaSlot) -> dict[str, str]:
    day = slot.start.replace(hour=0, minute=0)
    return {
        "from": day.isoformat(),
        "to": (day + timedelta(days=1)).isoformat(),
        "grain": "day",
    }


async def test_a_wish_of_a_returning_patient_needs_no_further_detail(
    wired: Services, own: Patient
) -> None:
    message = user("book_appointment", entities={"specialty": SPECIALTY_ASKED})

    outcome = await say(own.contact_id, None, message)

    assert {name: outcome.slots[name] for name in (CONSENT, SPECIALTY, RELATION, PATIENT)} == {
        CONSENT: True,
        SPECIALTY: SPECIALTY_ASKED,
        RELATION: "self",
        PATIENT: own.id,
    }


async def test_before_consent_no_name_is_read_but_for_whom_it_is(
    wired: Services, contact_id: str
) -> None:
    message = user("book_appointment", entities={"relation": "child", "person_name": "Adam"})

    outcome = await run(ValidateBookingForm(), tracker_of(contact_id, [message]))

    assert outcome.slots[CONSENT] is None
    assert outcome.slots[RELATION] == "child"
    assert PATIENT not in outcome.slots
    assert wired.patients.of_contact(contact_id) == []


async def test_a_tapped_time_is_held_for_the_patient(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    tap = user("choose_slot", entities={"agenda_slot": slots[0].key}, is_tap=True)

    outcome = await say(own.contact_id, SLOT, tap, **{PATIENT: own.id, RELATION: "self"})

    held = wired.scheduling.get(outcome.slots["hold"])
    assert (held.slot.key, held.patient_id, held.is_hold) == (slots[0].key, own.id, True)


async def test_the_same_tap_delivered_again_gives_the_same_hold(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    tap = user("choose_slot", entities={"agenda_slot": slots[0].key}, is_tap=True)
    known = {PATIENT: own.id, RELATION: "self"}

    first = await say(own.contact_id, SLOT, tap, **known)
    second = await say(own.contact_id, SLOT, tap, **known)

    assert first.slots["hold"] == second.slots["hold"]


async def test_a_long_message_id_is_no_obstacle(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    tap = user(
        "choose_slot", entities={"agenda_slot": slots[0].key}, is_tap=True, message_id="w" * 200
    )

    outcome = await say(own.contact_id, SLOT, tap, **{PATIENT: own.id, RELATION: "self"})

    held = wired.scheduling.get(outcome.slots["hold"])
    assert held.is_hold


async def test_a_time_that_the_patient_has_booked_is_said_to_be_booked(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    hold = wired.scheduling.hold(slots[0], own.id, key="k")
    wired.scheduling.book(hold.id, own.id, key="k")
    tap = user("choose_slot", entities={"agenda_slot": slots[0].key}, is_tap=True)

    outcome = await say(own.contact_id, SLOT, tap, **{PATIENT: own.id, RELATION: "self"})

    assert outcome.responses == ["utter_already_booked"]
    assert outcome.ended


async def test_a_yes_confirms_what_is_held(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    hold = wired.scheduling.hold(slots[0], own.id, key="k")

    outcome = await say(
        own.contact_id, CONFIRMED, user("affirm"), **confirming(own, slots[0], hold.id)
    )

    assert outcome.slots == {CONFIRMED: True}


async def test_a_yes_that_repeats_day_and_specialty_confirms_too(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    hold = wired.scheduling.hold(slots[0], own.id, key="k")
    message = user("affirm", entities={"time": time_of(slots[0]), "specialty": SPECIALTY_ASKED})

    outcome = await say(own.contact_id, CONFIRMED, message, **confirming(own, slots[0], hold.id))

    assert outcome.slots == {CONFIRMED: True, SPECIALTY: SPECIALTY_ASKED}


async def test_a_yes_for_another_day_is_a_new_wish(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    hold = wired.scheduling.hold(slots[0], own.id, key="k")
    message = user("affirm", entities={"time": time_of(slots[1])})

    outcome = await say(own.contact_id, CONFIRMED, message, **confirming(own, slots[0], hold.id))

    assert outcome.slots["booking_time"] == time_of(slots[1])
    assert (outcome.slots[SLOT], outcome.slots[CONFIRMED]) == (None, None)


async def test_a_yes_for_somebody_else_does_not_book_for_the_first(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    mother = wired.patients.register(own.contact_id, Relation.MOTHER, "Khadija Amrani")
    hold = wired.scheduling.hold(slots[0], own.id, key="k")
    message = user("affirm", entities={"relation": "mother"}, message_id="wamid.2")

    outcome = await say(own.contact_id, CONFIRMED, message, **confirming(own, slots[0], hold.id))

    assert (outcome.slots[PATIENT], outcome.slots[CONFIRMED]) == (mother.id, None)
    held = wired.scheduling.get(outcome.slots["hold"])
    assert (held.patient_id, held.slot.key) == (mother.id, slots[0].key)


async def test_a_question_about_a_relative_does_not_change_who_is_seen(
    wired: Services, own: Patient
) -> None:
    message = user("request_document", entities={"relation": "mother"})

    outcome = await say(own.contact_id, SLOT, message, **{PATIENT: own.id, RELATION: "self"})

    assert outcome.slots == {}


async def test_a_known_child_is_not_taken_for_another_child(wired: Services, own: Patient) -> None:
    wired.patients.register(own.contact_id, Relation.CHILD, "Adam Benali")

    outcome = await say(own.contact_id, RELATION, user("inform", entities={"relation": "child"}))

    assert outcome.slots[RELATION] == "child"
    assert outcome.slots[PATIENT] is None


async def test_known_children_can_be_tapped(wired: Services, own: Patient) -> None:
    child = wired.patients.register(own.contact_id, Relation.CHILD, "Adam Benali")
    asking = tracker_of(own.contact_id, [user("inform")], {RELATION: "child"})

    question = await run(ActionAskBookingPatient(), asking)
    tap = user("inform", "Adam Benali", entities={"patient": child.id}, is_tap=True)
    outcome = await say(own.contact_id, PATIENT, tap, **{RELATION: "child"})

    titles = [button["title"] for button in question.messages[0]["buttons"]]
    assert titles == ["Adam Benali", "Quelqu'un d'autre"]
    assert outcome.slots == {RELATION: "child", PATIENT: child.id, BIRTH_DATE: "-"}


async def test_a_name_with_the_relation_in_it_is_a_name(wired: Services, own: Patient) -> None:
    message = user(
        "inform", "ma fille Lina", entities={"relation": "child", "person_name": "Lina Benali"}
    )

    outcome = await say(own.contact_id, PATIENT, message, **{RELATION: "child"})

    child = wired.patients.get(outcome.slots[PATIENT])
    assert child is not None
    assert (child.name, child.relation) == ("Lina Benali", Relation.CHILD)


@pytest.mark.parametrize("text", ["c'est combien ?", "شحال الثمن؟"])
async def test_a_question_is_no_name(wired: Services, consenting: str, text: str) -> None:
    message = user("nlu_fallback", text, confidence=0.3)

    outcome = await say(consenting, PATIENT, message, **{RELATION: "self"})

    assert outcome.slots == {}
    assert outcome.responses == []


async def test_a_second_tap_on_confirm_says_what_is_booked(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    hold = wired.scheduling.hold(slots[0], own.id, key="k")
    wired.scheduling.book(hold.id, own.id, key="k")

    outcome = await say(
        own.contact_id, None, user("confirm_booking", entities={"hold": hold.id}, is_tap=True)
    )

    assert (outcome.responses, outcome.ended) == (["utter_already_booked"], True)


async def test_nobody_confirms_the_hold_of_another(
    wired: Services, own: Patient, slots: tuple[AgendaSlot, ...]
) -> None:
    hold = wired.scheduling.hold(slots[0], "somebody-else", key="k")
    tap = user("confirm_booking", entities={"hold": hold.id}, is_tap=True)

    outcome = await say(own.contact_id, SLOT, tap, **{PATIENT: own.id, RELATION: "self"})

    assert outcome.responses == ["utter_offer_expired"]
    assert outcome.slots[CONFIRMED] is None
