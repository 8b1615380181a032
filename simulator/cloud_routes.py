"""The routes that stand in for graph.facebook.com."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from typing import Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from simulator.errors import GraphError, MediaUnknownError
from simulator.media import check_upload
from simulator.service import Simulator
from simulator.template_routes import template_router

HANG_SECONDS = 300


def cloud_router(simulator: Simulator) -> APIRouter:
    """Returns the Cloud API's routes on one simulator."""
    router = APIRouter(tags=["Cloud API"])
    settings = simulator.settings

    def authorize(request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        right = secrets.compare_digest(token.strip().encode(), settings.access_token.encode())
        if scheme.lower() != "bearer" or not right:
            raise GraphError(190)

    def check_node(version: str, node: str, method: str = "post") -> None:
        if not re.fullmatch(r"v\d+\.\d+", version):
            raise GraphError(2500, message=f"Unknown path components: /{version}")
        if node != settings.phone_number_id:
            raise _no_such_object(node, method)

    @router.post("/{version}/{node}/messages")
    async def send_message(version: str, node: str, request: Request) -> Response:
        authorize(request)
        check_node(version, node)
        body = await _json_object(request)
        try:
            if "status" not in body:
                simulator.faults.refuse()
            answer = simulator.accept_send(body)
        except GraphError:
            simulator.stats.send_refused()
            raise
        if "status" not in body and simulator.faults.hangs():
            await _hang(request)
            raise GraphError(131016)
        return JSONResponse(answer)

    @router.post("/{version}/{node}/media")
    async def upload_media(
        version: str,
        node: str,
        request: Request,
        messaging_product: str = Form(default=""),
        type: str = Form(default=""),
        file: UploadFile | None = File(default=None),  # noqa: B008 - FastAPI's way
    ) -> Response:
        authorize(request)
        check_node(version, node)
        if messaging_product != "whatsapp":
            raise GraphError(100, "Param messaging_product must be one of: whatsapp")
        if file is None:
            raise GraphError(131008, "Parameter 'file' is mandatory")
        content = await file.read()
        mime_type = type if "/" in type else file.content_type or ""
        check_upload(content, mime_type)
        media = simulator.media.add(content, mime_type, file.filename)
        return JSONResponse({"id": media.id})

    @router.get("/media-files/{media_id}")
    async def media_file(
        media_id: str, request: Request, ext: str = "0", hash: str = ""
    ) -> Response:
        authorize(request)
        now = simulator.clock.now()
        if not ext.isdigit() or not simulator.media.url_holds(media_id, ext, hash, now):
            return JSONResponse({"error": "URL signature expired"}, status_code=404)
        try:
            media = simulator.media.get(media_id)
        except MediaUnknownError:
            return JSONResponse({"error": "not found"}, status_code=404)
        return Response(media.content, media_type=media.mime_type)

    router.include_router(template_router(simulator, authorize))

    @router.get("/{version}/{node}")
    async def get_node(version: str, node: str, request: Request) -> Response:
        authorize(request)
        if node == settings.phone_number_id:
            return JSONResponse(_phone_number(simulator))
        try:
            media = simulator.media.get(node)
        except MediaUnknownError as error:
            raise _no_such_object(node, "get") from error
        query = simulator.media.url_query(media.id, simulator.clock.now())
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "url": f"{str(request.base_url).rstrip('/')}/media-files/{media.id}?{query}",
                "mime_type": media.mime_type,
                "sha256": media.sha256.hex(),
                "file_size": len(media.content),
                "id": media.id,
            }
        )

    @router.delete("/{version}/{node}")
    async def delete_media(version: str, node: str, request: Request) -> Response:
        authorize(request)
        try:
            simulator.media.remove(node)
        except MediaUnknownError as error:
            raise _no_such_object(node, "delete") from error
        return JSONResponse({"success": True})

    return router


def graph_error_response(error: GraphError) -> Response:
    """Returns the answer that Graph gives."""
    return JSONResponse(error.body(), status_code=error.status)


def _phone_number(simulator: Simulator) -> dict[str, Any]:
    return {
        "verified_name": simulator.settings.clinic_name,
        "display_phone_number": "+" + simulator.settings.display_phone_number,
        "quality_rating": "GREEN",
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "health_status": {"can_send_message": "AVAILABLE"},
        "id": simulator.settings.phone_number_id,
    }


def _no_such_object(node: str, method: str) -> GraphError:
    text = (
        f"Unsupported {method} request. Object with ID '{node}' does not exist, cannot be loaded"
        " due to missing permissions, or does not support this operation."
    )
    return GraphError(100, text, subcode=33, message=text)


async def _json_object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise GraphError(100, "The body is not JSON") from error
    if not isinstance(body, dict):
        raise GraphError(100, "The body must be a JSON object")
    return body


async def _hang(request: Request) -> None:
    """Waits until the caller gives up."""
    deadline = time.monotonic() + HANG_SECONDS
    while time.monotonic() < deadline and not await request.is_disconnected():
        await asyncio.sleep(0.2)
