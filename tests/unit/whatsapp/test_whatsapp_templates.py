"""The template files, their linter, and the messages that use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from whatsapp.messages import Recipient
from whatsapp.rendering import render
from whatsapp.template_files import (
    LANGUAGES,
    TemplateFile,
    TemplateFileError,
    load_templates,
    template_language,
)
from whatsapp.template_linter import lint

TEMPLATES = load_templates()
REMINDER = TEMPLATES["appointment_reminder_24h"]
NEEDED = {
    "appointment_confirmation",
    "appointment_reminder_24h",
    "appointment_reminder_1h",
    "appointment_reschedule_offer",
    "appointment_cancelled_by_clinic",
    "waiting_list_offer",
    "deposit_request",
    "results_ready",
    "prescription_ready",
    "document_ready",
    "feedback_request",
    "aftercare_checkin",
    "handoff_reply",
}


def test_every_needed_template_is_there_in_every_language() -> None:
    assert set(TEMPLATES) >= NEEDED
    assert {template.languages for template in TEMPLATES.values()} == {LANGUAGES}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda t: t.name)
def test_a_template_has_no_problems(template: TemplateFile) -> None:
    assert lint(template) == []


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda t: t.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_fills_what_was_submitted(template: TemplateFile, language: str) -> None:
    values = {name: examples[language] for name, examples in template.variables.items()}
    replies = [b for b in template.buttons if b.type.value == "quick_reply"]
    message = template.message(
        language,
        values,
        quick_replies=tuple(f"/payload{n}" for n in range(len(replies))),
        url_suffix="abc" if len(replies) < len(template.buttons) else "",
    )
    assert "{{" not in message.text
    (body,) = render(message, Recipient("+212661000001"))
    sent = next(c for c in body["template"]["components"] if c["type"] == "body")
    submitted = next(
        c for c in template.submission(language, "https://x.ma")["components"]
        if c["type"] == "BODY"
    )  # fmt: skip
    assert [p["text"] for p in sent["parameters"]] == submitted["example"]["body_text"][0]
    assert submitted["text"].count("{{") >= len(values)


def test_a_missing_value_is_refused() -> None:
    with pytest.raises(TemplateFileError):
        REMINDER.message("fr", {"patient": "Salma"}, quick_replies=("a", "b"))


def test_darija_gets_the_template_language_of_its_script() -> None:
    tags = ("ary", "ary-Latn", "fr", "en", "ar", "xx")
    assert [template_language(tag) for tag in tags] == ["ar", "fr", "fr", "en", "ar", "fr"]


def test_a_file_of_another_form_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text("name: odd\nbody: 7\n")
    with pytest.raises(TemplateFileError, match=r"odd\.yml"):
        load_templates(tmp_path)
