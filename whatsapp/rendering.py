"""Fits a message to what WhatsApp allows and makes request bodies of it.

Three short choices become reply buttons, up to ten a list, more a list with pages. A text beyond
the limits becomes several messages, of which the last carries the choices. Nothing is refused
for being too long, and what a label can't hold stays readable in its description.
"""

from __future__ import annotations

import re
from typing import Any

from whatsapp import choices
from whatsapp.bodies import (
    envelope,
    fitting_caption,
    location_content,
    media_content,
    template_content,
)
from whatsapp.messages import OutgoingMessage, Recipient
from whatsapp.text import ELLIPSIS, clean, has_ink, length, one_line, shorten, split

MAX_TEXT = 4096
MAX_INTERACTIVE_TEXT = 1024
"""Body of buttons and lists. The documentation allows a list 4096, Meta's OpenAPI 1024."""

MAX_HEADER = MAX_FOOTER = 60
MAX_LIST_LABEL = 20

page_of = choices.page_of
ref_of = choices.ref_of


def render(
    message: OutgoingMessage,
    recipient: Recipient,
    *,
    reference: str = "",
    page: int = 0,
    more_label: str = ELLIPSIS,
    back_label: str = "",
    max_text: int = MAX_TEXT,
) -> list[dict[str, Any]]:
    """Returns the bodies of the `POST /messages` requests that say a message, in order.

    Meta doesn't keep the order of requests: whoever sends several waits in between.

    Args:
        message: What to say.
        recipient: To whom.
        reference: Comes back with every status, and in the payloads `page:<reference>:<n>` and
            `ref:<reference>:<index>`. At most 180 visible ASCII characters.
        page: Which page of a long list, from 0. Later pages repeat only the list, with the end
            of the text.
        more_label: Title of the row that leads to the next page.
        back_label: Title of the last page's row that leads to the first; empty for no such row.
        max_text: Most characters of one text: some providers take fewer than Meta.

    Raises:
        ValueError: There is nothing to send, there are choices without a text, a template
            parameter is empty, or the reference is too long or not visible ASCII.
    """
    if not re.fullmatch(r"[\x21-\x7e]{0,180}", reference):
        raise ValueError("A reference has at most 180 visible ASCII characters.")

    def body(kind: str, content: Any) -> dict[str, Any]:
        return envelope(recipient, reference, kind, content)

    if message.template:
        return [body("template", template_content(message.template))]
    text = _body_text(message)
    if not message.choices:
        bodies = _attachments(message, body)
        parts = split(_joined(message.header, text, message.footer), max_text)
        bodies += [body("text", {"body": part}) for part in parts]
        if not bodies:
            raise ValueError("A message needs something to send.")
        return bodies
    if not has_ink(text):
        raise ValueError("Choices need a text.")
    action = choices.action(
        message.choices,
        reference=reference,
        page=page,
        more_label=more_label,
        back_label=back_label,
    )
    if "sections" in action:
        label = message.list_label if has_ink(one_line(message.list_label)) else ELLIPSIS
        action["button"] = shorten(label, MAX_LIST_LABEL)
    leading, interactive = _interactive(message, text, action, max_text)
    if page > 0:
        return [body("interactive", interactive)]
    return [
        *_attachments(message, body),
        *(body("text", {"body": part}) for part in leading),
        body("interactive", interactive),
    ]


def _body_text(message: OutgoingMessage) -> str:
    """The text, and before it the captions that are too long to be captions."""
    overlong = [
        media.caption
        for media in (message.image, message.document)
        if media and not fitting_caption(media)
    ]
    return _joined(*overlong, message.text)


def _attachments(message: OutgoingMessage, body: Any) -> list[dict[str, Any]]:
    bodies = []
    if message.image:
        bodies.append(body("image", media_content(message.image)))
    if message.document:
        bodies.append(body("document", media_content(message.document)))
    if message.location:
        bodies.append(body("location", location_content(message.location)))
    return bodies


def _interactive(
    message: OutgoingMessage, text: str, action: dict[str, Any], max_text: int
) -> tuple[list[str], dict[str, Any]]:
    """Returns the texts that go before, and the interactive object.

    A header that is too long, or that would stand below the first part of a split text, becomes
    part of the text; so does a footer that is too long.
    """
    header, footer = one_line(message.header), one_line(message.footer)
    if length(footer) > MAX_FOOTER:
        text, footer = _joined(text, footer), ""
    if length(header) > MAX_HEADER or length(text) > MAX_INTERACTIVE_TEXT:
        text, header = _joined(header, text), ""
    parts = split(text, MAX_INTERACTIVE_TEXT)
    last = parts[-1]
    leading = split(text[: text.rindex(last)], max_text) if len(parts) > 1 else []
    interactive: dict[str, Any] = {"type": "list" if "sections" in action else "button"}
    if has_ink(header):
        interactive["header"] = {"type": "text", "text": header}
    interactive["body"] = {"text": last}
    if has_ink(footer):
        interactive["footer"] = {"text": footer}
    interactive["action"] = action
    return leading, interactive


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in map(clean, parts) if has_ink(part))
