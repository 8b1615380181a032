"""The faults of a draft of the clinic file, as its forms show them."""

from __future__ import annotations

from collections.abc import Sequence

from clinic.facts.problems import CLOSED, Problem
from console.page import Page, say_local

_SITES = frozenset({"site", "other_site"})
"""Values of faults that are ids of sites."""


class ClinicFaults:
    """Each fault is shown at its field or, when it has none here, at the top."""

    def __init__(self, page: Page, faults: Sequence[Problem]) -> None:
        self._page = page
        self._faults = faults
        self._sites = {
            site.id: say_local(site.name, page.language) for site in page.services.clinic.sites
        }

    def at(self, path: str) -> list[str]:
        """Returns the faults of a value, or of something inside it."""
        return [self.words(fault) for fault in self._faults if _is_in(fault.path, path)]

    def exactly_at(self, path: str) -> list[str]:
        """Returns the faults of a value as a whole, without those of what is inside it."""
        return [self.words(fault) for fault in self._faults if fault.path == path]

    def words(self, fault: Problem) -> str:
        """Says a fault in the language of the interface."""
        values = dict(fault.values)
        if "day" in values:
            values["day"] = self._page.t(f"clinic_file.day_{values['day']}")
        for key in _SITES & values.keys():
            values[key] = self._sites.get(values[key], values[key])
        if values.get("opening") == CLOSED:
            values["opening"] = self._page.t("clinic_file.closed")
        return self._page.t(f"fault.{fault.name}", **values)


def _is_in(path: str, above: str) -> bool:
    return path == above or path.startswith((f"{above}.", f"{above}["))
