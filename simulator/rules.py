"""What the Cloud API refuses in the body of `POST /{version}/{phone number id}/messages`.

The limits are those of Meta's pages on interactive, text, media and template messages and of the
OpenAPI file of v23.0. Two are on the strict side on purpose, so that a mistake shows up here and
not with a patient: a number needs its `+` (without it Meta may deliver to another country), and
the body of a list ends at 1024 characters (the pages say 4096, the OpenAPI 1024).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.checks import (
    PARAMETER_CODE,
    Check,
    Count,
    ExactlyOne,
    Holds,
    Json,
    Keys,
    Number,
    OneOf,
    Pattern,
    Problem,
    Required,
    Text,
    Total,
    Trimmed,
    Unique,
    places,
)
from simulator.errors import GraphError

MEDIA_TYPES = ("image", "audio", "video", "document", "sticker")
TYPES = (*MEDIA_TYPES, "text", "interactive", "location", "contacts", "reaction", "template")
INTERACTIVE_TYPES = (
    "button",
    "list",
    "cta_url",
    "location_request_message",
    "request_contact_info",
)
PARAMETER_TYPES = (
    "text",
    "payload",
    "coupon_code",
    "action",
    "currency",
    "date_time",
    "location",
    *MEDIA_TYPES,
)
NUMBER = r"\+[1-9][0-9()\- ]{6,24}"
USER_ID = r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}"
LINK = r"https?://\S+"

_ENVELOPE = (
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "recipient_identity_key_hash",
)

COMMON: tuple[Check, ...] = (
    Required("messaging_product"),
    OneOf("messaging_product", ("whatsapp",)),
    OneOf("recipient_type", ("individual",)),
    Holds(lambda body: "to" in body or "recipient" in body, "Parameter 'to' is mandatory", 131008),
    Pattern("to", NUMBER, "a phone number with + and the country code"),
    Pattern("recipient", USER_ID, "a business-scoped user id"),
    OneOf("type", TYPES),
    Keys("context", ("message_id",)),
    Required("context.message_id"),
    Text("context.message_id", 512),
    Text("biz_opaque_callback_data", 512, least=0),
)


def _media(kind: str, *names: str) -> tuple[Check, ...]:
    return (
        Keys(kind, ("id", "link", "provider", *names)),
        ExactlyOne(kind, ("id", "link")),
        Text(f"{kind}.id", 256),
        Pattern(f"{kind}.link", LINK, "an http or https address"),
        Text(f"{kind}.caption", 1024, least=0),
        Text(f"{kind}.filename", 240),
    )


def _header(*types: str) -> tuple[Check, ...]:
    return (
        Keys("interactive.header", ("type", "text", "sub_text", "image", "video", "document")),
        Required("interactive.header.type"),
        OneOf("interactive.header.type", types),
        Holds(_header_has_its_content, "Param interactive.header lacks what its type names"),
        Text("interactive.header.text", 60),
        *(
            check
            for kind in types
            if kind != "text"
            for check in _media(f"interactive.header.{kind}", "filename")
        ),
    )


def _header_has_its_content(body: Json) -> bool:
    return all(
        not isinstance(header, dict) or str(header.get("type")) in header
        for _, header in places(body, "interactive.header")
    )


def _parameters_have_their_content(body: Json) -> bool:
    for _, parameter in places(body, "template.components[].parameters[]"):
        kind = str(parameter.get("type")) if isinstance(parameter, dict) else ""
        content = parameter.get(kind) if isinstance(parameter, dict) else None
        # Meta's own example has a bare true for the text of a button.
        right = (str, bool) if kind in ("text", "payload", "coupon_code") else dict
        if not isinstance(content, right):
            return False
    return True


def _sections_are_titled(body: Json) -> bool:
    sections = [section for _, section in places(body, "interactive.action.sections[]")]
    return len(sections) < 2 or all(
        isinstance(section, dict) and str(section.get("title") or "").strip()
        for section in sections
    )


_INTERACTIVE: tuple[Check, ...] = (
    Keys("interactive", ("type", "header", "body", "footer", "action")),
    Required("interactive.type"),
    OneOf("interactive.type", INTERACTIVE_TYPES),
    Required("interactive.body"),
    Required("interactive.action"),
    Keys("interactive.body", ("text",)),
    Required("interactive.body.text"),
    Text("interactive.body.text", 1024),
    Keys("interactive.footer", ("text",)),
    Required("interactive.footer.text"),
    Text("interactive.footer.text", 60),
)

_BUTTON = "interactive.action.buttons[]"
_SECTION = "interactive.action.sections[]"
_ROW = f"{_SECTION}.rows[]"
_COMPONENT = "template.components[]"

#: The table: kind of message -> checks. The first problem found is the answer.
RULES: dict[str, tuple[Check, ...]] = {
    "text": (
        Keys("text", ("body", "preview_url")),
        Required("text.body"),
        Text("text.body", 4096),
        OneOf("text.preview_url", (True, False)),
    ),
    "image": _media("image", "caption"),
    "audio": _media("audio", "voice"),
    "video": _media("video", "caption"),
    "document": _media("document", "caption", "filename"),
    "sticker": _media("sticker"),
    "location": (
        Keys("location", ("latitude", "longitude", "name", "address")),
        Required("location.latitude"),
        Required("location.longitude"),
        Number("location.latitude", -90, 90),
        Number("location.longitude", -180, 180),
        Text("location.name", 1000, least=0),
        Text("location.address", 1000, least=0),
    ),
    "contacts": (
        Count("contacts", 1, 257),
        Required("contacts[].name"),
        Required("contacts[].name.formatted_name"),
        Text("contacts[].name.formatted_name", 1024),
        Count("contacts[].phones", 0, 20),
        Required("contacts[].phones[].phone"),
        Text("contacts[].phones[].phone", 50),
    ),
    "reaction": (
        Keys("reaction", ("message_id", "emoji")),
        Required("reaction.message_id"),
        Text("reaction.message_id", 512),
        Required("reaction.emoji"),
        Text("reaction.emoji", 16, least=0),
    ),
    "interactive.button": (
        *_INTERACTIVE,
        *_header("text", "image", "video", "document"),
        Keys("interactive.action", ("buttons",)),
        Required("interactive.action.buttons"),
        Count("interactive.action.buttons", 1, 3),
        Keys(_BUTTON, ("type", "reply")),
        Required(f"{_BUTTON}.type"),
        OneOf(f"{_BUTTON}.type", ("reply",)),
        Required(f"{_BUTTON}.reply"),
        Keys(f"{_BUTTON}.reply", ("id", "title")),
        Required(f"{_BUTTON}.reply.id"),
        Required(f"{_BUTTON}.reply.title"),
        Text(f"{_BUTTON}.reply.id", 256),
        Trimmed(f"{_BUTTON}.reply.id"),
        Text(f"{_BUTTON}.reply.title", 20),
        Unique(f"{_BUTTON}.reply.id"),
        Unique(f"{_BUTTON}.reply.title"),
    ),
    "interactive.list": (
        *_INTERACTIVE,
        *_header("text"),
        Keys("interactive.action", ("button", "sections")),
        Required("interactive.action.button"),
        Text("interactive.action.button", 20),
        Required("interactive.action.sections"),
        Count("interactive.action.sections", 1, 10),
        Keys(_SECTION, ("title", "rows")),
        Text(f"{_SECTION}.title", 24, least=0),
        Holds(
            _sections_are_titled,
            "Param interactive.action.sections[].title is mandatory with more than one section",
        ),
        Required(f"{_SECTION}.rows"),
        Count(f"{_SECTION}.rows", 1, 10),
        Total(_ROW, 10),
        Keys(_ROW, ("id", "title", "description")),
        Required(f"{_ROW}.id"),
        Required(f"{_ROW}.title"),
        Text(f"{_ROW}.id", 200),
        Trimmed(f"{_ROW}.id"),
        Text(f"{_ROW}.title", 24),
        Text(f"{_ROW}.description", 72, least=0),
        Unique(f"{_ROW}.id"),
    ),
    "interactive.cta_url": (
        *_INTERACTIVE,
        *_header("text", "image", "video", "document"),
        Required("interactive.action.name"),
        OneOf("interactive.action.name", ("cta_url",)),
        Required("interactive.action.parameters"),
        Required("interactive.action.parameters.display_text"),
        Required("interactive.action.parameters.url"),
        Text("interactive.action.parameters.display_text", 20),
        Pattern("interactive.action.parameters.url", LINK, "an http or https address"),
    ),
    "interactive.location_request_message": (
        *_INTERACTIVE,
        Required("interactive.action.name"),
        OneOf("interactive.action.name", ("send_location",)),
    ),
    "interactive.request_contact_info": (
        *_INTERACTIVE,
        Required("interactive.action.name"),
        OneOf("interactive.action.name", ("request_contact_info",)),
    ),
    "template": (
        Keys("template", ("name", "language", "components")),
        Required("template.name"),
        Pattern("template.name", r"[a-z0-9_]{1,512}", "lower case letters, digits and _"),
        Required("template.language"),
        Required("template.language.code"),
        Pattern("template.language.code", r"[a-z]{2,3}(_[A-Z]{2,3})?", "a language code"),
        OneOf("template.language.policy", ("deterministic",)),
        Count("template.components", 0, 20),
        Keys(_COMPONENT, ("type", "sub_type", "index", "parameters")),
        Required(f"{_COMPONENT}.type"),
        OneOf(f"{_COMPONENT}.type", ("header", "body", "button")),
        Required(f"{_COMPONENT}.parameters"),
        Count(f"{_COMPONENT}.parameters", 0, 100),
        Required(f"{_COMPONENT}.parameters[].type"),
        OneOf(f"{_COMPONENT}.parameters[].type", PARAMETER_TYPES),
        Holds(_parameters_have_their_content, "A parameter of template lacks what its type names"),
        Pattern(f"{_COMPONENT}.index", r"[0-9]", "an index from 0 to 9", or_integer=True),
        Holds(
            lambda body: all(
                not isinstance(component, dict)
                or component.get("type") != "button"
                or {"sub_type", "index", "parameters"} <= component.keys()
                for _, component in places(body, _COMPONENT)
            ),
            "A button of template.components needs sub_type, index and parameters",
            131008,
        ),
        Pattern(f"{_COMPONENT}.parameters[].parameter_name", r"[a-z0-9_]+", "a parameter name"),
        Text(f"{_COMPONENT}.parameters[].text", 32768),
        Holds(
            lambda body: (
                not any(
                    isinstance(text, str) and re.search(r"[\n\t]| {5,}", text)
                    for _, text in places(body, f"{_COMPONENT}.parameters[].text")
                )
            ),
            "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
            PARAMETER_CODE,
        ),
    ),
}

MARK_READ: tuple[Check, ...] = (
    Required("messaging_product"),
    OneOf("messaging_product", ("whatsapp",)),
    Keys("", ("messaging_product", "status", "message_id", "typing_indicator")),
    OneOf("status", ("read",)),
    Required("message_id"),
    Text("message_id", 512),
    Keys("typing_indicator", ("type",)),
    Required("typing_indicator.type"),
    OneOf("typing_indicator.type", ("text",)),
)


def kind_of(body: Json) -> str:
    """Returns the row of the table that a body belongs to; `text` when no type is given."""
    kind = str(body.get("type", "text"))
    if kind == "interactive":
        interactive = body.get("interactive")
        part = interactive.get("type") if isinstance(interactive, dict) else None
        return f"interactive.{part}"
    return kind


def find_problems(body: Json) -> Iterator[Problem]:
    """Yields everything that is wrong with a send, in the order of the table."""
    if "status" in body:
        yield from _of(MARK_READ, body)
        return
    yield from _of(COMMON, body)
    kind = kind_of(body)
    part = kind.split(".")[0]
    if part not in TYPES:
        return  # COMMON has said so.
    yield from _of((Required(part), Keys("", (*_ENVELOPE, part))), body)
    if isinstance(body.get(part), (dict, list)):
        yield from _of(RULES.get(kind, _INTERACTIVE), body)
    elif part in body:
        yield Problem(PARAMETER_CODE, f"Param {part} must be an object")


def _of(checks: tuple[Check, ...], body: Json) -> Iterator[Problem]:
    for check in checks:
        yield from check.problems(body)


def check_send(body: Json) -> None:
    """Refuses a body that the Cloud API would refuse.

    Raises:
        GraphError: With the code and the details of the first problem.
    """
    for problem in find_problems(body):
        raise GraphError(problem.code, problem.details)
