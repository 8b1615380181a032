"""Where services take the clinic's facts from: they change while processes run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from clinic.facts.model import Clinic


class ClinicSource(Protocol):
    """Gives the facts that hold now.

    `clinic.facts.file.ClinicFile` follows the newest version. A `Clinic` is a source of itself,
    for tests and tools in which nothing changes it.
    """

    @property
    def current(self) -> Clinic:
        """The facts that hold now; the same object until a newer version is taken up."""
