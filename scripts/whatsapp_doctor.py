"""Checks the connection to WhatsApp and says in plain words what is wrong and what to do.

    python -m scripts.whatsapp_doctor

It ends with 1 when something is wrong. Nothing is changed and nothing is sent.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Any

import httpx

from clinic.bootstrap import Services, SettingsError, services
from clinic.messaging.queue_metrics import queue_gauges
from whatsapp.account import AccountApi
from whatsapp.errors import AccountError, ApiError, TransportError, WhatsAppError
from whatsapp.template_files import load_templates

_MOST_CLOCK_SECONDS = 60
_OLD_SECONDS = 300
_TIERS = {"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10_000,
          "TIER_100K": 100_000}  # fmt: skip


class Level(str, Enum):
    FINE = "ok"
    CARE = "care"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One check: what was found and, if it is not fine, what to do."""

    level: Level
    what: str
    advice: str = ""


def main() -> None:
    try:
        findings = asyncio.run(examine(services()))
    except SettingsError as error:
        sys.exit(str(error))
    sys.exit(report(findings, sys.stdout.write))


def report(findings: list[Finding], write: Callable[[str], Any]) -> int:
    """Writes the findings; returns the exit code."""
    for finding in findings:
        write(f"{finding.level.value:6} {finding.what}\n")
        if finding.advice:
            write(f"       → {finding.advice}\n")
    return 1 if any(finding.level is Level.WRONG for finding in findings) else 0


async def examine(
    wired: Services, transport: httpx.AsyncBaseTransport | None = None
) -> list[Finding]:
    """Returns what all checks found; a failed token makes the others pointless."""
    provider = wired.settings.whatsapp.provider
    if provider != "meta":
        elsewhere = Finding(
            Level.CARE,
            f"The number, its templates and the webhook are with {provider}: not checked here.",
            f"See {provider}'s own console.",
        )
        return [elsewhere, *await asyncio.to_thread(_queues, wired)]
    api = AccountApi(wired.settings.whatsapp, transport)
    try:
        return [finding async for finding in _checks(wired, api)]
    finally:
        await api.close()


async def _checks(wired: Services, api: AccountApi) -> AsyncIterator[Finding]:
    yield await _clock(api)
    token, number = await _number(api)
    yield token
    if number is not None:
        for finding in _number_findings(number):
            yield finding
        if wired.settings.whatsapp.business_account_id:
            yield await _subscription(api)
            yield await _templates(wired, api)
        else:
            yield Finding(
                Level.CARE,
                "WHATSAPP_BUSINESS_ACCOUNT_ID is not set: templates and webhooks are not checked.",
                "It stands in Meta's WhatsApp manager, under the account's settings.",
            )
    for finding in await asyncio.to_thread(_queues, wired):
        yield finding


async def _clock(api: AccountApi) -> Finding:
    try:
        theirs = await api.server_time()
    except (TransportError, ApiError) as error:
        return Finding(
            Level.WRONG,
            f"WhatsApp's API does not answer: {error}",
            "Check the network, the proxy and WHATSAPP_API_URL; Meta's outages stand at "
            "metastatus.com.",
        )
    if theirs is None:
        return Finding(Level.CARE, "The API does not tell its time; the clock is not checked.")
    apart = abs((datetime.now(timezone.utc) - theirs).total_seconds())
    if apart > _MOST_CLOCK_SECONDS:
        return Finding(
            Level.WRONG,
            f"This machine's clock is {apart:.0f} s off.",
            "Switch time synchronisation on: windows of 24 h and reminders go by the clock.",
        )
    return Finding(Level.FINE, "The API answers, and the clock is right.")


async def _number(api: AccountApi) -> tuple[Finding, dict[str, Any] | None]:
    try:
        number = await api.phone_number()
    except AccountError as error:
        return Finding(
            Level.WRONG,
            f"The access token is not accepted (code {error.code}).",
            "Make a permanent token of a system user with whatsapp_business_messaging and "
            "whatsapp_business_management, and put it into WHATSAPP_ACCESS_TOKEN.",
        ), None
    except ApiError as error:
        return Finding(
            Level.WRONG,
            f"The phone number id is not known, or the token may not use it (code {error.code}).",
            "Compare WHATSAPP_PHONE_NUMBER_ID with Meta's dashboard, WhatsApp, API set-up.",
        ), None
    except WhatsAppError as error:
        return Finding(Level.WRONG, f"The number could not be looked up: {error}"), None
    return Finding(Level.FINE, "The access token is accepted."), number


def _number_findings(number: dict[str, Any]) -> list[Finding]:
    quality = str(number.get("quality_rating", "UNKNOWN")).upper()
    advice = "Patients block or report messages: send fewer, and only what they agreed to."
    findings = [
        Finding(Level.WRONG, f"The number's quality is {quality}.", advice)
        if quality == "RED"
        else Finding(Level.CARE, f"The number's quality is {quality}.", advice)
        if quality == "YELLOW"
        else Finding(Level.FINE, f"The number's quality is {quality}.")
    ]
    tier = str(number.get("messaging_limit_tier", ""))
    if tier in _TIERS:
        findings.append(
            Finding(Level.FINE, f"Up to {_TIERS[tier]} patients a day outside the 24 h window.")
        )
    status = str(number.get("status", "CONNECTED")).upper()
    if status != "CONNECTED":
        findings.append(
            Finding(
                Level.WRONG,
                f"The number is {status}.",
                "See Meta's WhatsApp manager: it says what the number needs.",
            )
        )
    health = number.get("health_status")
    can_send = health.get("can_send_message") if isinstance(health, dict) else None
    if can_send not in (None, "AVAILABLE"):
        findings.append(
            Finding(
                Level.WRONG,
                f"Sending is {can_send}.",
                "Often the payment method is missing: see the account's billing settings.",
            )
        )
    return findings


async def _subscription(api: AccountApi) -> Finding:
    try:
        apps = await api.subscribed_apps()
    except WhatsAppError as error:
        return Finding(Level.CARE, f"The webhook subscription could not be looked up: {error}")
    if not apps:
        return Finding(
            Level.WRONG,
            "No app is subscribed to the account: no message of a patient comes in.",
            "Meta's dashboard, WhatsApp, configuration: subscribe the webhook to `messages`.",
        )
    return Finding(Level.FINE, "An app gets the account's webhooks.")


async def _templates(wired: Services, api: AccountApi) -> Finding:
    try:
        statuses = await wired.templates.refresh(api)
    except WhatsAppError as error:
        return Finding(Level.CARE, f"The templates could not be looked up: {error}")
    lacking = [
        f"{template.name} {language} ({statuses.get((template.name, language), 'not submitted')})"
        for template in load_templates().values()
        for language in template.languages
        if statuses.get((template.name, language)) != "APPROVED"
    ]
    if lacking:
        return Finding(
            Level.WRONG,
            f"{len(lacking)} templates can't be sent: {', '.join(lacking[:6])}"
            + (" ..." if len(lacking) > 6 else ""),
            "python -m scripts.templates submit, then status; a rejected one says why.",
        )
    return Finding(Level.FINE, "All templates are approved.")


def _queues(wired: Services) -> list[Finding]:
    with wired.database.read() as tx:
        gauges = {
            (name, *labels.values()): value
            for name, labels, value in queue_gauges(tx, wired.clock.now())
        }
    findings = []
    for queue, advice in (
        ("inbox", "Is the assistant running? See its log for «A turn failed»."),
        ("outbox", "See the log for «Sending is stopped» and the rows' error codes."),
    ):
        age = gauges.get(("whatsapp_queue_oldest_seconds", queue), 0.0)
        depth = gauges.get(("whatsapp_queue_depth", queue), 0.0)
        if depth and age > _OLD_SECONDS:
            what = f"The {queue} holds {depth:.0f} rows, the oldest for {age / 60:.0f} minutes."
            findings.append(Finding(Level.WRONG, what, advice))
        else:
            findings.append(Finding(Level.FINE, f"The {queue} is up to date."))
    parked = gauges.get(("whatsapp_inbox_updates", "parked"), 0.0)
    if parked:
        findings.append(
            Finding(
                Level.CARE, f"{parked:.0f} updates are parked.", "python -m scripts.inbox parked"
            )
        )
    return findings


if __name__ == "__main__":
    main()
