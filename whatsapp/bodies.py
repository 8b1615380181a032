"""The parts of request bodies that carry no choices: envelope, text, media, place, template.

Limits are those of Meta's "Messages" reference (Cloud API v23.0).
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from whatsapp.location import Location
from whatsapp.messages import Document, Image, Recipient, Template
from whatsapp.text import clean, has_ink, length, one_line, shorten

MAX_CAPTION = 1024
MAX_FILENAME = 240


def envelope(recipient: Recipient, reference: str, kind: str, content: Any) -> dict[str, Any]:
    """Returns a complete request body around the content of its kind."""
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **recipient.to_fields(),
        "type": kind,
        kind: content,
    }
    if reference:
        body["biz_opaque_callback_data"] = reference
    return body


def location_content(location: Location) -> dict[str, Any]:
    """Returns the `location` object; without the texts that are empty."""
    content: dict[str, Any] = {"latitude": location.latitude, "longitude": location.longitude}
    for key, text in (("name", one_line(location.name)), ("address", one_line(location.address))):
        if has_ink(text):
            content[key] = text
    return content


def media_content(media: Document | Image, *, with_caption: bool = True) -> dict[str, Any]:
    """Returns the `document` or `image` object.

    A caption beyond the limit is left out: `fitting_caption` tells, and it is sent as text.
    """
    content: dict[str, Any] = {"id": media.media_id} if media.media_id else {"link": media.link}
    if isinstance(media, Document) and has_ink(one_line(media.filename)):
        content["filename"] = _shortened_filename(one_line(media.filename))
    if with_caption and (caption := fitting_caption(media)):
        content["caption"] = caption
    return content


def fitting_caption(media: Document | Image) -> str:
    """Returns the caption, or nothing when it is empty or too long to be one."""
    caption = clean(media.caption)
    return caption if has_ink(caption) and length(caption) <= MAX_CAPTION else ""


def template_content(template: Template) -> dict[str, Any]:
    """Returns the `template` object.

    Raises:
        ValueError: A parameter is empty; Meta refuses the whole message for it (132012).
    """
    components: list[dict[str, Any]] = []
    if header := _template_header(template):
        components.append({"type": "header", "parameters": [header]})
    body = [{"type": "text", "text": parameter(text)} for text in template.parameters]
    for named in template.named_parameters:
        body.append({"type": "text", "parameter_name": named.name, "text": parameter(named.text)})
    if body:
        components.append({"type": "body", "parameters": body})
    for index, payload in enumerate(template.quick_replies):
        components.append(
            _button("quick_reply", index, {"type": "payload", "payload": clean(payload)})
        )
    if template.url_suffix:
        given = template.url_index
        index = len(template.quick_replies) if given is None else given
        text = {"type": "text", "text": parameter(template.url_suffix)}
        components.append(_button("url", index, text))
    content: dict[str, Any] = {
        "name": template.name,
        "language": {"code": template.language},
    }
    if components:
        content["components"] = components
    return content


def number_request(text: str) -> dict[str, Any]:
    """Returns the `interactive` object whose button shares the patient's number with us.

    The answer is a `contacts` message with `origin: contact_request` (Meta, "Business-scoped user
    ids").
    """
    kind = "request_contact_info"
    return {"type": kind, "body": {"text": text}, "action": {"name": kind}}


def parameter(text: str) -> str:
    """Returns a template parameter: one line, since Meta refuses line feeds, tabs and gaps.

    Raises:
        ValueError: Nothing of it can be seen.
    """
    line = one_line(text)
    if not has_ink(line):
        raise ValueError("A template parameter is empty.")
    return line


def _template_header(template: Template) -> dict[str, Any] | None:
    if template.header_text:
        return {"type": "text", "text": parameter(template.header_text)}
    if template.header_document:
        content = media_content(template.header_document, with_caption=False)
        return {"type": "document", "document": content}
    if template.header_image:
        content = media_content(template.header_image, with_caption=False)
        return {"type": "image", "image": content}
    return None


def _button(sub_type: str, index: int, content: dict[str, str]) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": str(index), "parameters": [content]}


def _shortened_filename(filename: str) -> str:
    if length(filename) <= MAX_FILENAME:
        return filename
    # The ending tells the phone how to open the file.
    ending = PurePosixPath(filename).suffix
    if not re.fullmatch(r"\.[A-Za-z0-9]{1,8}", ending):
        ending = ""
    return shorten(filename.removesuffix(ending), MAX_FILENAME - len(ending)) + ending
