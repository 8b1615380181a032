"""What staff answer to requests: the file, the link, the message, the trail."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.patients import Patients
from clinic.adapters.tables.messaging import outbox
from clinic.consent.model import Decision, Purpose
from clinic.documents.errors import DocumentRefusedError, EmptyDocumentError
from clinic.documents.model import DocumentKind, Medicine
from clinic.facts.codes import Insurance, RequestKind
from clinic.patients.model import Relation
from clinic.patients.services import PatientRegister
from clinic.requests.answers import BillItem
from clinic.requests.errors import (
    ChatNotPossibleError,
    RequestClosedError,
    RequestWithoutPatientError,
)
from clinic.requests.model import NewRequest, RequestStatus, ServiceRequest
from clinic.secure_links.errors import LinkGoneError, NoBirthDateError, WrongFactorError
from tests.integration.office.conftest import NOW, Office
from whatsapp.template_files import load_templates

BORN = date(1990, 3, 5)
MEDICINES = (Medicine("Amlodipine 5 mg", "1 comprimé le matin", "3 mois"),)
PDF_UPLOAD = b"%PDF-1.7 results"


def ask(office: Office, kind: RequestKind, key: str = "m1") -> ServiceRequest:
    return office.requests.open(NewRequest(office.contact_id, kind, key, office.patient_id))


def sent(office: Office) -> list[dict[str, object]]:
    with office.database.read() as tx:
        rows = tx.connection.execute(select(outbox.c.body).order_by(outbox.c.id)).all()
        return [json.loads(tx.cipher.decrypt(bytes(row.body))) for row in rows]


def token_in(body: dict[str, object]) -> str:
    found = re.search(r"/d/([\w-]+)", json.dumps(body))
    assert found is not None
    return found[1]


def validate(office: Office, request: ServiceRequest, **changes: object) -> None:
    office.answers.validate_prescription(
        request.id,
        "dr-alami",
        **{"medicines": MEDICINES, "by": "doctor-1", "birth_date": BORN, **changes},  # type: ignore[arg-type]
    )


def test_a_validated_prescription_is_a_pdf_behind_a_link_that_the_patient_gets(
    office: Office,
) -> None:
    request = ask(office, RequestKind.PRESCRIPTION_RENEWAL)

    validate(office, request)

    (body,) = sent(office)
    assert "Amlodipine" not in json.dumps(body)
    document, content = office.documents.open_link(token_in(body), "05/03/1990")
    assert content.startswith(b"%PDF-")
    assert (document.kind, document.signed_by) == (DocumentKind.PRESCRIPTION, "dr-alami")
    assert office.requests.recent_of(office.contact_id)[0].status is RequestStatus.COMPLETED
    assert office.documents.of_request(request.id) == [document]


def test_a_link_opens_once_and_not_without_the_date_of_birth(office: Office) -> None:
    validate(office, ask(office, RequestKind.PRESCRIPTION_RENEWAL))
    token = token_in(sent(office)[0])

    with pytest.raises(WrongFactorError):
        office.documents.open_link(token, "06/03/1990")
    office.documents.open_link(token, "5.3.1990")

    with pytest.raises(LinkGoneError):
        office.documents.open_link(token, "5.3.1990")


def test_after_three_days_a_link_is_gone(office: Office) -> None:
    validate(office, ask(office, RequestKind.PRESCRIPTION_RENEWAL))
    office.clock.time = NOW + timedelta(hours=72)

    with pytest.raises(LinkGoneError):
        office.documents.open_link(token_in(sent(office)[0]), "5.3.1990")


def test_a_link_to_a_document_opens_no_other_kind_of_link(office: Office) -> None:
    from clinic.privacy.export import DataExports
    from clinic.secure_links.services import SecureLinks

    validate(office, ask(office, RequestKind.PRESCRIPTION_RENEWAL))
    links = SecureLinks(office.database, office.clock, office.audit, office.clinic)
    exports = DataExports(office.database, office.clock, links)

    with pytest.raises(LinkGoneError):
        exports.open(token_in(sent(office)[0]), "5.3.1990")


def test_without_a_date_of_birth_nothing_medical_is_sent(office: Office) -> None:
    request = ask(office, RequestKind.PRESCRIPTION_RENEWAL)

    with pytest.raises(NoBirthDateError):
        validate(office, request, birth_date=None)

    assert sent(office) == []
    assert office.requests.active() == [request]
    assert office.documents.of_request(request.id) == []


def test_a_known_date_of_birth_is_not_written_over(office: Office) -> None:
    validate(office, ask(office, RequestKind.PRESCRIPTION_RENEWAL))

    validate(
        office, ask(office, RequestKind.PRESCRIPTION_RENEWAL, "m2"), birth_date=date(2000, 1, 1)
    )

    with office.database.read() as tx:
        patient = Patients(tx).get(office.patient_id)
    assert patient is not None
    assert patient.birth_date == BORN


def test_an_empty_prescription_is_refused(office: Office) -> None:
    with pytest.raises(EmptyDocumentError):
        validate(office, ask(office, RequestKind.PRESCRIPTION_RENEWAL), medicines=())


def test_two_doctors_validate_once(office: Office) -> None:
    request = ask(office, RequestKind.PRESCRIPTION_RENEWAL)
    validate(office, request)

    with pytest.raises(RequestClosedError):
        validate(office, request)

    assert len(sent(office)) == 1


def test_outside_the_window_it_is_the_template_with_the_link_in_its_button(office: Office) -> None:
    request = ask(office, RequestKind.PRESCRIPTION_RENEWAL)
    office.clock.time = NOW + timedelta(hours=25)

    validate(office, request)

    (body,) = sent(office)
    template = body["template"]
    assert isinstance(template, dict)
    assert template["name"] == "prescription_ready"
    texts = [p["text"] for p in template["components"][0]["parameters"]]
    assert texts[:2] == ["Salma", "Dr Youssef Alami"]
    token = template["components"][1]["parameters"][0]["text"]
    assert office.documents.open_link(token, "5.3.1990")[1].startswith(b"%PDF-")


def test_without_consent_staff_learn_that_they_have_to_call(office: Office) -> None:
    request = ask(office, RequestKind.RESULTS)
    office.clock.time += timedelta(minutes=1)
    office.allow(Purpose.CARE, Decision.WITHDRAWN)

    answered = office.answers.send_upload(
        request.id, DocumentKind.RESULTS, PDF_UPLOAD, by="nurse-1", birth_date=BORN
    )

    assert not answered.is_told
    assert sent(office) == []


def test_the_message_about_results_names_nothing_medical(office: Office) -> None:
    request = ask(office, RequestKind.RESULTS)

    office.answers.send_upload(
        request.id, DocumentKind.RESULTS, PDF_UPLOAD, by="nurse-1", birth_date=BORN
    )

    assert "un document du dossier de Salma" in json.dumps(sent(office)[0], ensure_ascii=False)


@pytest.mark.parametrize("content", [b"", b"MZ\x90 program", b"<html>", b"%PDF-" + b"0" * 2**24])
def test_what_is_no_pdf_or_picture_is_refused(office: Office, content: bytes) -> None:
    request = ask(office, RequestKind.DOCUMENT)

    with pytest.raises(DocumentRefusedError):
        office.answers.send_upload(
            request.id, DocumentKind.REPORT, content, by="n", birth_date=BORN
        )


def test_bills_have_the_clinics_prices_and_numbers_without_gaps(office: Office) -> None:
    items = (BillItem("cardiology-visit"), BillItem("gp-consultation", 2))
    first = ask(office, RequestKind.DOCUMENT)
    office.answers.send_bill(first.id, DocumentKind.INVOICE, items, by="r", paid_mad=100)
    failed = ask(office, RequestKind.DOCUMENT, "m2")
    with pytest.raises(RequestWithoutPatientError):
        lose_patients(office, failed)
    office.answers.send_bill(failed.id, DocumentKind.INVOICE, items, by="r")

    numbers = [
        document.number
        for request in (first, failed)
        for document in office.documents.of_request(request.id)
    ]
    assert numbers == ["F-2026-0001", "F-2026-0002"]


def lose_patients(office: Office, request: ServiceRequest) -> None:
    """A bill for a contact without patients: it fails after its number was taken."""
    with office.database.write() as tx:
        nobody = Contacts(tx).find_or_create(
            phone="212661000009", user_id=None, profile_name=None, now=NOW
        )
    other = office.requests.open(NewRequest(nobody.id, RequestKind.DOCUMENT, "m9"))
    office.answers.send_bill(other.id, DocumentKind.INVOICE, (BillItem("gp-consultation"),), by="r")


def test_a_bill_opens_with_the_name_when_no_date_of_birth_is_known(office: Office) -> None:
    request = ask(office, RequestKind.DOCUMENT)

    office.answers.send_bill(request.id, DocumentKind.QUOTE, (BillItem("dental-scaling"),), by="r")

    document, content = office.documents.open_link(token_in(sent(office)[0]), "salma benali")
    assert document.number == "D-2026-0001"
    assert content.startswith(b"%PDF-")


def test_a_verified_card_is_on_the_patients_file(office: Office) -> None:
    request = ask(office, RequestKind.INSURANCE_CARD)

    assert office.answers.verify_card(request.id, Insurance.CNSS, by="r").is_told

    with office.database.read() as tx:
        patient = Patients(tx).get(office.patient_id)
    assert patient is not None
    assert patient.insurance == "cnss"
    assert "vérifiée" in json.dumps(sent(office)[0], ensure_ascii=False)


def test_a_child_gets_the_link_with_their_own_date_of_birth(office: Office) -> None:
    child = PatientRegister(office.database, office.clock).register(
        office.contact_id, Relation.CHILD, "Lina Benali"
    )
    request = office.requests.open(
        NewRequest(office.contact_id, RequestKind.RESULTS, "m1", child.id)
    )

    office.answers.send_upload(
        request.id, DocumentKind.RESULTS, PDF_UPLOAD, by="n", birth_date=date(2019, 1, 2)
    )

    token = token_in(sent(office)[0])
    assert office.documents.open_link(token, "02/01/2019")[0].patient_id == child.id


def test_what_waited_for_the_answer_leaves_the_queue(office: Office) -> None:
    validate(office, ask(office, RequestKind.PRESCRIPTION_RENEWAL))

    with office.database.read() as tx:
        assert Handoffs(tx).open_of(office.contact_id) is None


def test_every_look_and_answer_is_in_the_audit_trail(office: Office) -> None:
    request = ask(office, RequestKind.PRESCRIPTION_RENEWAL)
    office.board.open(request.id, by="doctor-1")
    validate(office, request)
    document = office.documents.of_request(request.id)[0]
    office.documents.read(document.id, by="doctor-1")

    done = [(entry.actor, entry.action) for entry in office.audit.about(office.contact_id)]
    assert done == [
        ("doctor-1", "request_read"),
        ("doctor-1", "rectified"),
        ("doctor-1", "document_made"),
        ("doctor-1", "document_offered"),
        ("doctor-1", "request_completed"),
        ("doctor-1", "document_read"),
    ]
    assert office.audit.verify() == []


def test_the_board_shows_who_waits_and_what_was_answered(office: Office) -> None:
    first = ask(office, RequestKind.RESULTS)
    second = ask(office, RequestKind.DOCUMENT, "m2")
    office.requests.reject(second.id, "Pas de visite à cette date.", by="r")

    assert [(row.request.id, row.name) for row in office.board.waiting()] == [
        (first.id, "Salma Benali")
    ]
    assert office.board.waiting((RequestKind.DOCUMENT,)) == []
    assert [row.request.id for row in office.board.answered()] == [second.id]
    office.clock.time = NOW + timedelta(days=9)
    assert office.board.waiting()[0].is_overdue


def test_the_file_on_disk_and_its_name_are_not_readable(office: Office) -> None:
    validate(office, ask(office, RequestKind.PRESCRIPTION_RENEWAL))

    stored = list(office.folder.rglob("*"))
    contents = b"".join(path.read_bytes() for path in stored if path.is_file())
    assert b"%PDF" not in contents
    assert contents


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (DocumentKind.RESULTS, "results_ready"),
        (DocumentKind.CERTIFICATE, "document_ready"),
        (DocumentKind.INVOICE, "document_ready"),
    ],
)
def test_what_fills_a_template_in_fits_its_file(
    office: Office, kind: DocumentKind, name: str
) -> None:
    request = ask(office, RequestKind.DOCUMENT)
    office.clock.time = NOW + timedelta(hours=25)

    office.answers.send_upload(request.id, kind, PDF_UPLOAD, by="n", birth_date=BORN)

    template = sent(office)[0]["template"]
    assert isinstance(template, dict)
    file = load_templates()[name]
    assert (template["name"], template["language"]["code"]) == (name, "fr")
    assert len(template["components"][0]["parameters"]) == len(file.variables)
    assert template["components"][1]["sub_type"] == "url"


def of_kind(body: dict[str, object]) -> dict[str, object]:
    """The part of a request that says what it sends."""
    part = body[str(body["type"])]
    assert isinstance(part, dict)
    return part


ITEMS = (BillItem("dental-scaling"),)


def quote(office: Office, request: ServiceRequest) -> None:
    office.answers.send_bill(request.id, DocumentKind.QUOTE, ITEMS, by="n", in_chat=True)


def test_a_bill_in_the_conversation_is_the_file_itself_and_no_link(office: Office) -> None:
    request = ask(office, RequestKind.DOCUMENT)
    quote(office, request)
    (document,) = office.documents.of_request(request.id)
    (body,) = sent(office)
    assert body["type"] == "document"
    part = of_kind(body)
    assert part["id"] == f"file:{document.id}:{document.sha256}"
    assert part["filename"] == document.filename
    caption = str(part["caption"])
    assert f"*{request.reference}*" in caption
    assert "/d/" not in caption
    assert office.documents.link_of(document.id) is None
    actions = [entry.action for entry in office.audit.about(office.contact_id)]
    assert actions[-3:] == ["document_made", "document_sent", "request_completed"]


def test_a_bill_goes_into_the_conversation_once(office: Office) -> None:
    request = ask(office, RequestKind.DOCUMENT)
    quote(office, request)
    with pytest.raises(RequestClosedError):
        quote(office, request)
    assert [body["type"] for body in sent(office)] == ["document"]


@pytest.mark.parametrize("why", ["window", "identity", "consent"])
def test_nothing_goes_into_a_conversation_that_is_closed_unsure_or_unwanted(
    office: Office, why: str
) -> None:
    request = ask(office, RequestKind.DOCUMENT)
    if why == "window":
        office.clock.time = NOW + timedelta(hours=25)
    elif why == "consent":
        office.clock.time = NOW + timedelta(minutes=1)
        office.allow(Purpose.CARE, Decision.WITHDRAWN)
    else:
        with office.database.write() as tx:
            Contacts(tx).ask_for_recheck(office.contact_id, NOW)
    assert not office.answers.may_be_in_chat(office.contact_id)
    with pytest.raises(ChatNotPossibleError):
        quote(office, request)
    assert (sent(office), office.documents.of_request(request.id)) == ([], [])
    office.answers.send_bill(request.id, DocumentKind.QUOTE, ITEMS, by="n")
    assert "document" not in {body["type"] for body in sent(office)}


def test_results_and_prescriptions_go_by_link_only() -> None:
    in_chat = {kind for kind in DocumentKind if kind.may_be_in_chat}
    assert in_chat == {DocumentKind.INVOICE, DocumentKind.QUOTE}
