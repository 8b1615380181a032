"""What a person sees of a message: text, choices, header, link, file, place.

A view is plain JSON for the page and for tests. Its names: `text`, `header`, `footer`, `choices`
(`id`, `title`, `description`, `section`), `list_button`, `link` (`title`, `url`), `asks_location`,
`media` (`kind`, `id` or `url`, `mime_type`, `filename`, `voice`), `location`, `contacts`,
`template`, `reaction`, `unsupported`. Names without content are left out, except `text`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulator.media import MediaStore
from simulator.templates import Template, TemplateStore

Json = dict[str, Any]
MEDIA_KINDS = ("image", "audio", "video", "document", "sticker")


def render_outgoing(body: Json, media: MediaStore, templates: TemplateStore) -> Json:
    """Returns the view of a body that `check_send` let through."""
    kind = body.get("type", "text")
    if kind == "interactive":
        return _interactive(body["interactive"], media)
    if kind == "template":
        sent = body["template"]
        template = templates.find(sent["name"], sent["language"]["code"])
        return _template(sent, template, media)
    return render_plain(body, media)


def render_plain(message: Json, media: MediaStore) -> Json:
    """Returns the view of a message object of either direction that has no choices."""
    kind = message.get("type", "text")
    content = message.get(kind) or {}
    if kind == "text":
        return {"text": content.get("body", "")}
    if kind in MEDIA_KINDS:
        return {"text": content.get("caption", ""), "media": _media(kind, content, media)}
    if kind == "location":
        return {"text": content.get("name", ""), "location": content}
    if kind == "contacts":
        return {"text": "", "contacts": [_contact(contact) for contact in message["contacts"]]}
    if kind == "reaction":
        return {"text": content.get("emoji", ""), "reaction": content}
    if kind == "button":
        return {"text": content.get("text", "")}
    if kind == "interactive":
        reply = content.get(content.get("type", "")) or {}
        view = {"text": reply.get("title", reply.get("body", ""))}
        if reply.get("description"):
            view["footer"] = reply["description"]
        return view
    return {"text": "", "unsupported": kind}


def _media(kind: str, content: Json, media: MediaStore) -> Json:
    view: Json = {"kind": kind, "voice": bool(content.get("voice"))}
    if "link" in content:
        view["url"] = content["link"]
        view["filename"] = content.get("filename") or content["link"].rsplit("/", 1)[-1]
    else:
        stored = media.get(content["id"])
        view["id"] = stored.id
        view["mime_type"] = stored.mime_type
        view["filename"] = content.get("filename") or stored.filename
        view["size"] = len(stored.content)
    return view


def _contact(contact: Json) -> Json:
    phones = [phone.get("phone", "") for phone in contact.get("phones", [])]
    return {"name": contact.get("name", {}).get("formatted_name", ""), "phones": phones}


def _header(header: Json | None, media: MediaStore) -> Json:
    if not header:
        return {}
    kind = header["type"]
    if kind == "text":
        return {"header": header["text"]}
    return {"media": _media(kind, header[kind], media)}


def _interactive(interactive: Json, media: MediaStore) -> Json:
    view: Json = {"text": interactive["body"]["text"], **_header(interactive.get("header"), media)}
    if interactive.get("footer"):
        view["footer"] = interactive["footer"]["text"]
    action = interactive["action"]
    kind = interactive["type"]
    if kind == "button":
        view["choices"] = [
            _choice(button["reply"]["id"], button["reply"]["title"]) for button in action["buttons"]
        ]
    elif kind == "list":
        view["list_button"] = action["button"]
        view["choices"] = [
            _choice(row["id"], row["title"], row.get("description", ""), section.get("title", ""))
            for section in action["sections"]
            for row in section["rows"]
        ]
    elif kind == "cta_url":
        parameters = action["parameters"]
        view["link"] = {"title": parameters["display_text"], "url": parameters["url"]}
    elif kind == "location_request_message":
        view["asks_location"] = True
    elif kind == "request_contact_info":
        view["choices"] = [_choice(kind, "Partager mon numéro")]
    return view


def _choice(choice_id: str, title: str, description: str = "", section: str = "") -> Json:
    return {"id": choice_id, "title": title, "description": description, "section": section}


def _template(sent: Json, template: Template | None, media: MediaStore) -> Json:
    components: list[Json] = sent.get("components") or []
    by_type = {part["type"]: part["parameters"] for part in components if part["type"] != "button"}
    body = _parameters(by_type.get("body", []))
    view: Json = {"text": "", "template": sent["name"]}
    for parameter in by_type.get("header", []):
        if parameter["type"] in MEDIA_KINDS:
            view["media"] = _media(parameter["type"], parameter[parameter["type"]], media)
    if template is None:
        # Only Meta knows the text of a template that was never registered here.
        view["text"] = " · ".join([f"[{sent['name']}]", *body.values()])
    else:
        view["text"] = fill(template.body, body)
        if template.header:
            view["header"] = fill(template.header, _parameters(by_type.get("header", [])))
        if template.footer:
            view["footer"] = template.footer
    view["choices"] = []
    for component in components:
        if component["type"] == "button":
            _template_button(component, template, view)
    return view


def _template_button(component: Json, template: Template | None, view: Json) -> None:
    index = int(component["index"])
    titles = template.buttons if template else ()
    title = titles[index] if index < len(titles) else ""
    parameter: Json = component["parameters"][0] if component["parameters"] else {}
    if component["sub_type"] == "quick_reply":
        payload = str(parameter.get("payload", parameter.get("text", title)))
        view["choices"].append(_choice(payload, title or payload))
    elif component["sub_type"] == "url":
        suffix = str(parameter.get("text", ""))
        base = template.url if template and template.url else "https://example.com/{{1}}"
        view["link"] = {"title": title or "Ouvrir", "url": fill(base, {"1": suffix})}


def _parameters(parameters: list[Json]) -> dict[str, str]:
    values: dict[str, str] = {}
    for position, parameter in enumerate(parameters, start=1):
        kind = parameter["type"]
        value = parameter.get(kind)
        text = value.get("fallback_value", "") if isinstance(value, dict) else str(value)
        values[parameter.get("parameter_name", str(position))] = text
    return values


def fill(text: str, values: Mapping[str, str]) -> str:
    """Puts values in the place of `{{1}}` or `{{name}}`; an unknown one stays as it is."""
    return re.sub(r"\{\{(\w+)\}\}", lambda hit: values.get(hit[1], hit[0]), text)
