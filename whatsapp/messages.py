"""Messages as the assistant means them; `whatsapp.rendering` makes API requests of them.

They are values: equal when their content is, and storable as JSON in the outbox.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from whatsapp.location import Location
from whatsapp.text import has_ink, one_line

MAX_CALLING_CODE_DIGITS = 15  # ITU-T E.164


@dataclass(frozen=True)
class Recipient:
    """Who a message goes to.

    Attributes:
        phone: Number with country code, with or without `+`; a `wa_id` will do. None when the
            patient is known by a user id only.
        user_id: Business-scoped user id (`MA.1349...`). Meta ignores it when there is a number.
    """

    phone: str | None
    user_id: str | None = None

    def __post_init__(self) -> None:
        if not self.phone and not self.user_id:
            raise ValueError("A recipient needs a phone number or a user id.")
        if self.phone:
            international_number(self.phone)

    def to_fields(self) -> dict[str, str]:
        """Returns the addressing field of a request: `to` or `recipient`, never both."""
        if self.phone:
            return {"to": international_number(self.phone)}
        return {"recipient": self.user_id or ""}


def international_number(phone: str) -> str:
    """Returns a number as `+`, country code and subscriber number, digits only.

    Meta misdelivers numbers without their country code, so a national number is refused.

    Raises:
        ValueError: Not a number, or one that starts with a national 0.
    """
    if not re.fullmatch(r"[+\d\s().\-\u00a0\u200e\u202a\u202c\u2011]+", phone):
        raise ValueError("A phone number has digits, spaces, brackets and dashes only.")
    # "+212 (0)6..." shows the national 0, which an international call leaves out.
    phone = phone.replace("(0)", "")
    digits = "".join(str(unicodedata.digit(c)) for c in phone if c.isdigit())
    if not phone.lstrip("\u200e\u202a ").startswith("+"):
        digits = digits.removeprefix("00")
    if digits.startswith("0"):
        raise ValueError("A phone number needs its country code.")
    if not 5 <= len(digits) <= MAX_CALLING_CODE_DIGITS:
        raise ValueError("A phone number has 5 to 15 digits.")
    return f"+{digits}"


@dataclass(frozen=True)
class Choice:
    """Something that the patient can tap.

    Attributes:
        title: What the button or row says.
        payload: What comes back when it is tapped; any length.
        description: Second line of a list row.
    """

    title: str
    payload: str
    description: str = ""

    def __post_init__(self) -> None:
        if not has_ink(one_line(self.title)):
            raise ValueError("A choice needs a title that can be seen.")


@dataclass(frozen=True)
class _Media:
    link: str = ""
    media_id: str = ""

    def __post_init__(self) -> None:
        if bool(self.link) == bool(self.media_id):
            raise ValueError("A media file is given either by its link or by its media id.")
        if self.link and not re.match(r"https?://", self.link):
            raise ValueError("A media link starts with http:// or https://.")


@dataclass(frozen=True)
class Document(_Media):
    """A file such as a PDF.

    Attributes:
        link: Public address from which Meta fetches it; or
        media_id: id of an uploaded file (it lives 30 days).
        filename: What the patient sees and saves.
        caption: Text under the document.
    """

    filename: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Image(_Media):
    """A picture, by `link` or `media_id`, with the text under it."""

    caption: str = ""


@dataclass(frozen=True)
class NamedParameter:
    """The value of a template variable that has a name (`{{patient_name}}`)."""

    name: str
    text: str


@dataclass(frozen=True)
class Template:
    """An approved template and what fills it in.

    Attributes:
        name: Lowercase letters, digits and underscores.
        language: Meta's code: `fr`, `ar`, `en`.
        parameters: Values of the body's positional variables, in order.
        named_parameters: Values of the body's named variables; a body has one kind only.
        header_text: Value of the header's variable.
        header_document: File of a document header.
        header_image: File of an image header.
        quick_replies: What the quick reply buttons send back, by their position from 0.
        url_suffix: What completes the address of the URL button.
        url_index: Position of the URL button among all buttons, from 0; None for the one right
            after the quick replies.
    """

    name: str
    language: str
    parameters: tuple[str, ...] = ()
    named_parameters: tuple[NamedParameter, ...] = ()
    header_text: str = ""
    header_document: Document | None = None
    header_image: Image | None = None
    quick_replies: tuple[str, ...] = ()
    url_suffix: str = ""
    url_index: int | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9_]{1,512}", self.name):
            raise ValueError("A template name has lowercase letters, digits and underscores only.")
        if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2,3})?", self.language):
            raise ValueError("A template language is a code such as fr or ar_MA.")
        if self.parameters and self.named_parameters:
            raise ValueError("A template has positional or named parameters, not both.")
        headers = (self.header_text, self.header_document, self.header_image)
        if sum(map(bool, headers)) > 1:
            raise ValueError("A template has one header.")


@dataclass(frozen=True)
class OutgoingMessage:
    """One answer of the assistant, before it is fitted to what WhatsApp allows.

    Attributes:
        text: What it says, any length.
        choices: What can be tapped, any number.
        list_label: Label of the button that opens a list, in the patient's language.
        header: Line above the text.
        footer: Line below the text.
        location: A place, sent before the text.
        document: A file, sent before the text.
        image: A picture, sent before the text.
        asks_number: Whether a button below the text gives us the patient's number; such a
            message has no choices.
        template: When given, it is all that is sent, and `text` tells staff what the patient
            reads.
    """

    text: str = ""
    choices: tuple[Choice, ...] = ()
    list_label: str = ""
    header: str = ""
    footer: str = ""
    location: Location | None = None
    document: Document | None = None
    image: Image | None = None
    asks_number: bool = False
    template: Template | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns the message as JSON values, without what is left at its default."""
        return _to_dict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> OutgoingMessage:
        """Returns the message that `to_dict` was called on.

        Unknown keys are passed over, so that a row written by a newer version can be sent.

        Raises:
            ValueError: A stored value breaks a rule of its class.
        """
        known = _known(cls, stored)
        known["choices"] = tuple(
            Choice(**_known(Choice, choice)) for choice in stored.get("choices", ())
        )
        parts: tuple[tuple[str, type[Any]], ...] = (
            ("location", Location),
            ("document", Document),
            ("image", Image),
        )
        for name, part in parts:
            if stored.get(name):
                known[name] = part(**_known(part, stored[name]))
        if stored.get("template"):
            known["template"] = _template(stored["template"])
        return cls(**known)


def _template(stored: Mapping[str, Any]) -> Template:
    known = _known(Template, stored)
    known["parameters"] = tuple(stored.get("parameters", ()))
    known["quick_replies"] = tuple(stored.get("quick_replies", ()))
    known["named_parameters"] = tuple(
        NamedParameter(**_known(NamedParameter, item))
        for item in stored.get("named_parameters", ())
    )
    if stored.get("header_document"):
        known["header_document"] = Document(**_known(Document, stored["header_document"]))
    if stored.get("header_image"):
        known["header_image"] = Image(**_known(Image, stored["header_image"]))
    return Template(**known)


def _known(value_class: type[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(value_class)}
    return {name: value for name, value in stored.items() if name in names}


def _to_dict(value: Any) -> dict[str, Any]:
    stored = {}
    for field in fields(value):
        content = getattr(value, field.name)
        if content == field.default:
            continue
        stored[field.name] = _plain(content)
    return stored


def _plain(content: Any) -> Any:
    if isinstance(content, tuple):
        return [_plain(item) for item in content]
    return _to_dict(content) if is_dataclass(content) else content
