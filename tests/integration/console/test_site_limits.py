"""Who works at one site sees and changes what belongs to it, or to none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from clinic.adapters.contacts import Contacts
from clinic.adapters.deposits import Deposits
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import outbox
from clinic.adapters.tables.patients import handoff
from clinic.agenda.model import ClosureReason, Outcome, Placement
from clinic.calls.model import CallOutcome
from clinic.deposits.model import DepositStatus
from clinic.facts.codes import RequestKind
from clinic.facts.model import Closure
from clinic.handoff.errors import UnknownConversationError
from clinic.messaging.model import OutboxKind
from clinic.notifications.keys import reminder_key
from clinic.patients.model import Patient, Relation
from clinic.requests.model import NewRequest, RequestStatus, ServiceRequest
from clinic.scheduling.model import AgendaSlot, Appointment, SlotQuery
from clinic.staff.model import Role, SiteRole
from tests.console import ConsoleUnderTest, Person
from whatsapp.messages import OutgoingMessage

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


def book(console: ConsoleUnderTest, asking: Asking, site: str) -> Appointment:
    """Books the first free time at a site."""
    services, now = console.services, console.services.clock.now()
    query = SlotQuery("gp-consultation", now, now + timedelta(days=14), site_id=site)
    slot = services.scheduling.find_slots(query, limit=1, spread=False)[0]
    hold = services.scheduling.hold(slot, asking.patient.id, key=f"h-{asking.patient.id}")
    return services.scheduling.book(hold.id, asking.patient.id, key=f"b-{asking.patient.id}")


def pay(console: ConsoleUnderTest, asking: Asking, site: str) -> str:
    """Lets a deposit be paid for an appointment at a site; returns its reference."""
    now, reference = console.services.clock.now(), f"A-{site}"
    appointment = book(console, asking, site)
    with console.services.database.write() as tx:
        Deposits(tx).add(
            reference=reference, appointment_id=appointment.id, contact_id=asking.contact_id,
            amount_mad=100, provider="demo", expires_at=now + timedelta(hours=1), now=now,
        )  # fmt: skip
        deposit = Deposits(tx).by_reference(reference)
        assert deposit is not None
        Deposits(tx).set_status(deposit.id, DepositStatus.PAID, now, paid_at=now)
    return reference


def fail_to_deliver(console: ConsoleUnderTest, asking: Asking, key: str) -> int:
    """Leaves a message undelivered; returns its number."""
    now = console.services.clock.now()
    with console.services.database.write() as tx:
        contact = Contacts(tx).get(asking.contact_id)
        assert contact is not None
        Outbox(tx).add(
            contact, OutgoingMessage(text="x"), key=key, kind=OutboxKind.NOTICE,
            now=now, purpose="reminders",
        )  # fmt: skip
        tx.connection.execute(update(outbox).values(status="failed"))
        return int(tx.connection.execute(select(func.max(outbox.c.id))).scalar_one())


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


def test_deposits_of_another_site_are_neither_shown_nor_paid_back(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    # What counts is where the appointment is.
    theirs = pay(console, everybody[None], THERE)
    ours = pay(console, everybody[THERE], HERE)

    assert shown(nadia.get("/requests/deposits").text) == {NAMES[THERE]}
    assert nadia.post(f"/requests/deposits/{theirs}/refund").status_code == 403
    assert nadia.post(f"/requests/deposits/{ours}/refund").status_code == 303

    with console.services.database.read() as tx:
        found = [Deposits(tx).by_reference(reference) for reference in (theirs, ours)]
    assert [deposit.status.value for deposit in found if deposit] == ["paid", "refunded"]
    read = [entry.action for entry in console.services.audit.about(everybody[None].contact_id)]
    assert "deposit_read" not in read


def test_a_nurse_of_the_site_pays_nothing_back_that_they_may_elsewhere(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    also(console, nadia, SiteRole(Role.NURSE, THERE))
    theirs = pay(console, everybody[THERE], THERE)

    page = nadia.get("/requests/deposits").text
    assert (NAMES[THERE] in page, f"{theirs}/refund" in page) == (True, False)
    assert nadia.post(f"/requests/deposits/{theirs}/refund").status_code == 403


def test_calls_of_another_site_are_neither_shown_nor_noted(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    reminder = reminder_key(book(console, everybody[None], THERE).id, "24h", 1)
    theirs = fail_to_deliver(console, everybody[None], reminder)
    also_theirs = fail_to_deliver(console, everybody[THERE], "n2")
    ours = fail_to_deliver(console, everybody[HERE], "n3")

    assert shown(nadia.get("/requests/calls").text) == {NAMES[HERE]}
    outcome = CallOutcome.REACHED.value
    for message in (theirs, also_theirs):
        assert nadia.post(f"/requests/calls/{message}", outcome=outcome).status_code == 404
    assert nadia.post(f"/requests/calls/{ours}", outcome=outcome).status_code == 303
    assert len(console.services.calls.open(by="r")) == 2


def test_a_manager_of_one_site_sees_its_figures_alone(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking]
) -> None:
    book(console, everybody[HERE], HERE)
    book(console, everybody[THERE], THERE)
    book(console, everybody[None], THERE)
    hind = console.log_in("hind", Role.MANAGER, site=HERE)
    everywhere = console.log_in("omar", Role.MANAGER)

    page = hind.get("/figures").text
    assert '<p class="tile-value">1</p>' in page
    assert re.findall(r'<option value="([^"]*)"', page) == [HERE]
    assert '<p class="tile-value">3</p>' in everywhere.get("/figures").text
    days = "first=2026-11-23&last=2026-11-23"
    assert hind.get(f"/figures/export.csv?{days}").text == (
        everywhere.get(f"/figures/export.csv?{days}&site={HERE}").text
    )
    for path in (f"/figures?site={THERE}", f"/figures/export.csv?{days}&site={THERE}"):
        assert hind.get(path).status_code == 403
    # What makes no sense is no way to the figures of all.
    assert '<p class="tile-value">1</p>' in hind.get("/figures?site=nowhere").text
    assert '<p class="tile-value">1</p>' in hind.get("/figures?days=x").text


def test_where_somebody_only_receives_they_see_no_figures(console: ConsoleUnderTest) -> None:
    hind = console.log_in("hind", Role.MANAGER, site=HERE)
    also(console, hind, SiteRole(Role.RECEPTION, THERE))
    assert hind.get(f"/figures?site={THERE}").status_code == 403


@pytest.mark.parametrize("path", ["/clinic-file/hours", "/clinic-file/history", "/review"])
def test_the_whole_clinics_file_and_review_are_not_for_the_manager_of_a_site(
    path: str, console: ConsoleUnderTest
) -> None:
    hind = console.log_in("hind", Role.MANAGER, site=HERE)
    page = hind.get(path)
    assert page.status_code == 403
    assert "le rôle Direction pour tous les sites" in page.text
    assert 'data-area="figures"' in page.text
    assert 'data-area="clinic_file"' not in page.text
    assert 'data-area="review"' not in page.text
    assert hind.post("/clinic-file/prices").status_code == 403
    nadia = console.log_in("nadia", Role.RECEPTION, site=HERE)
    assert "Votre rôle ne donne pas accès" in nadia.get(path).text
    assert console.log_in("omar", Role.MANAGER).get(path).status_code == 200
    assert console.log_in("root", Role.ADMIN).get(path).status_code == 200


def closing(console: ConsoleUnderTest, person: Person, scope: str) -> int:
    person.get("/agenda/closures")
    form = {"scope": scope, "first": "2026-11-25", "last": "2026-11-25", "whole_days": "yes"}
    return person.post("/agenda/closures/preview", **form).status_code


def test_time_is_closed_where_the_role_for_it_is_held(console: ConsoleUnderTest) -> None:
    amal = console.log_in("amal", Role.NURSE, site=THERE)
    also(console, amal, SiteRole(Role.RECEPTION, HERE))
    scopes = (f"site:{HERE}", f"site:{THERE}", "all:", "who:dr-alami", "who:dr-berrada",
              "who:dr-el-amrani")  # fmt: skip
    # Dr Alami receives here, Dr Berrada there, Dr El Amrani at both.
    assert [closing(console, amal, scope) for scope in scopes] == [200, 403, 403, 200, 403, 200]
    page = amal.get("/agenda/closures").text
    offered = re.findall(r'<option value="((?:site|who|all):[^"]*)"', page)
    assert f"site:{HERE}" in offered
    assert not {f"site:{THERE}", "all:", "who:dr-berrada"} & set(offered)

    samira = console.log_in("samira", Role.RECEPTION)
    assert [closing(console, samira, scope) for scope in scopes] == [200] * 6


def test_a_closure_is_taken_back_where_the_role_for_it_is_held(console: ConsoleUnderTest) -> None:
    services, now = console.services, console.services.clock.now()
    closure = Closure(None, THERE, now + timedelta(days=2), now + timedelta(days=3))
    preview = services.closures.preview(closure)
    entered = services.closures.close(
        closure, ClosureReason.CLOSED, Outcome.MOVE, by="r", fingerprint=preview.fingerprint
    )
    amal = console.log_in("amal", Role.NURSE, site=THERE)
    also(console, amal, SiteRole(Role.RECEPTION, HERE))
    assert f"{entered.id}/remove" not in amal.get("/agenda/closures").text
    assert amal.post(f"/agenda/closures/{entered.id}/remove").status_code == 403
    assert [it.id for it in services.closures.in_force()] == [entered.id]


def test_a_leave_names_the_patients_of_ones_own_sites_and_counts_the_others(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    services = console.services
    for asking, day in ((everybody[HERE], 24), (everybody[THERE], 25)):
        start = datetime(2026, 11, day, 10, 0, tzinfo=services.clinic.zone)
        services.agenda.book(
            Placement("dr-el-amrani", start), "dental-checkup", asking.patient.id,
            by="r", key=f"{day}", tell=False,
        )  # fmt: skip
    nadia.get("/agenda/closures")
    form = {"scope": "who:dr-el-amrani", "first": "2026-11-24", "last": "2026-11-25"}
    page = nadia.post("/agenda/closures/preview", **form, whole_days="yes").text
    assert "2 rendez-vous concernés" in page
    assert "Dont 1 sur un autre site" in page
    assert shown(page) == {NAMES[HERE]}
    read = [entry.action for entry in services.audit.about(everybody[THERE].contact_id)]
    assert "agenda_read" not in read


def free_slot(console: ConsoleUnderTest, site: str) -> AgendaSlot:
    now = console.services.clock.now()
    query = SlotQuery("gp-consultation", now, now + timedelta(days=14), site_id=site)
    return console.services.scheduling.find_slots(query, limit=9, spread=False)[-1]


def test_from_a_conversation_only_ones_own_sites_are_booked(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    asking = everybody[None]
    path = f"/inbox/{asking.contact_id}"
    choice = f"service=gp-consultation&patient={asking.patient.id}&day=2026-11-30"
    offered = re.findall(r'name="slot" value="([^"]+)"', nadia.get(f"{path}/slots?{choice}").text)
    assert {AgendaSlot.from_key(key).site_id for key in offered} == {HERE}

    def try_to_book(site: str) -> int:
        key = free_slot(console, site).key
        form = {"patient": asking.patient.id, "slot": key, "key": site}
        return nadia.post(f"{path}/book", **form).status_code

    assert [try_to_book(site) for site in (THERE, HERE)] == [403, 303]
    (own,) = console.services.desk.upcoming_of(asking.contact_id)
    assert own.appointment.site_id == HERE


def test_from_a_conversation_only_ones_own_sites_appointments_are_changed(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    asking = everybody[None]
    path, theirs = f"/inbox/{asking.contact_id}", book(console, everybody[None], THERE)
    page = nadia.get(path).text
    assert (f"cancel-{theirs.id}" in page, f"move-{theirs.id}" in page) == (False, False)
    key = free_slot(console, HERE).key

    assert nadia.get(f"{path}/slots?appointment={theirs.id}").status_code == 403
    assert nadia.post(f"{path}/move", appointment=theirs.id, slot=key).status_code == 403
    assert nadia.post(f"{path}/cancel", appointment=theirs.id).status_code == 403
    (own,) = console.services.desk.upcoming_of(asking.contact_id)
    assert own.appointment == theirs
    everywhere = console.log_in("omar", Role.RECEPTION)
    assert f"cancel-{theirs.id}" in everywhere.get(path).text
    assert everywhere.post(f"{path}/move", appointment=theirs.id, slot=key).status_code == 303


def test_nobody_books_in_a_conversation_that_they_may_not_see(
    console: ConsoleUnderTest, everybody: dict[str | None, Asking], nadia: Person
) -> None:
    asking, slot = everybody[THERE], free_slot(console, HERE)
    assert nadia.member is not None
    with pytest.raises(UnknownConversationError):
        console.services.staff_appointments.book(
            asking.contact_id, asking.patient.id, slot, nadia.member, key="k"
        )
    assert console.services.desk.upcoming_of(asking.contact_id) == []
