"""Checks the connection to WhatsApp and says in plain words what is wrong and what to do.

    python -m scripts.whatsapp_doctor

It ends with 1 when something is wrong. Nothing is sent; what Meta says of templates and limits is
written down. The checks stand in `scripts/doctor/`; each provider has its own.
"""

from __future__ import annotations

import asyncio
import sys

import httpx

from clinic.bootstrap import Services, services
from clinic.settings import SettingsError
from scripts.doctor.clinic import check_clinic
from scripts.doctor.findings import Finding, report
from scripts.doctor.meta import check_meta
from scripts.doctor.others import check_dialog360, check_twilio
from whatsapp.settings import DIALOG_360, META, TWILIO

_CHECKS = {META: check_meta, DIALOG_360: check_dialog360, TWILIO: check_twilio}


def main() -> None:
    try:
        findings = asyncio.run(examine(services()))
    except SettingsError as error:
        sys.exit(str(error))
    sys.exit(report(findings, sys.stdout.write))


async def examine(
    wired: Services, transport: httpx.AsyncBaseTransport | None = None
) -> list[Finding]:
    """Returns what all checks found."""
    check = _CHECKS[wired.settings.whatsapp.provider]
    of_provider = [finding async for finding in check(wired, transport)]
    return [*of_provider, *await asyncio.to_thread(check_clinic, wired)]


if __name__ == "__main__":
    main()
