"""The manager's page: who sees it, its period, its charts, its file."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.tables.patients import handoff
from clinic.adapters.tables.reporting import errand_run
from clinic.adapters.tables.scheduling import appointment
from clinic.handoff.model import Priority
from clinic.staff.model import Role
from console.charts import Series, bars, columns
from console.texts import translator
from tests.console import ConsoleUnderTest


def leave(console: ConsoleUnderTest, number: int) -> None:
    now = console.services.clock.now()
    with console.services.database.write() as tx:
        for i in range(number):
            tx.connection.execute(
                insert(errand_run).values(
                    id=str(i), errand="booking_form", step="booking_patient", turns=1,
                    language="fr", outcome="left", started_at=now, updated_at=now,
                )
            )  # fmt: skip


def test_reception_sees_no_figures(console: ConsoleUnderTest) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION)
    assert nadia.get("/figures").status_code == 403
    assert nadia.get("/figures/export.csv?first=2026-11-01&last=2026-11-02").status_code == 403


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_manager_sees_charts_with_their_numbers(
    language: str, console: ConsoleUnderTest
) -> None:
    leave(console, 3)
    page = console.log_in("hind", Role.MANAGER, language=language).get("/figures")

    assert page.status_code == 200
    assert page.text.count('role="img"') == 3
    assert re.search(r'<td class="number">3</td>', page.text)
    assert " style=" not in page.text


def visit(console: ConsoleUnderTest, status: str, site: str, number: int) -> None:
    """Lets somebody be expected at a site today."""
    services = console.services
    now = services.clock.now()
    whom = services.directory.add("Salma Benali", f"066100000{number}", by="staff")
    with services.database.write() as tx:
        tx.connection.execute(
            insert(appointment).values(
                id=f"visit-{number}", practitioner_id="dr-alami", patient_id=whom.id, site_id=site,
                service_id="gp-consultation", start_at=now + timedelta(hours=number),
                end_at=now + timedelta(hours=number, minutes=20), status=status, version=1,
                calendar_token=f"t{number}", created_at=now, updated_at=now,
            )
        )  # fmt: skip


def waited(console: ConsoleUnderTest, minutes: int, site: str) -> None:
    services, now = console.services, console.services.clock.now()
    with services.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone="212661000099", user_id=None, profile_name=None, now=now
        )
        Handoffs(tx).open(contact.id, Priority.URGENT, "file", now)
        answered = now + timedelta(minutes=minutes)
        tx.connection.execute(update(handoff).values(answered_at=answered, site=site))


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_waiting_and_no_shows_are_drawn_by_day_and_site_with_words_and_numbers(
    language: str, console: ConsoleUnderTest
) -> None:
    for number, (status, site) in enumerate(
        [("fulfilled", "maarif"), ("arrived", "maarif"), ("fulfilled", "ain-sebaa"),
         ("noshow", "ain-sebaa")]
    ):  # fmt: skip
        visit(console, status, site, number)
    waited(console, 12, "maarif")
    hind = console.log_in("hind", Role.MANAGER, language=language)
    page = html.unescape(hind.get("/figures").text)
    t = translator(language)

    share = {"fr": "25\u00a0%"}.get(language, "25%")
    missed = t("figures.missed_of", n=1, total=4, share=share)
    assert f'aria-label="{t("figures.attendance")}: {missed}"' in page
    assert f'aria-label="{t("figures.waits")}: {t("figures.minutes", n=12)}"' in page
    for name in ("missed_by_site", "waits_by_site", "waiting_by_priority"):
        assert f'aria-label="{t(f"figures.{name}")}"' in page
    assert t("figures.of_expected", n=1, total=2) in page
    assert " style=" not in page
    # Of one site there is nothing to compare.
    one = html.unescape(hind.get("/figures?site=maarif").text)
    assert t("figures.missed_of", n=0, total=2, share=share.replace("25", "0")) in one
    assert t("figures.missed_by_site") not in one


def test_an_empty_clinic_has_a_page_too(console: ConsoleUnderTest) -> None:
    assert (
        "Personne ne s&#39;est arrêté" in console.log_in("hind", Role.MANAGER).get("/figures").text
    )


@pytest.mark.parametrize(
    "query", ["first=2026-11-20&last=2026-11-01", "days=9999", "days=x", "first=a&last=b", "site=x"]
)
def test_a_period_that_makes_no_sense_is_told(query: str, console: ConsoleUnderTest) -> None:
    page = console.log_in("hind", Role.MANAGER).get(f"/figures?{query}")
    assert page.status_code == 422
    assert "valable" in page.text


def test_the_file_has_the_numbers_of_the_page(console: ConsoleUnderTest) -> None:
    leave(console, 2)
    hind = console.log_in("hind", Role.MANAGER)

    answer = hind.get("/figures/export.csv?first=2026-11-23&last=2026-11-23&site=")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["indicateur", "groupe", "série", "valeur"]
    assert ["Venus et absents", "2026-11-23", "Absents", "0"] in rows
    assert ["Attente d'une personne, par jour", "Maârif", "Médiane (min)", ""] in rows
    assert ["Où les patients s'arrêtent", "Prendre rendez-vous", "nom du patient", "2"] in rows


def test_columns_stack_and_stand_on_the_right_in_arabic() -> None:
    series = [Series("main", "a", [1, 2]), Series("second", "b", [3, 0])]
    left = columns(["x", "y"], series, mirrored=False)
    right = columns(["x", "y"], series, mirrored=True)

    assert [r.kind for r in left.rects] == ["main", "second", "main"]
    assert left.rects[0].height * 3 == pytest.approx(left.rects[1].height)
    assert left.rects[0].x + left.rects[0].width == pytest.approx(left.width - right.rects[0].x)


def test_a_chart_without_values_can_be_drawn() -> None:
    assert columns([], [Series("main", "a", [])], mirrored=False).rects == ()
    assert bars(["x"], [Series("main", "a", [0])], mirrored=False).rects == ()
