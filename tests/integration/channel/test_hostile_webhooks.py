"""Broken, forged, replayed and oversized webhooks: `scripts.fuzz_webhooks`, in small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.channel.webhooks import SALMA, Webhook, body_of, change, messages

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("seed", [1, 2])
def test_broken_bodies_never_fail_and_never_cost_a_neighbour(seed: int) -> None:
    """In a process of its own: Sanic can start one app per process only."""
    command = [sys.executable, "-m", "scripts.fuzz_webhooks", "--bodies", "250"]
    run = subprocess.run(
        [*command, "--seed", str(seed)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr[-2000:]
    assert "0 sound messages lost" in run.stdout


@pytest.mark.model
async def test_a_thousand_updates_in_one_body_are_all_taken_in(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    items = [
        {
            "id": f"wamid.{n}",
            "status": "delivered",
            "timestamp": "1795424400",
            "recipient_id": SALMA,
        }
        for n in range(1000)
    ]
    await webhook.deliver(body_of([change(statuses=items)]))
    assert sum(row.kind == "status" for row in webhook.inbox()) == 1000


@pytest.mark.model
async def test_a_body_beyond_the_limit_is_refused_and_nothing_is_stored(webhook: Webhook) -> None:
    response = await webhook.post(b'{"entry": "' + b"x" * (4 * 1024 * 1024) + b'"}')
    assert response.status_code == 413
    assert webhook.inbox() == []


@pytest.mark.model
async def test_a_forged_signature_and_one_of_another_body_store_nothing(webhook: Webhook) -> None:
    from whatsapp.signature import sign

    body = json.dumps(messages(webhook.text("A"))).encode()
    others = sign(b"another body", "test-app-secret")
    for signature in (others, sign(body, "another secret"), "sha256=", "", "md5=00", None):
        assert (await webhook.post(body, signature=signature)).status_code == 401
    assert webhook.inbox() == []


@pytest.mark.model
async def test_a_replayed_request_is_acknowledged_and_does_nothing(webhook: Webhook) -> None:
    """A signature has no time in it: what protects is that every update counts once."""
    await webhook.open_window(SALMA)
    body = messages(webhook.text("A"))
    for _ in range(3):
        await webhook.deliver(body)
    assert webhook.answered() == ["A"]
