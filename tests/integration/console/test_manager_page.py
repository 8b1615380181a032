"""The manager's page: who sees it, its period, its charts, its file."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import insert

from clinic.adapters.tables.reporting import errand_run
from clinic.staff.model import Role
from console.charts import Series, bars, columns
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
    assert "Cette période ne va pas" in page.text


def test_the_file_has_the_numbers_of_the_page(console: ConsoleUnderTest) -> None:
    leave(console, 2)
    hind = console.log_in("hind", Role.MANAGER)

    answer = hind.get("/figures/export.csv?first=2026-11-23&last=2026-11-23&site=")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["indicateur", "groupe", "série", "valeur"]
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
