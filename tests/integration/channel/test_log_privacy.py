"""What is logged holds no name, number or word of a patient, not even when a turn fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from rasa.core.channels.channel import UserMessage

from clinic.logs import DiscreetFormatter
from tests.integration.channel.webhooks import SALMA, Webhook, messages

pytestmark = pytest.mark.model

NAME, WORDS = "Zoubida Ouazzani", "j'ai un zona ophtalmique depuis mardi"
_NOT_PROPAGATED = ("sanic.root", "sanic.error", "sanic.access")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that is logged, as the processes write it."""
    caplog.handler.setFormatter(DiscreetFormatter("%(levelname)s %(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in _NOT_PROPAGATED]
    for logger in loggers:
        logger.addHandler(caplog.handler)
    with caplog.at_level(logging.INFO):
        yield caplog
    for logger in loggers:
        logger.removeHandler(caplog.handler)


def assert_discreet(log: pytest.LogCaptureFixture, *answers: str) -> None:
    secrets = [SALMA, "661000001", *NAME.split(), *WORDS.split(), *answers]
    assert [word for word in secrets if len(word) > 4 and word in log.text] == []


async def test_a_whole_conversation_logs_nothing_personal(
    webhook: Webhook, log: pytest.LogCaptureFixture
) -> None:
    clinic = webhook.clinic
    await clinic.add_patient(SALMA, NAME)
    said = await clinic.write(SALMA, "bonjour, je voudrais un rdv chez le dentiste demain")
    for _ in range(3):
        if any(message["choices"] for message in said):
            said = await clinic.tap_nth(SALMA, 1)
    said += await clinic.write(SALMA, NAME)
    said += await clinic.write(SALMA, WORDS)
    said += await clinic.do(SALMA, {"type": "image", "caption": WORDS})
    said += await clinic.do(SALMA, {"type": "raw", "message": {"type": "order", "x": WORDS}})
    assert len(said) >= 4
    assert_discreet(log, *(message["text"][:30] for message in said if message["text"]))


async def test_refused_sends_and_broken_webhooks_log_nothing_personal(
    webhook: Webhook, log: pytest.LogCaptureFixture
) -> None:
    await webhook.open_window(SALMA)
    refusals = {"fail": [{"code": 131026, "count": 1}, {"code": 190, "count": 1}]}
    await webhook.clinic.control("PUT", "/api/faults", json=refusals)
    await webhook.deliver(messages(webhook.text("A", WORDS), {"from": SALMA, "text": WORDS}))
    await webhook.deliver(messages(webhook.text("B", WORDS), number_id="999"))
    await webhook.post(messages(webhook.text("C", WORDS)), signature="sha256=forged")
    assert "was not sent" in log.text
    assert_discreet(log)


async def test_a_turn_that_fails_on_the_words_of_a_patient_does_not_log_them(
    webhook: Webhook, log: pytest.LogCaptureFixture
) -> None:
    async def fail(message: UserMessage) -> None:
        try:
            int(message.text)
        except ValueError as error:
            raise RuntimeError(f"{message.text} is no number") from error

    await webhook.open_window(SALMA)
    webhook.run_with(webhook.runtime(on_new_message=fail))
    await webhook.deliver(messages(webhook.text("A", WORDS)))
    assert webhook.answered() == ["A"], "an apology"
    assert "A turn failed" in log.text
    assert "builtins.ValueError" in log.text
    assert_discreet(log)
