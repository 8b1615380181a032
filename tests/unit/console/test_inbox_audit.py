"""What staff read in the inbox is in the audit trail, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clinic.adapters.files import THUMBNAIL
from clinic.adapters.media import MediaFiles
from clinic.staff.model import Role
from tests.console import PATIENT_NUMBER, ConsoleUnderTest, Person
from whatsapp.updates import Identity, InboundMessage, MediaReference, MessageType


def test_opening_and_searching_are_recorded_but_not_what_refreshes_itself(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    nadia.get(f"/inbox/{contact_id}")
    nadia.get(f"/inbox/{contact_id}/thread")
    nadia.get(f"/inbox/{contact_id}/card")
    actions = [entry.action for entry in console.services.audit.about(contact_id)]
    assert actions == ["conversation_read"]


@pytest.mark.parametrize("part", ["thread", "thread?since=2020-01-01T00:00:00Z", "card"])
def test_a_part_that_is_asked_for_without_opening_the_conversation_is_recorded(
    console: ConsoleUnderTest, contact_id: str, nadia: Person, part: str
) -> None:
    for _ in range(2):
        assert nadia.get(f"/inbox/{contact_id}/{part}").status_code == 200
    omar = console.log_in("omar", Role.RECEPTION)
    omar.get(f"/inbox/{contact_id}/{part}")
    entries = [(it.actor, it.action) for it in console.services.audit.about(contact_id)]
    readers = [person.member.id for person in (nadia, omar) if person.member]
    assert entries == [(reader, "conversation_read") for reader in readers]


def test_more_of_the_list_is_recorded_but_not_what_refreshes_itself(
    console: ConsoleUnderTest, contact_id: str, nadia: Person
) -> None:
    def shown() -> list[list[str]]:
        assert nadia.member is not None
        entries = console.services.audit.about(nadia.member.id)
        return [entry.details["shown"] for entry in entries if entry.action == "inbox_read"]

    nadia.get("/inbox")
    assert shown() == [[contact_id]]
    refresh = {"hx-request": "true", "X-Background": "1"}
    nadia.get("/inbox/list?pages=1", headers=refresh)
    assert shown() == [[contact_id]]
    nadia.get("/inbox/list?pages=1", headers={"hx-request": "true"})
    assert shown() == [[contact_id], [contact_id]]


def test_small_pictures_are_recorded_once_when_the_conversation_is_opened(
    console: ConsoleUnderTest, contact_id: str, nadia: Person, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    services, now = console.services, console.services.clock.now()
    monkeypatch.setattr(services.files, "_folder", tmp_path / "media")
    raw = {
        "from": PATIENT_NUMBER, "id": "wamid.9", "timestamp": str(int(now.timestamp())),
        "type": "image", "image": {"id": "media.9", "mime_type": "image/jpeg"},
    }  # fmt: skip
    number_id = services.settings.whatsapp.phone_number_id
    value = {"metadata": {"phone_number_id": number_id}, "messages": [raw]}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    services.intake.receive(json.dumps(body).encode())
    with services.database.write() as tx:
        (file,) = MediaFiles(tx).of_contact(contact_id)
        MediaFiles(tx).note_stored(file.id, mime_type="image/jpeg", has_thumbnail=1)
    services.files.write(file.id, b"small", THUMBNAIL)

    nadia.get(f"/inbox/{contact_id}")
    for _ in range(2):
        nadia.get(f"/inbox/{contact_id}/thread")
        small = nadia.get(f"/inbox/{contact_id}/files/{file.id}?thumbnail=true")
        assert small.content == b"small"

    entries = services.audit.about(contact_id)
    assert [(e.action, e.details) for e in entries] == [
        ("conversation_read", {}),
        ("media_read", {"thumbnails": [file.id]}),
    ]


def test_a_file_without_a_small_picture_is_not_read_unrecorded(
    console: ConsoleUnderTest,
    contact_id: str,
    nadia: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services = console.services
    monkeypatch.setattr(services.files, "_folder", tmp_path / "media")
    now = services.clock.now()
    sent = InboundMessage(
        "wamid.9",
        Identity(PATIENT_NUMBER),
        now,
        MessageType.DOCUMENT,
        media=MediaReference("media.9", "application/pdf"),
    )
    with services.database.write() as tx:
        MediaFiles(tx).expect(contact_id, sent, now)
        (file,) = MediaFiles(tx).of_contact(contact_id)
        MediaFiles(tx).note_stored(file.id, mime_type="application/pdf")
    services.files.write(file.id, b"%PDF-1.7")

    answer = nadia.get(f"/inbox/{contact_id}/files/{file.id}?thumbnail=true")

    assert answer.content == b"%PDF-1.7"
    actions = [entry.action for entry in services.audit.about(contact_id)]
    assert actions == ["media_read"]
