"""The clinic file's answer to a patient's question, as a response and its variables."""

from __future__ import annotations

from datetime import date

from clinic.facts.model import Clinic, Practitioner, Service, TimeRange
from clinic.messaging.texts import Texts

Answer = tuple[str, dict[str, str]]


class FactAnswers:
    """Answers questions on hours, places, prices, papers, insurance, services."""

    def __init__(self, clinic: Clinic, texts: Texts, language: str, today: date) -> None:
        """Takes today's date at the clinic too: in Ramadan other hours count."""
        self._clinic = clinic
        self._texts = texts
        self._language = language
        self._in_ramadan = clinic.in_ramadan(today)

    def to(
        self, intent: str, *, specialty: str | None = None, practitioner_id: str | None = None
    ) -> Answer:
        """Returns the response's name and its variables.

        Args:
            intent: one of the `ask_*` intents that the clinic file answers.
            specialty: only what concerns this specialty, where the question named one.
        """
        if practitioner_id:
            own = self._clinic.practitioner(practitioner_id).specialties
            specialty = specialty or own[0].value
        match intent:
            case "ask_opening_hours":
                return "utter_opening_hours", {"hours": self._hours()}
            case "ask_location":
                return "utter_location", {"places": self._places()}
            case "ask_contact":
                return "utter_contact", {"phone": self._clinic.phone, "email": self._clinic.email}
            case "ask_price":
                return "utter_price", {"prices": self._prices(specialty)}
            case "ask_documents_to_bring":
                return "utter_documents_to_bring", {"documents": self._documents(specialty)}
            case "ask_insurance":
                return "utter_insurance", self._insurance()
            case "ask_services":
                return "utter_services", {"practitioners": self._practitioners(specialty)}
        raise ValueError(f"The clinic file has no answer to {intent}.")

    def _hours(self) -> str:
        weekdays = self._texts.text("utter_weekdays", self._language).split("|")
        lines = []
        for site in self._clinic.sites:
            lines.append(f"*{site.name.to(self._language)}*")
            hours = site.ramadan_hours if self._in_ramadan else site.hours
            days = [(weekdays[i], _ranges(hours.on(i))) for i in range(7)]
            closed = self._texts.text("utter_closed", self._language)
            lines += [
                self._texts.text(
                    "utter_hours_line",
                    self._language,
                    days=first if first == last else f"{first} – {last}",
                    hours=hours or closed,
                )
                for first, last, hours in _grouped(days)
            ]
        return "\n".join(lines)

    def _places(self) -> str:
        return "\n".join(
            f"📍 *{site.name.to(self._language)}*, {site.address.to(self._language)}\n"
            f"https://www.openstreetmap.org/?mlat={site.latitude}&mlon={site.longitude}"
            for site in self._clinic.sites
        )

    def _prices(self, specialty: str | None) -> str:
        return "\n".join(
            self._texts.text(
                "utter_price_line",
                self._language,
                service=service.name.to(self._language),
                price=service.price_mad,
            )
            for service in self._services(specialty)
        )

    def _documents(self, specialty: str | None) -> str:
        papers = [s.what_to_bring.to(self._language) for s in self._services(specialty)]
        return papers[0]

    def _insurance(self) -> dict[str, str]:
        note = self._clinic.insurance_note
        return {
            "insurance": ", ".join(
                self._texts.text(f"utter_insurance_{entry.value}", self._language)
                for entry in self._clinic.insurance
            ),
            "note": note.to(self._language) if note else "",
        }

    def _practitioners(self, specialty: str | None) -> str:
        chosen: tuple[Practitioner, ...] = (
            self._clinic.practitioners_of(specialty) if specialty else ()
        )
        return "\n".join(
            f"• {practitioner.name(self._language).full} – "
            + ", ".join(
                self._texts.text(f"utter_specialty_{own.value}", self._language)
                for own in practitioner.specialties
            )
            for practitioner in chosen or self._clinic.practitioners
        )

    def _services(self, specialty: str | None) -> tuple[Service, ...]:
        of_specialty = self._clinic.services_of(specialty) if specialty else ()
        return of_specialty or self._clinic.services


def _ranges(ranges: tuple[TimeRange, ...]) -> str:
    return ", ".join(str(part) for part in ranges)


def _grouped(days: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Returns runs of days with the same hours: first day, last day, hours."""
    runs: list[tuple[str, str, str]] = []
    for day, hours in days:
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return runs
