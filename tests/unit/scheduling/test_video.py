"""The link of a teleconsultation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from clinic.facts.model import Clinic
from clinic.scheduling.model import Appointment
from clinic.scheduling.video import video_link
from tests.small_clinic import NOW, booked_appointment, small_clinic


def video_clinic() -> Clinic:
    clinic = small_clinic()
    services = tuple(replace(service, teleconsultation=True) for service in clinic.services)
    return replace(clinic, services=services, video_url="https://video.example")


def appointment(token: str) -> Appointment:
    return booked_appointment(calendar_token=token)


def test_each_appointment_has_its_own_room_that_does_not_give_its_token_away() -> None:
    first, second = (video_link(video_clinic(), appointment(token)) for token in ("a-token", "b"))
    assert first is not None
    assert first.startswith("https://video.example/")
    assert first != second
    assert "a-token" not in first


def test_a_moved_appointment_keeps_its_room() -> None:
    booked = appointment("token")
    moved = replace(booked, start=NOW + timedelta(days=1), version=2)
    assert video_link(video_clinic(), moved) == video_link(video_clinic(), booked)


def test_a_visit_at_the_clinic_has_none() -> None:
    assert video_link(small_clinic(), appointment("token")) is None


def test_a_clinic_without_a_provider_has_none() -> None:
    assert video_link(replace(video_clinic(), video_url=None), appointment("token")) is None
