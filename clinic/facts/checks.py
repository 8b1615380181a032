"""Checks of the clinic file that look at several values together."""

from __future__ import annotations

from collections.abc import Iterable

from clinic.facts.model import Clinic, Practitioner, ScheduleBlock
from clinic.facts.problems import CLOSED
from clinic.facts.reader import Section

_Fault = tuple[str, tuple[tuple[str, str], ...]]
"""Name and values of a problem; hashable, so that equal ones are said once."""


def check_clinic(clinic: Clinic, root: Section) -> None:
    """Notes double ids, unknown sites, and working hours that overlap or leave the site's."""
    for key, ids in (
        ("sites", [site.id for site in clinic.sites]),
        ("services", [service.id for service in clinic.services]),
        ("practitioners", [practitioner.id for practitioner in clinic.practitioners]),
    ):
        if not ids and root.has(key):
            root.problem_at(key, "no_entry")
        for index in _repeated(ids):
            root.problem_at(f"{key}[{index}].id", "id_used", given=ids[index])
    for index in _repeated([str(holiday.day) for holiday in clinic.public_holidays]):
        day = clinic.public_holidays[index].day
        root.problem_at(f"calendar.public_holidays[{index}].date", "date_used", given=day)
    for index, practitioner in enumerate(clinic.practitioners):
        _check_practitioner(clinic, practitioner, f"practitioners[{index}]", root)


def _repeated(ids: Iterable[str]) -> list[int]:
    seen: set[str] = set()
    repeated = []
    for index, identifier in enumerate(ids):
        if identifier in seen:
            repeated.append(index)
        seen.add(identifier)
    return repeated


def _check_practitioner(
    clinic: Clinic, practitioner: Practitioner, path: str, root: Section
) -> None:
    for key, schedule, ramadan in (
        ("schedule", practitioner.schedule, False),
        ("ramadan_schedule", practitioner.ramadan_schedule, True),
    ):
        found = [
            (block.line, fault)
            for index, block in enumerate(schedule)
            for fault in _faults(clinic, block, schedule[:index], ramadan=ramadan)
        ]
        # A line of the file with several weekdays has the same fault several times.
        for line, (name, values) in dict.fromkeys(found):
            root.problem_at(f"{path}.{key}[{line}]", name, **dict(values))


def _faults(
    clinic: Clinic, block: ScheduleBlock, earlier: Iterable[ScheduleBlock], *, ramadan: bool
) -> Iterable[_Fault]:
    line = {"day": block.weekday.key, "hours": str(block.hours), "site": block.site_id}
    site = next((site for site in clinic.sites if site.id == block.site_id), None)
    if site is None:
        if block.site_id:
            known = ", ".join(site.id for site in clinic.sites)
            yield _fault("unknown_code", given=block.site_id, kind="site", known=known)
    else:
        opening = (site.ramadan_hours if ramadan else site.hours).on(block.weekday)
        if not any(hours.contains(block.hours) for hours in opening):
            hours = ", ".join(str(hours) for hours in opening) or CLOSED
            yield _fault("outside_opening", **line, opening=hours)
    for other in earlier:
        if other.weekday == block.weekday and other.hours.overlaps(block.hours):
            yield _fault("shifts_overlap", **line, other=str(other.hours), other_site=other.site_id)


def _fault(name: str, **values: str) -> _Fault:
    return name, tuple(values.items())
