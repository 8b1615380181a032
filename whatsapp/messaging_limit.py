"""How many people a day a business may write to first, as Meta names it ("Messaging limits").

Current answers and webhooks of v24 give `whatsapp_business_manager_messaging_limit` and
`max_daily_conversations_per_business`, older ones `messaging_limit_tier`, `current_limit` and
`max_daily_conversation_per_phone`; values are tiers (`TIER_2K`) or numbers, -1 for no limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_UNLIMITED = "unlimited"
_THOUSAND = 1000


@dataclass(frozen=True)
class MessagingLimit:
    """The limit; `recipients` is None when there is none."""

    recipients: int | None

    def to_text(self) -> str:
        """Returns it as `read_limit` reads it."""
        return _UNLIMITED if self.recipients is None else str(self.recipients)


def read_limit(*values: Any) -> MessagingLimit | None:
    """Returns the limit that the first readable value tells; None when none of them does."""
    for value in values:
        text = str(value).lower().removeprefix("tier_")
        if text in (_UNLIMITED, "-1"):
            return MessagingLimit(None)
        if found := re.fullmatch(r"([1-9][0-9]{0,8})(k?)", text):
            return MessagingLimit(int(found[1]) * (_THOUSAND if found[2] else 1))
    return None
