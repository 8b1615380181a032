"""Plays every situation of this folder through the webhook."""

import pytest

from tests.assistant import ClinicUnderTest
from tests.conversations.playing import Player, Situation, read_situations


@pytest.mark.model
@pytest.mark.parametrize(
    ("situation", "clinic_under_test"),
    [pytest.param(s, s.now, id=s.name) for s in read_situations()],
    indirect=["clinic_under_test"],
)
async def test_situation(situation: Situation, clinic_under_test: ClinicUnderTest) -> None:
    await Player(situation, clinic_under_test).play()
