"""Requests, deposits and opinions, with what they send and to whom."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from clinic.adapters.handoffs import Handoffs
from clinic.adapters.payments import PaymentCallbackError, sign
from clinic.adapters.tables.messaging import contact, outbox
from clinic.adapters.tables.requests import service_request
from clinic.adapters.tables.scheduling import appointment
from clinic.consent.model import Decision, Purpose
from clinic.deposits.errors import DepositNotFoundError, DepositNotPaidError
from clinic.deposits.model import DepositStatus
from clinic.facts.codes import RequestKind
from clinic.facts.office import WhenUnpaid
from clinic.requests.errors import RequestClosedError, RequestNotFoundError
from clinic.requests.model import NewRequest, RequestStatus, SentFile
from clinic.scheduling.model import AppointmentStatus
from tests.integration.office.conftest import CARDIOLOGY, NOW, SECRET, Office, make_office


def renewal(office: Office, key: str = "m1", **changes: object) -> NewRequest:
    return NewRequest(
        office.contact_id,
        RequestKind.PRESCRIPTION_RENEWAL,
        key,
        office.patient_id,
        {"detail": "Doliprane"},
        **changes,  # type: ignore[arg-type]
    )


def sent(office: Office) -> list[dict[str, object]]:
    with office.database.read() as tx:
        rows = tx.connection.execute(select(outbox.c.body).order_by(outbox.c.id)).all()
        return [json.loads(tx.cipher.decrypt(bytes(row.body))) for row in rows]


def priority(office: Office) -> str | None:
    with office.database.read() as tx:
        handoff = Handoffs(tx).open_of(office.contact_id)
    return handoff.priority.value if handoff else None


def paid(reference: str, amount: int = 100) -> tuple[bytes, str]:
    said = {"reference": reference, "payment_id": "p", "amount_mad": amount, "status": "paid"}
    body = json.dumps(said).encode()
    return body, sign(body, SECRET.encode())


def test_the_same_message_opens_one_request_that_staff_see(office: Office) -> None:
    first = office.requests.open(renewal(office))
    again = office.requests.open(renewal(office))

    assert first == again
    assert office.requests.active() == [first]
    assert first.expected_at is not None
    assert first.expected_at.astimezone(office.clinic.zone).isoformat() == (
        "2026-11-25T19:00:00" + first.expected_at.astimezone(office.clinic.zone).isoformat()[-6:]
    )
    assert priority(office) == "routine"


def test_words_of_patients_and_staff_are_not_readable_in_the_table(office: Office) -> None:
    request = office.requests.open(renewal(office))
    office.requests.complete(request.id, "Ordonnance prête", by="nurse")

    with office.database.read() as tx:
        row = tx.connection.execute(select(service_request)).one()
    assert b"Doliprane" not in bytes(row.details)
    assert b"pr\xc3\xaate" not in bytes(row.note)


def test_a_file_belongs_to_the_request_that_it_was_given_to_last(office: Office) -> None:
    file = SentFile("wamid.1", "media-1", "image/jpeg")
    first = office.requests.open(renewal(office, files=(file,)))
    second = office.requests.open(renewal(office, "m2", files=(file,)))

    assert office.requests.files_of(first.id) == []
    assert office.requests.files_of(second.id) == [file]


def test_an_answered_request_tells_the_patient_once_and_takes_nothing_more(
    office: Office,
) -> None:
    request = office.requests.open(renewal(office))

    assert office.requests.complete(request.id, "À retirer à l'accueil.", by="nurse")

    assert len(sent(office)) == 1
    assert office.requests.open_of(office.contact_id) == []
    assert office.requests.recent_of(office.contact_id)[0].status is RequestStatus.COMPLETED
    with pytest.raises(RequestClosedError):
        office.requests.reject(request.id, "", by="nurse")
    with pytest.raises(RequestClosedError):
        office.requests.add_file(request.id, SentFile("wamid.2", "media-2"))
    with pytest.raises(RequestNotFoundError):
        office.requests.complete("unknown", "", by="nurse")


def test_outside_the_window_the_answer_is_a_template_without_the_note(office: Office) -> None:
    request = office.requests.open(renewal(office))
    office.clock.time = NOW + timedelta(hours=25)

    office.requests.complete(request.id, "Ordonnance prête", by="nurse")

    (body,) = sent(office)
    assert body["type"] == "template"
    assert "Ordonnance" not in json.dumps(body, ensure_ascii=False)


def test_without_consent_nothing_is_sent_and_staff_know(office: Office) -> None:
    request = office.requests.open(renewal(office))
    office.clock.time += timedelta(minutes=1)
    office.allow(Purpose.CARE, Decision.WITHDRAWN)

    assert not office.requests.complete(request.id, "", by="nurse")
    assert sent(office) == []


def test_nobody_reads_the_request_of_another_by_its_reference(office: Office) -> None:
    request = office.requests.open(renewal(office))

    assert office.requests.by_reference(request.reference, "somebody else") is None
    assert office.requests.by_reference(request.reference, office.contact_id) == request


def test_a_booking_of_a_service_with_a_deposit_asks_for_it(office: Office) -> None:
    booked = office.book()

    deposit = office.deposits.of_appointment(booked.id)
    assert deposit is not None
    assert (deposit.amount_mad, deposit.status) == (100, DepositStatus.REQUESTED)
    assert deposit.expires_at == NOW + timedelta(minutes=120)
    assert office.deposits.link(deposit).startswith(f"http://pay/pay/{deposit.reference}.100.")


def test_a_payment_counts_once_and_keeps_the_appointment(office: Office) -> None:
    booked = office.book()
    deposit = office.deposits.of_contact(office.contact_id)[0]

    office.deposits.receive(*paid(deposit.reference))
    office.deposits.receive(*paid(deposit.reference))
    office.clock.time = NOW + timedelta(hours=3)

    assert office.deposits.expire() == 0
    assert len(sent(office)) == 1
    assert office.scheduling.get(booked.id).status is AppointmentStatus.BOOKED


def test_a_payment_that_is_forged_or_of_another_amount_counts_nothing(office: Office) -> None:
    office.book()
    deposit = office.deposits.of_contact(office.contact_id)[0]

    with pytest.raises(PaymentCallbackError):
        office.deposits.receive(paid(deposit.reference)[0], "0" * 64)
    with pytest.raises(DepositNotFoundError):
        office.deposits.receive(*paid(deposit.reference, amount=1))
    assert office.deposits.of_contact(office.contact_id)[0].status is DepositStatus.REQUESTED


def test_an_unpaid_appointment_is_released_once(office: Office) -> None:
    booked = office.book()
    office.clock.time = NOW + timedelta(hours=2)

    assert (office.deposits.expire(), office.deposits.expire()) == (1, 0)

    assert office.scheduling.get(booked.id).status is AppointmentStatus.CANCELLED
    assert len(sent(office)) == 1


def test_where_the_clinic_keeps_unpaid_appointments_it_stands(office: Office) -> None:
    keeping = make_office(office.database, office.folder, WhenUnpaid.KEEP)
    booked = keeping.book()
    keeping.clock.time = NOW + timedelta(hours=2)

    assert keeping.deposits.expire() == 1
    assert keeping.scheduling.get(booked.id).status is AppointmentStatus.BOOKED


def test_a_late_payment_is_kept_and_goes_to_a_person(office: Office) -> None:
    office.book()
    deposit = office.deposits.of_contact(office.contact_id)[0]
    office.clock.time = NOW + timedelta(hours=2)
    office.deposits.expire()

    office.deposits.receive(*paid(deposit.reference))

    assert office.deposits.of_contact(office.contact_id)[0].status is DepositStatus.PAID
    assert priority(office) == "asap"


def test_only_what_was_paid_is_paid_back(office: Office) -> None:
    office.book()
    deposit = office.deposits.of_contact(office.contact_id)[0]
    with pytest.raises(DepositNotPaidError):
        office.deposits.refund(deposit.reference, by="cashier")
    office.deposits.receive(*paid(deposit.reference))

    office.deposits.refund(deposit.reference, by="cashier")

    assert office.deposits.of_contact(office.contact_id)[0].status is DepositStatus.REFUNDED


def book_by_staff(office: Office) -> None:
    hold = office.scheduling.hold(CARDIOLOGY, office.patient_id, key="hold")
    office.scheduling.book(
        hold.id, office.patient_id, key="book", on_booked=office.deposits.booked_by_staff
    )


def test_who_staff_book_for_is_told_where_to_pay(office: Office) -> None:
    book_by_staff(office)

    (deposit,) = office.deposits.of_contact(office.contact_id)
    (body,) = sent(office)
    assert office.deposits.link(deposit) in json.dumps(body)
    assert deposit.reference in json.dumps(body)


@pytest.mark.parametrize("why", ["the window is closed", "care is not allowed"])
def test_who_cannot_be_told_is_asked_for_no_deposit(why: str, office: Office) -> None:
    if why == "the window is closed":
        with office.database.write() as tx:
            long_ago = NOW - timedelta(hours=25)
            tx.connection.execute(update(contact).values(last_inbound_at=long_ago))
    else:
        office.clock.time += timedelta(minutes=1)
        office.allow(Purpose.CARE, Decision.WITHDRAWN)

    book_by_staff(office)

    assert office.deposits.of_contact(office.contact_id) == []
    assert sent(office) == []


def test_a_cancelled_appointment_ends_its_deposit_or_asks_for_its_refund(office: Office) -> None:
    booked = office.book()
    deposit = office.deposits.of_contact(office.contact_id)[0]
    office.deposits.receive(*paid(deposit.reference))

    office.scheduling.cancel(booked.id, key="c", on_cancelled=office.deposits.appointment_cancelled)

    assert priority(office) == "routine"


def visit(office: Office) -> None:
    """A visit that ended two hours ago."""
    booked = office.book()
    with office.database.write() as tx:
        tx.connection.execute(
            update(appointment)
            .where(appointment.c.id == booked.id)
            .values(
                status="fulfilled",
                start_at=NOW - timedelta(hours=3),
                end_at=NOW - timedelta(hours=2),
            )
        )


def test_an_opinion_is_asked_once_of_who_allows_it(office: Office) -> None:
    office.allow(Purpose.FEEDBACK)
    visit(office)

    assert (office.feedback.ask_due(), office.feedback.ask_due()) == (1, 0)
    assert len(sent(office)) == 1


def test_without_consent_it_is_asked_for_once_in_an_open_conversation(office: Office) -> None:
    visit(office)

    office.feedback.ask_due()
    office.feedback.ask_due()
    assert len(sent(office)) == 1

    office.allow(Purpose.FEEDBACK)
    assert office.feedback.ask_due() == 1


def test_outside_the_window_nobody_is_asked_for_consent(office: Office) -> None:
    visit(office)
    office.clock.time = NOW + timedelta(hours=25)

    office.feedback.ask_due()

    assert sent(office) == []


def test_who_said_stop_is_not_asked(office: Office) -> None:
    office.allow(Purpose.FEEDBACK, Decision.WITHDRAWN)
    visit(office)

    office.feedback.ask_due()

    assert sent(office) == []


def test_a_rating_answers_the_visit_and_a_low_one_is_pressing(office: Office) -> None:
    office.allow(Purpose.FEEDBACK)
    visit(office)
    office.feedback.ask_due()

    kept = office.feedback.rate(office.contact_id, 2)
    office.feedback.comment(office.contact_id, "Trop d'attente", feedback_id=kept.id)

    (found,) = office.feedback.of_contact(office.contact_id)
    assert (found.rating, found.comment) == (2, "Trop d'attente")
    assert found.appointment_id is not None
    assert priority(office) == "asap"
    with pytest.raises(ValueError, match="1 to 5"):
        office.feedback.rate(office.contact_id, 6)


def test_words_are_not_kept_without_any_consent(office: Office) -> None:
    office.clock.time += timedelta(minutes=1)
    office.allow(Purpose.CARE, Decision.WITHDRAWN)

    assert not office.feedback.comment(office.contact_id, "Merci")
    assert office.feedback.of_contact(office.contact_id) == []


def test_a_rating_outside_the_scale_is_refused_by_the_database_too(office: Office) -> None:
    office.feedback.rate(office.contact_id, 5)
    with pytest.raises(Exception, match=r"(?i)check"), office.database.write() as tx:
        tx.connection.execute(text("UPDATE feedback SET rating = 9"))
