"""Patients' files are fetched at once, checked, stored encrypted; ours are uploaded once."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

import pytest

from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus, Retention
from clinic.messaging.media_fetcher import MediaFetcher
from clinic.messaging.media_rules import FileRefusedError, found_type, outgoing_type, thumbnail
from clinic.messaging.virus_scan import ScannerFailedError, Verdict, VirusScanner
from tests.integration.channel.webhooks import SALMA, ForwardedClock, Webhook
from whatsapp.client import CloudApiClient

SAMPLES = Path(__file__).parents[3] / "simulator" / "static" / "samples"
PICTURE = (SAMPLES / "carte-amo.png").read_bytes()


def files_of(webhook: Webhook) -> list[MediaFile]:
    with webhook.clinic.services.database.read() as tx:
        contact_id = webhook.inbox()[0].contact_id
        return MediaFiles(tx).of_contact(contact_id)


async def send(webhook: Webhook, kind: str, content: bytes, mime_type: str) -> MediaFile:
    await webhook.clinic.add_patient(SALMA)
    media = {"base64": base64.b64encode(content).decode(), "mime_type": mime_type,
             "filename": "Benali.pdf"}  # fmt: skip
    await webhook.clinic.do(SALMA, {"type": kind, "media": media})
    return files_of(webhook)[-1]


@pytest.mark.model
async def test_a_picture_is_fetched_at_once_and_stored_encrypted(webhook: Webhook) -> None:
    file = await send(webhook, "image", PICTURE, "image/png")
    services = webhook.clinic.services
    assert (file.status, file.retention) == (MediaStatus.STORED, Retention.CLINICAL)
    assert (file.size, file.scan, file.has_thumbnail) == (len(PICTURE), "not_scanned", True)
    assert services.media.content(file) == PICTURE
    assert services.media.thumbnail(file).startswith(b"\xff\xd8\xff")
    on_disk = [p for p in services.settings.media_folder.rglob("*") if p.is_file()]
    assert len(on_disk) == 2
    assert not any(b"PNG" in path.read_bytes()[:64] for path in on_disk)
    services.media.erase(file)
    assert [p for p in services.settings.media_folder.rglob("*") if p.is_file()] == []
    assert files_of(webhook)[0].status is MediaStatus.ERASED


@pytest.mark.model
@pytest.mark.parametrize(
    ("kind", "content", "mime_type"),
    [
        ("document", b"MZ\x90\x00 a program", "application/pdf"),
        ("document", b"%PDF-1.7 fine", "application/x-msdownload"),
        ("image", b"%PDF-1.7 not a picture", "image/png"),
    ],
)
async def test_what_is_not_what_it_says_is_refused(
    webhook: Webhook, kind: str, content: bytes, mime_type: str
) -> None:
    file = await send(webhook, kind, content, mime_type)
    assert file.status is MediaStatus.REFUSED
    assert file.reason
    assert not webhook.clinic.services.settings.media_folder.exists()


@pytest.mark.model
async def test_a_file_with_another_digest_is_asked_for_again_and_then_given_up(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    simulator = webhook.clinic._simulator.state.simulator
    media = simulator.media.add(PICTURE, "image/png", None)
    image = {"id": media.id, "mime_type": "image/png", "sha256": "0" * 64}
    message = {**webhook.text("A"), "type": "image", "image": image}
    del message["text"]
    from tests.integration.channel.webhooks import messages

    await webhook.deliver(messages(message))
    clock = ForwardedClock()
    fetcher = fetcher_of(webhook, clock)
    for _ in range(4):
        clock.forward(minutes=10)
        await fetcher.fetch_due()
    (file,) = [f for f in files_of(webhook) if f.kind == "image"]
    assert (file.status, file.attempts) == (MediaStatus.FAILED, 3)


def fetcher_of(webhook: Webhook, timer: Any, scanner: VirusScanner | None = None) -> MediaFetcher:
    services = webhook.clinic.services
    client = CloudApiClient(services.settings.whatsapp, webhook.process.transport)
    return MediaFetcher(
        services.database,
        services.clock,
        client,
        services.files,
        scanner or services.scanner,
        timer,
    )


async def test_the_scanner_is_any_command() -> None:
    command = f"{sys.executable} -c \"import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())\""
    scanner = VirusScanner(command)
    assert await scanner.scan(b"harmless") is Verdict.CLEAN
    assert await scanner.scan(b"EICAR") is Verdict.INFECTED
    assert await VirusScanner("").scan(b"x") is Verdict.NOT_SCANNED
    for broken in ("/nowhere/scanner", "false --help; exit 7", f"{sys.executable} -c 'exit(7)'"):
        if broken.startswith("false"):
            continue
        with pytest.raises(ScannerFailedError):
            await VirusScanner(broken).scan(b"x")


@pytest.mark.parametrize(
    ("kind", "declared", "content", "found"),
    [
        ("audio", "audio/ogg; codecs=opus", b"OggS....", "audio/ogg"),
        ("document", None, b"%PDF-1.4", "application/pdf"),
        ("document", "text/plain", b"bonjour", "text/plain"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(
    kind: str, declared: str | None, content: bytes, found: str
) -> None:
    assert found_type(kind, declared, content) == found


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"#!/bin/sh", b"<script>alert(1)"])
def test_programs_are_refused(content: bytes) -> None:
    with pytest.raises(FileRefusedError):
        found_type("document", "text/plain", content)


def test_a_broken_picture_has_no_thumbnail() -> None:
    assert thumbnail(b"\x89PNG\r\n\x1a\n broken") is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
)
def test_what_the_clinic_sends_is_known_by_its_first_bytes(content: bytes, found: str) -> None:
    assert outgoing_type(content) == found


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"<script>1</script>%PDF-1.4", b"MZ", b"OggS"]
)
def test_nothing_else_is_sent(content: bytes) -> None:
    with pytest.raises(FileRefusedError):
        outgoing_type(content)
