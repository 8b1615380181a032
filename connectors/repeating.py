"""Looking for work again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


async def repeat(look: Callable[[], Awaitable[None]], *, every: float) -> None:
    """Calls `look` every so many seconds until it is cancelled; a failure is tried again."""
    while True:
        try:
            await look()
        except Exception:
            logger.exception("Looking for work failed; it is tried again.")
        await asyncio.sleep(every)
