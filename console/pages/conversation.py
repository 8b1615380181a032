"""One conversation: reading it and everything that staff do with it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from clinic.facts.opening import next_opening
from clinic.handoff.conversations import Conversation
from clinic.handoff.errors import (
    EmptyTextError,
    HandoffError,
    NotOpenError,
    NotSendableError,
    TakenByAnotherError,
    UnknownConversationError,
)
from clinic.handoff.inbox import CARE_ROLES, Tab
from clinic.staff.model import StaffMember
from console.page import Page
from console.pages.inbox import InboxRequest, list_values, words_for
from console.quick_replies import quick_replies

router = APIRouter(prefix="/inbox")

_SNOOZES = {"1h": timedelta(hours=1), "3h": timedelta(hours=3)}
_UNTIL_LATER = timedelta(hours=12)
"""When no opening is known."""
_VARIABLES = ("patient", "practitioner", "when", "site", "new_when", "phone", "date")
"""Of templates; each has a name in the interface."""
_SHOWN_AS_IMAGE = frozenset({"image/jpeg", "image/png", "image/webp"})
_OPENED_IN_BROWSER = _SHOWN_AS_IMAGE | {"application/pdf", "audio/ogg", "audio/mpeg", "audio/mp4"}


@router.get("/{contact_id}")
def show(page: InboxRequest, contact_id: str, tab: Tab = Tab.OPEN) -> Response:
    found = _read(page, contact_id, is_first=True)
    page.services.staff_desk.mark_read(contact_id, page.member)
    return _whole_page(page, found, tab)


@router.get("/{contact_id}/thread")
def refresh(page: InboxRequest, contact_id: str) -> Response:
    """Gives transcript and state anew."""
    found = _read(page, contact_id, is_first=False)
    page.services.staff_desk.mark_read(contact_id, page.member)
    return page.render("conversation/refresh.html.j2", **_values(page, found))


@router.get("/{contact_id}/card")
def show_card(page: InboxRequest, contact_id: str) -> Response:
    """Gives the patient's card anew."""
    found = _read(page, contact_id, is_first=False)
    card = page.services.conversations.card(contact_id, page.member)
    return page.render("conversation/card.html.j2", **_values(page, found), card=card)


@router.post("/{contact_id}/reply")
def reply(
    page: InboxRequest,
    contact_id: str,
    text: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
) -> Response:
    """Sends an answer; the form comes back empty, or with what was written and why it stayed."""
    error = _tried(
        page,
        lambda: page.services.staff_desk.reply(
            contact_id, page.member, text, key=f"{page.member.id}:{key[:40]}"
        ),
    )
    return _composer(page, contact_id, error, text, toast="conversation.sent")


@router.post("/{contact_id}/template")
async def send_template(page: InboxRequest, contact_id: str, request: Request) -> Response:
    """Sends a template; its variables are fields of the form named `value_<variable>`."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return await run_in_threadpool(_send_template, page, contact_id, form)


def _send_template(page: Page, contact_id: str, form: dict[str, str]) -> Response:
    values = {
        name.removeprefix("value_"): value
        for name, value in form.items()
        if name.startswith("value_")
    }
    error = _tried(
        page,
        lambda: page.services.staff_desk.send_template(
            contact_id,
            page.member,
            form.get("template", ""),
            values,
            key=f"{page.member.id}:{form.get('key', '')[:40]}",
        ),
    )
    return _composer(page, contact_id, error, "", toast="conversation.sent")


@router.post("/{contact_id}/note")
def add_note(page: InboxRequest, contact_id: str, text: Annotated[str, Form()] = "") -> Response:
    error = _tried(page, lambda: page.services.staff_desk.add_note(contact_id, page.member, text))
    return _composer(page, contact_id, error, "", toast="conversation.note_added")


@router.post("/{contact_id}/take")
def take(page: InboxRequest, contact_id: str) -> Response:
    return _act(page, contact_id, lambda: page.services.staff_desk.take(contact_id, page.member))


@router.post("/{contact_id}/take-over")
def take_over(page: InboxRequest, contact_id: str) -> Response:
    return _act(
        page, contact_id, lambda: page.services.staff_desk.take_from(contact_id, page.member)
    )


@router.post("/{contact_id}/assign")
def assign(page: InboxRequest, contact_id: str, to: Annotated[str, Form()] = "") -> Response:
    colleague = next((member for member in _colleagues(page) if member.id == to), None)
    if colleague is None:
        raise HTTPException(422)
    return _act(
        page,
        contact_id,
        lambda: page.services.staff_desk.assign(contact_id, colleague, page.member),
        notice="conversation.assigned",
    )


@router.post("/{contact_id}/release")
def release(page: InboxRequest, contact_id: str) -> Response:
    return _act(
        page,
        contact_id,
        lambda: page.services.staff_desk.release(contact_id, page.member),
        then="/inbox?done=released",
    )


@router.post("/{contact_id}/hand-back")
def hand_back(page: InboxRequest, contact_id: str) -> Response:
    return _act(
        page,
        contact_id,
        lambda: page.services.staff_desk.hand_back(contact_id, page.member),
        then="/inbox?done=handed_back",
    )


@router.post("/{contact_id}/resolve")
def resolve(page: InboxRequest, contact_id: str) -> Response:
    ended: list[str] = []
    refused = _refused(
        page,
        contact_id,
        lambda: ended.append(page.services.staff_desk.resolve(contact_id, page.member)),
    )
    return refused or page.redirect(f"/inbox?done=resolved&undo={contact_id}.{ended[0]}")


@router.post("/{contact_id}/reopen")
def reopen(page: InboxRequest, contact_id: str, handoff: Annotated[str, Form()] = "") -> Response:
    return _act(
        page,
        contact_id,
        lambda: page.services.staff_desk.reopen(handoff, page.member),
        notice="conversation.undone",
    )


@router.post("/{contact_id}/snooze")
def snooze(page: InboxRequest, contact_id: str, until: Annotated[str, Form()] = "") -> Response:
    services = page.services
    now = services.clock.now()
    if until in _SNOOZES:
        at = now + _SNOOZES[until]
    else:
        at = next_opening(services.clinic, now) or now + _UNTIL_LATER
    return _act(
        page,
        contact_id,
        lambda: services.staff_desk.snooze(contact_id, page.member, at),
        then=f"/inbox?done=snoozed&undo={contact_id}",
    )


@router.post("/{contact_id}/wake")
def wake(page: InboxRequest, contact_id: str) -> Response:
    return _act(
        page,
        contact_id,
        lambda: page.services.staff_desk.snooze(contact_id, page.member, None),
        notice="conversation.undone",
    )


@router.get("/{contact_id}/files/{file_id}")
def show_file(
    page: InboxRequest, contact_id: str, file_id: str, thumbnail: bool = False
) -> Response:
    """Gives a file that the patient sent; what a browser could run is downloaded instead."""
    try:
        file, content = page.services.conversations.file(
            contact_id, file_id, page.member, thumbnail=thumbnail
        )
    except UnknownConversationError:
        raise HTTPException(404) from None
    kind = "image/jpeg" if thumbnail and file.has_thumbnail else (file.mime_type or "")
    kind = kind.split(";")[0].strip()
    is_shown = kind in _OPENED_IN_BROWSER
    return Response(
        content,
        media_type=kind if is_shown else "application/octet-stream",
        headers={"Content-Disposition": "inline" if is_shown else "attachment"},
    )


def read_conversation(page: Page, contact_id: str) -> Conversation:
    """Reads a conversation for a part of its page; 404 when there is none to see."""
    return _read(page, contact_id, is_first=False)


def refusal_text(page: Page, error: HandoffError) -> str:
    """Says why something could not be done with a conversation."""
    t = page.t
    if isinstance(error, TakenByAnotherError):
        return t("conversation.taken_by", name=words_for(page).member_name(error.by))
    if isinstance(error, NotSendableError):
        return t("conversation.not_sendable")
    if isinstance(error, EmptyTextError):
        return t("conversation.empty_text")
    return t("conversation.not_open")


def _read(page: Page, contact_id: str, *, is_first: bool) -> Conversation:
    try:
        return page.services.conversations.open(contact_id, page.member, is_first=is_first)
    except UnknownConversationError:
        raise HTTPException(404) from None


def _values(page: Page, found: Conversation) -> dict[str, Any]:
    services = page.services
    contact, handoff = found.contact, found.handoff
    language = contact.language or services.clinic.default_language
    now = services.clock.now()
    return {
        "found": found,
        "contact": contact,
        "handoff": handoff if handoff and handoff.is_open else None,
        "is_mine": bool(handoff and handoff.is_open and handoff.claimed_by == page.member.id),
        "words": words_for(page),
        "now": now,
        "patient_language": language,
        "quick": quick_replies(page.language, language),
        "templates": (
            [] if found.window_ends else services.conversations.templates(contact, language)
        ),
        "variable_names": {name: page.t(f"conversation.variable_{name}") for name in _VARIABLES},
        "first_name": (found.name or "").split()[0] if (found.name or "").split() else "",
        "window_left": int((found.window_ends - now).total_seconds()) if found.window_ends else 0,
        "key": secrets.token_urlsafe(12),
        "colleagues": _colleagues(page),
        "shown_as_image": _SHOWN_AS_IMAGE,
        "error": None,
        "kept": "",
    }


def _colleagues(page: Page) -> list[StaffMember]:
    """Returns whom a conversation can be given to: who is there and handles conversations."""
    return [
        member
        for member in page.services.staff.all()
        if member.is_active
        and not member.is_away
        and member.id != page.member.id
        and member.has(*CARE_ROLES)
    ]


def _tried(page: Page, act: Callable[[], object]) -> HandoffError | None:
    try:
        act()
    except UnknownConversationError:
        raise HTTPException(404) from None
    except HandoffError as error:
        return error
    return None


def _composer(
    page: Page, contact_id: str, error: HandoffError | None, kept: str, *, toast: str
) -> Response:
    found = _read(page, contact_id, is_first=False)
    values = _values(page, found)
    values |= {"error": refusal_text(page, error) if error else None, "kept": kept if error else ""}
    response = page.render("conversation/composer.html.j2", status=409 if error else 200, **values)
    triggers: dict[str, Any] = {"thread": {}}
    if error is None:
        triggers["toast"] = {"text": page.t(toast)}
    # Header values are Latin-1: the text goes as escapes.
    response.headers["HX-Trigger"] = json.dumps(triggers)
    return response


def _refused(page: Page, contact_id: str, act: Callable[[], object]) -> Response | None:
    """Does something; returns the page that says why it could not be done, None when it was."""
    error = _tried(page, act)
    if error is None:
        return None
    if isinstance(error, NotOpenError):
        return page.redirect(f"/inbox/{contact_id}", notice="conversation.not_open")
    found = _read(page, contact_id, is_first=False)
    return _whole_page(page, found, Tab.OPEN, refusal=refusal_text(page, error))


def _whole_page(page: Page, found: Conversation, tab: Tab, refusal: str | None = None) -> Response:
    contact_id = found.contact.id
    values = {
        **list_values(page, tab, selected=contact_id, is_first=True),
        **_values(page, found),
        "card": page.services.conversations.card(contact_id, page.member),
        "done": "",
        "undo": "",
        "error": refusal,
    }
    status = 409 if refusal else 200
    return page.render("conversation/conversation.html.j2", status=status, **values)


def _act(
    page: Page,
    contact_id: str,
    act: Callable[[], object],
    *,
    then: str | None = None,
    notice: str | None = None,
) -> Response:
    refused = _refused(page, contact_id, act)
    return refused or page.redirect(then or f"/inbox/{contact_id}", notice=notice)
