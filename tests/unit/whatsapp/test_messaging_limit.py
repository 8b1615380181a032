"""Meta's names of the limit of people written to first."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from whatsapp.account import AccountApi
from whatsapp.messaging_limit import MessagingLimit, read_limit
from whatsapp.settings import WhatsAppSettings

SETTINGS = WhatsAppSettings(
    app_secret="s", verify_token="v", access_token="t", phone_number_id="1065"
)
NEW, OLD = "whatsapp_business_manager_messaging_limit", "messaging_limit_tier"


@pytest.mark.parametrize(
    ("value", "recipients"),
    [("TIER_250", 250), ("TIER_2K", 2000), ("TIER_100K", 100_000), (10_000, 10_000), ("50", 50),
     ("TIER_UNLIMITED", None), ("UNLIMITED", None), (-1, None)],
)  # fmt: skip
def test_tiers_and_numbers_are_read(value: object, recipients: int | None) -> None:
    limit = MessagingLimit(recipients)
    assert read_limit(value) == limit
    assert read_limit(limit.to_text()) == limit


@pytest.mark.parametrize("value", [None, "", "TIER_NOT_SET", 0, True, "2.5K", [], {"TIER_2K": 1}])
def test_anything_else_tells_no_limit(value: object) -> None:
    assert read_limit(value) is None
    assert read_limit(value, "TIER_1K") == MessagingLimit(1000)


class Graph(httpx.AsyncBaseTransport):
    """Tells one field of the number and refuses the others, as Graph does."""

    def __init__(self, **fields: Any) -> None:
        self._fields = fields

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.params["fields"]
        if name in self._fields:
            return httpx.Response(200, json={name: self._fields[name]}, request=request)
        return httpx.Response(400, json={"error": {"code": 100}}, request=request)


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        ({NEW: "TIER_2K", OLD: "TIER_1K"}, MessagingLimit(2000)),
        ({OLD: "TIER_1K"}, MessagingLimit(1000)),
        ({}, None),
    ],
)
async def test_the_present_name_goes_before_the_old_one(
    fields: dict[str, str], limit: MessagingLimit | None
) -> None:
    api = AccountApi(SETTINGS, Graph(**fields))
    assert await api.messaging_limit() == limit
    await api.close()
