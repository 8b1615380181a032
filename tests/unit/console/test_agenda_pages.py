"""The agenda's pages: who may see and do what, and what is said when something cannot be done."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clinic.agenda.model import ClosureReason, EnteredClosure, Outcome, Placement
from clinic.bootstrap import Services
from clinic.facts.model import Closure
from clinic.patients.model import Patient
from clinic.scheduling.model import Appointment, AppointmentStatus
from clinic.staff.model import Role
from tests.console import ConsoleUnderTest, Person

DAY = "2026-11-24"


def patient(console: ConsoleUnderTest, name: str, number: str) -> Patient:
    return console.services.directory.add(name, number, by="staff")


def booked(
    console: ConsoleUnderTest, whom: Patient, who: str, at: str, service: str = "gp-consultation"
) -> Appointment:
    zone = console.services.clinic.zone
    start = datetime.fromisoformat(f"{DAY}T{at}").replace(tzinfo=zone)
    return console.services.agenda.book(
        Placement(who, start), service, whom.id, by="staff", key=f"{who} {at}", tell=False
    ).appointment


def closed_for(console: ConsoleUnderTest, who: str) -> EnteredClosure:
    """A practitioner's leave on the day."""
    zone, desk = console.services.clinic.zone, console.services.closures
    start = datetime.fromisoformat(f"{DAY}T00:00").replace(tzinfo=zone)
    closure = Closure(who, None, start, start + timedelta(days=1))
    shown = desk.preview(closure).fingerprint
    return desk.close(closure, ClosureReason.LEAVE, Outcome.MOVE, by="staff", fingerprint=shown)


@pytest.fixture
def reception(console: ConsoleUnderTest) -> Person:
    return console.log_in("samira", Role.RECEPTION)


def test_a_day_shows_names_times_and_states(console: ConsoleUnderTest, reception: Person) -> None:
    row = booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")

    page = reception.get(f"/agenda?day={DAY}")

    assert f'id="block-{row.id}"' in page.text
    assert "10:00–10:20 Nadia Cherkaoui" in page.text
    assert "kind-booked" in page.text


def test_no_address_on_the_page_holds_a_name_or_number(
    console: ConsoleUnderTest, reception: Person
) -> None:
    row = booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    pages = reception.get(f"/agenda?day={DAY}").text
    pages += reception.get(f"/agenda/appointments/{row.id}").text

    addresses = re.findall(r'(?:href|hx-get|hx-post|action|data-panel)="(/[^"]*)"', pages)
    assert len(addresses) > 20
    assert [a for a in addresses if "nadia" in a.lower() or "661000001" in a] == []


def test_the_page_has_no_styles_or_scripts_in_its_text(
    console: ConsoleUnderTest, reception: Person
) -> None:
    booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    for path in (f"/agenda?day={DAY}", "/agenda?view=week&who=dr-alami", "/agenda/closures"):
        text = reception.get(path).text
        assert " style=" not in text
        assert " onclick=" not in text
        assert re.findall(r"<script(?![^>]* src=)", text) == []


def test_reception_of_one_site_sees_that_site_only(console: ConsoleUnderTest) -> None:
    here = booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    there = booked(console, patient(console, "Omar Tahiri", "0661000002"), "dr-berrada", "10:00")
    person = console.log_in("hind", Role.RECEPTION, site="maarif")

    page = person.get(f"/agenda?day={DAY}&site=ain-sebaa").text

    assert here.id in page
    assert there.id not in page
    assert person.get(f"/agenda/appointments/{there.id}").status_code == 403
    refused = person.post(f"/agenda/appointments/{there.id}/status", kind="arrived")
    assert refused.status_code == 403
    moved = person.post(
        f"/agenda/appointments/{here.id}/move", who="dr-berrada", day=DAY, minute=660, version=1
    )
    assert moved.status_code == 403


def test_reception_of_one_site_neither_sees_nor_changes_what_is_of_another(
    console: ConsoleUnderTest,
) -> None:
    walk_ins, agenda = console.services.walk_ins, console.services.agenda
    row = booked(console, patient(console, "Omar Tahiri", "0661000002"), "dr-berrada", "10:00")
    noted = walk_ins.add("ain-sebaa", by="staff", name="Rkia Mouline")
    closed = closed_for(console, "dr-berrada")
    person = console.log_in("hind", Role.RECEPTION, site="maarif")

    for path in ("/agenda/walk-ins", "/agenda/walk-ins?site=ain-sebaa"):
        assert "Rkia Mouline" not in person.get(path).text
    assert person.post(f"/agenda/walk-ins/{noted.id}", status="cancelled").status_code == 403
    closures = person.get("/agenda/closures").text
    assert "Omar Tahiri" not in closures
    assert closed.id not in closures
    assert "rendez-vous à replacer" not in person.get("/agenda").text
    assert person.post(f"/agenda/closures/{closed.id}/remove").status_code == 403
    assert [it.id for it in console.services.closures.in_force()] == [closed.id]
    change = agenda.cancel(row.id, seen_version=row.version, by="staff").change_id
    assert person.post(f"/agenda/changes/{change}/undo").status_code == 403
    assert console.services.scheduling.get(row.id).status is AppointmentStatus.CANCELLED


def test_who_receives_at_a_site_in_ramadan_only_stands_in_its_agenda(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = console.log_in("hind", Role.RECEPTION, site="maarif")
    page = f"/agenda?day={DAY}&site=maarif"
    assert "Berrada" not in person.get(page).text

    usual = console.services.clinic
    berrada = usual.practitioner("dr-berrada")
    in_ramadan = tuple(replace(block, site_id="maarif") for block in berrada.schedule)
    others = [each for each in usual.practitioners if each is not berrada]
    changed = (*others, replace(berrada, ramadan_schedule=in_ramadan))
    clinic = replace(usual, practitioners=changed)
    monkeypatch.setattr(Services, "clinic", property(lambda services: clinic))

    assert "Berrada" in person.get(page).text


def test_a_nurse_does_not_close_time(console: ConsoleUnderTest) -> None:
    closed = closed_for(console, "dr-alami")
    nurse = console.log_in("amal", Role.NURSE)
    assert nurse.get("/agenda").status_code == 200
    page = nurse.get("/agenda/closures").text
    assert "Dr Alami" in page
    assert "/agenda/closures/preview" not in page
    assert f"/agenda/closures/{closed.id}/remove" not in page
    assert nurse.post("/agenda/closures/preview", scope="who:dr-alami").status_code == 403


def test_moving_onto_somebody_says_who_and_changes_nothing(
    console: ConsoleUnderTest, reception: Person
) -> None:
    row = booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    booked(console, patient(console, "Omar Tahiri", "0661000002"), "dr-alami", "11:00")
    reception.get("/agenda")

    answer = reception.post(
        f"/agenda/appointments/{row.id}/move", who="dr-alami", day=DAY, minute=665, version=1
    )

    assert answer.status_code == 409
    assert "pris par Omar Tahiri, 11:00–11:20" in answer.text
    assert console.services.scheduling.get(row.id) == row


def test_a_move_that_is_made_says_so_and_can_be_taken_back(
    console: ConsoleUnderTest, reception: Person
) -> None:
    row = booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    reception.get("/agenda")

    answer = reception.post(
        f"/agenda/appointments/{row.id}/move", who="dr-alami", day=DAY, minute=660, version=1
    )

    assert answer.status_code == 204
    done = json.loads(answer.headers["hx-trigger"])["agenda-done"]
    assert "Nadia Cherkaoui" in done["text"]
    undone = reception.post(f"/agenda/changes/{done['undo']}/undo")
    assert undone.status_code == 200
    assert console.services.scheduling.get(row.id).start == row.start
    again = reception.post(f"/agenda/changes/{done['undo']}/undo")
    assert (again.status_code, "Trop tard" in again.json()["text"]) == (409, True)
    assert reception.post(f"/agenda/changes/{10**20}/undo").status_code == 422


def test_who_opens_what_was_cancelled_meanwhile_is_told_so(
    console: ConsoleUnderTest, reception: Person
) -> None:
    row = booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    reception.get("/agenda")
    console.services.desk.cancel(row.id, key="patient")

    panel = reception.get(f"/agenda/appointments/{row.id}")
    assert (panel.status_code, "kind-cancelled" in panel.text) == (200, True)
    assert "Déplacer" not in panel.text
    refused = reception.post(f"/agenda/appointments/{row.id}/cancel", version=1)
    assert (refused.status_code, "a changé entre-temps" in refused.text) == (409, True)
    assert "kind-cancelled" not in reception.get(f"/agenda?day={DAY}").text


def test_a_new_patient_with_a_wrong_number_keeps_what_was_typed(reception: Person) -> None:
    reception.get("/agenda")
    form = {
        "who": "dr-alami",
        "service": "gp-consultation",
        "day": DAY,
        "time": "10:00",
        "key": "one",
        "name": "Latifa Naciri",
    }

    refused = reception.post("/agenda/appointments", **form, number="12")
    assert refused.status_code == 422
    assert 'value="Latifa Naciri"' in refused.text
    assert (
        reception.post("/agenda/appointments", **form, number="06 61 00 01 99").status_code == 204
    )


def test_a_search_finds_by_beginning_accent_or_number_and_is_recorded(
    console: ConsoleUnderTest, reception: Person
) -> None:
    known = patient(console, "Héla Berrada", "0661000001")
    reception.get("/agenda")

    for query in ("hel", "BERR", "06 61 00 00 01", "+212661000001"):
        assert known.id in reception.post("/agenda/patients", q=query).text
    assert known.id not in reception.post("/agenda/patients", q="x").text
    actions = [entry.action for entry in console.services.audit.about(known.contact_id)]
    assert actions.count("patients_searched") == 4


def test_leave_is_previewed_before_it_is_closed(
    console: ConsoleUnderTest, reception: Person
) -> None:
    booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    reception.get("/agenda/closures")
    form = {"scope": "who:dr-alami", "first": DAY, "last": DAY, "whole_days": "yes"}

    shown = reception.post("/agenda/closures/preview", **form)
    assert "1 rendez-vous concerné" in shown.text
    assert console.services.closures.in_force() == []
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', shown.text)
    assert fingerprint is not None

    closed = reception.post(
        "/agenda/closures/preview", **form, fingerprint=fingerprint[1], confirmed="yes"
    )
    assert closed.status_code == 303
    (entered,) = console.services.closures.in_force()
    assert entered.closure.practitioner_id == "dr-alami"
    assert "À appeler" in reception.get("/agenda/closures").text

    reception.post(f"/agenda/closures/{entered.id}/remove")
    assert console.services.closures.in_force() == []


@pytest.mark.parametrize(
    "form",
    [
        {"scope": "", "first": DAY, "last": DAY},
        {"scope": "who:dr-alami", "first": "2026-11-24", "last": "2026-11-20"},
        {"scope": "who:dr-alami", "first": "yesterday", "last": DAY},
        {"scope": "all:", "first": "2020-01-01", "last": "2020-01-02"},
    ],
)
def test_a_closure_that_makes_no_sense_is_explained(
    reception: Person, form: dict[str, str]
) -> None:
    reception.get("/agenda/closures")
    answer = reception.post("/agenda/closures/preview", **form, whole_days="yes")
    assert answer.status_code == 422
    assert "Vérifiez qui et quand" in answer.text


def test_somebody_without_appointment_waits_is_seen_and_comes_back(reception: Person) -> None:
    reception.get("/agenda")
    added = reception.post("/agenda/walk-ins", site="maarif", name="Rkia Mouline").text
    assert "Rkia Mouline" in added
    walk_in = re.search(r'hx-post="/agenda/walk-ins/([\w-]+)"', added)
    assert walk_in is not None

    seen = reception.post(f"/agenda/walk-ins/{walk_in[1]}", status="fulfilled").text
    assert "Remettre dans la file" in seen
    assert "Est parti" in reception.post(f"/agenda/walk-ins/{walk_in[1]}", status="arrived").text
    assert "Écrivez le nom" in reception.post("/agenda/walk-ins", site="maarif", name="12").text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_page_is_there_in_every_language(console: ConsoleUnderTest, language: str) -> None:
    row = booked(console, patient(console, "Nadia Cherkaoui", "0661000001"), "dr-alami", "10:00")
    person = console.log_in("nora", Role.RECEPTION, language=language)
    for path in (
        f"/agenda?day={DAY}",
        f"/agenda?view=week&who=dr-alami&day={DAY}",
        f"/agenda/appointments/{row.id}",
        f"/agenda/appointments/{row.id}/move?who=dr-alami&day={DAY}&minute=780",
        f"/agenda/new?who=dr-alami&day={DAY}&minute=660",
        "/agenda/walk-ins",
        "/agenda/closures",
    ):
        assert person.get(path).status_code == 200, path
