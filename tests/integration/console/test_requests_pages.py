"""The pages of requests: who may do what, what is shown, what comes back after a mistake."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import outbox
from clinic.clock import ShiftedClock
from clinic.consent.model import Decision, Purpose, Reply
from clinic.facts.codes import RequestKind
from clinic.messaging.model import OutboxKind
from clinic.patients.model import Relation
from clinic.requests.model import NewRequest
from clinic.staff.model import Role
from tests.console import ConsoleUnderTest, Person
from whatsapp.messages import OutgoingMessage


class Patient:
    """Somebody who wrote a moment ago, with consent and one request."""

    def __init__(self, console: ConsoleUnderTest, kind: RequestKind) -> None:
        wired, now = console.services, console.services.clock.now()
        self.services = wired
        with wired.database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone="212661000001", user_id=None, profile_name=None, now=now
            )
            Contacts(tx).mark_inbound(contact.id, now)
        self.contact_id = contact.id
        self.patient = wired.patients.register(contact.id, Relation.SELF, "Salma Benali")
        wired.consent.record(
            contact.id, Purpose.CARE, Decision.GIVEN, Reply("n", "fr", "oui", "w1")
        )
        self.request = wired.requests.open(
            NewRequest(contact.id, kind, "m1", self.patient.id, {"detail": "Amlor 5"})
        )
        self.path = f"/requests/{self.request.id}"

    def told(self) -> str:
        with self.services.database.read() as tx:
            rows = tx.connection.execute(select(outbox.c.body).order_by(outbox.c.id)).all()
            bodies = [json.loads(tx.cipher.decrypt(bytes(row.body))) for row in rows]
        return json.dumps(bodies, ensure_ascii=False)


def doctor(console: ConsoleUnderTest) -> Person:
    return console.log_in("alami", Role.DOCTOR, practitioner="dr-alami")


PRESCRIPTION = {
    "medicine": ["Amlodipine 5 mg", ""],
    "dosage": ["1 le matin", ""],
    "duration": ["3 mois", ""],
}


def test_a_doctor_validates_a_prescription_and_the_patient_is_told(
    console: ConsoleUnderTest,
) -> None:
    patient = Patient(console, RequestKind.PRESCRIPTION_RENEWAL)
    alami = doctor(console)
    page = alami.get(patient.path).text
    assert "Amlor 5" in page
    assert "Dr Youssef Alami" in page

    answer = alami.post(f"{patient.path}/prescription", birth_date="1990-03-05", **PRESCRIPTION)

    assert (answer.status_code, answer.headers["location"]) == (303, "/requests")
    assert "/d/" in patient.told()
    assert "Ordonnance" in alami.get(patient.path).text
    (document,) = console.services.documents.of_request(patient.request.id)
    file = alami.get(f"{patient.path}/documents/{document.id}")
    assert file.content.startswith(b"%PDF-")
    assert file.headers["content-disposition"].startswith("attachment")


def test_who_is_no_doctor_signs_nothing(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.PRESCRIPTION_RENEWAL)
    nadia = console.log_in("nadia", Role.RECEPTION, Role.ADMIN)

    assert "Un médecin valide" in nadia.get(patient.path).text
    answer = nadia.post(f"{patient.path}/prescription", birth_date="1990-03-05", **PRESCRIPTION)

    assert answer.status_code == 403
    assert patient.told() == "[]"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"birth_date": ""}, "date de naissance du patient manque"),
        ({"medicine": [""], "dosage": [""], "duration": [""]}, "vide"),
        ({"dosage": ["", ""]}, "posologie manque"),
    ],
)
def test_a_mistake_keeps_what_was_written(
    changes: dict[str, object], said: str, console: ConsoleUnderTest
) -> None:
    patient = Patient(console, RequestKind.PRESCRIPTION_RENEWAL)
    alami = doctor(console)
    alami.get(patient.path)
    form = {"birth_date": "1990-03-05", "remark": "À jeun", **PRESCRIPTION, **changes}

    answer = alami.post(f"{patient.path}/prescription", **form)

    assert answer.status_code == 422
    assert said in answer.text
    assert "À jeun" in answer.text


def test_the_list_filters_by_kind_and_counts(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.RESULTS)
    nadia = console.log_in("nadia", Role.RECEPTION)

    assert patient.request.reference in nadia.get("/requests").text
    assert patient.request.reference in nadia.get("/requests?group=results").text
    assert patient.request.reference not in nadia.get("/requests?group=documents").text


def test_results_are_uploaded_with_the_token_in_the_header(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.RESULTS)
    nadia = console.log_in("nadia", Role.NURSE)
    nadia.get(patient.path)
    headers = {"X-CSRF-Token": nadia.csrf, "hx-request": "true"}
    wrong = nadia.http.post(
        f"{patient.path}/upload", headers=headers, files={"file": ("x.pdf", b"<html>")},
        data={"birth_date": "1990-03-05"},
    )  # fmt: skip
    assert wrong.status_code == 422
    assert "PDF, JPEG ou PNG" in wrong.text

    right = nadia.http.post(
        f"{patient.path}/upload", headers=headers, files={"file": ("x.pdf", b"%PDF-1.4 a")},
        data={"birth_date": "1990-03-05"},
    )  # fmt: skip
    assert (right.status_code, right.headers["hx-redirect"]) == (204, "/requests")


def test_a_bill_is_made_from_the_prices(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    nadia = console.log_in("nadia", Role.RECEPTION)
    assert "400 DH" in nadia.get(patient.path).text

    answer = nadia.post(
        f"{patient.path}/bill", kind="quote", service=["dental-scaling", ""], quantity=["1", "1"]
    )

    assert answer.status_code == 303
    assert "votre devis" in patient.told()


def test_a_bill_goes_by_link_unless_the_conversation_is_chosen(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    nadia = console.log_in("nadia", Role.RECEPTION)
    page = nadia.get(patient.path).text
    link, chat = re.findall(r'<input type="radio" name="way"[^>]*>', page)
    assert ("checked" in link, "checked" in chat, "disabled" in chat) == (True, False, False)

    bill = {"kind": "quote", "service": ["dental-scaling"], "quantity": ["1"]}
    answer = nadia.post(f"{patient.path}/bill", way="chat", **bill)

    assert answer.status_code == 303
    assert '"type": "document"' in patient.told()
    assert "/d/" not in patient.told()
    page = nadia.get(patient.path).text
    assert "envoyé dans la conversation" in page
    # Staff see it where they talk with the patient.
    thread = nadia.get(f"/inbox/{patient.contact_id}").text
    (document,) = console.services.documents.of_request(patient.request.id)
    assert f"{patient.path}/documents/{document.id}" in thread
    assert document.filename in thread


def test_a_closed_conversation_gets_no_document_and_the_form_comes_back(
    console: ConsoleUnderTest,
) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    clock = console.services.clock
    assert isinstance(clock, ShiftedClock)
    clock.advance(timedelta(hours=25))
    nadia = console.log_in("nadia", Role.RECEPTION)
    page = nadia.get(patient.path).text
    assert "disabled" in re.findall(r'<input type="radio" name="way"[^>]*>', page)[1]

    answer = nadia.post(
        f"{patient.path}/bill", way="chat", kind="quote", service=["dental-scaling"], quantity=["1"]
    )

    assert answer.status_code == 422
    assert "Choisissez le lien sécurisé" in answer.text
    assert patient.told() == "[]"


def test_a_refusal_needs_a_reason(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.INSURANCE_CARD)
    nadia = console.log_in("nadia", Role.RECEPTION)
    nadia.get(patient.path)
    assert nadia.post(f"{patient.path}/reject", note=" ").status_code == 422

    assert nadia.post(f"{patient.path}/reject", note="Photo floue").status_code == 303
    assert "Photo floue" in patient.told()
    assert "Refusée" in nadia.get("/requests/answered").text


def test_a_card_is_verified(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.INSURANCE_CARD)
    nadia = console.log_in("nadia", Role.RECEPTION)
    nadia.get(patient.path)

    assert nadia.post(f"{patient.path}/card", insurance="amo").status_code == 303
    assert console.services.patients.get(patient.patient.id).insurance == "amo"  # type: ignore[union-attr]


def test_a_second_answer_is_told_that_somebody_was_quicker(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    nadia = console.log_in("nadia", Role.RECEPTION)
    nadia.get(patient.path)
    nadia.post(f"{patient.path}/complete", note="")

    assert nadia.post(f"{patient.path}/complete", note="").status_code == 422


def test_a_used_link_can_be_made_anew(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    nadia = console.log_in("nadia", Role.RECEPTION)
    nadia.get(patient.path)
    nadia.post(f"{patient.path}/bill", kind="invoice", service=["dental-scaling"], quantity=["1"])
    (document,) = console.services.documents.of_request(patient.request.id)
    nadia.get(patient.path)

    answer = nadia.post(f"{patient.path}/documents/{document.id}/again")

    assert answer.headers["location"] == patient.path
    assert patient.told().count("/d/") == 2


def test_calls_are_listed_and_noted(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    wired = console.services
    with wired.database.write() as tx:
        contact = Contacts(tx).get(patient.contact_id)
        assert contact is not None
        Outbox(tx).add(
            contact, OutgoingMessage(text="x"), key="n", kind=OutboxKind.NOTICE,
            now=wired.clock.now() - timedelta(hours=1), purpose="care",
        )  # fmt: skip
        tx.connection.execute(update(outbox).values(status="failed"))
        message = tx.connection.execute(select(outbox.c.id)).scalar_one()
    nadia = console.log_in("nadia", Role.RECEPTION)
    assert "Salma Benali" in nadia.get("/requests/calls").text

    assert nadia.post(f"/requests/calls/{message}", outcome="reached").status_code == 303
    assert "Salma Benali" not in nadia.get("/requests/calls").text
    assert nadia.post("/requests/calls/999", outcome="reached").status_code == 404
    assert nadia.post("/requests/calls/x", outcome="reached").status_code == 422


def test_only_who_handles_money_refunds(console: ConsoleUnderTest) -> None:
    nurse = console.log_in("omar", Role.NURSE)
    nurse.get("/requests/deposits")
    assert nurse.post("/requests/deposits/A-1/refund").status_code == 403


def test_no_file_of_another_request_is_read_by_its_number(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    nadia = console.log_in("nadia", Role.RECEPTION)
    for path in ("files/0", "files/x", "documents/none"):
        assert nadia.get(f"{patient.path}/{path}").status_code == 404
    assert nadia.get("/requests/nothing").status_code == 404


def test_every_page_of_requests_has_no_inline_code(console: ConsoleUnderTest) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    nadia = console.log_in("nadia", Role.RECEPTION, language="ar")
    for path in (
        "/requests",
        "/requests/answered",
        "/requests/deposits",
        "/requests/calls",
        patient.path,
    ):
        page = nadia.get(path)
        assert page.status_code == 200
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert "onclick" not in page.text


def test_a_list_of_names_is_recorded_as_read_but_not_what_refreshes_itself(
    console: ConsoleUnderTest,
) -> None:
    patient = Patient(console, RequestKind.DOCUMENT)
    nadia = console.log_in("nadia", Role.RECEPTION)
    assert nadia.member is not None

    def recorded() -> list[tuple[str, str]]:
        entries = console.services.audit.about(nadia.member.id)  # type: ignore[union-attr]
        return [(e.action, e.details) for e in entries if e.action == "requests_listed"]

    nadia.get("/requests")
    nadia.get("/requests", headers={"hx-request": "true", "X-Background": "1"})
    nadia.get("/requests?group=results")
    assert len(recorded()) == 1
    console.services.requests.complete(patient.request.id, "", by="r")
    nadia.get("/requests/answered")
    assert [patient.contact_id in str(details) for _, details in recorded()] == [True, True]
