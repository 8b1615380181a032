"""Message templates: the files of `whatsapp/templates` and what WhatsApp has of them.

    python -m scripts.templates lint     what is wrong with the files
    python -m scripts.templates submit   submit what is new or changed
    python -m scripts.templates status   what WhatsApp says of each
    python -m scripts.templates diff     where files and WhatsApp differ

`submit`, `status` and `diff` need WHATSAPP_BUSINESS_ACCOUNT_ID. `status` and `submit` write the
approvals into the database: a template that is not approved is not sent.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import sys
from collections.abc import Iterable
from typing import Any

import httpx

from clinic.bootstrap import Services, services
from clinic.settings import SettingsError
from whatsapp.account import AccountApi, RemoteTemplate
from whatsapp.errors import WhatsAppError
from whatsapp.template_files import TemplateFile, TemplateFileError, load_templates
from whatsapp.template_linter import lint

Key = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("command", choices=["lint", "submit", "status", "diff"])
    arguments = parser.parse_args()
    try:
        templates = load_templates()
    except TemplateFileError as error:
        sys.exit(str(error))
    problems = [problem for template in templates.values() for problem in lint(template)]
    if problems:
        sys.exit("\n".join(problems))
    if arguments.command == "lint":
        sys.stdout.write(f"{len(templates)} templates: no problems found.\n")
        return
    try:
        wired = services()
        if not wired.settings.whatsapp.business_account_id:
            sys.exit(
                "WHATSAPP_BUSINESS_ACCOUNT_ID is not set: it stands in Meta's WhatsApp manager."
            )
        sys.exit(asyncio.run(run(arguments.command, wired, templates)))
    except (SettingsError, WhatsAppError) as error:
        sys.exit(str(error))


async def run(
    command: str,
    wired: Services,
    templates: dict[str, TemplateFile],
    transport: httpx.AsyncBaseTransport | None = None,
    write: Any = sys.stdout.write,
) -> int:
    """Runs a command; returns the exit code: 1 when files and WhatsApp differ or one is refused.

    Raises:
        WhatsAppError: WhatsApp refuses, or cannot be reached.
    """
    api = AccountApi(wired.settings.whatsapp, transport)
    try:
        remote = {(t.name, t.language): t for t in await api.templates()}
        wanted = _wanted(templates, wired.clinic.base_url)
        if command == "submit":
            failed = await _submit(api, wanted, remote, write)
            await wired.templates.refresh(api)
            return 1 if failed else 0
        if command == "status":
            await wired.templates.refresh(api)
            return _status(wanted, remote, write)
        return _diff(wanted, remote, write)
    finally:
        await api.close()


def _wanted(templates: dict[str, TemplateFile], base_url: str) -> dict[Key, dict[str, Any]]:
    return {
        (template.name, language): template.submission(language, base_url)
        for template in templates.values()
        for language in template.languages
    }


async def _submit(
    api: AccountApi,
    wanted: dict[Key, dict[str, Any]],
    remote: dict[Key, RemoteTemplate],
    write: Any,
) -> int:
    failed = 0
    for key, submission in wanted.items():
        known = remote.get(key)
        name = " ".join(key)
        try:
            if known is None:
                write(f"{name}: submitted, {await api.create_template(submission)}\n")
            elif _content(known.components) != _content(submission["components"]):
                await api.edit_template(known.id, submission["category"], submission["components"])
                write(f"{name}: changed, reviewed again\n")
        except WhatsAppError as error:
            failed += 1
            write(f"{name}: refused: {error} {_why(error)}\n")
    return failed


def _status(
    wanted: dict[Key, dict[str, Any]], remote: dict[Key, RemoteTemplate], write: Any
) -> int:
    missing = 0
    for key in sorted({*wanted, *remote}):
        known = remote.get(key)
        status = known.status if known else "NOT SUBMITTED"
        missing += key in wanted and status != "APPROVED"
        note = "" if key in wanted else "  (no file)"
        reason = f"  {known.reason}" if known and known.reason else ""
        write(f"{key[0]:34} {key[1]:6} {status}{reason}{note}\n")
    return 1 if missing else 0


def _diff(wanted: dict[Key, dict[str, Any]], remote: dict[Key, RemoteTemplate], write: Any) -> int:
    different = 0
    for key in sorted({*wanted, *remote}):
        ours = _content(wanted[key]["components"]) if key in wanted else []
        theirs = _content(remote[key].components) if key in remote else []
        lines = difflib.unified_diff(
            theirs, ours, "WhatsApp", f"{key[0]} {key[1]}", lineterm="", n=0
        )
        for line in lines:
            different += 1
            write(f"{line}\n")
    return 1 if different else 0


def _content(components: Iterable[dict[str, Any]]) -> list[str]:
    """Returns what patients see as lines; examples don't count, and WhatsApp adds ids."""
    lines = []
    for component in components:
        kind = str(component.get("type", "")).upper()
        if "text" in component:
            lines.append(f"{kind}: {component['text']}")
        for button in component.get("buttons") or ():
            shown = {k: button[k] for k in ("type", "text", "url") if k in button}
            lines.append(f"{kind}: {json.dumps(shown, ensure_ascii=False, sort_keys=True)}")
    return sorted(lines)


def _why(error: WhatsAppError) -> str:
    info = getattr(error, "info", None)
    return f"{info.message} {info.details}".strip() if info else ""


if __name__ == "__main__":
    main()
