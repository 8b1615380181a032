"""What the simulator needs to know before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simulator.errors import SettingsInvalidError
from whatsapp.template_files import FOLDER

DEFAULT_WEBHOOK_URL = "http://127.0.0.1:5005/webhooks/whatsapp/webhook"

#: Variables that the assistant reads too and that have no default.
SHARED = (
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_PHONE_NUMBER_ID",
)


@dataclass(frozen=True)
class Settings:
    """The simulator's settings; the first five are shared with the assistant.

    Attributes:
        status_delays: Seconds from accepting a message to `sent`, and from `sent` to `delivered`.
        retry_delays: Seconds between two deliveries of a webhook that was not answered with 200;
            the last one is used over and over.
        webhook_timeout: Seconds to wait for the assistant's answer to one delivery.
        payment_secret: Signs the demo payment page's links and callbacks; no page without it.
        templates: Folder of template files that are approved from the start; None for no template.
        demo_patients: Whether three Moroccan patients exist at the start and after a reset.
    """

    app_secret: str
    verify_token: str
    access_token: str
    phone_number_id: str
    api_version: str = "v23.0"
    webhook_url: str = DEFAULT_WEBHOOK_URL
    start: datetime | None = None
    clinic_name: str = "Assistant de la clinique"
    display_phone_number: str = "212522000100"
    business_account_id: str = "102290129340398"
    status_delays: tuple[float, float] = (0.05, 0.25)
    retry_delays: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
    webhook_timeout: float = 20.0
    payment_secret: str = ""
    templates: Path | None = None
    demo_patients: bool = True


def settings_from_environment(environment: Mapping[str, str]) -> Settings:
    """Reads the settings.

    Raises:
        SettingsInvalidError: A variable shared with the assistant is missing, or `CLINIC_NOW`
            is not an ISO date and time with an offset.
    """
    missing = [name for name in SHARED if not environment.get(name)]
    if missing:
        raise SettingsInvalidError(f"Set {', '.join(missing)} in the environment or in .env.")
    return Settings(
        app_secret=environment["WHATSAPP_APP_SECRET"],
        verify_token=environment["WHATSAPP_VERIFY_TOKEN"],
        access_token=environment["WHATSAPP_ACCESS_TOKEN"],
        phone_number_id=environment["WHATSAPP_PHONE_NUMBER_ID"],
        api_version=environment.get("WHATSAPP_API_VERSION") or "v23.0",
        webhook_url=environment.get("SIMULATOR_WEBHOOK_URL") or DEFAULT_WEBHOOK_URL,
        start=_instant(environment.get("CLINIC_NOW", "")),
        payment_secret=environment.get("PAYMENT_SECRET") or "",
        clinic_name=environment.get("SIMULATOR_CLINIC_NAME") or "Assistant de la clinique",
        templates=_folder(environment.get("SIMULATOR_TEMPLATES") or ""),
    )


def _folder(name: str) -> Path | None:
    if name == "none":
        return None
    return Path(name) if name else FOLDER


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        # Python 3.10 does not read the "Z" that everybody writes.
        instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise SettingsInvalidError(f"CLINIC_NOW is not an ISO date and time: {text}") from error
    if instant.tzinfo is None:
        raise SettingsInvalidError(
            "CLINIC_NOW needs a UTC offset, as in 2026-03-02T09:00:00+01:00."
        )
    return instant
