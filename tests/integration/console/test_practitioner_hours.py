"""Practitioners' weekly hours in the browser: in force at once, and nothing that is booked lost."""

from __future__ import annotations

import html
from datetime import datetime, time, timedelta

import httpx
import pytest

from clinic.agenda.model import Placement
from clinic.clinic_file.text import ClinicText
from clinic.facts.codes import Weekday
from clinic.scheduling.model import Appointment, AppointmentStatus, SlotQuery
from clinic.staff.model import Role
from console.schedule_forms import WEEKS, lines_of
from tests.console import ConsoleUnderTest, Person

DAY = "2026-11-24"
ALAMI, AMRANI = "dr-alami", "dr-el-amrani"


@pytest.fixture
def hind(console: ConsoleUnderTest) -> Person:
    return console.log_in("hind", Role.MANAGER)


def path(who: str) -> str:
    return f"/clinic-file/practitioners/{who}"


def as_it_is(console: ConsoleUnderTest, who: str) -> dict[str, str]:
    """What a browser sends of the form when nothing was changed."""
    source, version = console.services.clinic_file.text()
    text = ClinicText(source)
    person = next(
        i for i in range(text.count("practitioners")) if text.get(f"practitioners[{i}].id") == who
    )
    form = {"based_on": str(version)}
    for week in WEEKS:
        for number, line in enumerate(lines_of(text, person, week)):
            field = f"practitioners[{person}].{week}[{number}]"
            form |= {f"{field}.{key}": str(line[key]) for key in ("site", "from", "to")}
            form |= {f"{field}.breaks": ", ".join(line["breaks"])}
            form |= {f"{field}.{day}": "on" for day in line["weekdays"]}
    return form


def send(
    console: ConsoleUnderTest, person: Person, who: str, without: str = "", **changes: str
) -> httpx.Response:
    form = {name: value for name, value in as_it_is(console, who).items() if name != without}
    person.get(path(who))
    return person.post(path(who), **{**form, **changes})


def book(console: ConsoleUnderTest, who: str, day: str, at: str, service: str) -> Appointment:
    services = console.services
    start = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=services.clinic.zone)
    whom = services.directory.add("Nadia Cherkaoui", "0661000001", by="staff")
    return services.agenda.book(
        Placement(who, start), service, whom.id, by="staff", key=f"{who} {at}", tell=False
    ).appointment


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_practitioners_hours_are_listed_and_open(
    language: str, console: ConsoleUnderTest
) -> None:
    person = console.log_in("omar", Role.MANAGER, language=language)
    page = person.get("/clinic-file/practitioners")
    for practitioner in console.services.clinic.practitioners:
        assert f'href="{path(practitioner.id)}"' in page.text
        form = person.get(path(practitioner.id))
        assert form.status_code == 200
        assert " style=" not in form.text
        assert "<script>" not in form.text


def test_only_who_edits_the_file_of_all_sites_edits_hours(console: ConsoleUnderTest) -> None:
    for name, role, site in (("nadia", Role.RECEPTION, None), ("amal", Role.MANAGER, "maarif")):
        person = console.log_in(name, role, site=site)
        assert person.get("/clinic-file/practitioners").status_code == 403
        assert person.post(path(ALAMI), **as_it_is(console, ALAMI)).status_code == 403
    assert console.services.clinic_file.versions() == []


def test_who_does_not_exist_is_not_found(console: ConsoleUnderTest, hind: Person) -> None:
    assert hind.get(path("nobody")).status_code == 404
    assert send(console, hind, ALAMI).status_code == 303
    assert hind.post(path("nobody"), based_on="0").status_code == 404


@pytest.mark.parametrize("who", [ALAMI, AMRANI, "dr-benjelloun"])
def test_a_form_that_is_sent_as_it_is_changes_nothing(
    who: str, console: ConsoleUnderTest, hind: Person
) -> None:
    assert send(console, hind, who).status_code == 303
    assert console.services.clinic_file.versions() == []


def test_other_hours_hold_at_once_and_can_be_undone(
    console: ConsoleUnderTest, hind: Person
) -> None:
    services, now = console.services, console.services.clock.now()
    line = "practitioners[2].schedule[0]"
    answer = send(console, hind, ALAMI, **{f"{line}.to": "12:00", f"{line}.breaks": ""})

    assert answer.headers["location"] == "/clinic-file/practitioners"
    (tuesday,) = [
        block
        for block in services.clinic.practitioner(ALAMI).schedule
        if block.weekday is Weekday.TUESDAY
    ]
    assert (tuesday.hours.end, tuesday.breaks) == (time(12), ())
    query = SlotQuery(
        "gp-consultation", now, now + timedelta(days=3), practitioner_id=ALAMI, site_id="maarif"
    )
    offered = services.scheduling.find_slots(query, limit=99, spread=False)
    zone = services.clinic.zone
    assert {slot.start.astimezone(zone).hour for slot in offered} <= {8, 9, 10, 11}
    history = hind.get("/clinic-file/history").text
    assert "Horaires des praticiens" in history.split("<tbody>")[1]

    hind.post("/clinic-file/history/0/restore", based_on="1")
    (tuesday, *_) = [
        block
        for block in services.clinic.practitioner(ALAMI).schedule
        if block.weekday is Weekday.TUESDAY
    ]
    assert tuesday.hours.end == time(17, 30)


def test_lines_are_added_and_removed_before_anything_is_saved(
    console: ConsoleUnderTest, hind: Person
) -> None:
    added = send(console, hind, ALAMI, add="schedule")
    assert added.status_code == 200
    assert 'name="practitioners[2].schedule[2].from"' in added.text
    removed = send(console, hind, ALAMI, remove="schedule[1]")
    assert 'name="practitioners[2].schedule[1].from"' not in removed.text
    first = send(console, hind, ALAMI, add="ramadan_schedule")
    assert 'name="practitioners[2].ramadan_schedule[0].from"' in first.text
    assert console.services.clinic_file.versions() == []

    form = {f"practitioners[2].ramadan_schedule[0].{key}": value for key, value in (
        ("site", "maarif"), ("from", "10:00"), ("to", "15:00"), ("breaks", ""), ("monday", "on"),
    )}  # fmt: skip
    assert send(console, hind, ALAMI, **form).status_code == 303
    (ramadan,) = console.services.clinic.practitioner(ALAMI).ramadan_schedule
    assert (ramadan.weekday, str(ramadan.hours)) == (Weekday.MONDAY, "10:00-15:00")
    # Without its last line Ramadan is as the usual week again.
    person = "practitioners[2].ramadan_schedule[0].from"
    assert send(console, hind, ALAMI, without=person).status_code == 303
    assert console.services.clinic.practitioner(ALAMI).ramadan_schedule == ()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("from", "08:33", "les minutes vont de 5 en 5"),
        ("from", "", "À remplir."),
        ("to", "08:00", "n'est pas après le début"),
        ("breaks", "12h30", "ne va pas d'une heure à une autre"),
        ("breaks", "19:00-20:00", "en dehors des heures de travail"),
    ],
)
def test_a_fault_stands_beside_its_field(
    field: str, value: str, words: str, console: ConsoleUnderTest, hind: Person
) -> None:
    name = f"practitioners[2].schedule[0].{field}"
    answer = send(console, hind, ALAMI, **{name: value})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert 'aria-invalid="true"' in page.split(f'name="{name}"')[1][:120]
    assert words in page.split(f'name="{name}"')[1][:700]
    assert f'value="{value}"' in page
    assert console.services.clinic_file.versions() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": "23:00"}, "en dehors des heures d'ouverture"),
        ({"saturday": "on"}, "chevauche"),
    ],
)
def test_a_fault_of_a_line_stands_in_it(
    changes: dict[str, str], words: str, console: ConsoleUnderTest, hind: Person
) -> None:
    line = "practitioners[2].schedule[0]"
    answer = send(console, hind, ALAMI, **{f"{line}.{key}": v for key, v in changes.items()})
    assert answer.status_code == 422
    lines = html.unescape(answer.text).split("<fieldset")[1:]
    assert [words in it.split("</fieldset>")[0] for it in lines].count(True) == 1


def test_a_line_needs_a_day_and_a_practitioner_a_line(
    console: ConsoleUnderTest, hind: Person
) -> None:
    no_day = send(console, hind, ALAMI, without="practitioners[2].schedule[1].saturday")
    assert no_day.status_code == 422
    assert "Il en faut au moins un." in no_day.text
    nowhere = send(console, hind, ALAMI, without="practitioners[2].schedule[0].from")
    assert nowhere.status_code == 422
    assert "Il en faut au moins un." in nowhere.text
    assert console.services.clinic_file.versions() == []


def test_what_is_booked_outside_of_new_hours_is_said_kept_and_listed(
    console: ConsoleUnderTest, hind: Person
) -> None:
    row = book(console, ALAMI, DAY, "16:00", "gp-consultation")
    kept = book(console, ALAMI, DAY, "10:00", "gp-consultation")
    shorter = {"practitioners[2].schedule[0].to": "15:00"}

    warned = send(console, hind, ALAMI, **shorter)
    assert warned.status_code == 409
    assert "tombent hors de ces horaires : 1" in html.unescape(warned.text)
    assert f"/agenda?view=week&amp;who={ALAMI}&amp;day={DAY}" in warned.text
    assert console.services.clinic_file.versions() == []

    assert send(console, hind, ALAMI, **shorter, anyway="yes").status_code == 303
    stays = console.services.scheduling.get(row.id)
    assert (stays.status, stays.start) == (AppointmentStatus.BOOKED, row.start)
    assert "/agenda/closures#outside" in hind.get("/clinic-file/practitioners").text

    here = console.log_in("nadia", Role.RECEPTION, site="maarif")
    listed = here.get("/agenda/closures").text.split('id="outside"')[1].split("</section>")[0]
    assert (f"#block-{row.id}" in listed, f"#block-{kept.id}" in listed) == (True, False)
    there = console.log_in("samira", Role.RECEPTION, site="ain-sebaa")
    assert 'id="outside"' not in there.get("/agenda/closures").text
    contact = console.services.patients.get(row.patient_id)
    assert contact is not None
    assert "agenda_read" in [
        entry.action
        for entry in console.services.audit.about(contact.contact_id)
        if here.member and entry.actor == here.member.id
    ]

    hind.post("/clinic-file/history/0/restore", based_on="1")
    assert 'id="outside"' not in here.get("/agenda/closures").text


def test_what_was_booked_where_somebody_receives_no_more_stays_in_that_agenda(
    console: ConsoleUnderTest, hind: Person
) -> None:
    # Monday to Friday by turns at two sites: from now on at one.
    row = book(console, AMRANI, "2026-11-25", "10:00", "dental-checkup")
    assert row.site_id == "ain-sebaa"
    elsewhere = {"practitioners[1].schedule[0].site": "maarif"}
    assert send(console, hind, AMRANI, **elsewhere).status_code == 409
    assert send(console, hind, AMRANI, **elsewhere, anyway="yes").status_code == 303

    there = console.log_in("samira", Role.RECEPTION, site="ain-sebaa")
    assert row.id in there.get("/agenda?day=2026-11-25").text
    assert row.id in there.get("/agenda/closures").text.split('id="outside"')[1]


def test_who_edits_an_old_state_is_told(console: ConsoleUnderTest, hind: Person) -> None:
    send(console, hind, ALAMI, **{"practitioners[2].schedule[1].to": "12:00"})
    answer = send(
        console, hind, ALAMI, based_on="0", **{"practitioners[2].schedule[1].to": "11:00"}
    )
    assert answer.status_code == 422
    assert "Quelqu'un a modifié la fiche" in html.unescape(answer.text)
    assert len(console.services.clinic_file.versions()) == 1
