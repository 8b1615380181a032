"""The console's cookies: all http-only, same-site, and secure wherever the page came by https."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

SESSION = "console_session"
VISIT = "console_visit"
"""Ties a login form to the browser that asked for it, before there is a session."""
NOTICE = "console_notice"
"""What the next page says once: the name of a text, nothing else."""

_NOTICE_SECONDS = 30
_TEXT_NAME = re.compile(r"[a-z_.]{1,80}")


def read(request: Request, name: str) -> str:
    return request.cookies.get(_full(name, request), "")


def write(
    response: Response, request: Request, name: str, value: str, *, max_age: int | None = None
) -> None:
    response.set_cookie(
        _full(name, request),
        value,
        max_age=max_age,
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def remove(response: Response, request: Request, name: str) -> None:
    response.delete_cookie(
        _full(name, request), path="/", secure=_is_https(request), httponly=True, samesite="lax"
    )


def leave_notice(response: Response, request: Request, text: str) -> None:
    write(response, request, NOTICE, text, max_age=_NOTICE_SECONDS)


def read_notice(request: Request) -> str | None:
    text = read(request, NOTICE)
    return text if _TEXT_NAME.fullmatch(text) else None


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https"


def _full(name: str, request: Request) -> str:
    """`__Host-` makes the browser refuse the cookie unless it is secure and of this host only."""
    return f"__Host-{name}" if _is_https(request) else name
