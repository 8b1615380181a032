"""The webhook of the assistant under test."""

from __future__ import annotations

import pytest

from tests.assistant import AssistantProcess, ClinicUnderTest
from tests.integration.channel.webhooks import Webhook


@pytest.fixture
def webhook(clinic_under_test: ClinicUnderTest, assistant_process: AssistantProcess) -> Webhook:
    return Webhook(clinic_under_test, assistant_process)
