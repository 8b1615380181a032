"""The agenda on both databases."""

from __future__ import annotations

import pytest

from clinic.adapters.database import Database
from clinic.scheduling.services import Scheduling
from tests.small_clinic import FixedClock, small_clinic


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def scheduling(database: Database, clock: FixedClock) -> Scheduling:
    return Scheduling(database, small_clinic(), clock)
