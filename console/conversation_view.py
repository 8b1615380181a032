"""What the routes of a conversation share: reading it, acting on it, saying why not."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from fastapi import HTTPException
from starlette.responses import Response

from clinic.handoff.conversations import Conversation
from clinic.handoff.errors import (
    EmptyTextError,
    FileNotSendableError,
    HandoffError,
    NotAgreedError,
    NotOpenError,
    NotSendableError,
    TakenByAnotherError,
    UnknownConversationError,
    UnreachableError,
)
from clinic.handoff.inbox import Tab, may_see
from clinic.handoff.model import Handoff
from clinic.messaging.media_rules import OUTGOING_LIMIT
from clinic.staff.model import StaffMember
from clinic.staff.sites import CARE_ROLES, is_theirs
from console.page import Page
from console.pages.inbox import list_values, words_for
from console.quick_replies import quick_replies

_VARIABLES = ("patient", "practitioner", "when", "site", "new_when", "phone", "date")
"""Of templates; each has a name in the interface."""
SHOWN_AS_IMAGE = frozenset({"image/jpeg", "image/png", "image/webp"})


def refusal_text(page: Page, error: HandoffError) -> str:
    """Says why something could not be done with a conversation."""
    t = page.t
    if isinstance(error, TakenByAnotherError):
        return t("conversation.taken_by", name=words_for(page).member_name(error.by))
    if isinstance(error, UnreachableError):
        return t("conversation.unreachable")
    if isinstance(error, NotAgreedError):
        return t("conversation.not_agreed")
    if isinstance(error, NotSendableError):
        return t("conversation.not_sendable")
    if isinstance(error, FileNotSendableError):
        return t(f"conversation.attach_{error.fault.value}")
    if isinstance(error, EmptyTextError):
        return t("conversation.empty_text")
    return t("conversation.not_open")


def opened(
    page: Page,
    contact_id: str,
    *,
    is_first: bool,
    since: datetime | None = None,
    before: datetime | None = None,
) -> Conversation:
    try:
        return page.services.conversations.open(
            contact_id, page.member, is_first=is_first, since=since, before=before
        )
    except UnknownConversationError:
        raise HTTPException(404) from None


def page_values(page: Page, found: Conversation) -> dict[str, Any]:
    services = page.services
    contact, handoff = found.contact, found.handoff
    language = contact.language or services.clinic.default_language
    now = services.clock.now()
    entries = found.transcript.entries
    since = found.transcript.start or (entries[0].at if entries else now)
    return {
        "found": found,
        "since": since.isoformat(),
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
        "colleagues": colleagues(page, handoff),
        "alerted": (
            services.clinic.handoff.escalate_to.get(handoff.priority.value, ()) if handoff else ()
        ),
        "may_change": lambda appointment: is_theirs(page.member, appointment.site_id),
        "shown_as_image": SHOWN_AS_IMAGE,
        "can_attach": services.staff_files.can_upload,
        "largest_file": OUTGOING_LIMIT,
        "error": None,
        "sent": Sent(Part.REPLY),
        "Part": Part,
        "is_kept": lambda part: False,
        "file_is_kept": False,
    }


def colleagues(page: Page, handoff: Handoff | None) -> list[StaffMember]:
    """Returns whom a conversation can be given to: who is there, handles some, and sees this."""
    return [
        member
        for member in page.services.staff.all()
        if member.is_active
        and not member.is_away
        and member.id != page.member.id
        and member.has(*CARE_ROLES)
        and may_see(member, handoff)
    ]


def tried(page: Page, act: Callable[[], object]) -> HandoffError | None:
    try:
        act()
    except UnknownConversationError:
        raise HTTPException(404) from None
    except HandoffError as error:
        return error
    return None


class Part(str, Enum):
    """The parts of the composer."""

    REPLY = "reply"
    NOTE = "note"
    TEMPLATE = "template"


@dataclass(frozen=True)
class Sent:
    """What came from the composer and goes back into it when it was refused.

    Attributes:
        text: of a reply or a note.
        template: name of the template that was chosen.
        values: what was filled into it, by variable.
    """

    part: Part
    text: str = ""
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def composer(
    page: Page, contact_id: str, sent: Sent, error: HandoffError | None, *, toast: str
) -> Response:
    """Gives the composer anew: empty where something was sent, the rest as it is on the page."""
    found = opened(page, contact_id, is_first=False)
    values = page_values(page, found)
    if error is not None:
        is_of_file = isinstance(error, FileNotSendableError) and not error.may_be_sent_later
        values |= {
            "error": refusal_text(page, error),
            "sent": sent,
            "file_is_kept": not is_of_file,
        }
    values["is_kept"] = lambda part: part is not sent.part
    response = page.render("conversation/composer.html.j2", status=409 if error else 200, **values)
    triggers: dict[str, Any] = {"thread": {}}
    if error is None:
        triggers["toast"] = {"text": page.t(toast)}
    # Header values are Latin-1: the text goes as escapes.
    response.headers["HX-Trigger"] = json.dumps(triggers)
    return response


def refused(page: Page, contact_id: str, act: Callable[[], object]) -> Response | None:
    """Does something; returns the page that says why it could not be done, None when it was."""
    error = tried(page, act)
    if error is None:
        return None
    if isinstance(error, NotOpenError):
        return page.redirect(f"/inbox/{contact_id}", notice="conversation.not_open")
    found = opened(page, contact_id, is_first=False)
    return whole_page(page, found, Tab.OPEN, refusal=refusal_text(page, error))


def whole_page(page: Page, found: Conversation, tab: Tab, refusal: str | None = None) -> Response:
    contact_id = found.contact.id
    values = {
        **list_values(page, tab, selected=contact_id, is_first=True),
        **page_values(page, found),
        "card": page.services.conversations.card(contact_id, page.member),
        "done": "",
        "undo": "",
        "error": refusal,
    }
    status = 409 if refusal else 200
    return page.render("conversation/conversation.html.j2", status=status, **values)


def act(
    page: Page,
    contact_id: str,
    act: Callable[[], object],
    *,
    then: str | None = None,
    notice: str | None = None,
) -> Response:
    return refused(page, contact_id, act) or page.redirect(
        then or f"/inbox/{contact_id}", notice=notice
    )
