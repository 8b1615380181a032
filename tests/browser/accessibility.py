"""What axe-core finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.async_playwright import Axe

_SERIOUS = ("serious", "critical")
_AT_REST = "Promise.allSettled(document.getAnimations().map((one) => one.finished))"


async def serious_faults(page: Any) -> list[str]:
    """Returns the serious and critical findings, once the page has stopped moving.

    A panel that is still fading in has too little contrast for a moment.
    """
    await page.evaluate(_AT_REST)
    found = await Axe().run(page)
    return [
        f"{fault['id']}: {[node['html'] for node in fault['nodes']][:4]}"
        for fault in found.response["violations"]
        if fault["impact"] in _SERIOUS
    ]
