"""Who works at one site sees and changes what belongs to it, or to none."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from clinic.adapters.contacts import Contacts
from clinic.adapters.tables.patients import handoff
from clinic.facts.codes import RequestKind
from clinic.patients.model import Patient, Relation
from clinic.requests.model import NewRequest, RequestStatus, ServiceRequest
from clinic.staff.model import Role, SiteRole
from tests.console import ConsoleUnderTest, Person

HERE, THERE = "maarif", "ain-sebaa"
NAMES = {HERE: "Salma Benali", THERE: "Youssef Tazi", None: "Karim Idrissi"}


@dataclass(frozen=True)
class Asking:
    """A patient with a request."""

    contact_id: str
    patient: Patient
    request: ServiceRequest

    @property
    def path(self) -> str:
        return f"/requests/{self.request.id}"


def ask(
    console: ConsoleUnderTest, site: str | None, kind: RequestKind = RequestKind.DOCUMENT
) -> Asking:
    """Lets somebody whose conversation belongs to a site ask for something."""
    services, now = console.services, console.services.clock.now()
    number = f"21266100000{list(NAMES).index(site)}"
    with services.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone=number, user_id=None, profile_name=None, now=now
        )
        Contacts(tx).mark_inbound(contact.id, now)
    patient = services.patients.register(contact.id, Relation.SELF, NAMES[site])
    request = services.requests.open(NewRequest(contact.id, kind, number, patient.id))
    with services.database.write() as tx:
        tx.connection.execute(
            update(handoff).where(handoff.c.contact_id == contact.id).values(site=site)
        )
    return Asking(contact.id, patient, request)


@pytest.fixture
def everybody(console: ConsoleUnderTest) -> dict[str | None, Asking]:
    return {site: ask(console, site) for site in NAMES}


@pytest.fixture
def nadia(console: ConsoleUnderTest) -> Person:
    return console.log_in("nadia", Role.RECEPTION, site=HERE)


def also(console: ConsoleUnderTest, person: Person, role: SiteRole) -> None:
    """Gives somebody one more role."""
    member = person.member
    assert member is not None
    console.create("root", Role.ADMIN)
    console.services.staff.change(
        member.id,
        name=member.name,
        roles=member.roles | {role},
        practitioner=member.practitioner,
        by="test",
    )


def shown(page: str) -> set[str]:
    return {name for name in NAMES.values() if name in page}


def active(console: ConsoleUnderTest) -> int:
    return len(console.services.requests.active())


def test_requests_of_another_site_are_not_listed_or_counted(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    page = nadia.get("/requests").text
    assert shown(page) == {NAMES[HERE], NAMES[None]}
    assert page.count('<span class="chip-count">2</span>') == 2
    for one in everybody.values():
        console.services.requests.complete(one.request.id, "", by="r")
    assert shown(nadia.get("/requests/answered").text) == {NAMES[HERE], NAMES[None]}
    hind = console.log_in("hind", Role.RECEPTION)
    assert shown(hind.get("/requests/answered").text) == set(NAMES.values())


def test_a_request_of_another_site_can_neither_be_read_nor_answered(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    assert nadia.get(everybody[HERE].path).status_code == 200
    path = everybody[THERE].path
    for part in ("", "/files/0", "/documents/x"):
        assert nadia.get(path + part).status_code == 404
    for part in ("complete", "reject", "card", "bill", "upload", "documents/x/again"):
        answer = nadia.post(f"{path}/{part}", note="non", insurance="cnss")
        assert answer.status_code == 404
    assert active(console) == 3
    assert console.services.audit.about(everybody[THERE].contact_id) == []
    assert nadia.post(f"{everybody[None].path}/complete").status_code == 303
    assert active(console) == 2


def test_a_document_of_another_request_is_not_sent_through_ones_own(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    nadia.get("/requests")
    headers = {"X-CSRF-Token": nadia.csrf}
    hind = console.log_in("hind", Role.RECEPTION)
    hind.get("/requests")
    sent = hind.http.post(
        f"{everybody[THERE].path}/upload", headers={"X-CSRF-Token": hind.csrf},
        files={"file": ("x.pdf", b"%PDF-1.4 a")}, data={"birth_date": "1990-03-05"},
    )  # fmt: skip
    assert sent.status_code == 303
    (document,) = console.services.documents.of_request(everybody[THERE].request.id)

    path = f"{everybody[HERE].path}/documents/{document.id}/again"
    assert nadia.http.post(path, headers=headers).status_code == 404


def test_a_doctor_signs_where_they_are_a_doctor(console: ConsoleUnderTest) -> None:
    asking = ask(console, THERE, RequestKind.PRESCRIPTION_RENEWAL)
    alami = console.log_in("alami", Role.DOCTOR, site=HERE, practitioner="dr-alami")
    also(console, alami, SiteRole(Role.NURSE, THERE))
    assert "Un médecin valide" in alami.get(asking.path).text
    answer = alami.post(f"{asking.path}/prescription", medicine="A", dosage="1", duration="1")
    assert answer.status_code == 403
    assert console.services.requests.active()[0].status is RequestStatus.ACTIVE
