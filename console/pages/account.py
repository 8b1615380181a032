"""One's own account: language, password, second factor, being away."""

from __future__ import annotations

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, HTTPException
from markupsafe import Markup
from starlette.responses import Response

from clinic.staff.errors import WeakPasswordError
from console.page import Page, page_of
from console.security.csrf import is_right
from console.security.guard import own_path

router = APIRouter(prefix="/account")
OwnPage = Annotated[Page, Depends(page_of())]


@router.get("")
def show_account(page: OwnPage) -> Response:
    return page.render("account/account.html.j2")


@router.post("/language")
def choose_language(
    page: OwnPage, language: Annotated[str, Form()], next: Annotated[str, Form()] = "/account"
) -> Response:
    page.services.staff.set_language(page.member.id, language)
    return page.redirect(own_path(next))


@router.post("/away")
def set_away(page: OwnPage, away: Annotated[str, Form()] = "") -> Response:
    page.services.staff.set_away(page.member.id, away == "yes")
    if away == "yes":
        # Who waits for an answer must not wait for somebody who is not there.
        page.services.staff_desk.release_all(page.member)
    return page.redirect("/account", notice="account.away_on" if away else "account.away_off")


@router.get("/password")
def show_password(page: OwnPage) -> Response:
    return page.render("account/password.html.j2", error=None)


@router.post("/password")
def change_password(
    page: OwnPage,
    present: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    error = _password_error(page, present, new, again)
    if error:
        return page.render("account/password.html.j2", status=422, error=error)
    return page.redirect("/account", notice="account.password_changed")


def _password_error(page: Page, present: str, new: str, again: str) -> str | None:
    staff = page.services.staff
    if not staff.has_password(page.member.id, present):
        return "account.wrong_password"
    if new != again:
        return "account.passwords_differ"
    if new == present:
        return "account.same_password"
    try:
        staff.set_password(
            page.member.id,
            new,
            page.member.id,
            temporary=False,
            keep_session=page.session.token_hash,
        )
    except WeakPasswordError:
        return "account.weak_password"
    return None


@router.post("/second-factor")
def start_second_factor(page: OwnPage, present: Annotated[str, Form()] = "") -> Response:
    """Shows a fresh secret; it counts once a code proves that the phone has it."""
    if not page.services.staff.has_password(page.member.id, present):
        return page.redirect("/account", notice="account.wrong_password")
    return _enrolment(page, page.services.staff_login.new_secret())


@router.post("/second-factor/confirm")
def confirm_second_factor(
    page: OwnPage,
    secret: Annotated[str, Form()] = "",
    proof: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
) -> Response:
    if not is_right(proof, _proof(page, secret)):
        raise HTTPException(403)
    if not page.services.staff_login.enrol(page.member, secret, code):
        return _enrolment(page, secret, error="account.wrong_code")
    page.services.staff_sessions.end_others(page.session)
    return page.redirect("/account", notice="account.second_factor_on")


@router.post("/second-factor/remove")
def remove_second_factor(page: OwnPage, present: Annotated[str, Form()] = "") -> Response:
    if not page.services.staff.has_password(page.member.id, present):
        return page.redirect("/account", notice="account.wrong_password")
    page.services.staff.remove_second_factor(page.member.id, page.member.id)
    return page.redirect("/account", notice="account.second_factor_off")


def _proof(page: Page, secret: str) -> str:
    """Returns what shows that a secret was given out here, to who knew the password."""
    cipher = page.services.database.cipher
    return cipher.lookup_hash(f"second-factor:{page.session.token_hash}:{secret}")


def _enrolment(page: Page, secret: str, error: str | None = None) -> Response:
    uri = page.services.staff_login.enrolment_uri(page.member, secret, page.services.clinic.name.fr)
    drawing = io.BytesIO()
    segno.make(uri, error="m").save(
        drawing, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2
    )
    return page.render(
        "account/second_factor.html.j2",
        status=422 if error else 200,
        secret=secret,
        proof=_proof(page, secret),
        drawing=Markup(drawing.getvalue().decode()),
        error=error,
    )
