"""How facts are said: in one language, at one moment, about one clinic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from clinic.facts.dates import say_date, say_when
from clinic.facts.model import Clinic, TimeRange
from clinic.facts.opening import instant, local_day
from clinic.messaging.payloads import payload
from clinic.messaging.texts import Texts
from whatsapp.messages import Choice


@dataclass(frozen=True)
class Voice:
    """Says things in the patient's language; `now` is the present instant, aware."""

    clinic: Clinic
    texts: Texts
    language: str
    now: datetime

    @property
    def today(self) -> date:
        return local_day(self.clinic, self.now)

    def text(self, name: str, **values: object) -> str:
        return self.texts.text(name, self.language, **values)

    def day(self, day: date) -> str:
        """Returns weekday and date of a calendar day: "jeudi 26 novembre"."""
        noon = instant(self.clinic, day, time(12))
        return say_date(noon, self.clinic.zone, self.language)

    def weekday(self, weekday: int) -> str:
        """Returns the name of a weekday, 0 is Monday."""
        return self.text("utter_weekdays").split("|")[weekday]

    def when(self, at: datetime) -> str:
        return say_when(at, self.clinic.zone, self.language)

    def clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.clinic.zone):%H:%M}"

    def site(self, site_id: str) -> str:
        return self.clinic.site(site_id).name.to(self.language)

    def doctor(self, practitioner_id: str) -> str:
        return self.clinic.practitioner(practitioner_id).name(self.language).full

    def specialty(self, code: str) -> str:
        return self.text(f"utter_specialty_{code}")

    def hours(self, ranges: Iterable[TimeRange]) -> str:
        """Returns hours like "09:00-12:30, 14:00-18:00", the word for closed without any."""
        return ", ".join(str(part) for part in ranges) or self.text("utter_closed")

    def list(self, items: Iterable[str]) -> str:
        return "\n".join(f"• {item}" for item in items)

    def book(self, **entities: object) -> Choice:
        """Returns the button that starts a booking with these details."""
        return Choice(self.text("utter_button_book"), payload("book_appointment", **entities))


def time_value(start: datetime, end: datetime, grain: str) -> dict[str, str]:
    """Returns a time as the entity `time` carries it."""
    return {"from": start.isoformat(), "to": end.isoformat(), "grain": grain}
