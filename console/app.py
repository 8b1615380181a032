"""The console's web application: the gate, the pages, the live stream."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from clinic.bootstrap import Services
from console import live
from console.access import AREAS, may_enter
from console.live import LiveFeed
from console.page import ALL_SITES, Page
from console.pages import (
    account,
    accounts,
    agenda,
    agenda_booking,
    agenda_closures,
    agenda_file_leave,
    agenda_moving,
    agenda_walk_ins,
    clinic_file,
    clinic_file_practitioners,
    conversation,
    conversation_agenda,
    inbox,
    login,
    manager,
    request_answers,
    requests,
    review,
)
from console.security.guard import Guard
from console.security.headers import HEADERS, PRIVATE

STATIC = Path(__file__).parent / "static"
_ROUTERS = (
    live.router,
    login.router,
    account.router,
    inbox.router,
    agenda.router,
    agenda_booking.router,
    agenda_moving.router,
    agenda_closures.router,
    agenda_file_leave.router,
    agenda_walk_ins.router,
    conversation.router,
    conversation_agenda.router,
    requests.router,
    request_answers.router,
    manager.router,
    # Before the parts of the file: its name is no part with a form like the others.
    clinic_file_practitioners.router,
    clinic_file.router,
    review.router,
    accounts.router,
)
"""One per topic; every page of them is behind the gate of `security/guard.py`."""


def create_app(services: Services) -> FastAPI:
    """Returns the application on the services of `clinic.bootstrap`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await app.state.live.start()
        yield
        await app.state.live.stop()

    # No generated pages: they would list every path.
    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.state.live = LiveFeed(services)
    app.add_middleware(Guard, services=services)
    for router in _ROUTERS:
        app.include_router(router)

    @app.get("/")
    def start(request: Request) -> Response:
        """Leads to the first area that somebody may enter."""
        page = Page(request, services)
        for area, entry in AREAS.items():
            if may_enter(page.member, area):
                return RedirectResponse(entry.path, status_code=303)
        return RedirectResponse("/account", status_code=303)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(HTTPException, _show_error)
    app.add_exception_handler(RequestValidationError, _show_error)
    app.add_exception_handler(Exception, _show_failure)
    return app


def _show_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 422
    page = Page(request, request.app.state.services)
    if page.is_partial or request.state.session is None:
        return PlainTextResponse(str(status), status_code=status)
    known = status if status in (403, 404) else 422
    is_elsewhere = isinstance(error, HTTPException) and error.detail == ALL_SITES
    hint = ALL_SITES if is_elsewhere else known
    return page.render("error.html.j2", status=status, code=known, hint=hint)


def _show_failure(request: Request, _: Exception) -> Response:
    """Says that it is the console's fault; the error itself goes on to the log."""
    page = Page(request, request.app.state.services)
    response: Response = PlainTextResponse("500", status_code=500)
    if not page.is_partial and getattr(request.state, "session", None) is not None:
        response = page.render("error.html.j2", status=500, code=500, hint=500)
    # This answer comes from outside the gate, which adds them to all others.
    response.headers.update({**HEADERS, "Cache-Control": PRIVATE})
    return response
