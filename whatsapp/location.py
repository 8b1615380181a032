"""A place on the map, received from a patient or sent to one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Location:
    """A point with its name and address.

    Attributes:
        latitude: Degrees north, -90 to 90.
        longitude: Degrees east, -180 to 180.
        name: What the place is called; empty when unknown.
        address: Postal address on one line; empty when unknown.
    """

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        # Written so that NaN is refused too.
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError("A location needs -90 to 90 degrees north and -180 to 180 east.")
