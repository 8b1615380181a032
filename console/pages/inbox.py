"""The inbox: conversations that wait for a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from console.access import Area
from console.page import Page, page_of

router = APIRouter(prefix="/inbox")
InboxPage = Annotated[Page, Depends(page_of(Area.INBOX))]


@router.get("")
def show_inbox(page: InboxPage) -> Response:
    return page.render("inbox/inbox.html.j2")
