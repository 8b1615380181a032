"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from clinic.staff.model import LoginOutcome, StaffMember
from console.page import Page, open_page
from console.security import cookies
from console.security.guard import LOGIN, LOGIN_CODE, own_path

router = APIRouter()
OpenPage = Annotated[Page, Depends(open_page)]


@router.get("/login")
def show_login(page: OpenPage, next: str = "/") -> Response:
    session = page.request.state.session
    if session is not None and not session.needs_code:
        return RedirectResponse("/", status_code=303)
    return _login_form(page, next)


@router.post("/login")
def log_in(
    page: OpenPage,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    outcome, member = page.services.staff_login.try_password(login, password, _address(page))
    if member is None:
        return _login_form(page, next, login=login, error=outcome, status=401)
    if outcome is LoginOutcome.CODE_NEEDED:
        return _enter(page, member, LOGIN_CODE, needs_code=True)
    return _enter(page, member, own_path(next))


@router.get("/login/code")
def show_code(page: OpenPage) -> Response:
    if not page.session.needs_code:
        return RedirectResponse("/", status_code=303)
    return page.render("login/code.html.j2", error=None)


@router.post("/login/code")
def give_code(page: OpenPage, code: Annotated[str, Form()] = "") -> Response:
    member = page.session.member
    outcome = page.services.staff_login.try_code(member, code, _address(page))
    if outcome is not LoginOutcome.WELCOME:
        return page.render("login/code.html.j2", status=401, error=outcome)
    return _enter(page, member, "/")


@router.post("/logout")
def log_out(page: OpenPage) -> Response:
    page.services.staff_sessions.end(page.request.state.session_token)
    response = page.redirect(LOGIN, notice="login.goodbye")
    cookies.remove(response, page.request, cookies.SESSION)
    return response


def _login_form(
    page: Page,
    next_path: str,
    *,
    login: str = "",
    error: LoginOutcome | None = None,
    status: int = 200,
) -> Response:
    response = page.render(
        "login/login.html.j2", status=status, next=own_path(next_path), login=login, error=error
    )
    cookies.write(response, page.request, cookies.VISIT, page.request.state.visit)
    return response


def _enter(page: Page, member: StaffMember, path: str, *, needs_code: bool = False) -> Response:
    """Opens a session under a new token: one that somebody planted before is worth nothing."""
    before = page.request.state.session_token
    token = page.services.staff_sessions.open(member, needs_code=needs_code, instead_of=before)
    response = RedirectResponse(path, status_code=303)
    cookies.write(response, page.request, cookies.SESSION, token)
    return response


def _address(page: Page) -> str:
    return page.request.client.host if page.request.client else ""
