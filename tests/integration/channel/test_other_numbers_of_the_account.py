"""What concerns another number of the account is counted, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.tables.messaging import contact
from tests.integration.channel.test_every_kind_of_update import contact_of, known_patient
from tests.integration.channel.webhooks import SALMA, YOUSSEF, Webhook, body_of, change

pytestmark = pytest.mark.model

ELSEWHERE = "999"

Json = dict[str, Any]


def elsewhere(field: str = "messages", **lists: Any) -> Json:
    return body_of([change(field=field, number_id=ELSEWHERE, **lists)])


def item(**fields: Any) -> Json:
    return {"id": "wamid.X", "timestamp": "1795424400", **fields}


TEXT = item(**{"from": YOUSSEF}, type="text", text={"body": "un secret"})
NEW_NUMBER = item(
    **{"from": SALMA}, type="system",
    system={"type": "user_changed_number", "wa_id": YOUSSEF, "body": "x"},
)  # fmt: skip
CARD = item(
    from_user_id="MA.1", type="contacts",
    contacts=[{"origin": "contact_request", "phones": [{"phone": "+1", "wa_id": YOUSSEF}]}],
)  # fmt: skip

FOREIGN = [
    pytest.param(elsewhere(messages=[TEXT]), id="message"),
    pytest.param(elsewhere(messages=[CARD]), id="card"),
    pytest.param(elsewhere(messages=[NEW_NUMBER]), id="changed number"),
    pytest.param(
        elsewhere(messages=[{**TEXT, "from": SALMA}], contacts=[
            {"wa_id": SALMA, "user_id": "MA.9", "profile": {"name": "Autre"},
             "identity_key_hash": "abc="},
        ]),
        id="known patient",
    ),
    pytest.param(
        elsewhere("user_id_update", user_id_update=[
            {"wa_id": SALMA, "user_id": {"previous": "MA.1", "current": "MA.2"}},
        ]),
        id="user id",
    ),
    pytest.param(
        elsewhere("calls", calls=[item(**{"from": YOUSSEF}, event="terminate", status="FAILED")]),
        id="call",
    ),
    pytest.param(
        elsewhere("smb_message_echoes", message_echoes=[
            item(**{"from": "212522000100"}, to=SALMA, type="text", text={"body": "x"}),
        ]),
        id="echo",
    ),
    pytest.param(elsewhere(errors=[{"code": 131031, "title": "locked"}]), id="error"),
    pytest.param(elsewhere(messages=[7]), id="malformed"),
]  # fmt: skip


@pytest.mark.parametrize("body", FOREIGN)
async def test_it_touches_no_contact_and_is_not_kept(webhook: Webhook, body: Json) -> None:
    before = await known_patient(webhook)
    known = {row.key for row in webhook.inbox()}
    webhook.process.transport.sent.clear()

    await webhook.deliver(body)
    await webhook.deliver(body)

    (row,) = [row for row in webhook.inbox() if row.key not in known]
    assert (row.status, row.contact_id, row.reason) == ("done", None, "other_number")
    services = webhook.clinic.services
    kept = services.database.cipher.decrypt(bytes(row.payload))
    assert not any(word in kept for word in ("secret", SALMA, YOUSSEF, "Autre"))
    assert contact_of(webhook, SALMA) == before
    with services.database.read() as tx:
        assert tx.connection.scalar(select(func.count()).select_from(contact)) == 1
        assert Handoffs(tx).open_of(before.id) is None
        assert Contacts(tx).find(phone=YOUSSEF, user_id=None) is None
    assert webhook.process.transport.sent == []
    assert 'whatsapp_received_total{kind="other_number",type=""} 1.0' in services.metrics.text()


async def test_a_status_for_another_number_changes_no_message(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.clinic.write(SALMA, "bonjour")
    row = webhook.outbox()[0]
    status = {"id": row.wamid, "status": "failed", "timestamp": "1795424400",
              "errors": [{"code": 131026}], "biz_opaque_callback_data": row.reference}  # fmt: skip
    await webhook.deliver(elsewhere(statuses=[{**status, "status": "read"}]))
    await webhook.deliver(elsewhere(statuses=[status]))
    assert webhook.outbox()[0].status == row.status
