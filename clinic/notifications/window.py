"""Text or template: what a message to somebody who has not just written has to be.

Within the customer service window it is a text with buttons, outside of it a template.
"""

from __future__ import annotations

from datetime import datetime

from clinic.messaging.model import Contact
from whatsapp.messages import OutgoingMessage, Template
from whatsapp.template_files import template_language
from whatsapp.window import is_open

_ARABIZI = "ary-Latn"


def language_now(contact: Contact | None, default: str, now: datetime) -> str:
    """Returns the language in which a contact is told something now.

    No template is in Darija with Latin letters: outside the window its writers get French, and
    what fills the template in has to be French too.
    """
    language = (contact.language if contact else None) or default
    is_text = contact is not None and is_open(contact.last_inbound_at, now)
    return template_language(language) if language == _ARABIZI and not is_text else language


def fit_window(
    message: OutgoingMessage,
    contact: Contact,
    language: str,
    now: datetime,
    *,
    template: str,
    parameters: tuple[str, ...],
    quick_replies: tuple[str, ...] | None = None,
    url_suffix: str = "",
) -> OutgoingMessage:
    """Returns the message itself within the window, its template outside of it.

    Args:
        template: name of a file in `whatsapp/templates`.
        parameters: what fills it in, in the order of the file's variables.
        quick_replies: what its buttons send back; None for what the message's own buttons do.
        url_suffix: what completes the address of its link.
    """
    if is_open(contact.last_inbound_at, now):
        return message
    if quick_replies is None:
        quick_replies = tuple(choice.payload for choice in message.choices)
    filled = Template(
        name=template,
        language=template_language(language),
        parameters=parameters,
        quick_replies=quick_replies,
        url_suffix=url_suffix,
    )
    return OutgoingMessage(text=message.text, template=filled)
