"""The clinic file in the browser: every part is shown, changed, refused with its fault, undone."""

from __future__ import annotations

import html
import re

import pytest

from clinic.staff.model import Role
from tests.console import ConsoleUnderTest, Person

PARTS = ("hours", "prices", "texts", "nurses")
_FIELD = re.compile(r"<input(?P<input>[^>]*)>|<textarea(?P<area>[^>]*)>(?P<text>[^<]*)</textarea>")


def manager(console: ConsoleUnderTest, language: str = "fr") -> Person:
    return console.log_in("hind", Role.MANAGER, language=language)


def fields(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form as it is."""
    main = page.split('class="clinic-form"')[1]
    found: dict[str, list[str]] = {}
    for match in _FIELD.finditer(main):
        attributes = match["input"] or match["area"]
        name = re.search(r'name="([^"]*)"', attributes)
        if name is None or ('type="checkbox"' in attributes and "checked" not in attributes):
            continue
        value = re.search(r'value="([^"]*)"', attributes)
        text = match["text"] if match["area"] else (value[1] if value else "on")
        found.setdefault(name[1], []).append(html.unescape(text))
    return found


def send(person: Person, part: str, **changes: list[str]) -> object:
    form = {**fields(person.get(f"/clinic-file/{part}").text), **changes}
    return person.http.post(f"/clinic-file/{part}", data={**form, "csrf_token": person.csrf})


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_form_that_is_sent_as_it_is_changes_nothing(
    part: str, language: str, console: ConsoleUnderTest
) -> None:
    hind = manager(console, language)

    answer = send(hind, part)

    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert console.services.clinic_file.versions() == []


def test_a_price_is_in_force_at_once(console: ConsoleUnderTest) -> None:
    hind = manager(console)

    send(hind, "prices", **{"services[0].price_mad": ["275"]})

    assert console.services.clinic.services[0].price_mad == 275
    page = hind.get("/clinic-file/history").text
    assert "Tarifs" in page
    assert "Hind" in page
    assert "price_mad: 275" in hind.get("/clinic-file/history/1").text


def test_a_fault_comes_back_at_its_field_with_what_was_written(console: ConsoleUnderTest) -> None:
    hind = manager(console)

    answer = send(hind, "prices", **{"services[1].price_mad": ["quatre cents"]})

    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = answer.text  # type: ignore[attr-defined]
    assert 'value="quatre cents"' in page
    field = page.split('name="services[1].price_mad"')[1]
    assert "n'est pas un nombre entier" in html.unescape(field[:900])
    assert console.services.clinic_file.versions() == []


def test_hours_that_leave_a_doctor_outside_are_refused(console: ConsoleUnderTest) -> None:
    hind = manager(console)

    answer = send(hind, "hours", **{"sites[0].opening_hours.weekly.monday": [""]})

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "en dehors des heures d" in answer.text  # type: ignore[attr-defined]


def test_leave_is_edited_in_the_agenda_only(console: ConsoleUnderTest) -> None:
    hind = manager(console)

    tabs = hind.get("/clinic-file/hours").text.split('class="tabs"')[1].split("</nav>")[0]

    assert '<a href="/agenda/closures" >Absences</a>' in tabs
    assert "/clinic-file/leave" not in tabs
    assert hind.get("/clinic-file/leave").status_code == 404
    assert hind.post("/clinic-file/leave", based_on="0").status_code == 404


def test_leave_that_the_file_says_ends_in_the_agenda(console: ConsoleUnderTest) -> None:
    hind = manager(console)
    before = console.services.clinic.practitioner("dr-el-amrani")
    page = hind.get("/agenda/closures").text
    assert "lun. 28 déc. – sam. 2 janv. 2027" in page
    assert "jeu. 10 déc. 2026 14:00-17:00" in page
    path = "/agenda/closures/of-file/dr-el-amrani/0/remove"
    assert f'action="{path}"' in page

    assert hind.post(path, based_on="0").headers["location"] == "/agenda/closures"

    after = console.services.clinic.practitioner("dr-el-amrani")
    assert (len(before.leave), after.leave) == (1, ())
    assert "28 déc." not in hind.get("/agenda/closures").text
    history = hind.get("/clinic-file/history").text
    assert "Absences" in history.split("<tbody>")[1]
    # A click on an old page takes nothing else away.
    hind.post("/agenda/closures/of-file/dr-chraibi/0/remove", based_on="0")
    assert len(console.services.clinic.practitioner("dr-chraibi").leave) == 1
    for unknown in ("dr-chraibi/7", "dr-chraibi/x", "nobody/0"):
        gone = hind.post(f"/agenda/closures/of-file/{unknown}/remove", based_on="1")
        assert gone.status_code == 404


def test_who_does_not_edit_the_file_sees_its_leave_and_leaves_it(
    console: ConsoleUnderTest,
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    page = nadia.get("/agenda/closures").text
    assert "lun. 28 déc. – sam. 2 janv. 2027" in page
    assert "of-file" not in page
    refused = nadia.post("/agenda/closures/of-file/dr-el-amrani/0/remove", based_on="0")
    assert refused.status_code == 403
    assert len(console.services.clinic.practitioner("dr-el-amrani").leave) == 1


def test_a_text_with_any_signs_is_kept_as_it_is(console: ConsoleUnderTest) -> None:
    hind = manager(console)
    words = 'Règlement : sur place "CB" ou espèces # pas de chèque'

    send(hind, "texts", **{"insurance_note.fr": [words]})

    note = console.services.clinic.insurance_note
    assert note is not None
    assert note.fr == words


def test_a_nurse_gets_another_shift(console: ConsoleUnderTest) -> None:
    hind = manager(console)
    path = "nurses_on_duty[1].shifts[1]"

    send(
        hind,
        "nurses",
        **{f"{path}.sunday": ["on"], f"{path}.from": ["09:00"], f"{path}.to": ["12:00"]},
    )

    shifts = console.services.clinic.nurses[1].shifts
    assert [str(s.hours) for s in shifts if s.weekday == 6] == ["09:00-12:00"]


def new_nurse(number: int) -> dict[str, list[str]]:
    path = f"nurses_on_duty[{number}]"
    words = {
        "name.latin.title": "Mme",
        "name.latin.given": "Rajae",
        "name.latin.family": "Chraibi",
        "name.arabic.title": "السيدة",
        "name.arabic.given": "رجاء",
        "name.arabic.family": "الشرايبي",
        "shifts[0].sunday": "on",
        "shifts[0].from": "10:00",
        "shifts[0].to": "12:00",
    }
    return {f"{path}.{key}": [word] for key, word in words.items()}


def test_a_nurse_comes_and_another_goes(console: ConsoleUnderTest) -> None:
    hind = manager(console)
    before = [nurse.latin_name.family for nurse in console.services.clinic.nurses]

    send(hind, "nurses", **new_nurse(len(before)))
    nurses = console.services.clinic.nurses
    assert [nurse.latin_name.family for nurse in nurses] == [*before, "Chraibi"]
    assert [str(shift.hours) for shift in nurses[-1].shifts] == ["10:00-12:00"]
    assert nurses[0].phone == "+212600000121"

    send(hind, "nurses", **{"nurses_on_duty[0].remove": ["on"]})
    nurses = console.services.clinic.nurses
    assert [nurse.latin_name.family for nurse in nurses] == [*before[1:], "Chraibi"]


def test_a_nurse_without_a_full_name_is_asked_for_it(console: ConsoleUnderTest) -> None:
    hind = manager(console)
    number = len(console.services.clinic.nurses)
    form = {**new_nurse(number), f"nurses_on_duty[{number}].name.arabic.family": [""]}

    answer = send(hind, "nurses", **form)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "À remplir." in answer.text  # type: ignore[attr-defined]
    assert "Rajae" in answer.text  # type: ignore[attr-defined]
    assert len(console.services.clinic.nurses) == number


def test_who_edits_an_old_state_is_told_and_loses_nothing_of_the_other(
    console: ConsoleUnderTest,
) -> None:
    hind = manager(console)
    omar = console.log_in("omar", Role.MANAGER)
    old = fields(omar.get("/clinic-file/prices").text)
    send(hind, "prices", **{"services[0].price_mad": ["275"]})

    form = {**old, "services[1].price_mad": ["410"], "csrf_token": omar.csrf}
    answer = omar.http.post("/clinic-file/prices", data=form)

    assert answer.status_code == 422
    assert "entre-temps" in answer.text
    assert console.services.clinic.services[0].price_mad == 275
    assert console.services.clinic.services[1].price_mad == 400


def test_a_version_is_restored(console: ConsoleUnderTest) -> None:
    hind = manager(console)
    send(hind, "prices", **{"services[0].price_mad": ["275"]})
    hind.get("/clinic-file/history")

    hind.post("/clinic-file/history/0/restore", based_on="1")

    assert console.services.clinic.services[0].price_mad == 250
    assert "Version 0 restaurée" in hind.get("/clinic-file/history").text
    assert hind.post("/clinic-file/history/77/restore", based_on="2").status_code == 404


def test_reception_does_not_edit_the_file(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    for part in (*PARTS, "history"):
        assert nadia.get(f"/clinic-file/{part}").status_code == 403
    assert nadia.post("/clinic-file/prices").status_code == 403


def test_what_is_no_part_is_not_found(console: ConsoleUnderTest) -> None:
    hind = manager(console)
    assert hind.get("/clinic-file/passwords").status_code == 404
    for number in ("x", "99999999999999999999"):
        assert hind.get(f"/clinic-file/history/{number}").status_code == 404
        path = f"/clinic-file/history/{number}/restore"
        assert hind.post(path, based_on="0").status_code == 404
