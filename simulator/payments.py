"""A page to pay on, as a payment provider has it: pay or decline, then a signed callback.

The assistant's link is signed, so that nobody changes the amount; so is the callback.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from simulator.settings import Settings

_CALLBACK_PATH = "/payments/callback"
_LINK_SIGNATURE = 16


@dataclass(frozen=True)
class Order:
    """What the link says is to be paid."""

    reference: str
    amount_mad: int


def payment_router(settings: Settings, client: httpx.AsyncClient) -> APIRouter:
    """Returns the page and its two buttons; callbacks go to the assistant of the webhooks."""
    router = APIRouter(include_in_schema=False)
    secret = settings.payment_secret.encode()
    address = urlsplit(settings.webhook_url)
    callback_url = urlunsplit((address.scheme, address.netloc, _CALLBACK_PATH, "", ""))

    @router.get("/pay/{token}")
    async def page(token: str) -> Response:
        order = _read(token, secret)
        if order is None:
            return HTMLResponse(_page("Lien non valable", ""), status_code=404)
        buttons = (
            f'<form method="post" action="/pay/{html.escape(token)}/paid">'
            '<button id="pay">Payer</button></form>'
            f'<form method="post" action="/pay/{html.escape(token)}/declined">'
            '<button id="decline">Refuser</button></form>'
        )
        title = f"{settings.clinic_name} : acompte de {order.amount_mad} DH"
        return HTMLResponse(_page(title, f"<p>Référence {order.reference}</p>{buttons}"))

    @router.post("/pay/{token}/{outcome}")
    async def decide(token: str, outcome: str) -> Response:
        order = _read(token, secret)
        if order is None or outcome not in ("paid", "declined"):
            return HTMLResponse(_page("Lien non valable", ""), status_code=404)
        body = json.dumps(
            {
                "reference": order.reference,
                "amount_mad": order.amount_mad,
                "payment_id": f"demo-{uuid4()}",
                "status": outcome,
            }
        ).encode()
        answer = await client.post(
            callback_url,
            content=body,
            headers={
                "Content-Type": "application/json",
                "X-Payment-Signature": _sign(body, secret),
            },
        )
        if answer.status_code != 200:
            return HTMLResponse(_page("Le paiement n'a pas abouti", ""), status_code=502)
        done = "Paiement accepté, merci" if outcome == "paid" else "Paiement refusé"
        return HTMLResponse(_page(done, "<p>Vous pouvez revenir dans WhatsApp.</p>"))

    return router


def _read(token: str, secret: bytes) -> Order | None:
    shown, _, signature = token.rpartition(".")
    parts = shown.split(".")
    expected = _sign(shown.encode(), secret)[:_LINK_SIGNATURE]
    if len(parts) != 3 or not hmac.compare_digest(signature.encode(), expected.encode()):
        return None
    return Order(parts[0], int(parts[1]))


def _sign(body: bytes, secret: bytes) -> str:
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="fr"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><h1>{html.escape(title)}</h1>{content}</html>"
    )
