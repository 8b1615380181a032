"""The settings: the only place where the environment and the file `.env` are read."""

from __future__ import annotations

import os
import zoneinfo
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from dotenv import dotenv_values

from clinic.adapters.encryption import generate_key
from whatsapp.providers import API_URLS
from whatsapp.settings import META, TWILIO, WhatsAppSettings

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing or cannot be read."""


@dataclass(frozen=True)
class Settings:
    """What the environment, or the file `.env`, says. `docs/operations.md` explains each."""

    whatsapp: WhatsAppSettings
    database_url: str
    clinic_file: Path
    clinic_now: datetime | None
    burst_window_ms: int
    messages_per_second: int
    new_recipients_per_day: int
    media_folder: Path
    virus_scan_command: str
    metrics_folder: Path | None
    logs_as_json: bool
    encryption_keys: tuple[str, ...] = field(repr=False)
    payment_url: str = ""
    payment_secret: str = field(default="", repr=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings; the environment goes before the file `.env`.

    Raises:
        SettingsError: a value is missing or malformed; the message says which and what to do.
    """
    use_packaged_zones()
    environment = _environment() if environment is None else environment
    get = environment.get
    return Settings(
        whatsapp=_whatsapp_settings(environment),
        database_url=read_database_url(environment),
        clinic_file=ROOT / (get("CLINIC_FILE") or "clinic.yml"),
        clinic_now=_instant(get("CLINIC_NOW")),
        burst_window_ms=_whole_number(get("BURST_WINDOW_MS"), "BURST_WINDOW_MS", 600),
        messages_per_second=max(
            1,
            _whole_number(get("WHATSAPP_MESSAGES_PER_SECOND"), "WHATSAPP_MESSAGES_PER_SECOND", 40),
        ),
        new_recipients_per_day=_whole_number(
            get("WHATSAPP_NEW_RECIPIENTS_PER_DAY"), "WHATSAPP_NEW_RECIPIENTS_PER_DAY", 250
        ),
        media_folder=Path(get("MEDIA_FOLDER") or ROOT / "var" / "media"),
        virus_scan_command=get("VIRUS_SCAN_COMMAND") or "",
        metrics_folder=_optional_path(get("PROMETHEUS_MULTIPROC_DIR")),
        logs_as_json=get("LOG_FORMAT") == "json",
        encryption_keys=_encryption_keys(get("ENCRYPTION_KEYS")),
        payment_url=get("PAYMENT_URL") or "",
        payment_secret=get("PAYMENT_SECRET") or "",
    )


def read_database_url(environment: Mapping[str, str] | None = None) -> str:
    """Reads the database's URL alone, for migrations: they need no secrets."""
    environment = _environment() if environment is None else environment
    return environment.get("DATABASE_URL") or f"sqlite:///{ROOT / 'var' / 'clinic.db'}"


def use_packaged_zones() -> None:
    """Takes offsets from the tzdata package, not from what the machine happens to have.

    Morocco stays at UTC+0 since 20 September 2026; older machines do not know it.
    """
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()


def _environment() -> Mapping[str, str]:
    from_file = {k: v for k, v in dotenv_values(ROOT / ".env").items() if v is not None}
    return {**from_file, **os.environ}


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise SettingsError(
            f"{name} is not set. Set it in the environment or in the file .env "
            "(`make run` writes one for the simulator)."
        )
    return value


def _whatsapp_settings(environment: Mapping[str, str]) -> WhatsAppSettings:
    get = environment.get
    provider = get("WHATSAPP_PROVIDER") or META
    if provider not in API_URLS:
        raise SettingsError(f"WHATSAPP_PROVIDER is one of {', '.join(API_URLS)}, not {provider!r}.")
    if provider == TWILIO:
        _required(environment, "TWILIO_ACCOUNT_SID")
        # Twilio signs the address that it was given; behind a proxy ours is another.
        if not _required(environment, "WHATSAPP_WEBHOOK_URL").startswith(("https://", "http://")):
            raise SettingsError(
                "WHATSAPP_WEBHOOK_URL is the webhook's whole public address, as it was given to "
                "Twilio: https://…/webhooks/whatsapp/webhook"
            )
    return WhatsAppSettings(
        app_secret=_required(environment, "WHATSAPP_APP_SECRET"),
        verify_token=_required(environment, "WHATSAPP_VERIFY_TOKEN"),
        access_token=_required(environment, "WHATSAPP_ACCESS_TOKEN"),
        phone_number_id=_required(environment, "WHATSAPP_PHONE_NUMBER_ID"),
        api_url=(get("WHATSAPP_API_URL") or API_URLS[provider]).rstrip("/"),
        api_version=get("WHATSAPP_API_VERSION") or "v23.0",
        business_account_id=get("WHATSAPP_BUSINESS_ACCOUNT_ID") or "",
        provider=provider,
        account_sid=get("TWILIO_ACCOUNT_SID") or "",
        webhook_url=get("WHATSAPP_WEBHOOK_URL") or "",
        content_sids=_content_sids(get("TWILIO_CONTENT_FILE")),
    )


def _content_sids(path: str | None) -> dict[str, str]:
    """Reads Twilio's content templates: a YAML file with lines `name/language: HX...`."""
    if not path:
        return {}
    try:
        content = yaml.safe_load((ROOT / path).read_text(encoding="utf-8")) or {}
        return {str(name): str(sid) for name, sid in content.items()}
    except (OSError, yaml.YAMLError, AttributeError) as error:
        raise SettingsError(f"TWILIO_CONTENT_FILE cannot be read: {error}") from error


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise SettingsError(f"CLINIC_NOW is not an ISO 8601 time: {text!r}") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo("Africa/Casablanca"))


def _optional_path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _whole_number(text: str | None, name: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise SettingsError(f"{name} is not a whole number: {text!r}")
    return int(text)


def _encryption_keys(text: str | None) -> tuple[str, ...]:
    """Returns the keys; without any, one that is kept in `var/` on this machine."""
    if text:
        return tuple(key.strip() for key in text.split(",") if key.strip())
    path = ROOT / "var" / "encryption.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(generate_key() + "\n", encoding="ascii")
        # A link is made whole or not at all: another process never reads half a key.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return (path.read_text(encoding="ascii").strip(),)
