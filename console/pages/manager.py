"""The manager's figures: charts of a period at a site, and the same numbers as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from clinic.facts.errors import UnknownIdError
from clinic.facts.model import Site
from clinic.reporting.figures import LONGEST_DAYS
from clinic.reporting.model import Period, Report
from clinic.staff.model import Role
from clinic.staff.sites import sites_of
from console.access import Area
from console.figure_charts import FigureNames, draw_charts
from console.page import Page, page_of

router = APIRouter(prefix="/figures")
FiguresPage = Annotated[Page, Depends(page_of(Area.FIGURES))]

PRESETS = (7, 30, 90, 365)
_USUAL_DAYS = 30
_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the file for one without accents or Arabic."""


@router.get("")
def show(
    page: FiguresPage, days: str = "", first: str = "", last: str = "", site: str = ""
) -> Response:
    period, error = _period(page, days, first, last, site)
    report = page.services.figures.report(period)
    return page.render(
        "manager/figures.html.j2",
        status=422 if error else 200,
        error=error,
        report=report,
        before=page.services.figures.report(period.before),
        charts=draw_charts(page, report),
        presets=PRESETS,
        chosen=period.days
        if period == page.services.figures.last_days(period.days, period.site)
        else 0,
        query=f"first={period.first}&last={period.last}&site={period.site or ''}",
        names=FigureNames(page),
        sites=_sites(page),
        sees_all=_sees_all(page),
    )


@router.get("/export.csv")
def export(page: FiguresPage, first: str = "", last: str = "", site: str = "") -> Response:
    """Gives the figures as a table of figure, group, series and value."""
    period, error = _period(page, "", first, last, site)
    if error:
        raise HTTPException(422)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(
        [page.t(f"figures.csv_{name}") for name in ("figure", "group", "series", "value")]
    )
    writer.writerows(_rows(page, page.services.figures.report(period)))
    name = f"indicateurs-{period.first}-{period.last}.csv"
    return Response(
        (_BYTE_ORDER_MARK + lines.getvalue()).encode("utf-8"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _period(page: Page, days: str, first: str, last: str, site: str) -> tuple[Period, str]:
    """Returns the period that is asked for; the usual one and an error for one that is none.

    Who is a manager at some sites sees the figures of each of them, the first unless they choose.

    Raises:
        HTTPException: 403, the site is not theirs.
    """
    figures = page.services.figures
    usual_site = None if _sees_all(page) else _sites(page)[0].id
    known_site = site or usual_site
    try:
        if known_site:
            page.services.clinic.site(known_site)
            if known_site not in [it.id for it in _sites(page)]:
                raise HTTPException(403)
        if first or last:
            period = Period(date.fromisoformat(first), date.fromisoformat(last), known_site)
        else:
            period = figures.last_days(int(days or _USUAL_DAYS), known_site)
    except (ValueError, OverflowError, UnknownIdError):
        return figures.last_days(_USUAL_DAYS, usual_site), "figures.period_wrong"
    if not 1 <= period.days <= LONGEST_DAYS or period.first.year < 2000:
        return figures.last_days(_USUAL_DAYS, known_site), "figures.period_wrong"
    return period, ""


def _sites(page: Page) -> list[Site]:
    """Returns the sites whose figures somebody may see.

    Raises:
        HTTPException: 403, there are none: the clinic file has left theirs out.
    """
    allowed = sites_of(page.member, Role.MANAGER)
    sites = [it for it in page.services.clinic.sites if allowed is None or it.id in allowed]
    if not sites:
        raise HTTPException(403)
    return sites


def _sees_all(page: Page) -> bool:
    return len(_sites(page)) == len(page.services.clinic.sites)


def _rows(page: Page, report: Report) -> Iterator[tuple[str, str, str, object]]:
    t, names = page.t, FigureNames(page)
    for d in report.bookings:
        group = f"{d.first}" if d.first == d.last else f"{d.first}/{d.last}"
        yield t("figures.bookings"), group, t("figures.in_hours"), d.total - d.after_hours
        yield t("figures.bookings"), group, t("figures.after_hours"), d.after_hours
    for days in report.days:
        group = f"{days.first}" if days.first == days.last else f"{days.first}/{days.last}"
        yield t("figures.attendance"), group, t("figures.came"), days.attendance.came
        yield t("figures.attendance"), group, t("figures.missed"), days.attendance.missed
        yield t("figures.waits"), group, t("figures.median_minutes"), _number(days.median_wait)
    for site in report.sites:
        group = names.site(site.site)
        yield t("figures.attendance"), group, t("figures.came"), site.attendance.came
        yield t("figures.attendance"), group, t("figures.missed"), site.attendance.missed
        yield t("figures.waits"), group, t("figures.median_minutes"), _number(site.median_wait)
    for errand in report.errands:
        for what in ("completed", "passed_on", "left"):
            yield (
                t("figures.errands"), names.errand(errand.errand), t(f"figures.{what}"),
                getattr(errand, what),
            )  # fmt: skip
    for stop in report.stops:
        yield t("figures.stops"), names.errand(stop.errand), names.step(stop.step), stop.count
    for wait in report.waiting:
        group = names.priority(wait.priority)
        yield t("figures.waiting"), group, t("figures.handoffs"), wait.count
        yield t("figures.waiting"), group, t("figures.median_minutes"), _number(wait.median)
        yield t("figures.waiting"), group, t("figures.slow_minutes"), _number(wait.slow)
        yield t("figures.waiting"), group, t("figures.unanswered"), wait.open
    for state, count in sorted(report.visits.items()):
        yield t("figures.visits"), t(f"figures.visit_{state}"), "", count
    for stars, count in report.ratings.items():
        yield t("figures.satisfaction"), t("figures.stars", n=stars), "", count


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
