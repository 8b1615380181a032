"""The weekly hours of one practitioner in a form: a line for a site, its days and times.

A field is named by the path of its value, as in `clinic_forms.py`. Lines are added and removed
by buttons of the form, which is then shown again; nothing is saved by that.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import FormData

from clinic.clinic_file.text import ClinicText
from console.clinic_forms import WEEKDAYS

USUAL, RAMADAN = "schedule", "ramadan_schedule"
WEEKS = (USUAL, RAMADAN)
_MOST_LINES = 40

Line = dict[str, str | list[str]]
"""`site`, `weekdays`, `from`, `to`, `breaks`, as the clinic file writes them."""


def lines_of(text: ClinicText, practitioner: int, week: str) -> list[Line]:
    """Returns the lines as they are written; without breaks the list of them is empty."""
    path = f"practitioners[{practitioner}].{week}"
    return [
        {
            "site": text.get(f"{path}[{i}].site"),
            "weekdays": text.items(f"{path}[{i}].weekdays"),
            "from": text.get(f"{path}[{i}].from"),
            "to": text.get(f"{path}[{i}].to"),
            "breaks": text.items(f"{path}[{i}].breaks"),
        }
        for i in range(text.count(path))
    ]


def sent_hours(text: ClinicText, practitioner: int, form: FormData) -> ClinicText:
    """Returns the text with the lines of a form, and what its buttons add or remove."""
    for week in WEEKS:
        path = f"practitioners[{practitioner}].{week}"
        lines = _sent_lines(form, path)
        gone = str(form.get("remove") or "")
        lines = [line for i, line in enumerate(lines) if gone != f"{week}[{i}]"]
        if form.get("add") == week:
            lines.append(_new_line(text, lines))
        if lines == lines_of(text, practitioner, week):
            continue
        if week == RAMADAN and not lines:
            text = text.remove(path)
        else:
            text = text.replace(path, [_written(line) for line in lines])
    return text


def is_still_edited(form: FormData) -> bool:
    """True when a line is added or removed, which saves nothing."""
    return "add" in form or "remove" in form


def _sent_lines(form: FormData, path: str) -> list[Line]:
    lines: list[Line] = []
    for number in range(_MOST_LINES):
        line = f"{path}[{number}]"
        if f"{line}.from" not in form:
            break
        breaks = str(form.get(f"{line}.breaks") or "").split(",")
        lines.append(
            {
                "site": str(form.get(f"{line}.site") or ""),
                "weekdays": [day for day in WEEKDAYS if f"{line}.{day}" in form],
                "from": str(form.get(f"{line}.from") or "").strip(),
                "to": str(form.get(f"{line}.to") or "").strip(),
                "breaks": [part.strip() for part in breaks if part.strip()],
            }
        )
    return lines


def _new_line(text: ClinicText, lines: list[Line]) -> Line:
    """Returns an empty line, at the site of the one before it."""
    site = lines[-1]["site"] if lines else text.get("sites[0].id")
    return {"site": site, "weekdays": [], "from": "", "to": "", "breaks": []}


def _written(line: Line) -> Mapping[str, str | list[str]]:
    return {key: value for key, value in line.items() if key != "breaks" or value}
