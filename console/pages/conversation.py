"""One conversation: reading it and everything that staff do with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from clinic.clock import UTC
from clinic.facts.opening import next_opening
from clinic.handoff.errors import FileNotSendableError, UnknownConversationError
from clinic.handoff.files import CheckedFile
from clinic.handoff.inbox import Tab
from clinic.messaging.media_rules import OUTGOING_LIMIT
from clinic.review.errors import UnknownMessageError
from console.conversation_view import (
    SHOWN_AS_IMAGE,
    Part,
    Sent,
    act,
    colleagues,
    composer,
    opened,
    page_values,
    refused,
    tried,
    whole_page,
)
from console.page import Page
from console.pages.inbox import InboxRequest

router = APIRouter(prefix="/inbox")

_SNOOZES = {"1h": timedelta(hours=1), "3h": timedelta(hours=3)}
_UNTIL_LATER = timedelta(hours=12)
"""When no opening is known."""
_OPENED_IN_BROWSER = SHOWN_AS_IMAGE | {"application/pdf", "audio/ogg", "audio/mpeg", "audio/mp4"}


@router.get("/{contact_id}")
def show(page: InboxRequest, contact_id: str, tab: Tab = Tab.OPEN) -> Response:
    found = opened(page, contact_id, is_first=True)
    page.services.staff_desk.mark_read(contact_id, page.member)
    return whole_page(page, found, tab)


@router.get("/{contact_id}/thread")
def refresh(page: InboxRequest, contact_id: str, since: datetime | None = None) -> Response:
    """Gives the part of the transcript that the page began with, and the state, anew."""
    is_first = not page.services.conversations.was_opened(contact_id, page.member)
    found = opened(page, contact_id, is_first=is_first, since=_aware(since))
    page.services.staff_desk.mark_read(contact_id, page.member)
    return page.render("conversation/refresh.html.j2", **page_values(page, found))


@router.get("/{contact_id}/earlier")
def show_earlier(page: InboxRequest, contact_id: str, before: datetime) -> Response:
    """Gives the part of the transcript above what is shown."""
    found = opened(page, contact_id, is_first=True, before=_aware(before))
    return page.render("conversation/earlier.html.j2", **page_values(page, found))


@router.get("/{contact_id}/card")
def show_card(page: InboxRequest, contact_id: str) -> Response:
    """Gives the patient's card anew."""
    is_first = not page.services.conversations.was_opened(contact_id, page.member)
    found = opened(page, contact_id, is_first=is_first)
    card = page.services.conversations.card(contact_id, page.member)
    return page.render("conversation/card.html.j2", **page_values(page, found), card=card)


@router.post("/{contact_id}/reply")
async def reply(
    page: InboxRequest,
    contact_id: str,
    text: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Sends an answer, with a file if there is one; the form comes back empty, or with why not."""
    checked: CheckedFile | FileNotSendableError | None = None
    if file and file.filename:
        try:
            content = await file.read(OUTGOING_LIMIT + 1)
            checked = await page.services.staff_files.check(content, file.filename)
        except FileNotSendableError as refusal:
            checked = refusal
    return await run_in_threadpool(_reply, page, contact_id, text, key, checked)


def _reply(
    page: Page,
    contact_id: str,
    text: str,
    key: str,
    file: CheckedFile | FileNotSendableError | None,
) -> Response:
    services, key = page.services, f"{page.member.id}:{key[:40]}"

    def send() -> None:
        if isinstance(file, FileNotSendableError):
            raise file
        if file:
            services.staff_files.send(contact_id, page.member, file, text, key=key)
        else:
            services.staff_desk.reply(contact_id, page.member, text, key=key)

    sent = Sent(Part.REPLY, text)
    return composer(page, contact_id, sent, tried(page, send), toast="conversation.sent")


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
    error = tried(
        page,
        lambda: page.services.staff_desk.send_template(
            contact_id,
            page.member,
            form.get("template", ""),
            values,
            key=f"{page.member.id}:{form.get('key', '')[:40]}",
        ),
    )
    sent = Sent(Part.TEMPLATE, template=form.get("template", ""), values=values)
    return composer(page, contact_id, sent, error, toast="conversation.sent")


@router.post("/{contact_id}/note")
def add_note(page: InboxRequest, contact_id: str, text: Annotated[str, Form()] = "") -> Response:
    error = tried(page, lambda: page.services.staff_desk.add_note(contact_id, page.member, text))
    return composer(page, contact_id, Sent(Part.NOTE, text), error, toast="conversation.note_added")


@router.post("/{contact_id}/identity")
def confirm_identity(page: InboxRequest, contact_id: str) -> Response:
    """Ends the doubt about who writes from a number that changed."""
    opened(page, contact_id, is_first=False)
    page.services.identity.confirm(contact_id, by=page.member.id)
    return page.redirect(f"/inbox/{contact_id}", notice="conversation.identity_confirmed")


@router.post("/{contact_id}/misunderstood")
def report_misunderstood(
    page: InboxRequest, contact_id: str, message: Annotated[str, Form()] = ""
) -> Response:
    """Puts the message that the card shows among those whose meaning is chosen in the review."""
    opened(page, contact_id, is_first=False)
    try:
        page.services.review.report(contact_id, message, by=page.member.id)
    except UnknownMessageError:
        return page.redirect(f"/inbox/{contact_id}", notice="conversation.nothing_to_report")
    return page.redirect(f"/inbox/{contact_id}", notice="conversation.reported")


@router.post("/{contact_id}/take")
def take(page: InboxRequest, contact_id: str) -> Response:
    return act(page, contact_id, lambda: page.services.staff_desk.take(contact_id, page.member))


@router.post("/{contact_id}/take-over")
def take_over(page: InboxRequest, contact_id: str) -> Response:
    return act(
        page, contact_id, lambda: page.services.staff_desk.take_from(contact_id, page.member)
    )


@router.post("/{contact_id}/assign")
def assign(page: InboxRequest, contact_id: str, to: Annotated[str, Form()] = "") -> Response:
    handoff = opened(page, contact_id, is_first=False).handoff
    colleague = next((member for member in colleagues(page, handoff) if member.id == to), None)
    if colleague is None:
        raise HTTPException(422)
    return act(
        page,
        contact_id,
        lambda: page.services.staff_desk.assign(contact_id, colleague, page.member),
        notice="conversation.assigned",
    )


@router.post("/{contact_id}/release")
def release(page: InboxRequest, contact_id: str) -> Response:
    return act(
        page,
        contact_id,
        lambda: page.services.staff_desk.release(contact_id, page.member),
        then="/inbox?done=released",
    )


@router.post("/{contact_id}/hand-back")
def hand_back(page: InboxRequest, contact_id: str) -> Response:
    return act(
        page,
        contact_id,
        lambda: page.services.staff_desk.hand_back(contact_id, page.member),
        then="/inbox?done=handed_back",
    )


@router.post("/{contact_id}/resolve")
def resolve(page: InboxRequest, contact_id: str) -> Response:
    ended: list[str] = []
    refusal = refused(
        page,
        contact_id,
        lambda: ended.append(page.services.staff_desk.resolve(contact_id, page.member)),
    )
    return refusal or page.redirect(f"/inbox?done=resolved&undo={contact_id}.{ended[0]}")


@router.post("/{contact_id}/reopen")
def reopen(page: InboxRequest, contact_id: str, handoff: Annotated[str, Form()] = "") -> Response:
    return act(
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
    return act(
        page,
        contact_id,
        lambda: services.staff_desk.snooze(contact_id, page.member, at),
        then=f"/inbox?done=snoozed&undo={contact_id}",
    )


@router.post("/{contact_id}/wake")
def wake(page: InboxRequest, contact_id: str) -> Response:
    return act(
        page,
        contact_id,
        lambda: page.services.staff_desk.snooze(contact_id, page.member, None),
        notice="conversation.undone",
    )


@router.get("/{contact_id}/files/{file_id}")
def show_file(
    page: InboxRequest, contact_id: str, file_id: str, thumbnail: bool = False
) -> Response:
    """Gives a file of the conversation; what a browser could run is downloaded instead."""
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


def _aware(at: datetime | None) -> datetime | None:
    """Returns an instant of an address; one that names no offset is meant in UTC."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
