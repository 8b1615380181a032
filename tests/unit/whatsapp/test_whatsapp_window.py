"""The customer service window and the settings."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from whatsapp.settings import WhatsAppSettings
from whatsapp.window import SERVICE_WINDOW, is_open

WROTE = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
MOMENT = timedelta(microseconds=1)


def test_the_window_is_open_until_24_hours_have_passed() -> None:
    assert timedelta(hours=24) == SERVICE_WINDOW
    assert is_open(WROTE, WROTE) is True
    assert is_open(WROTE, WROTE + SERVICE_WINDOW - MOMENT) is True
    assert is_open(WROTE, WROTE + SERVICE_WINDOW) is False


def test_the_window_of_somebody_who_never_wrote_is_closed() -> None:
    assert is_open(None, WROTE) is False


def test_offsets_count_and_not_clock_faces() -> None:
    casablanca = timezone(timedelta(hours=1))
    now = datetime(2026, 3, 3, 9, 30, tzinfo=casablanca)  # 08:30 UTC
    assert is_open(WROTE, now) is True


def test_naive_datetimes_are_refused() -> None:
    naive = WROTE.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        is_open(naive, WROTE)
    with pytest.raises(ValueError, match="aware"):
        is_open(None, naive)


def test_the_settings_show_no_secret() -> None:
    settings = WhatsAppSettings("app-secret", "verify-token", "access-token", "1065")
    assert repr(settings) == (
        "WhatsAppSettings(phone_number_id='1065', api_url='https://graph.facebook.com', "
        "api_version='v23.0', business_account_id='')"
    )


def test_the_messages_address_has_no_double_slash() -> None:
    settings = WhatsAppSettings("s", "v", "a", "1065", api_url="http://localhost:8100/")
    assert settings.messages_url == "http://localhost:8100/v23.0/1065/messages"
