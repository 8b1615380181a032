"""The manager's figures on both databases: counted right, and nothing personal in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.tables.patients import handoff
from clinic.adapters.tables.reporting import errand_run
from clinic.adapters.tables.scheduling import appointment
from clinic.handoff.model import Priority
from clinic.messaging.model import InboxItem, Turn
from clinic.reporting.errands import ErrandOutcome
from clinic.reporting.figures import Figures
from clinic.reporting.log import ErrandLog
from clinic.reporting.model import ErrandFigures, Period, Stop
from tests.integration.office.conftest import CARDIOLOGY, NOW, Office
from tests.rasa_events import BOOKING, asks, loop, says, user
from whatsapp.updates import Identity, InboundMessage, MessageType

DAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)


@pytest.fixture
def figures(office: Office) -> Figures:
    return Figures(office.database, office.clinic, office.clock)


@pytest.fixture
def log(office: Office) -> ErrandLog:
    return ErrandLog(office.database, office.clock)


def play(office: Office, log: ErrandLog, message_id: str, events: list[dict[str, Any]]) -> None:
    with office.database.write() as tx:
        contact = Contacts(tx).get(office.contact_id)
        assert contact is not None
        message = InboundMessage(
            message_id, Identity("212661000001"), NOW, MessageType.TEXT, text="x"
        )
        turn = Turn(contact, (InboxItem(1, message, office.clock.now()),))
        turn.events, turn.language = events, "fr"
        log.note_turn(tx, turn)


def ended(office: Office) -> list[tuple[str, str, int, str]]:
    with office.database.read() as tx:
        rows = tx.connection.execute(select(errand_run).order_by(errand_run.c.started_at)).all()
    return [(row.errand, row.step, row.turns, row.outcome) for row in rows]


def test_a_booking_in_three_turns_is_one_errand_that_names_nobody_at_its_end(
    office: Office, log: ErrandLog
) -> None:
    events = list(BOOKING)
    play(office, log, "m1", events)
    events += [user("inform", "m2"), asks("agenda_slot")]
    play(office, log, "m2", events)
    events += [user("affirm", "m3"), loop(None), asks(None), says("utter_booked")]
    play(office, log, "m3", events)

    assert ended(office) == [("booking_form", "agenda_slot", 3, "completed")]
    with office.database.read() as tx:
        assert tx.connection.execute(select(errand_run.c.open_contact_id)).scalar() is None


def test_an_errand_left_for_another_stops_at_its_question(office: Office, log: ErrandLog) -> None:
    play(office, log, "m1", BOOKING)
    office.clock.time += timedelta(minutes=1)
    other = [*BOOKING, user("request_results", "m2"), loop("request_form"), asks("request_kind")]
    play(office, log, "m2", other)

    assert ended(office) == [
        ("booking_form", "booking_specialty", 2, "left"),
        ("request_form", "request_kind", 1, "open"),
    ]


def test_an_errand_in_which_a_person_was_needed_is_passed_on(
    office: Office, log: ErrandLog
) -> None:
    play(office, log, "m1", BOOKING)
    with office.database.write() as tx:
        Handoffs(tx).open(office.contact_id, Priority.ASAP, "not_understood", NOW)
    play(office, log, "m2", [*BOOKING, user("affirm", "m2"), loop(None), asks(None)])

    assert ended(office)[0][3] == "passed_on"


def test_an_errand_that_nobody_goes_on_with_is_left_after_a_day(
    office: Office, log: ErrandLog
) -> None:
    play(office, log, "m1", BOOKING)
    office.clock.time += timedelta(hours=23)
    assert log.end_forgotten() == 0
    office.clock.time += timedelta(hours=2)
    assert log.end_forgotten() == 1

    assert ended(office)[0][3] == "left"


def test_questions_answered_at_once_count_as_finished_alone(
    office: Office, log: ErrandLog, figures: Figures
) -> None:
    play(office, log, "m1", [user("ask_price", "m1")])

    report = figures.report(Period(DAY, DAY))
    assert report.errands == (ErrandFigures("question", 1, 0, 0),)
    assert report.without_staff_share == 1.0


def test_stops_are_counted_by_errand_and_question(office: Office, figures: Figures) -> None:
    with office.database.write() as tx:
        for number in range(3):
            tx.connection.execute(
                insert(errand_run).values(
                    id=str(number), errand="booking_form", step="booking_patient", turns=2,
                    language="fr", outcome=ErrandOutcome.LEFT.value, started_at=NOW,
                    updated_at=NOW,
                )
            )  # fmt: skip

    assert figures.report(Period(DAY, DAY)).stops == (Stop("booking_form", "booking_patient", 3),)
    assert figures.report(Period(DAY + timedelta(days=1), DAY + timedelta(days=1))).stops == ()


def slot_chosen(value: str | None) -> dict[str, Any]:
    return {"event": "slot", "name": "agenda_slot", "value": value}


def test_an_errand_belongs_to_the_site_of_the_time_that_was_chosen(
    office: Office, log: ErrandLog, figures: Figures
) -> None:
    office.book()
    there = replace(CARDIOLOGY, site_id="ain-sebaa")
    events = [*BOOKING]
    play(office, log, "m1", events)
    events += [user("inform", "m2"), slot_chosen(there.key), asks("booking_patient")]
    play(office, log, "m2", events)
    events += [user("affirm", "m3"), slot_chosen(None), loop(None), asks(None)]
    play(office, log, "m3", [*events, says("utter_booked")])

    reports = {site: figures.report(Period(DAY, DAY, site)) for site in ("ain-sebaa", "maarif")}
    assert reports["ain-sebaa"].errands == (ErrandFigures("booking_form", 1, 0, 0),)
    assert reports["ain-sebaa"].without_staff_share == 1.0
    assert (reports["maarif"].errands, reports["maarif"].without_staff_share) == ((), None)


def test_an_errand_without_a_chosen_time_belongs_to_the_site_of_the_next_appointment(
    office: Office, log: ErrandLog, figures: Figures
) -> None:
    booked = office.book()
    events = [user("cancel_appointment", "m1"), loop("cancellation_form"), asks("appointment")]
    play(office, log, "m1", events)
    office.scheduling.cancel(booked.id, key="c")
    left = [user("request_results", "m2"), loop("request_form"), asks("request_kind")]
    play(office, log, "m2", [*events, *left])
    play(office, log, "m3", [*events, *left, user("ask_price", "m3"), loop(None), asks(None)])

    assert figures.report(Period(DAY, DAY, "maarif")).stops == (
        Stop("cancellation_form", "appointment", 1),
    )
    # The second one concerned no appointment: it counts for all sites together.
    assert len(figures.report(Period(DAY, DAY)).stops) == 2
    assert figures.report(Period(DAY, DAY, "ain-sebaa")).stops == ()


def test_bookings_are_counted_by_day_site_and_opening_hours(
    office: Office, figures: Figures
) -> None:
    office.book()
    with office.database.write() as tx:
        # Half past ten in the evening of the day before, in Casablanca.
        tx.connection.execute(
            update(appointment).values(created_at=datetime.fromisoformat("2026-11-22T22:30+00:00"))
        )

    report = figures.report(Period(DAY - timedelta(days=1), DAY, "maarif"))
    assert [(d.first, d.total, d.after_hours) for d in report.bookings] == [
        (DAY - timedelta(days=1), 1, 1),
        (DAY, 0, 0),
    ]
    assert report.after_hours_share == 1.0
    assert figures.report(Period(DAY - timedelta(days=1), DAY, "ain-sebaa")).booked == 0


def test_a_hold_is_no_booking(office: Office, figures: Figures) -> None:
    office.scheduling.hold(CARDIOLOGY, office.patient_id, key="h")

    assert figures.report(Period(DAY, DAY)).booked == 0


def test_moving_an_appointment_is_no_other_booking(office: Office, figures: Figures) -> None:
    booked = office.book()
    later = replace(CARDIOLOGY, start=CARDIOLOGY.start + HOUR, end=CARDIOLOGY.end + HOUR)
    hold = office.scheduling.hold(later, office.patient_id, key="move", moving=booked.id)
    office.scheduling.move(booked.id, hold.id, key="moved")

    report = figures.report(Period(DAY, DAY + timedelta(days=1)))
    assert (report.booked, dict(report.visits)) == (1, {"booked": 1})


def test_a_hold_that_ran_out_is_no_cancelled_visit(office: Office, figures: Figures) -> None:
    office.scheduling.hold(CARDIOLOGY, office.patient_id, key="h")
    office.clock.time += HOUR
    office.scheduling.release_expired_holds()

    assert dict(figures.report(Period(DAY, DAY + timedelta(days=1))).visits) == {}


def test_a_long_period_is_shown_by_weeks(figures: Figures) -> None:
    report = figures.report(Period(date(2026, 9, 1), date(2026, 11, 30)))

    assert report.bookings[0].first == date(2026, 9, 1)
    assert {days.first.weekday() for days in report.bookings[1:]} == {0}


def test_no_shows_are_a_share_of_the_expected(office: Office, figures: Figures) -> None:
    booked = office.book()
    day = booked.start.date()
    with office.database.write() as tx:
        tx.connection.execute(update(appointment).values(status="noshow"))

    assert figures.report(Period(day, day)).no_show_share == 1.0
    assert figures.report(Period(DAY - timedelta(days=9), DAY)).no_show_share is None


def test_waits_are_told_by_priority(office: Office, figures: Figures) -> None:
    with office.database.write() as tx:
        Handoffs(tx).open(office.contact_id, Priority.URGENT, "medical", NOW)
        tx.connection.execute(
            update(handoff).values(answered_at=NOW + timedelta(minutes=4), site="maarif")
        )

    waiting = figures.report(Period(DAY, DAY)).waiting
    assert [(w.priority, w.count, w.median, w.open) for w in waiting] == [
        ("urgent", 1, 4.0, 0),
        ("all", 1, 4.0, 0),
    ]
    assert figures.report(Period(DAY, DAY, "ain-sebaa")).waiting == ()


def test_visits_and_waiting_are_told_by_day_and_by_site(office: Office, figures: Figures) -> None:
    booked = office.book()
    day = booked.start.date()
    with office.database.write() as tx:
        tx.connection.execute(update(appointment).values(status="noshow"))
        Handoffs(tx).open(office.contact_id, Priority.URGENT, "medical", NOW)
        tx.connection.execute(
            update(handoff).values(answered_at=NOW + timedelta(minutes=4), site=booked.site_id)
        )

    report = figures.report(Period(DAY, day))
    assert [
        (it.first, it.attendance.came, it.attendance.missed, it.median_wait) for it in report.days
    ] == [
        (first, 0, int(first == day), 4.0 if first == DAY else None)
        for first in (DAY + timedelta(days=n) for n in range((day - DAY).days + 1))
    ]
    here = {it.site: (it.attendance.missed_share, it.median_wait) for it in report.sites}
    assert here.pop(booked.site_id) == (1.0, 4.0)
    assert set(here.values()) == {(None, None)}
    assert figures.report(Period(DAY, day, booked.site_id)).sites == ()
    assert figures.report(Period(DAY, day, booked.site_id)).attendance.missed == 1


def test_ratings_have_an_average(office: Office, figures: Figures) -> None:
    for rating in (5, 4):
        office.feedback.rate(office.contact_id, rating)

    report = figures.report(Period(DAY, DAY))
    assert report.ratings == {1: 0, 2: 0, 3: 0, 4: 1, 5: 1}
    assert report.rating == 4.5


@pytest.mark.parametrize("days", [0, 367])
def test_a_period_that_makes_no_sense_is_refused(figures: Figures, days: int) -> None:
    with pytest.raises(ValueError, match="1 to 366"):
        figures.report(Period(DAY - timedelta(days=days - 1), DAY))


def test_the_period_before_has_the_same_length() -> None:
    period = Period(date(2026, 11, 17), date(2026, 11, 23))
    assert period.before == Period(date(2026, 11, 10), date(2026, 11, 16))
