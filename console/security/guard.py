"""The gate before every page, stream and file: nothing is answered without a session.

It refuses unless it knows better: a route that somebody forgets to protect is protected, since
only the paths listed here are open. Writes need the token of `csrf.py` besides.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clinic.bootstrap import Services
from clinic.staff.model import StaffSession
from console.security import cookies, csrf
from console.security.headers import HEADERS, PRIVATE, STATIC, STRICT_TRANSPORT

LOGIN = "/login"
LOGIN_CODE = "/login/code"
CHANGE_PASSWORD = "/account/password"
_OPEN = frozenset({LOGIN, "/health"})
_OPEN_FOLDER = "/static/"
_WITHOUT_CODE = frozenset({LOGIN_CODE, "/logout"})
"""What somebody may reach who has not given the second factor yet."""
_WITH_OLD_PASSWORD = frozenset({CHANGE_PASSWORD, "/logout", "/account/language"})
LARGEST_FORM = 1_000_000
BACKGROUND = "X-Background"
"""Sent by what refreshes itself: it does not keep a session alive."""


class Guard:
    """Pure ASGI, so that streams pass it unbuffered."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        is_static = request.url.path.startswith(_OPEN_FOLDER)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", STATIC if is_static else PRIVATE)
                if request.url.scheme == "https":
                    headers["Strict-Transport-Security"] = STRICT_TRANSPORT
            await send(message)

        if is_static:
            await self._app(scope, receive, send_safely)
            return
        token = cookies.read(request, cookies.SESSION)
        session = await self._session(request, token)
        visit = cookies.read(request, cookies.VISIT) or secrets.token_urlsafe(24)
        state = scope.setdefault("state", {})
        state.update(
            session=session,
            session_token=token if session else "",
            visit=visit,
            csrf=csrf.token_for(self._services.database.cipher, token if session else visit),
        )
        refusal = self._refusal(request, session)
        if refusal is None and request.method not in csrf.SAFE_METHODS:
            receive = _Replayed(receive)
            if not await self._is_ours(request, receive, state["csrf"]):
                refusal = PlainTextResponse("Forbidden", status_code=403)
        if refusal is not None:
            await refusal(scope, receive, send_safely)
            return
        await self._app(scope, receive, send_safely)

    async def _session(self, request: Request, token: str) -> StaffSession | None:
        if not token:
            return None
        is_activity = BACKGROUND not in request.headers
        return await run_in_threadpool(
            self._services.staff_sessions.find, token, is_activity=is_activity
        )

    def _refusal(self, request: Request, session: StaffSession | None) -> Response | None:
        """Returns what is answered instead of what was asked for; None lets it pass."""
        path = request.url.path
        if path in _OPEN:
            return None
        if session is None:
            return _sent_to(request, LOGIN)
        if session.needs_code:
            return None if path in _WITHOUT_CODE else _sent_to(request, LOGIN_CODE)
        if session.member.must_change_password and path not in _WITH_OLD_PASSWORD:
            return _sent_to(request, CHANGE_PASSWORD)
        return None

    async def _is_ours(self, request: Request, receive: _Replayed, expected: str) -> bool:
        if csrf.comes_from_elsewhere(request):
            return False
        given = request.headers.get(csrf.HEADER)
        if given is None and request.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            body = await receive.read(LARGEST_FORM)
            given = csrf.field_of(body) if body is not None else None
        return given is not None and csrf.is_right(given, expected)


class _Replayed:
    """A request's body that can be read before the application reads it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Message] = []

    async def read(self, largest: int) -> bytes | None:
        """Returns the whole body; None when it is larger than allowed or breaks off."""
        body = b""
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                return None
            self._kept.append(message)
            body += message.get("body", b"")
            if len(body) > largest:
                return None
            if not message.get("more_body"):
                return body

    async def __call__(self) -> Message:
        return self._kept.pop(0) if self._kept else await self._receive()


def _sent_to(request: Request, path: str) -> Response:
    """Leads a person to the login; tells a script, a stream or a file that there is none."""
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": path})
    wants_page = "text/html" in request.headers.get("accept", "")
    if request.method not in csrf.SAFE_METHODS or not wants_page:
        return PlainTextResponse("Unauthorized", status_code=401)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(wanted, safe='/')}" if path == LOGIN and wanted != "/" else ""
    return RedirectResponse(path + back, status_code=303)


def own_path(wanted: str) -> str:
    """Returns a path of the console to go on to; the start for everything that is none."""
    parts = urlsplit(wanted)
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_own and not parts.scheme and not parts.netloc else "/"
