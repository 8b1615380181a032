"""The routes about the account: message templates and the webhook subscription."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from simulator.errors import GraphError, RequestInvalidError
from simulator.service import Simulator
from simulator.templates import template_of

_ALREADY_THERE = 2388024
"""Meta's subcode for "there is already content in this language"."""


def template_router(simulator: Simulator, authorize: Callable[[Request], None]) -> APIRouter:
    """Returns the routes on one simulator."""
    router = APIRouter(tags=["Cloud API"])

    def check_account(node: str) -> None:
        if node != simulator.settings.business_account_id:
            raise GraphError(100, f"Object with ID '{node}' does not exist", subcode=33)

    @router.get("/{version}/{node}/message_templates")
    async def list_templates(
        node: str, request: Request, limit: int = 25, after: str = ""
    ) -> Response:
        authorize(request)
        check_account(node)
        start = int(after) if after.isdigit() else 0
        found = simulator.templates.all()
        shown = found[start : start + limit]
        answer: dict[str, Any] = {"data": [template.graph() for template in shown]}
        end = start + len(shown)
        answer["paging"] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(found):
            answer["paging"]["next"] = f"{request.url.replace(query=None)}?after={end}"
        return JSONResponse(answer)

    @router.post("/{version}/{node}/message_templates")
    async def create_template(node: str, request: Request) -> Response:
        authorize(request)
        check_account(node)
        body = await _body(request)
        template = template_of(
            body.get("name"), body.get("language"), body.get("category"), body.get("components")
        )
        if simulator.templates.find(template.name, template.language):
            raise GraphError(
                100, "There is already content in this language", subcode=_ALREADY_THERE
            )
        simulator.templates.add(template)
        _announce(simulator, template.name, template.language, template.id)
        return JSONResponse(
            {"id": template.id, "status": template.status, "category": template.category}
        )

    @router.get("/{version}/{node}/subscribed_apps")
    async def subscribed_apps(node: str, request: Request) -> Response:
        authorize(request)
        check_account(node)
        app = {"whatsapp_business_api_data": {"id": "1", "name": "Assistant", "link": ""}}
        return JSONResponse({"data": [app]})

    @router.post("/{version}/{node}")
    async def edit_template(node: str, request: Request) -> Response:
        authorize(request)
        known = simulator.templates.find_id(node)
        if known is None:
            raise GraphError(100, f"Object with ID '{node}' does not exist", subcode=33)
        body = await _body(request)
        template = template_of(
            known.name,
            known.language,
            body.get("category", known.category),
            body.get("components"),
            template_id=known.id,
        )
        simulator.templates.add(template)
        _announce(simulator, template.name, template.language, template.id)
        return JSONResponse({"success": True})

    return router


def _announce(simulator: Simulator, name: str, language: str, template_id: str) -> None:
    simulator.announce_template(name, language, "APPROVED", "NONE", template_id)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise GraphError(100, "The body is not JSON") from error
    if not isinstance(body, dict):
        raise RequestInvalidError("The body must be a JSON object")
    return body
