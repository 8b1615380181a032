"""Patients' words about their appointments."""

from __future__ import annotations

import pytest

from actions.appointment_words import minutes_late, says


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("je serai en retard de 20 minutes", 20),
        ("20", 20),
        ("5mn de retard", 5),
        ("une demi-heure", 30),
        ("un quart d'heure", 15),
        ("ghadi nt3ettel 20 d9i9a", 20),
        ("nss sa3a", 30),
        ("غادي نتعطل ٢٠ دقيقة", 20),
        ("نص ساعة", 30),
        ("half an hour", 30),
        ("je suis en retard", None),
        ("0", None),
        ("999 minutes", None),
        ("rdv de 10h30", None),
    ],
)
def test_how_late_is_read_in_four_languages(text: str, minutes: int | None) -> None:
    assert minutes_late(text) == minutes


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("annulez tout", "all"),
        ("لغي ليا كلشي", "all"),
        ("cancel all of them", "all"),
        ("c'est où mon rendez-vous ?", "where"),
        ("فين كاين الموعد ديالي", "where"),
        ("je voudrais l'avancer", "earlier"),
        ("bghit n9eddem lmo3id", "earlier"),
        ("بغيت نقدم الموعد", "earlier"),
        ("le même jour mais plus tard", "same_day"),
        ("un autre médecin", "any_practitioner"),
    ],
)
def test_a_topic_is_recognised(text: str, topic: str) -> None:
    assert says(text, topic)


@pytest.mark.parametrize(
    ("text", "topic"),
    [("pas du tout", "all"), ("mardi ou jeudi ?", "where"), ("avancement", "earlier")],
)
def test_words_that_look_like_it_are_not(text: str, topic: str) -> None:
    assert not says(text, topic)
