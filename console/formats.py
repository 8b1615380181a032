"""Times and amounts as the interface says them: clinic time, western digits in all languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from console.texts import Translate

_LOCALES = {"fr": "fr_MA", "ar": "ar_MA", "en": "en_GB"}


@dataclass(frozen=True)
class Formats:
    """Formats for one language; templates know it as `fmt`."""

    language: str
    zone: ZoneInfo
    now: datetime
    t: Translate

    def time(self, instant: datetime) -> str:
        """14:05"""
        return format_time(self._local(instant), "HH:mm", locale=self._locale)

    def day(self, instant: datetime) -> str:
        """Today, yesterday, or jeudi 26 novembre"""
        local, today = self._local(instant).date(), self._local(self.now).date()
        if local == today:
            return self.t("dates.today")
        if local == today - timedelta(days=1):
            return self.t("dates.yesterday")
        if local == today + timedelta(days=1):
            return self.t("dates.tomorrow")
        return format_date(local, "EEEE d MMMM", locale=self._locale)

    def date(self, instant: datetime) -> str:
        """26/11/2026"""
        return f"{self._local(instant):%d/%m/%Y}"

    def when(self, instant: datetime) -> str:
        """jeu. 26 nov. 14:05"""
        return format_datetime(self._local(instant), "EEE d MMM HH:mm", locale=self._locale)

    def short(self, instant: datetime) -> str:
        """The hour for today, the date for other days"""
        if self._local(instant).date() == self._local(self.now).date():
            return self.time(instant)
        return format_date(self._local(instant), "d MMM", locale=self._locale)

    def waiting(self, since: datetime) -> str:
        """How long ago: 4 min, 2 h, 3 j"""
        return self.duration(self.now - since)

    def duration(self, length: timedelta) -> str:
        """4 min, 2 h, 3 j"""
        minutes = max(0, int(length.total_seconds() // 60))
        if minutes < 1:
            return self.t("dates.now")
        if minutes < 60:
            return self.t("dates.minutes", n=minutes)
        if minutes < 24 * 60:
            return self.t("dates.hours", n=minutes // 60)
        return self.t("dates.days", n=minutes // (24 * 60))

    def percent(self, share: float) -> str:
        """7 % in French, 7% in Arabic and English: western digits take the western sign"""
        gap = "\u00a0" if self.language == "fr" else ""
        return f"{round(share * 100)}{gap}%"

    def iso(self, instant: datetime) -> str:
        """For the `datetime` attribute of `<time>`, and for scripts"""
        return instant.isoformat()

    @staticmethod
    def phone(number: str | None) -> str:
        """+212 6 61 00 00 11"""
        return readable_phone(number)

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)

    @property
    def _locale(self) -> str:
        return _LOCALES[self.language]


def readable_phone(number: str | None) -> str:
    """Returns a number as people read it, +212 6 61 00 00 11; with or without its plus sign."""
    digits = (number or "").removeprefix("+")
    if digits.startswith("212") and len(digits) == 12:
        rest = digits[3:]
        return f"+212 {rest[0]} " + " ".join(rest[i : i + 2] for i in range(1, 9, 2))
    return f"+{digits}" if digits else ""
