"""Message templates as files: `whatsapp/templates/<name>.yml`, one per template.

A file names its variables; WhatsApp numbers them (`{{1}}`), in the order in which the file lists
them. The same file makes the request that submits a template and the message that uses it, so
that both always agree. `whatsapp.template_linter` says what is wrong with a file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from whatsapp.messages import OutgoingMessage, Template

FOLDER = Path(__file__).parent / "templates"
LANGUAGES = ("fr", "ar", "en")
"""Darija does not exist among WhatsApp's template languages; see `template_language`."""

VARIABLE = re.compile(r"\{\{(\w+)\}\}")


class TemplateFileError(Exception):
    """A template file can't be read, or a message does not fit it."""


class ButtonType(str, Enum):
    QUICK_REPLY = "quick_reply"
    URL = "url"


@dataclass(frozen=True)
class TemplateButton:
    """A button below a template; `url` ends with `{{1}}`, of which `example` is a value."""

    type: ButtonType
    text: Mapping[str, str]
    url: str = ""
    example: str = ""


@dataclass(frozen=True)
class TemplateFile:
    """A template in all its languages.

    Attributes:
        name: Meta's name: lowercase letters, digits and underscores.
        category: `UTILITY`, `MARKETING` or `AUTHENTICATION`.
        variables: Example values by variable and language, in the order of their numbers.
        body: Text by language, with `{{variable}}`.
        header: One line above, by language; empty for none.
        footer: One line below, by language; empty for none.
    """

    name: str
    category: str
    variables: Mapping[str, Mapping[str, str]]
    body: Mapping[str, str]
    header: Mapping[str, str]
    footer: Mapping[str, str]
    buttons: tuple[TemplateButton, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.body)

    def numbered_body(self, language: str) -> str:
        """Returns the body with `{{1}}` in the place of the first variable, and so on."""
        numbers = {name: str(n) for n, name in enumerate(self.variables, start=1)}
        return VARIABLE.sub(lambda m: "{{" + numbers.get(m[1], m[1]) + "}}", self.body[language])

    def components(self, language: str, base_url: str) -> list[dict[str, Any]]:
        """Returns the `components` of the request that submits the template in a language.

        Args:
            base_url: Takes the place of `{base_url}` in the addresses of buttons.
        """
        components: list[dict[str, Any]] = []
        if header := self.header.get(language):
            components.append({"type": "HEADER", "format": "TEXT", "text": header})
        body: dict[str, Any] = {"type": "BODY", "text": self.numbered_body(language)}
        if self.variables:
            examples = [values[language] for values in self.variables.values()]
            body["example"] = {"body_text": [examples]}
        components.append(body)
        if footer := self.footer.get(language):
            components.append({"type": "FOOTER", "text": footer})
        if self.buttons:
            buttons = [_button(button, language, base_url) for button in self.buttons]
            components.append({"type": "BUTTONS", "buttons": buttons})
        return components

    def submission(self, language: str, base_url: str) -> dict[str, Any]:
        """Returns the body of `POST /{account}/message_templates`."""
        return {
            "name": self.name,
            "language": language,
            "category": self.category,
            "components": self.components(language, base_url),
        }

    def message(
        self,
        language: str,
        values: Mapping[str, str],
        *,
        quick_replies: tuple[str, ...] = (),
        url_suffix: str = "",
    ) -> OutgoingMessage:
        """Returns the message that uses the template; `text` is what the patient reads.

        Args:
            language: A conversation's language or one of WhatsApp's; see `template_language`.
            values: A value for every variable, by name.
            quick_replies: What the quick reply buttons send back, in their order.
            url_suffix: What completes the address of the URL button.

        Raises:
            TemplateFileError: A value or a payload is missing, or there is one too many.
        """
        language = template_language(language)
        if set(values) != set(self.variables):
            raise TemplateFileError(f"{self.name} needs the variables {', '.join(self.variables)}.")
        replies = [b for b in self.buttons if b.type is ButtonType.QUICK_REPLY]
        if len(quick_replies) != len(replies):
            raise TemplateFileError(f"{self.name} has {len(replies)} quick replies.")
        if bool(url_suffix) != (len(replies) < len(self.buttons)):
            raise TemplateFileError(f"{self.name}: a URL button and its suffix go together.")
        return OutgoingMessage(
            text=VARIABLE.sub(lambda match: values[match[1]], self.body[language]),
            template=Template(
                name=self.name,
                language=language,
                parameters=tuple(values[name] for name in self.variables),
                quick_replies=quick_replies,
                url_suffix=url_suffix,
            ),
        )


def template_language(language: str) -> str:
    """Returns the template language for a conversation's.

    Darija gets the language of its script: who writes it in Latin letters reads French.
    """
    if language.startswith("ary-Latn"):
        return "fr"
    primary = language.split("-")[0].split("_")[0]
    return {"ary": "ar"}.get(primary, primary if primary in LANGUAGES else LANGUAGES[0])


def content_hash(components: Any) -> str:
    """Returns a short hash of a template's content, to tell whether it changed."""
    canonical = json.dumps(components, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def load_templates(folder: Path = FOLDER) -> dict[str, TemplateFile]:
    """Returns all templates by name.

    Raises:
        TemplateFileError: A file is no template; the message names it.
    """
    templates = {}
    for path in sorted(folder.glob("*.yml")):
        template = read_template(path)
        if template.name != path.stem:
            raise TemplateFileError(f"{path.name} holds the template {template.name}.")
        templates[template.name] = template
    return templates


def read_template(path: Path) -> TemplateFile:
    """Reads one file.

    Raises:
        TemplateFileError: It is not of the form that `whatsapp/templates` shows.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        unknown = set(content) - _KEYS
        if unknown:
            raise TemplateFileError(f"{path.name}: unknown keys {', '.join(sorted(unknown))}.")
        return TemplateFile(
            name=str(content["name"]),
            category=str(content["category"]),
            variables=_texts_of_texts(content.get("variables") or {}),
            body=_texts(content["body"]),
            header=_texts(content.get("header") or {}),
            footer=_texts(content.get("footer") or {}),
            buttons=tuple(
                TemplateButton(
                    type=ButtonType(button["type"]),
                    text=_texts(button["text"]),
                    url=str(button.get("url", "")),
                    example=str(button.get("example", "")),
                )
                for button in content.get("buttons") or ()
            ),
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise TemplateFileError(f"{path.name}: {error}") from error


_KEYS = {"name", "category", "variables", "body", "header", "footer", "buttons"}


def _texts(content: Mapping[str, Any]) -> dict[str, str]:
    return {str(language): str(text) for language, text in content.items()}


def _texts_of_texts(content: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {str(name): _texts(texts) for name, texts in content.items()}


def _button(button: TemplateButton, language: str, base_url: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": button.type.value.upper(), "text": button.text[language]}
    if button.type is ButtonType.URL:
        url = button.url.replace("{base_url}", base_url.rstrip("/"))
        made["url"] = url
        if "{{1}}" in url:
            made["example"] = [url.replace("{{1}}", button.example)]
    return made
