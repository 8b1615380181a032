"""The inbox: conversations that wait for a person, live."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from clinic.facts.opening import is_open, next_opening
from clinic.handoff.inbox import InboxPage, Tab
from console.access import Area
from console.page import Page, page_of
from console.words import Words

router = APIRouter(prefix="/inbox")
InboxRequest = Annotated[Page, Depends(page_of(Area.INBOX))]

_UNDO = re.compile(r"[\w-]{1,40}(\.[\w-]{1,40})?")
_UNDOABLE = frozenset({"resolved", "snoozed", "handed_back", "released"})


@router.get("")
def show_inbox(page: InboxRequest, tab: Tab = Tab.OPEN, done: str = "", undo: str = "") -> Response:
    """Shows a list. `done` and `undo` name what was just done, and the id to take it back with."""
    return page.render(
        "inbox/inbox.html.j2",
        **list_values(page, tab, is_first=True),
        done=done if done in _UNDOABLE else "",
        # It becomes part of an address that a button posts to.
        undo=undo if _UNDO.fullmatch(undo) else "",
    )


@router.get("/list")
def refresh_list(
    page: InboxRequest, tab: Tab = Tab.OPEN, pages: int = 0, selected: str = ""
) -> Response:
    """Gives the list alone: anew, or grown because somebody asked for more."""
    shown, is_first = min(max(pages, 0), 50), not page.is_background
    values = list_values(page, tab, pages=shown, selected=selected, is_first=is_first)
    return page.render("inbox/list.html.j2", **values)


@router.get("/count")
def count(page: InboxRequest, live: bool = False) -> Response:
    """Gives the number beside "inbox" in the navigation; `live` where no list brings it along."""
    counts = page.services.inbox.counts(page.member)
    return page.render("inbox/count.html.j2", counts=counts, live=live)


@router.post("/search")
def search(
    page: InboxRequest,
    words: Annotated[str, Form()] = "",
    selected: Annotated[str, Form()] = "",
    tab: Annotated[Tab, Form()] = Tab.OPEN,
) -> Response:
    """Looks for patients; by POST, so that no name or number is ever in an address.

    Without words it gives the list back that was there before.
    """
    if len(words.strip()) < 2:
        return page.render("inbox/list.html.j2", **list_values(page, tab, selected=selected))
    rows = page.services.inbox.search(page.member, words)
    values = list_values(page, tab, selected=selected, found=InboxPage(rows, False))
    return page.render("inbox/list.html.j2", **{**values, "is_search": True})


def list_values(
    page: Page,
    tab: Tab,
    *,
    pages: int = 0,
    selected: str = "",
    is_first: bool = False,
    found: InboxPage | None = None,
) -> dict[str, Any]:
    """Returns what the templates of the list show.

    Args:
        is_first: whether somebody opened it; a list that refreshes itself is not recorded again.
        found: what to show instead of the tab.
    """
    services = page.services
    listed = found or services.inbox.page(page.member, tab, pages)
    if is_first:
        services.inbox.note_read(page.member, listed.rows)
    now = services.clock.now()
    opens = None if is_open(services.clinic, now) else next_opening(services.clinic, now)
    return {
        "tab": tab,
        "tabs": list(Tab),
        "listed": listed,
        "pages": pages,
        "selected": selected,
        "is_search": False,
        "is_refresh": page.is_partial,
        "counts": services.inbox.counts(page.member),
        "words": words_for(page),
        "opens": opens,
        "now": now,
    }


def words_for(page: Page) -> Words:
    members = {member.id: member for member in page.services.staff.all()}
    return Words(page.t, members, page.member.id)
