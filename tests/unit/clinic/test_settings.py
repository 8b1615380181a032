"""Settings: where they come from, and errors that say what to do."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path

import pytest

from clinic import settings as settings_module
from clinic.adapters.encryption import Cipher
from clinic.clock import UTC
from clinic.settings import Settings, SettingsError, read_database_url, read_settings

REQUIRED = {
    "WHATSAPP_APP_SECRET": "app-secret-1",
    "WHATSAPP_VERIFY_TOKEN": "verify-1",
    "WHATSAPP_ACCESS_TOKEN": "access-1",
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "ENCRYPTION_KEYS": "first-key, second-key,",
}


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A root folder without a .env file, and an environment without settings of ours."""
    monkeypatch.setattr(settings_module, "ROOT", tmp_path)
    for name in [*REQUIRED, "DATABASE_URL", "CLINIC_FILE", "CLINIC_NOW", "BURST_WINDOW_MS"]:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def settings(**changes: str) -> Settings:
    return read_settings({**REQUIRED, **changes})


def test_defaults_fill_what_is_not_said(root: Path) -> None:
    read = settings()

    assert read.whatsapp.api_url == "https://graph.facebook.com"
    assert read.whatsapp.api_version == "v23.0"
    assert read.database_url == f"sqlite:///{root / 'var' / 'clinic.db'}"
    assert read.clinic_file == root / "clinic.yml"
    assert (read.clinic_now, read.burst_window_ms) == (None, 600)
    assert (read.messages_per_second, read.new_recipients_per_day) == (40, 250)


def test_the_keys_are_a_list_newest_first() -> None:
    assert settings().encryption_keys == ("first-key", "second-key")


@pytest.mark.parametrize("name", sorted(REQUIRED.keys() - {"ENCRYPTION_KEYS"}))
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_setting_is_named_with_what_to_do(name: str, value: str | None) -> None:
    environment = {k: v for k, v in REQUIRED.items() if k != name}
    if value is not None:
        environment[name] = value

    with pytest.raises(SettingsError) as raised:
        read_settings(environment)
    assert str(raised.value) == (
        f"{name} is not set. Set it in the environment or in the file .env "
        "(`make run` writes one for the simulator)."
    )


TWILIO = {
    "WHATSAPP_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": "AC1",
    "WHATSAPP_WEBHOOK_URL": "https://clinic.example/webhooks/whatsapp/webhook",
}


def test_a_provider_has_its_own_address() -> None:
    assert settings(**TWILIO).whatsapp.api_url == "https://api.twilio.com"
    read = settings(WHATSAPP_PROVIDER="360dialog", WHATSAPP_API_URL="https://waba.example/")
    assert read.whatsapp.api_url == "https://waba.example"


@pytest.mark.parametrize("name", ["TWILIO_ACCOUNT_SID", "WHATSAPP_WEBHOOK_URL"])
def test_what_twilio_needs_is_named_when_it_is_missing(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        settings(**{**TWILIO, name: ""})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"WHATSAPP_PROVIDER": "vonage"}, "is one of meta, 360dialog, twilio, not 'vonage'"),
        ({"WHATSAPP_WEBHOOK_URL": "clinic.example/webhook"}, "whole public address"),
        ({"TWILIO_CONTENT_FILE": "absent.yml"}, "TWILIO_CONTENT_FILE cannot be read"),
    ],
)
def test_what_a_provider_cannot_use_is_told(changes: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings(**{**TWILIO, **changes})


@pytest.mark.parametrize("text", ["soon", "-5", "1.5", "²"])
def test_a_malformed_number_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="BURST_WINDOW_MS is not a whole number"):
        settings(BURST_WINDOW_MS=text)


def test_a_malformed_time_is_named() -> None:
    with pytest.raises(SettingsError, match="CLINIC_NOW is not an ISO 8601 time: 'demain'"):
        settings(CLINIC_NOW="demain")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-23T09:00:00Z", 9),
        ("2026-11-23T09:00:00+01:00", 8),
        ("2026-11-23T09:00", 9),  # Morocco, at UTC+0 since 20 September 2026
        ("2026-08-23T09:00", 8),  # and at UTC+1 before
    ],
)
def test_the_start_of_the_clock_is_an_instant(text: str, hour: int) -> None:
    read = settings(CLINIC_NOW=text).clinic_now

    assert read is not None
    assert read.astimezone(UTC) == datetime.fromisoformat(f"{text[:10]}T{hour:02}:00:00+00:00")


def test_the_machines_own_zone_files_do_not_count(root: Path) -> None:
    zone = root / "zones" / "Africa" / "Casablanca"
    zone.parent.mkdir(parents=True)
    # An hour ahead, as the zone files of older machines say it.
    zone.write_bytes(resources.files("tzdata").joinpath("zoneinfo", "Etc", "GMT-1").read_bytes())
    try:
        zoneinfo.reset_tzpath(to=[str(root / "zones")])
        zoneinfo.ZoneInfo.clear_cache()
        read = settings(CLINIC_NOW="2026-11-23T09:00").clinic_now
    finally:
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()

    assert read is not None
    assert read.astimezone(UTC) == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_the_file_env_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{name}={value}" for name, value in REQUIRED.items()]
    (root / ".env").write_text("\n".join([*lines, "BURST_WINDOW_MS=5"]), encoding="utf-8")

    assert read_settings().burst_window_ms == 5
    assert read_settings().whatsapp.app_secret == "app-secret-1"


def test_the_environment_goes_before_the_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".env").write_text("DATABASE_URL=sqlite:///file.db\n", encoding="utf-8")
    assert read_database_url() == "sqlite:///file.db"

    monkeypatch.setenv("DATABASE_URL", "sqlite:///environment.db")
    assert read_database_url() == "sqlite:///environment.db"


def test_an_absolute_clinic_file_is_taken_as_it_is() -> None:
    assert settings(CLINIC_FILE="/srv/clinic.yml").clinic_file == Path("/srv/clinic.yml")


def test_without_keys_one_is_made_and_kept_on_the_machine(root: Path) -> None:
    environment = {k: v for k, v in REQUIRED.items() if k != "ENCRYPTION_KEYS"}

    first, second = (read_settings(environment).encryption_keys for _ in range(2))

    assert first == second
    assert Cipher(second).decrypt(Cipher(first).encrypt("Salma")) == "Salma"
    key = root / "var" / "encryption.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert list((root / "var").iterdir()) == [key]


def test_secrets_are_not_shown() -> None:
    shown = repr(settings())

    assert not [secret for secret in ("app-secret-1", "access-1", "first-key") if secret in shown]
