"""A place on the map, received from a patient or sent to one."""

from __future__ import annotations

import math
from dataclasses import dataclass

_EARTH_RADIUS_KM = 6371.0


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


def kilometres(place: Location, latitude: float, longitude: float) -> float:
    """Returns the distance between a place and a point, along the surface of the earth."""
    from_, to = math.radians(place.latitude), math.radians(latitude)
    east = math.radians(longitude - place.longitude)
    chord = (
        math.sin((to - from_) / 2) ** 2 + math.cos(from_) * math.cos(to) * math.sin(east / 2) ** 2
    )
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
