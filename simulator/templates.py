"""Message templates that were registered, so that they can be shown and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.errors import GraphError


@dataclass(frozen=True)
class Template:
    """The text of an approved template in one language.

    Attributes:
        body: Text with `{{1}}` or `{{name}}` where parameters go.
        buttons: The titles of all buttons, in their order.
        url: The address behind the url button, with `{{1}}` for its parameter.
    """

    name: str
    language: str
    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    url: str = ""

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the body's parameters."""
        return frozenset(re.findall(r"\{\{(\w+)\}\}", self.body))


class TemplateStore:
    """Templates by name and language. As long as there is none, every template is let through."""

    def __init__(self) -> None:
        self._templates: dict[tuple[str, str], Template] = {}

    def clear(self) -> None:
        """Forgets all templates."""
        self._templates.clear()

    def add(self, template: Template) -> None:
        """Registers a template, in the place of the one with its name and language."""
        self._templates[template.name, template.language] = template

    def all(self) -> list[Template]:
        """Returns all templates."""
        return list(self._templates.values())

    def find(self, name: str, language: str) -> Template | None:
        """Returns a template, or None."""
        return self._templates.get((name, language))

    def check(self, name: str, language: str, parameters: frozenset[str]) -> None:
        """Refuses what Meta refuses of a template that it knows.

        Args:
            parameters: The names, or positions from "1", of the body's parameters.

        Raises:
            GraphError: 132001 for an unknown name or language, 132000 for wrong parameters.
        """
        if not self._templates:
            return
        template = self.find(name, language)
        if template is None:
            raise GraphError(
                132001, f"template name ({name}) does not exist in {language}", status=404
            )
        if parameters != template.parameters:
            raise GraphError(
                132000,
                f"body: number of localizable_params ({len(parameters)}) does not match"
                f" the expected number of params ({len(template.parameters)})",
            )
