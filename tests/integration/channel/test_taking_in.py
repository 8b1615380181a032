"""Everything that Meta may send is taken in: a row for each update, none dropped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.integration.channel.webhooks import (
    SALMA,
    YOUSSEF,
    Webhook,
    body_of,
    change,
    messages,
)
from whatsapp.webhooks import read_updates

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[3]
PUBLISHED = sorted((ROOT / "tests/payloads/meta_openapi").glob("*.json"))
SHARED = sorted((ROOT.parent / "shared/whatsapp/payloads").glob("**/*.json"))


def _named(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in paths]


async def _assert_taken_in(webhook: Webhook, path: Path) -> None:
    body = path.read_bytes()
    updates = read_updates(body)
    for _ in range(2):
        await webhook.deliver(body)
        rows = webhook.inbox()
        assert Counter(row.key for row in rows) == Counter({u.key: 1 for u in updates})
        assert {row.status for row in rows} <= {"done"}, [row.reason for row in rows]


@pytest.mark.parametrize("path", _named(PUBLISHED))
async def test_a_published_body_leaves_one_row_per_update(webhook: Webhook, path: Path) -> None:
    await _assert_taken_in(webhook, path)


@pytest.mark.skipif(not SHARED, reason="the recorded webhooks of shared/whatsapp are not here")
@pytest.mark.parametrize("path", _named(SHARED))
async def test_a_recorded_body_leaves_one_row_per_update(webhook: Webhook, path: Path) -> None:
    await _assert_taken_in(webhook, path)


async def test_all_messages_of_all_changes_and_entries_are_answered(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.open_window(YOUSSEF)
    body = body_of(
        [
            change(messages=[webhook.text("A"), webhook.text("B", from_=YOUSSEF)]),
            change(messages=[webhook.text("C")]),
        ],
        [change(messages=[webhook.text("D", from_=YOUSSEF)])],
    )
    await webhook.deliver(body)
    assert sorted(webhook.answered()) == ["A", "B", "C", "D"]
    assert [key for key in webhook.answered() if key in "AC"] == ["A", "C"]
    assert [key for key in webhook.answered() if key in "BD"] == ["B", "D"]
    await webhook.assert_every_row_arrived_once()


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        7,
        [],
        {},
        {"id": "wamid.X"},
        {"from": SALMA},
        {"id": 5, "from": {"a": 1}, "type": []},
    ],
    ids=repr,
)
async def test_a_malformed_neighbour_is_parked_and_the_others_are_answered(
    webhook: Webhook, broken: object
) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(messages(webhook.text("A"), broken, webhook.text("B")))
    assert webhook.answered() == ["A", "B"]
    counts = Counter(row.status for row in webhook.inbox() if row.key not in ("wamid.A", "wamid.B"))
    assert counts["parked"] == 1
    assert counts["waiting"] == 0


async def test_a_broken_change_and_a_broken_entry_leave_the_others_alone(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    no_list = change(messages="no list")
    body = body_of([{"field": "messages"}, no_list, change(messages=[webhook.text("A")])])
    body["entry"] = [None, {"id": "1"}, *body["entry"]]
    await webhook.deliver(body)
    assert webhook.answered() == ["A"]
    assert Counter(row.status for row in webhook.inbox())["parked"] == 4


async def test_a_message_for_another_number_is_stored_and_not_answered(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(messages(webhook.text("A"), number_id="999"))
    assert webhook.states()["wamid.A"] == "done"
    assert webhook.outbox() == []


async def test_a_patient_without_a_number_is_answered_by_user_id(webhook: Webhook) -> None:
    clinic = webhook.clinic
    answer = await clinic.control(
        "POST", "/api/patients", json={"wa_id": "212663000003", "no_number": True}
    )
    user_id = answer.json()["id"]
    answers = await clinic.write(user_id, "bonjour")
    assert [a["body"].get("recipient") for a in answers] == [user_id] * len(answers)
    assert len(answers) >= 1
    assert not any("to" in a["body"] for a in answers)


async def test_text_that_cannot_be_stored_or_is_endless_is_answered(webhook: Webhook) -> None:
    """NUL, lone surrogates, an id of the full length, a text far beyond the limit."""
    await webhook.open_window(SALMA)
    long_id = "L" * 190
    contact = {"wa_id": SALMA, "profile": {"name": "Sal\x00ma \ud83d"}}
    body = body_of(
        [
            change(
                field="messages\x00",
                contacts=[contact],
                messages=[
                    webhook.text("A", "bon\x00jour \ud83d"),
                    webhook.text(long_id),
                    webhook.text("C", "bonjour " * 1000),
                ],
            )
        ]
    )
    await webhook.deliver(body)
    assert {row.status for row in webhook.inbox()} == {"done"}
    assert len({row.key for row in webhook.outbox()}) >= 3
    assert all(len(row.key) <= 200 for row in webhook.outbox())
    await webhook.assert_every_row_arrived_once()


async def test_a_message_is_marked_read_and_typing_is_shown(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    webhook.process.transport.sent.clear()
    answers = await webhook.clinic.write(SALMA, "bonjour")
    assert len(answers) >= 1
    written = next(m for m in await webhook.clinic.messages(SALMA) if m["text"] == "bonjour")
    assert written["status"] == "read"
    marks = [body for body in webhook.process.transport.sent if "status" in body]
    assert marks == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": written["wamid"],
            "typing_indicator": {"type": "text"},
        }
    ]
