"""Messages that were not understood: what they mean, and the patch that teaches it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.responses import Response

from clinic.review.errors import (
    AlreadyTrainedError,
    EmptyExampleError,
    HeldOutMessageError,
    ReviewError,
    UnknownIntentError,
    UnknownMessageError,
)
from console.access import Area
from console.page import Page, page_of
from console.texts import has_text

router = APIRouter(prefix="/review")
ReviewPage = Annotated[Page, Depends(page_of(Area.REVIEW))]

_ERRORS: dict[type[ReviewError], str] = {
    UnknownIntentError: "review.choose_intent",
    HeldOutMessageError: "review.held_out",
    AlreadyTrainedError: "review.trained",
    EmptyExampleError: "review.empty_example",
}


@router.get("")
def waiting(page: ReviewPage) -> Response:
    return _waiting(page)


@router.get("/labelled")
def labelled(page: ReviewPage) -> Response:
    rows = page.services.review.labelled()
    return page.render(
        "review/labelled.html.j2",
        tab="labelled",
        rows=rows,
        patch=page.services.review.patch(),
        file_of=page.services.review.file_of,
        name_of=lambda intent: intent_name(page, intent),
        counts=page.services.review.counts(),
    )


@router.get("/review.patch")
def download(page: ReviewPage) -> Response:
    patch = page.services.review.patch()
    if not patch:
        raise HTTPException(404)
    return Response(
        patch.encode("utf-8"),
        media_type="text/x-diff; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="review.patch"'},
    )


@router.post("/{message_id}/label")
def label(
    page: ReviewPage,
    message_id: str,
    intent: Annotated[str, Form()] = "",
    example: Annotated[str, Form()] = "",
) -> Response:
    try:
        page.services.review.label(message_id, intent, example, by=page.member.id)
    except UnknownMessageError:
        return page.redirect("/review", notice="review.decided_meanwhile")
    except ReviewError as error:
        wrong = {"id": message_id, "intent": intent, "example": example}
        return _waiting(page, _ERRORS[type(error)], wrong)
    return page.redirect("/review", notice="review.learnt")


@router.post("/{message_id}/dismiss")
def dismiss(page: ReviewPage, message_id: str) -> Response:
    try:
        page.services.review.dismiss(message_id, by=page.member.id)
    except UnknownMessageError:
        return page.redirect("/review", notice="review.decided_meanwhile")
    return page.redirect("/review", notice="review.dismissed")


@router.post("/{message_id}/undo")
def undo(page: ReviewPage, message_id: str) -> Response:
    try:
        page.services.review.undo(message_id, by=page.member.id)
    except UnknownMessageError:
        raise HTTPException(404) from None
    return page.redirect("/review/labelled", notice="review.undone")


def intent_name(page: Page, intent: str) -> str:
    """Returns an intent in words of the interface; designers know its own name."""
    name = f"review.intent_{intent}"
    return page.t(name) if has_text(name) else intent.replace("_", " ")


def _waiting(page: Page, error: str = "", wrong: dict[str, str] | None = None) -> Response:
    rows = page.services.review.waiting(by=page.member.id)
    languages = {row.language for row in rows}
    return page.render(
        "review/list.html.j2",
        status=422 if error else 200,
        tab="waiting",
        rows=rows,
        error=error,
        wrong=wrong or {"id": "", "intent": "", "example": ""},
        options={language: _options(page, language) for language in languages},
        name_of=lambda intent: intent_name(page, intent),
        counts=page.services.review.counts(),
    )


def _options(page: Page, language: str) -> list[tuple[str, str]]:
    """Returns what a message of a language can mean, in the order of the names."""
    intents = page.services.review.intents(language)
    return sorted(((i, intent_name(page, i)) for i in intents), key=lambda option: option[1])
