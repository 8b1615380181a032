"""What the agenda's pages share: which part of the agenda, for whom, and how it is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from babel.dates import format_date
from fastapi import Depends, HTTPException
from starlette.responses import Response

from clinic.agenda.model import Away, Block, Concerned, Done, Placement, Told
from clinic.facts.errors import UnknownIdError
from clinic.facts.model import Closure, Practitioner, Site
from clinic.facts.opening import instant, local_day
from clinic.scheduling.model import AgendaSlot, Appointment
from clinic.staff.model import Role
from clinic.staff.sites import CLOSING_ROLES
from clinic.staff.sites import sites_of as member_sites
from console.access import Area
from console.page import Page, page_of, say_local

AgendaPage = Annotated[Page, Depends(page_of(Area.AGENDA))]

CARE = (Role.RECEPTION, Role.NURSE, Role.DOCTOR, Role.MANAGER)
_DAY = timedelta(days=1)
_MONTHS_AROUND = 36


@dataclass(frozen=True)
class Scope:
    """What somebody sees of the agenda; `site` None is every site that they may see."""

    view: str
    day: date
    site: str | None
    who: str | None

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    def path(self, **changes: Any) -> str:
        """Returns the address of this part of the agenda, with changes."""
        chosen = {"view": self.view, "day": self.day, "site": self.site, "who": self.who}
        chosen.update(changes)
        query = "&".join(f"{name}={value}" for name, value in chosen.items() if value)
        return f"/agenda?{query}"

    @property
    def step(self) -> timedelta:
        return 7 * _DAY if self.view == "week" else _DAY


def read_scope(page: Page, query: Mapping[str, str]) -> Scope:
    """Reads the address; what is not known or not allowed becomes the nearest that is.

    A doctor's own agenda comes first.
    """
    clinic = page.services.clinic
    today = local_day(clinic, page.services.clock.now())
    allowed = sites_of(page)
    site_ids = [site.id for site in allowed]
    site = query.get("site", "")
    everything = len(allowed) == len(clinic.sites)
    chosen = site if site in site_ids else None if everything else site_ids[0]
    people = practitioners_at(page, chosen)
    who = query.get("who", "")
    if not query and page.member.practitioner:
        who = page.member.practitioner
    if who not in [practitioner.id for practitioner in people]:
        who = ""
    view = "week" if query.get("view") == "week" else "day"
    if view == "week" and not who and people:
        who = people[0].id
    return Scope(view, _day(query.get("day", ""), today), chosen, who or None)


def sites_of(page: Page, *roles: Role) -> list[Site]:
    """Returns the sites where somebody has one of the roles; without, those that they may see."""
    sites = list(page.services.clinic.sites)
    allowed = member_sites(page.member, *(roles or CARE))
    return sites if allowed is None else [site for site in sites if site.id in allowed]


def practitioners_at(page: Page, site_id: str | None, *roles: Role) -> list[Practitioner]:
    """Returns who receives at a site, or at any where somebody has one of the roles."""
    allowed = {site.id for site in sites_of(page, *roles)} if site_id is None else {site_id}
    return [p for p in page.services.clinic.practitioners if allowed & p.all_site_ids]


def check_site(page: Page, site_id: str) -> None:
    """Refuses what belongs to a site whose agenda is not theirs."""
    if site_id not in [site.id for site in sites_of(page)]:
        raise HTTPException(403)


def closes_somewhere(page: Page) -> bool:
    """Tells whether somebody may close time somewhere; `clinic.staff.sites` says which."""
    return bool(sites_of(page, *CLOSING_ROLES))


def to_settle(page: Page) -> list[tuple[Concerned, Told | None]]:
    """Returns the appointments of somebody's sites that still wait for another time."""
    theirs = {site.id for site in sites_of(page)}
    waiting = page.services.closures.to_settle()
    return [(it, told) for it, told in waiting if it.appointment.site_id in theirs]


def read_placement(
    page: Page, who: str, day: str, minute: int, *, anyway: bool = False
) -> Placement:
    """Reads where somebody is to be placed, in local time.

    Raises:
        HTTPException: 404, there is no such practitioner or day.
    """
    clinic = page.services.clinic
    try:
        practitioner = clinic.practitioner(who)
        start = instant(clinic, date.fromisoformat(day), time(minute // 60, minute % 60))
    except (UnknownIdError, ValueError):
        raise HTTPException(404) from None
    if not {site.id for site in sites_of(page)} & practitioner.all_site_ids:
        raise HTTPException(403)
    return Placement(practitioner.id, start, anyway)


def done_response(page: Page, text: str, done: Done) -> Response:
    """Tells the page what was done: a toast with a way back, and the patient's news."""
    return triggers(
        {
            "agenda-done": {
                "text": f"{text} {told_text(page, done.told)}".strip(),
                "undo": done.change_id,
            }
        }
    )


def triggers(events: Mapping[str, Any]) -> Response:
    """Returns an empty answer that makes events on the page."""
    return Response(status_code=204, headers={"HX-Trigger": json.dumps(events)})


def told_text(page: Page, told: Told | None) -> str:
    return page.t(f"agenda.told_{told.value}") if told else ""


def name_of(page: Page, practitioner_id: str) -> str:
    """Returns a practitioner's title and family name in the interface's script."""
    practitioner = page.services.clinic.practitioner(practitioner_id)
    name = practitioner.arabic_name if page.language == "ar" else practitioner.latin_name
    return name.short


def describe(page: Page, appointment: Appointment | AgendaSlot) -> str:
    """Returns day, hour and practitioner: "mar. 24 nov. 10:15 · Dr Alami"."""
    when = page.fmt.when(appointment.start)
    return f"{when} · {name_of(page, appointment.practitioner_id)}"


def long_date(page: Page, day: date, style: str = "EEEE d MMMM y") -> str:
    return format_date(day, style, locale={"fr": "fr", "ar": "ar_MA", "en": "en_GB"}[page.language])


def period_text(page: Page, closure: Closure) -> str:
    """Returns "lun. 30 nov. – mer. 2 déc." for whole days, else with the hours."""
    zone = page.services.clinic.zone
    start, end = closure.start.astimezone(zone), closure.end.astimezone(zone)
    if _is_midnight(start) and _is_midnight(end):
        last = end.date() - timedelta(days=1)
        if last == start.date():
            return long_date(page, start.date(), "EEE d MMM y")
        return (
            f"{long_date(page, start.date(), 'EEE d MMM')} – {long_date(page, last, 'EEE d MMM y')}"
        )
    if start.date() == end.date():
        return f"{long_date(page, start.date(), 'EEE d MMM')} {start:%H:%M}–{end:%H:%M}"
    return f"{page.fmt.when(closure.start)} – {page.fmt.when(closure.end)}"


def _is_midnight(at: datetime) -> bool:
    return at.time() == time.min


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def block_label(page: Page, block: Block) -> str:
    """Returns what a screen reader says of a block."""
    name = block.patient.name if block.patient else page.t("agenda.unknown")
    times = f"{clock(block.start)}–{clock(block.end)}"
    service = page.services.clinic.service(block.appointment.service_id)
    said = say_local(service.name, page.language)
    return f"{times} {name}, {said}, {page.t(f'agenda.kind_{block.kind.value}')}"


def away_label(page: Page, away: Away) -> str:
    reason = away.closure.reason.value if away.closure else "leave"
    return page.t(f"agenda.reason_{reason}")


def local_now(page: Page) -> datetime:
    clinic = page.services.clinic
    return page.services.clock.now().astimezone(clinic.zone)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs((day - today).days) <= _MONTHS_AROUND * 31 else today
