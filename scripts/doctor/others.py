"""The checks with 360dialog and Twilio, and plain words where they have none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable

import httpx

from clinic.bootstrap import Services
from scripts.doctor.findings import Finding, Level, check_clock
from scripts.doctor.meta import lacking_templates
from whatsapp.errors import AccountError, WhatsAppError
from whatsapp.other_accounts import Dialog360Account, TwilioAccount
from whatsapp.template_files import load_templates


async def check_dialog360(
    wired: Services, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Finding]:
    """Yields what the checks find."""
    account = Dialog360Account(wired.settings.whatsapp, transport)
    try:
        yield await check_clock(account.server_time)
        key, can_send = await _ask(account.can_send(), "The API key", "WHATSAPP_ACCESS_TOKEN")
        yield key
        if key.level is Level.FINE:
            if can_send not in (None, "AVAILABLE"):
                yield Finding(
                    Level.WRONG if can_send == "BLOCKED" else Level.CARE,
                    f"Sending is {can_send}.",
                    "The 360dialog Hub says what the number or the account needs.",
                )
            yield await _dialog360_webhook(account, wired.settings.whatsapp.webhook_url)
    finally:
        await account.close()
    yield Finding(
        Level.CARE,
        "360dialog tells neither the number's quality and limit nor the templates' approvals.",
        "Look at them in the 360dialog Hub; WHATSAPP_NEW_RECIPIENTS_PER_DAY says the limit.",
    )


async def check_twilio(
    wired: Services, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Finding]:
    """Yields what the checks find."""
    settings = wired.settings.whatsapp
    account = TwilioAccount(settings, transport)
    try:
        yield await check_clock(account.server_time)
        login, status = await _ask(
            account.status(), "The login", "TWILIO_ACCOUNT_SID and WHATSAPP_ACCESS_TOKEN"
        )
        yield login
        if login.level is Level.FINE:
            if status not in (None, "active"):
                yield Finding(
                    Level.WRONG, f"The account is {status}.", "Twilio's console says why."
                )
            yield await _contents(account, settings.content_sids)
    finally:
        await account.close()
    if not settings.webhook_url:
        yield Finding(
            Level.WRONG,
            "WHATSAPP_WEBHOOK_URL is not set: no webhook of Twilio can be verified.",
            "Set it to the address that stands in Twilio's console, exactly as it stands there.",
        )
    yield Finding(
        Level.CARE,
        "Twilio tells neither the number's quality and limit nor whether a webhook is registered.",
        "Look at them in Twilio's console, Messaging, Senders; "
        "WHATSAPP_NEW_RECIPIENTS_PER_DAY says the limit.",
    )


async def _ask(
    answer: Awaitable[str | None], what: str, settings: str
) -> tuple[Finding, str | None]:
    try:
        told = await answer
    except AccountError as error:
        return Finding(
            Level.WRONG,
            f"{what} is not accepted (code {error.code}).",
            f"Compare {settings} with the provider's console.",
        ), None
    except WhatsAppError as error:
        return Finding(Level.WRONG, f"The account could not be looked up: {error}"), None
    return Finding(Level.FINE, f"{what} is accepted."), told


async def _dialog360_webhook(account: Dialog360Account, wanted: str) -> Finding:
    try:
        registered = await account.webhook_url()
    except WhatsAppError as error:
        return Finding(Level.CARE, f"The webhook could not be looked up: {error}")
    if not registered:
        return Finding(
            Level.WRONG,
            "No webhook is registered: no message of a patient comes in.",
            "Register it with the header Authorization: docs.360dialog.com, Set webhook URL.",
        )
    if wanted and registered != wanted:
        return Finding(
            Level.WRONG,
            "The registered webhook is not WHATSAPP_WEBHOOK_URL.",
            "Correct one of the two: docs.360dialog.com, Set webhook URL.",
        )
    return Finding(Level.FINE, "A webhook is registered.")


async def _contents(account: TwilioAccount, sids: dict[str, str]) -> Finding:
    statuses = {}
    for template in load_templates().values():
        for language in template.languages:
            sid = sids.get(f"{template.name}/{language}")
            try:
                status = await account.approval(sid) if sid else "no ContentSid"
            except WhatsAppError as error:
                status = f"code {error.code}"
            statuses[template.name, language] = status or "not submitted"
    return lacking_templates(
        statuses, "Submit them in Twilio's Content editor; TWILIO_CONTENT_FILE names their ids."
    )
