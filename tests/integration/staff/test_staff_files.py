"""Files in a conversation, on both databases: what staff send, what patients take back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus
from clinic.handoff.errors import FileFault, FileNotSendableError
from clinic.handoff.files import CheckedFile, StaffFiles
from clinic.handoff.model import Priority
from tests.integration.staff.conftest import SALMA, Reception

PDF = b"%PDF-1.7 a letter"


@pytest.fixture(autouse=True)
def _folder(reception: Reception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception.services.files, "_folder", tmp_path / "media")


def check(reception: Reception, name: str, content: bytes = PDF) -> CheckedFile:
    return asyncio.run(reception.services.staff_files.check(content, name))


def files(reception: Reception, contact_id: str) -> list[MediaFile]:
    with reception.services.database.read() as tx:
        return MediaFiles(tx).of_contact(contact_id)


def receive(reception: Reception, **content: Any) -> None:
    """Takes a message of Salma in."""
    now = str(int(reception.services.clock.now().timestamp()))
    number_id = reception.services.settings.whatsapp.phone_number_id
    message = {"from": SALMA, "timestamp": now, **content}
    value = {"metadata": {"phone_number_id": number_id}, "messages": [message]}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    reception.services.intake.receive(json.dumps(body).encode())


def image(media_id: str, content: bytes, caption: str) -> dict[str, Any]:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    block = {"id": media_id, "mime_type": "image/png", "sha256": digest, "caption": caption}
    return {"type": "image", "image": block}


def test_a_file_is_sent_once_in_the_name_of_who_attached_it(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "Pouvez-vous m'envoyer la lettre ?")
    reception.services.handoff.open(contact_id, Priority.ROUTINE, "request_human")
    for _ in range(2):
        file = check(reception, "lettre.pdf")
        reception.services.staff_files.send(contact_id, nadia, file, " La voici ", key="f1")
    (kept,) = files(reception, contact_id)
    assert reception.services.files.read(kept.id) == PDF
    entries = reception.read(contact_id, nadia).transcript.entries
    (sent,) = [entry for entry in entries if entry.kind == "document"]
    assert (sent.text, sent.author, sent.files) == ("La voici", nadia.id, (kept,))
    assert reception.actions(contact_id).count("file_sent") == 1
    assert reception.services.handoff.is_in_human_hands(contact_id)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("lettre.pdf", "lettre.pdf"),
        ("C:\\Users\\nadia\\Lettre du 3.PDF", "Lettre du 3.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("photo.exe", "photo.exe.pdf"),
        ("\n", "document.pdf"),
        ("رسالة.pdf", "رسالة.pdf"),
    ],
)
def test_a_file_keeps_its_name_with_the_ending_of_its_type(
    reception: Reception, given: str, shown: str
) -> None:
    assert check(reception, given).filename == shown


def test_a_provider_without_uploads_is_told_before_anything_is_stored(
    reception: Reception,
) -> None:
    wired = reception.services
    twilio = StaffFiles(
        wired.database, wired.clock, wired.files, wired.scanner, wired.staff_desk, can_upload=False
    )
    with pytest.raises(FileNotSendableError) as refusal:
        asyncio.run(twilio.check(PDF, "lettre.pdf"))
    assert refusal.value.fault is FileFault.PROVIDER


def test_what_is_taken_back_goes_and_what_is_edited_is_replaced(reception: Reception) -> None:
    nadia = reception.hire("nadia")
    contact_id = reception.write(SALMA, "bonjour")
    services = reception.services
    receive(reception, id="wamid.A", **image("1", b"first", "ma carte"))
    (first,) = files(reception, contact_id)
    services.files.write(first.id, b"first")
    with services.database.write() as tx:
        digest = hashlib.sha256(b"first").hexdigest()
        assert MediaFiles(tx).note_stored(first.id, sha256=digest)

    def edit(wamid: str, content: dict[str, Any]) -> None:
        block = {"original_message_id": "wamid.A", "message": content}
        receive(reception, id=wamid, type="edit", edit=block)

    # The same picture under another id: only the caption is new.
    edit("wamid.B", image("2", b"first", "ma carte CNSS"))
    assert [file.status for file in files(reception, contact_id)] == [MediaStatus.STORED]
    edit("wamid.C", image("3", b"second", "la bonne"))
    old, new = files(reception, contact_id)
    assert (old.status, new.status) == (MediaStatus.ERASED, MediaStatus.PENDING)
    with pytest.raises(FileNotFoundError):
        services.files.read(first.id)
    shown = [e for e in reception.read(contact_id, nadia).transcript.entries if e.kind == "image"]
    assert [(e.text, e.changed, e.files) for e in shown] == [("la bonne", "edited", (new,))]
    receive(reception, id="wamid.R", type="revoke", revoke={"original_message_id": "wamid.A"})
    assert {f.status for f in files(reception, contact_id)} == {MediaStatus.ERASED}
    assert reception.actions(contact_id).count("media_taken_back") == 2
    assert "la bonne" not in "".join(reception.said(contact_id, nadia))


def test_nobody_takes_back_the_file_of_somebody_else(reception: Reception) -> None:
    contact_id = reception.write(SALMA, "bonjour")
    receive(reception, id="wamid.A", **image("1", b"first", "ma carte"))
    receive(
        reception,
        **{"from": "212662000002"},
        id="wamid.R",
        type="revoke",
        revoke={"original_message_id": "wamid.A"},
    )
    assert [file.status for file in files(reception, contact_id)] == [MediaStatus.PENDING]


def test_the_picture_of_a_new_number_goes_over_to_whom_it_belongs(reception: Reception) -> None:
    contact_id = reception.write(SALMA, "bonjour")
    new = "212677777777"
    receive(reception, **{"from": new}, id="wamid.A", **image("1", b"first", "ma carte"))
    assert files(reception, contact_id) == []
    system = {"body": "changed", "wa_id": new, "type": "user_changed_number"}
    receive(reception, id="wamid.S", type="system", system=system)
    (file,) = files(reception, contact_id)
    receive(
        reception,
        **{"from": new},
        id="wamid.R",
        type="revoke",
        revoke={"original_message_id": "wamid.A"},
    )
    assert files(reception, contact_id)[0].status is MediaStatus.ERASED
    assert file.status is MediaStatus.PENDING
