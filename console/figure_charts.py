"""What the manager's charts show, and what their parts are called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import ceil

from clinic.reporting.model import Report, SiteFigures
from console.charts import Chart, Series, bars, columns
from console.page import RIGHT_TO_LEFT, Page, say_local
from console.texts import has_text


class FigureNames:
    """What errands, questions, days and priorities are called in the interface."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def errand(self, errand: str) -> str:
        return self._text(f"figures.errand_{errand}", errand)

    def step(self, step: str) -> str:
        return self._text(f"figures.step_{step}", step.replace("_", " ") or "–")

    def stop(self, errand: str, step: str) -> str:
        return f"{self.errand(errand)} · {self.step(step)}"

    def priority(self, priority: str) -> str:
        return self._page.t(f"figures.priority_{priority}")

    def site(self, site_id: str) -> str:
        return say_local(self._page.services.clinic.site(site_id).name, self._page.language)

    def of_site(self, figures: SiteFigures) -> str:
        """A site with how many did not come: Maârif (3 of 40)."""
        seen = figures.attendance
        counted = self._page.t("figures.of_expected", n=seen.missed, total=seen.expected)
        return f"{self.site(figures.site)} ({counted})"

    def days(self, first: date, last: date) -> str:
        return f"{first:%d/%m}" if first == last else f"{first:%d/%m}–{last:%d/%m}"

    def _text(self, name: str, otherwise: str) -> str:
        return self._page.t(name) if has_text(name) else otherwise


def draw_charts(page: Page, report: Report) -> dict[str, Chart]:
    """Returns the charts by name; each has its numbers in a table of the page."""
    t, names = page.t, FigureNames(page)
    mirrored = page.language in RIGHT_TO_LEFT
    made = report.bookings

    def minutes(medians: Iterable[float | None]) -> Series:
        # What was answered at once has a bar too.
        whole = [ceil(median) if median else 0 for median in medians]
        return Series("main", t("figures.median_minutes"), whole)

    return {
        "bookings": columns(
            [names.days(d.first, d.last) for d in made],
            [
                Series("main", t("figures.in_hours"), [d.total - d.after_hours for d in made]),
                Series("second", t("figures.after_hours"), [d.after_hours for d in made]),
            ],
            mirrored=mirrored,
        ),
        "attendance": columns(
            [names.days(d.first, d.last) for d in report.days],
            [
                Series("main", t("figures.came"), [d.attendance.came for d in report.days]),
                Series("warn", t("figures.missed"), [d.attendance.missed for d in report.days]),
            ],
            mirrored=mirrored,
        ),
        "waits": columns(
            [names.days(d.first, d.last) for d in report.days],
            [minutes(d.median_wait for d in report.days)],
            mirrored=mirrored,
        ),
        "waiting": bars(
            [names.priority(wait.priority) for wait in report.waiting],
            [minutes(wait.median for wait in report.waiting)],
            mirrored=mirrored,
        ),
        "missed_by_site": bars(
            [names.of_site(site) for site in report.sites],
            [
                Series(
                    "warn",
                    t("figures.missed_percent"),
                    [round(100 * (site.attendance.missed_share or 0)) for site in report.sites],
                )
            ],
            mirrored=mirrored,
        ),
        "waits_by_site": bars(
            [names.site(site.site) for site in report.sites],
            [minutes(site.median_wait for site in report.sites)],
            mirrored=mirrored,
        ),
        "errands": bars(
            [names.errand(e.errand) for e in report.errands],
            [
                Series("main", t("figures.completed"), [e.completed for e in report.errands]),
                Series("second", t("figures.passed_on"), [e.passed_on for e in report.errands]),
                Series("faint", t("figures.left"), [e.left for e in report.errands]),
            ],
            mirrored=mirrored,
        ),
        "stops": bars(
            [names.stop(s.errand, s.step) for s in report.stops],
            [Series("warn", t("figures.stopped"), [s.count for s in report.stops])],
            mirrored=mirrored,
        ),
        "ratings": bars(
            [t("figures.stars", n=stars) for stars in sorted(report.ratings, reverse=True)],
            [
                Series(
                    "main",
                    t("figures.ratings"),
                    [report.ratings[stars] for stars in sorted(report.ratings, reverse=True)],
                )
            ],
            mirrored=mirrored,
        ),
    }
