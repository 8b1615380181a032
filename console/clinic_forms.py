"""What of the clinic file is edited in the browser, part by part, and reading the forms.

A field is named by the path of its value, so that a fault of the loader finds its field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from clinic.clinic_file.text import ClinicText, Content
from clinic.facts.codes import Language, Weekday

WEEKDAYS = tuple(day.key for day in Weekday)
LANGUAGES = tuple(language.value for language in Language)
_WEEKS = ("weekly", "ramadan")
_PRICE_KEYS = ("price_mad", "duration_minutes", "deposit_mad")
_MAY_BE_MISSING = ("deposit_mad",)
_NAME_PARTS = ("title", "given", "family")
_SCRIPTS = ("latin", "arabic")
_NURSES = "nurses_on_duty"
_MOST_SHIFTS = 20


@dataclass(frozen=True)
class TextGroup:
    """Texts that belong together: the entry that they are about, and their paths."""

    path: str
    texts: tuple[str, ...]


def hours_paths(text: ClinicText) -> Iterator[str]:
    """Yields where the opening hours of sites stand."""
    for site in range(text.count("sites")):
        for week in _WEEKS:
            for day in WEEKDAYS:
                yield f"sites[{site}].opening_hours.{week}.{day}"


def price_paths(text: ClinicText) -> Iterator[str]:
    for service in range(text.count("services")):
        for key in _PRICE_KEYS:
            yield f"services[{service}].{key}"


def text_groups(text: ClinicText) -> list[TextGroup]:
    """Returns the texts that patients read, by what they are about."""
    groups = [
        TextGroup("insurance_note", ("insurance_note",)),
        TextGroup("deposits", ("deposits.refund",)),
    ]
    for name, keys in (
        ("sites", ("address", "directions")),
        ("services", ("name", "what_to_bring", "preparation")),
        ("walk_in", ("note",)),
        ("after_care", ("advice", "call_now")),
    ):
        groups += [
            TextGroup(f"{name}[{i}]", tuple(f"{name}[{i}].{key}" for key in keys))
            for i in range(text.count(name))
        ]
    present = [
        TextGroup(group.path, tuple(path for path in group.texts if text.has(path)))
        for group in groups
    ]
    return [group for group in present if group.texts]


def read_hours(text: ClinicText, form: FormData) -> ClinicText:
    """Returns the text with the hours of a form: ranges with commas, nothing for closed."""
    for path in list(hours_paths(text)):
        if path not in form:
            continue
        ranges = [part.strip() for part in _word(form, path).split(",") if part.strip()]
        if ranges != text.items(path):
            text = text.replace(path, ranges)
    return text


def read_prices(text: ClinicText, form: FormData) -> ClinicText:
    return _read_words(text, form, list(price_paths(text)))


def read_texts(text: ClinicText, form: FormData) -> ClinicText:
    paths = [
        f"{path}.{language}"
        for group in text_groups(text)
        for path in group.texts
        for language in LANGUAGES
    ]
    return _read_words(text, form, paths)


def leave_rows(text: ClinicText, practitioner: int) -> list[dict[str, str]]:
    """Returns the leave of a practitioner as it is written."""
    path = f"practitioners[{practitioner}].leave"
    return [
        {key: text.get(f"{path}[{i}].{key}") for key in text.keys(f"{path}[{i}]")}
        for i in range(text.count(path))
    ]


def without_leave(text: ClinicText, practitioner: int, number: int) -> ClinicText:
    """Returns the text without one leave of a practitioner."""
    path = f"practitioners[{practitioner}].leave"
    rows = leave_rows(text, practitioner)
    del rows[number]
    return text.replace(path, rows) if rows else text.remove(path)


def read_nurses(text: ClinicText, form: FormData) -> ClinicText:
    """Returns the text with names, numbers and shifts; a shift without days is left out.

    Whoever is marked with `remove` goes, and who is named in the empty form at the end comes.
    """
    count = text.count(_NURSES)
    for number in range(count):
        path = f"{_NURSES}[{number}]"
        names = [f"{path}.name.{script}.{part}" for script in _SCRIPTS for part in _NAME_PARTS]
        text = _read_words(text, form, [*names, f"{path}.phone"])
        rows = _sent_shifts(form, path)
        if f"{path}.shifts[0].from" in form and rows != shift_rows(text, number):
            text = text.replace(f"{path}.shifts", rows)
    staying = [i for i in range(count) if f"{_NURSES}[{i}].remove" not in form]
    entries = [_nurse(text, number) for number in staying] + _new_nurses(form, count)
    if len(staying) == count == len(entries):
        return text
    return text.replace(_NURSES, entries) if entries else text.remove(_NURSES)


def _new_nurses(form: FormData, number: int) -> list[Content]:
    path = f"{_NURSES}[{number}]"
    name = {
        script: {part: _word(form, f"{path}.name.{script}.{part}") for part in _NAME_PARTS}
        for script in _SCRIPTS
    }
    if not any(word for parts in name.values() for word in parts.values()):
        return []
    phone = _word(form, f"{path}.phone")
    return [
        {"name": name, **({"phone": phone} if phone else {}), "shifts": _sent_shifts(form, path)}
    ]


def _nurse(text: ClinicText, number: int) -> Content:
    """Returns a nurse's entry as it is written."""
    path = f"{_NURSES}[{number}]"
    name = {
        script: {part: text.get(f"{path}.name.{script}.{part}") for part in _NAME_PARTS}
        for script in _SCRIPTS
    }
    phone = {"phone": text.get(f"{path}.phone")} if text.has(f"{path}.phone") else {}
    return {"name": name, **phone, "shifts": shift_rows(text, number)}


def _sent_shifts(form: FormData, nurse: str) -> list[Mapping[str, str | list[str]]]:
    rows: list[Mapping[str, str | list[str]]] = []
    for row in range(_MOST_SHIFTS):
        prefix = f"{nurse}.shifts[{row}]"
        days = [day for day in WEEKDAYS if f"{prefix}.{day}" in form]
        if days:
            start, end = _word(form, f"{prefix}.from"), _word(form, f"{prefix}.to")
            rows.append({"weekdays": days, "from": start, "to": end})
    return rows


def shift_rows(text: ClinicText, nurse: int) -> list[Mapping[str, str | list[str]]]:
    """Returns the shifts of a nurse as they are written."""
    path = f"{_NURSES}[{nurse}].shifts"
    return [
        {
            "weekdays": text.items(f"{path}[{i}].weekdays"),
            "from": text.get(f"{path}[{i}].from"),
            "to": text.get(f"{path}[{i}].to"),
        }
        for i in range(text.count(path))
    ]


PARTS: dict[str, Callable[[ClinicText, FormData], ClinicText]] = {
    "hours": read_hours,
    "prices": read_prices,
    "texts": read_texts,
    "nurses": read_nurses,
}
"""The parts that have a form, in the order of their tabs."""


def _read_words(text: ClinicText, form: FormData, paths: list[str]) -> ClinicText:
    for path in paths:
        if path not in form:
            continue
        word = _word(form, path)
        if word == text.get(path).strip():
            continue
        is_gone = not word and path.rpartition(".")[2] in _MAY_BE_MISSING
        text = text.remove(path) if is_gone else text.replace(path, word)
    return text


def _word(form: FormData, name: str) -> str:
    # Browsers send line ends of their own.
    return str(form.get(name) or "").replace("\r\n", "\n").strip()
