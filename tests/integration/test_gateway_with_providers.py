"""The gateway as a process, with Twilio or 360dialog at the other end of real connections.

Nobody answers here: what comes in is stored, what is queued is sent in the provider's shape, and
its statuses are written back.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import inbox, outbox
from clinic.bootstrap import Services, build_services
from clinic.messaging.model import OutboxKind
from clinic.settings import read_settings
from scripts.processes import LocalClinic
from tests.integration.channel.webhooks import SALMA, messages, status
from tests.providers import ADDRESS, DIALOG, FORMS, TWILIO, twilio_form
from whatsapp.messages import Choice, OutgoingMessage
from whatsapp.providers import make_webhooks
from whatsapp.webhooks import read_updates

_PATIENCE_SECONDS = 60


@dataclass
class Asked:
    """A request that the provider got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Provider:
    """A server that answers every request with the ids that the provider would give."""

    answers: dict[str, Any]
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Provider:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                headers = {name.lower(): value for name, value in self.headers.items()}
                provider.asked.append(Asked(self.path, headers, self.rfile.read(length)))
                content = json.dumps(provider.answers).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Gateway:
    """A running gateway, its database, and the provider."""

    clinic: LocalClinic
    wired: Services
    provider: Provider

    def post(self, body: bytes, headers: dict[str, str], query: str = "") -> httpx.Response:
        url = f"{self.clinic.webhook_url}?{query}" if query else self.clinic.webhook_url
        return httpx.post(url, content=body, headers=headers, timeout=30)

    def inbox(self) -> dict[str, str]:
        with self.wired.database.read() as tx:
            rows = tx.connection.execute(select(inbox).order_by(inbox.c.id)).all()
        return {row.key: row.status for row in rows}

    def queue(self) -> None:
        """Queues a question with buttons for the patient who wrote."""
        with self.wired.database.write() as tx:
            contact = Contacts(tx).find(phone=SALMA, user_id=None)
            assert contact
            choices = (Choice("Oui", "/affirm"), Choice("Non", "/deny"))
            message = OutgoingMessage(text="Ça va ?", choices=choices)
            now = self.wired.clock.now()
            Outbox(tx).add(contact, message, key="q", kind=OutboxKind.REPLY, now=now)

    def row(self) -> Any:
        with self.wired.database.read() as tx:
            return tx.connection.execute(select(outbox)).one()


def eventually(is_so: Callable[[], object]) -> None:
    """Waits until it is so; fails when it never is."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < _PATIENCE_SECONDS, "it never happened"
        time.sleep(0.05)


def run_gateway(
    folder: Path, settings: dict[str, str], answers: dict[str, Any]
) -> Iterator[Gateway]:
    with Provider(answers) as provider:
        settings = {**settings, "WHATSAPP_API_URL": provider.url}
        clinic = LocalClinic(folder, settings=settings)
        clinic.migrate()
        wired = build_services(read_settings(clinic.environment))
        try:
            clinic.start_gateway()
            eventually(lambda: _is_alive(clinic))
            yield Gateway(clinic, wired, provider)
        finally:
            clinic.stop()
            wired.database.close()


def _is_alive(clinic: LocalClinic) -> bool:
    try:
        return httpx.get(f"{clinic.gateway_url}/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def with_twilio(tmp_path: Path) -> Iterator[Gateway]:
    settings = {
        "WHATSAPP_PROVIDER": "twilio",
        "WHATSAPP_APP_SECRET": TWILIO.app_secret,
        "WHATSAPP_ACCESS_TOKEN": TWILIO.access_token,
        "WHATSAPP_PHONE_NUMBER_ID": TWILIO.phone_number_id,
        "WHATSAPP_WEBHOOK_URL": ADDRESS,
        "TWILIO_ACCOUNT_SID": TWILIO.account_sid,
    }
    yield from run_gateway(tmp_path, settings, {"sid": "SM9", "status": "queued"})


@pytest.fixture
def with_dialog360(tmp_path: Path) -> Iterator[Gateway]:
    settings = {
        "WHATSAPP_PROVIDER": "360dialog",
        "WHATSAPP_APP_SECRET": DIALOG.app_secret,
        "WHATSAPP_ACCESS_TOKEN": DIALOG.access_token,
    }
    yield from run_gateway(tmp_path, settings, {"messages": [{"id": "wamid.9"}]})


def signed(body: bytes, query: str = "") -> dict[str, str]:
    url = f"{ADDRESS}?{query}" if query else ADDRESS
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "x-twilio-signature": RequestValidator("auth-token").compute_signature(url, form),
    }


def test_twilio_at_the_other_end(with_twilio: Gateway) -> None:
    gateway = with_twilio
    body = twilio_form("text")
    for headers in ({}, {"X-Twilio-Signature": "Zm9yZ2Vk"}, signed(twilio_form("flow"))):
        assert gateway.post(body, headers).status_code == 401
    for _ in range(3):
        assert gateway.post(body, signed(body)).status_code == 200
    assert gateway.inbox() == {"SM" + "0" * 31 + "1": "waiting"}

    gateway.queue()
    eventually(lambda: gateway.row().status == "accepted")
    content, message = gateway.provider.asked
    assert content.path == "/v1/Content"
    assert "twilio/quick-reply" in json.loads(content.body)["types"]
    assert message.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert message.headers["authorization"].startswith("Basic ")
    form = dict(parse_qsl(message.body.decode()))
    assert (form["To"], form["ContentSid"]) == ("whatsapp:+212661000001", "SM9")

    callback = urlsplit(form["StatusCallback"])
    assert callback._replace(query="").geturl() == ADDRESS
    delivered = twilio_form("status_delivered")
    assert gateway.post(delivered, signed(delivered), callback.query).status_code == 401
    headers = signed(delivered, callback.query)
    for _ in range(2):
        assert gateway.post(delivered, headers, callback.query).status_code == 200
    assert gateway.row().status == "delivered"
    assert len(gateway.inbox()) == 2


def test_360dialog_at_the_other_end(with_dialog360: Gateway) -> None:
    gateway = with_dialog360
    number_id = gateway.wired.settings.whatsapp.phone_number_id
    item = {"id": "wamid.A", "from": SALMA, "type": "text", "text": {"body": "bonjour"}}
    body = json.dumps(messages(item, number_id=number_id)).encode()
    ours = {"authorization": DIALOG.app_secret}
    for headers in ({}, {"Authorization": "Basic other"}, {"D360-API-KEY": "api-key"}):
        assert gateway.post(body, headers).status_code == 401
    for _ in range(3):
        assert gateway.post(body, ours).status_code == 200
    assert gateway.inbox() == {"wamid.A": "waiting"}

    gateway.queue()
    eventually(lambda: gateway.row().status == "accepted")
    assert {(asked.path, asked.headers["d360-api-key"]) for asked in gateway.provider.asked} == {
        ("/messages", "api-key")
    }
    sent = [json.loads(asked.body) for asked in gateway.provider.asked]
    (question,) = [body for body in sent if body.get("type")]
    assert (question["to"], question["interactive"]["type"]) == (f"+{SALMA}", "button")
    delivered = json.dumps(status("wamid.9", "delivered")).encode()
    assert gateway.post(delivered, ours).status_code == 200
    assert gateway.row().status == "delivered"


def test_every_recorded_form_of_twilio_is_taken_in_once(with_twilio: Gateway) -> None:
    expected: list[str] = []
    for path in sorted(FORMS.glob("*.json")):
        body = twilio_form(path.stem)
        expected += [u.key for u in make_webhooks(TWILIO).updates(body, "")]
        for _ in range(2):
            assert with_twilio.post(body, signed(body)).status_code == 200, path.name
    assert list(with_twilio.inbox()) == list(dict.fromkeys(expected))
    assert "parked" not in with_twilio.inbox().values()


def test_every_recorded_body_of_meta_is_taken_in_once_from_360dialog(
    with_dialog360: Gateway,
) -> None:
    expected: list[str] = []
    for path in sorted((FORMS.parent / "meta_openapi").glob("*.json")):
        body = path.read_bytes()
        expected += [update.key for update in read_updates(body)]
        for _ in range(2):
            answer = with_dialog360.post(body, {"Authorization": DIALOG.app_secret})
            assert answer.status_code == 200, path.name
    assert list(with_dialog360.inbox()) == list(dict.fromkeys(expected))
    assert "parked" not in with_dialog360.inbox().values()
