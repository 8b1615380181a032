"""Message templates that were registered, so that they can be shown and checked."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.errors import GraphError
from whatsapp.template_files import load_templates

_LINKS = "http://127.0.0.1:5005"
"""Where the links of approved templates lead: the assistant on this machine."""


@dataclass(frozen=True)
class Template:
    """The text of an approved template in one language.

    Attributes:
        body: Text with `{{1}}` or `{{name}}` where parameters go.
        buttons: The titles of all buttons, in their order.
        url: The address behind the url button, with `{{1}}` for its parameter.
        status: `APPROVED`, `PENDING`, `REJECTED`, `PAUSED` or `DISABLED`.
        components: As submitted; empty for one that was registered by hand.
    """

    name: str
    language: str
    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    url: str = ""
    category: str = "UTILITY"
    status: str = "APPROVED"
    reason: str = "NONE"
    components: tuple[dict[str, Any], ...] = ()
    id: str = field(default_factory=lambda: str(secrets.randbelow(10**15) + 10**15))

    def graph(self) -> dict[str, Any]:
        """Returns the template as `GET /{account}/message_templates` lists it."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "rejected_reason": self.reason,
            "components": list(self.components) or [{"type": "BODY", "text": self.body}],
        }

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the body's parameters."""
        return frozenset(re.findall(r"\{\{(\w+)\}\}", self.body))


class TemplateStore:
    """Templates by name and language. As long as there is none, every template is let through."""

    def __init__(self, approved: Sequence[Template] = ()) -> None:
        """Takes those that are there from the start."""
        self._approved = approved
        self._templates: dict[tuple[str, str], Template] = {}
        self.clear()

    def clear(self) -> None:
        """Goes back to the templates of the start."""
        self._templates.clear()
        for template in self._approved:
            self.add(template)

    def add(self, template: Template) -> None:
        """Registers a template, in the place of the one with its name and language."""
        self._templates[template.name, template.language] = template

    def all(self) -> list[Template]:
        """Returns all templates."""
        return list(self._templates.values())

    def find(self, name: str, language: str) -> Template | None:
        """Returns a template, or None."""
        return self._templates.get((name, language))

    def find_id(self, template_id: str) -> Template | None:
        """Returns a template by its id, or None."""
        return next((t for t in self._templates.values() if t.id == template_id), None)

    def check(self, name: str, language: str, parameters: frozenset[str]) -> None:
        """Refuses what Meta refuses of a template that it knows.

        Args:
            parameters: The names, or positions from "1", of the body's parameters.

        Raises:
            GraphError: 132001 for an unknown or unapproved one, 132015 and 132016 for one that
                is paused or disabled, 132000 for wrong parameters.
        """
        if not self._templates:
            return
        template = self.find(name, language)
        if template is not None and template.status in _STATUS_CODES:
            raise GraphError(_STATUS_CODES[template.status])
        if template is None or template.status != "APPROVED":
            raise GraphError(
                132001, f"template name ({name}) does not exist in {language}", status=404
            )
        if parameters != template.parameters:
            raise GraphError(
                132000,
                f"body: number of localizable_params ({len(parameters)}) does not match"
                f" the expected number of params ({len(template.parameters)})",
            )


_STATUS_CODES = {"PAUSED": 132015, "DISABLED": 132016}


def approved_templates(folder: Path) -> list[Template]:
    """Returns the templates of a folder in all their languages, as if they had been submitted."""
    return [
        template_of(
            file.name, language, file.category, file.submission(language, _LINKS)["components"]
        )
        for file in load_templates(folder).values()
        for language in file.languages
    ]


def template_of(
    name: Any, language: Any, category: Any, components: Any, *, template_id: str | None = None
) -> Template:
    """Returns the template that a submission describes, approved at once.

    Raises:
        GraphError: 100, as Meta refuses a malformed one.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9_]{1,512}", name):
        raise GraphError(100, "Param name must be lower case letters, digits and underscores")
    if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2,3})?", language):
        raise GraphError(100, "Param language is not a supported language")
    if category not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
        raise GraphError(100, "Param category must be one of UTILITY, MARKETING, AUTHENTICATION")
    if not isinstance(components, list) or not all(isinstance(c, dict) for c in components):
        raise GraphError(100, "Param components must be an array")
    by_type = {str(c.get("type", "")).upper(): c for c in components}
    body = by_type.get("BODY", {}).get("text")
    if not isinstance(body, str) or not body or len(body) > 1024:
        raise GraphError(100, "Param components: a BODY of at most 1024 characters is needed")
    _check_examples(body, by_type["BODY"])
    buttons = by_type.get("BUTTONS", {}).get("buttons", [])
    if any(len(str(b.get("text", ""))) > 25 for b in buttons) or len(buttons) > 10:
        raise GraphError(100, "Param components: buttons are too many or too long")
    identity = {} if template_id is None else {"id": template_id}
    return Template(
        name=name,
        language=language,
        body=body,
        header=str(by_type.get("HEADER", {}).get("text", "")),
        footer=str(by_type.get("FOOTER", {}).get("text", "")),
        buttons=tuple(str(b.get("text", "")) for b in buttons),
        url=next((str(b["url"]) for b in buttons if b.get("url")), ""),
        category=category,
        components=tuple(components),
        **identity,
    )


def _check_examples(body: str, component: dict[str, Any]) -> None:
    variables = list(dict.fromkeys(re.findall(r"\{\{(\w+)\}\}", body)))
    if variables != [str(n) for n in range(1, len(variables) + 1)]:
        raise GraphError(100, "Param components: the variables are not numbered from 1 in order")
    if re.match(r"\{\{", body) or re.search(r"\}\}\W?$", body):
        raise GraphError(100, "Param components: the body starts or ends with a variable")
    given = (component.get("example") or {}).get("body_text") or [[]]
    if len(given[0]) != len(variables):
        raise GraphError(100, "Param components: an example for each variable is needed")
