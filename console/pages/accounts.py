"""The accounts of the staff, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.responses import Response

from clinic.staff.errors import (
    LastAdministratorError,
    LoginInvalidError,
    LoginTakenError,
    StaffError,
    UnknownMemberError,
    WeakPasswordError,
)
from clinic.staff.model import INTERFACE_LANGUAGES, NewMember, Role, SiteRole, StaffMember
from clinic.staff.passwords import generate_password
from console.access import Area
from console.page import Page, page_of

router = APIRouter(prefix="/accounts")
AccountsPage = Annotated[Page, Depends(page_of(Area.ACCOUNTS))]

_ERRORS: dict[type[StaffError], str] = {
    LoginTakenError: "accounts.login_taken",
    LoginInvalidError: "accounts.login_invalid",
    WeakPasswordError: "account.weak_password",
    LastAdministratorError: "accounts.last_administrator",
}


@router.get("")
def list_accounts(page: AccountsPage) -> Response:
    return page.render("accounts/list.html.j2", members=page.services.staff.all())


@router.get("/new")
def show_new(page: AccountsPage) -> Response:
    return _form(page, None)


@router.post("/new")
def create(
    page: AccountsPage,
    login: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "fr",
    practitioner: Annotated[str, Form()] = "",
    roles: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Makes an account with a temporary password, which is shown this once."""
    password = generate_password()
    given = _roles(page, roles or [])
    values = {"login": login, "name": name, "practitioner": practitioner, "roles": given}
    if not given or not name.strip():
        return _form(page, None, values, error="accounts.incomplete")
    try:
        member = page.services.staff.create(
            NewMember(
                login=login.strip(),
                name=name.strip(),
                password=password,
                roles=given,
                language=language if language in INTERFACE_LANGUAGES else "fr",
                practitioner=_practitioner(page, practitioner),
                must_change_password=True,
            ),
            by=page.member.id,
        )
    except StaffError as error:
        return _form(page, None, values, error=_ERRORS[type(error)])
    return page.render("accounts/password.html.j2", subject=member, password=password)


@router.get("/{member_id}")
def show_account(page: AccountsPage, member_id: str) -> Response:
    return _form(page, _member(page, member_id))


@router.post("/{member_id}")
def change(
    page: AccountsPage,
    member_id: str,
    name: Annotated[str, Form()] = "",
    practitioner: Annotated[str, Form()] = "",
    roles: Annotated[list[str] | None, Form()] = None,
) -> Response:
    member = _member(page, member_id)
    given = _roles(page, roles or [])
    if not given or not name.strip():
        return _form(page, member, error="accounts.incomplete")
    try:
        page.services.staff.change(
            member_id,
            name=name.strip(),
            roles=given,
            practitioner=_practitioner(page, practitioner),
            by=page.member.id,
        )
    except LastAdministratorError as error:
        return _form(page, member, error=_ERRORS[type(error)])
    return page.redirect("/accounts", notice="accounts.changed")


@router.post("/{member_id}/password")
def reset_password(page: AccountsPage, member_id: str) -> Response:
    """Gives a temporary password, which is shown this once."""
    member = _member(page, member_id)
    password = generate_password()
    page.services.staff.set_password(member_id, password, page.member.id, temporary=True)
    return page.render("accounts/password.html.j2", subject=member, password=password)


@router.post("/{member_id}/second-factor/remove")
def remove_second_factor(page: AccountsPage, member_id: str) -> Response:
    _member(page, member_id)
    page.services.staff.remove_second_factor(member_id, page.member.id)
    return page.redirect(f"/accounts/{member_id}", notice="account.second_factor_off")


@router.post("/{member_id}/active")
def set_active(page: AccountsPage, member_id: str, active: Annotated[str, Form()] = "") -> Response:
    member = _member(page, member_id)
    try:
        page.services.staff.set_active(member_id, active == "yes", page.member.id)
    except LastAdministratorError as error:
        return _form(page, member, error=_ERRORS[type(error)])
    if active != "yes":
        page.services.staff_desk.release_all(member)
    return page.redirect("/accounts", notice="accounts.changed")


def _member(page: Page, member_id: str) -> StaffMember:
    member = page.services.staff.get(member_id)
    if member is None:
        raise HTTPException(404) from UnknownMemberError()
    return member


def _roles(page: Page, given: list[str]) -> frozenset[SiteRole]:
    """Reads the form's boxes: `reception@maarif`, `doctor@*` for all sites."""
    sites = {site.id for site in page.services.clinic.sites}
    known = {role.value for role in Role}
    roles = set()
    for entry in given:
        role, _, site = entry.partition("@")
        if role in known and (site == "*" or site in sites):
            roles.add(SiteRole(Role(role), None if site == "*" else site))
    return frozenset(roles)


def _practitioner(page: Page, given: str) -> str | None:
    known = {practitioner.id for practitioner in page.services.clinic.practitioners}
    return given if given in known else None


def _form(
    page: Page,
    subject: StaffMember | None,
    values: Mapping[str, object] | None = None,
    error: str | None = None,
) -> Response:
    values = values or {
        "login": subject.login if subject else "",
        "name": subject.name if subject else "",
        "practitioner": (subject.practitioner or "") if subject else "",
        "roles": subject.roles if subject else frozenset(),
    }
    roles = values["roles"]
    assert isinstance(roles, frozenset)
    return page.render(
        "accounts/form.html.j2",
        status=422 if error else 200,
        subject=subject,
        values=values,
        ticked={f"{entry.role.value}@{entry.site or '*'}" for entry in roles},
        roles=list(Role),
        languages=INTERFACE_LANGUAGES,
        error=error,
    )
