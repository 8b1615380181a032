"""The checks with Meta itself: token, number, limit, webhook subscription, templates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx

from clinic.bootstrap import Services
from scripts.doctor.findings import Finding, Level, check_clock
from whatsapp.account import AccountApi
from whatsapp.errors import AccountError, ApiError, WhatsAppError
from whatsapp.template_files import load_templates

_SHOWN = 6


async def check_meta(
    wired: Services, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Finding]:
    """Yields what the checks find; a failed token makes the others pointless."""
    api = AccountApi(wired.settings.whatsapp, transport)
    try:
        yield await check_clock(api.server_time)
        token, number = await _number(api)
        yield token
        if number is None:
            return
        for finding in _number_findings(number):
            yield finding
        try:
            await wired.account_look_up.refresh(transport)
        except WhatsAppError as error:
            yield Finding(Level.CARE, f"Limit and templates could not be looked up: {error}")
        if wired.settings.whatsapp.business_account_id:
            yield await _subscription(api)
            yield await _templates(wired, api)
        else:
            yield Finding(
                Level.CARE,
                "WHATSAPP_BUSINESS_ACCOUNT_ID is not set: templates and webhooks are not checked, "
                "and templates are sent without knowing whether they are approved.",
                "It stands in Meta's WhatsApp manager, under the account's settings.",
            )
    finally:
        await api.close()


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
    level = {"RED": Level.WRONG, "YELLOW": Level.CARE}.get(quality, Level.FINE)
    advice = "Patients block or report messages: send fewer, and only what they agreed to."
    findings = [
        Finding(level, f"The number's quality is {quality}.", "" if level is Level.FINE else advice)
    ]
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
    return lacking_templates(
        {
            (template.name, language): statuses.get((template.name, language), "not submitted")
            for template in load_templates().values()
            for language in template.languages
        },
        "python -m scripts.templates submit, then status; a rejected one says why.",
    )


def lacking_templates(statuses: dict[tuple[str, str], str], advice: str) -> Finding:
    """Returns which of our templates are not approved, by their states."""
    lacking = [
        f"{name} {language} ({status})"
        for (name, language), status in statuses.items()
        if status.upper() != "APPROVED"
    ]
    if not lacking:
        return Finding(Level.FINE, "All templates are approved.")
    shown = ", ".join(lacking[:_SHOWN]) + (" ..." if len(lacking) > _SHOWN else "")
    return Finding(Level.WRONG, f"{len(lacking)} templates can't be sent: {shown}", advice)
