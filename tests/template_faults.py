"""Does a template that is sent fit its file? Meta refuses one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from whatsapp.template_files import ButtonType, TemplateFile, load_templates


def template_faults_of(body: dict[str, Any]) -> Iterator[str]:
    """Yields how the template of a message body differs from its file in `whatsapp/templates`."""
    template = body.get("template")
    if template is None:
        return
    name = template["name"]
    file = _files().get(name)
    if file is None:
        yield f"the template {name} has no file"
        return
    components = template.get("components", ())
    filled = sum(len(it["parameters"]) for it in components if it["type"] == "body")
    if filled != len(file.variables):
        yield f"{name} has {len(file.variables)} variables, {filled} are filled in"
    replies = sum(it.get("sub_type") == "quick_reply" for it in components)
    wanted = sum(button.type is ButtonType.QUICK_REPLY for button in file.buttons)
    if replies != wanted:
        yield f"{name} has {wanted} quick replies, {replies} are given"
    if template["language"]["code"] not in file.languages:
        yield f"{name} is not there in {template['language']['code']}"


@lru_cache(maxsize=1)
def _files() -> dict[str, TemplateFile]:
    return load_templates()
