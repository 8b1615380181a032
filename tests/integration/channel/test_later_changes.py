"""Pictures and documents that patients edit or take back after they sent them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from typing import Any

import pytest
from PIL import Image

from clinic.adapters.media import MediaFile, MediaFiles, MediaStatus
from clinic.handoff.transcript import Entry, Speaker, read_page
from clinic.messaging.media_fetcher import MediaFetcher
from tests.integration.channel.webhooks import SALMA, Webhook, messages

pytestmark = pytest.mark.model

Json = dict[str, Any]


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(made, "PNG")
    return made.getvalue()


RED, BLUE = picture("red"), picture("blue")


class Phone:
    """Salma's phone: sends a picture, edits it, takes it back."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self._media = webhook.clinic._simulator.state.simulator.media

    def image(self, content: bytes, caption: str = "", media_id: str = "") -> Json:
        if not media_id:
            media_id = self._media.add(content, "image/png", None).id
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        block = {"id": media_id, "mime_type": "image/png", "sha256": digest}
        return {"type": "image", "image": {**block, **({"caption": caption} if caption else {})}}

    def _message(self, wamid: str, content: Json) -> Json:
        return {
            "from": SALMA,
            "id": f"wamid.{wamid}",
            "timestamp": str(self.webhook.now),
            **content,
        }

    def sent(self, wamid: str, content: Json) -> Json:
        return self._message(wamid, content)

    def edit(self, wamid: str, original: str, content: Json) -> Json:
        block = {"original_message_id": f"wamid.{original}", "message": content}
        return self._message(wamid, {"type": "edit", "edit": block})

    def revoke(self, wamid: str, original: str) -> Json:
        block = {"original_message_id": f"wamid.{original}"}
        return self._message(wamid, {"type": "revoke", "revoke": block})

    async def deliver(self, *items: Json) -> None:
        await self.webhook.deliver(messages(*items))

    @property
    def contact_id(self) -> str:
        return str(self.webhook.inbox()[0].contact_id)

    def files(self) -> list[MediaFile]:
        with self.webhook.clinic.services.database.read() as tx:
            found = MediaFiles(tx).of_contact(self.contact_id)
        return [file for file in found if file.kind != "sticker"]

    def on_disk(self) -> int:
        """How many contents lie on the disk, thumbnails among them; without the sticker's."""
        folder = self.webhook.clinic.services.settings.media_folder
        names = {file.id for file in self.files()}
        return len([p for p in folder.rglob("*") if p.name.split(".")[0] in names])

    def shown(self) -> list[Entry]:
        """What a member of staff reads of Salma's pictures."""
        with self.webhook.clinic.services.database.read() as tx:
            entries = read_page(tx, self.contact_id).entries
        return [e for e in entries if e.speaker is Speaker.PATIENT and e.kind != "sticker"]

    def actions(self) -> list[str]:
        audit = self.webhook.clinic.services.audit
        return [entry.action for entry in audit.about(self.contact_id)]


@pytest.fixture
async def phone(webhook: Webhook) -> Phone:
    await webhook.open_window(SALMA)
    return Phone(webhook)


async def test_a_picture_that_is_taken_back_is_erased_with_its_thumbnail(phone: Phone) -> None:
    await phone.deliver(phone.sent("A", phone.image(RED, "ma carte")))
    assert phone.on_disk() == 2
    await phone.deliver(phone.revoke("R", "A"))
    (file,) = phone.files()
    assert (file.status, file.has_thumbnail, file.filename) == (MediaStatus.ERASED, False, None)
    assert phone.on_disk() == 0
    assert [entry.kind for entry in phone.shown()] == ["revoke"]
    assert phone.actions() == ["media_taken_back"]
    # A second delivery of it, or another revoke, finds nothing more to do.
    await phone.deliver(phone.revoke("R", "A"), phone.revoke("S", "A"))
    assert phone.actions() == ["media_taken_back"]


async def test_a_picture_that_is_taken_back_while_it_is_fetched_is_not_kept(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = MediaFetcher._store

    def revoked_first(self: MediaFetcher, *values: Any) -> None:
        intake = phone.webhook.clinic.services.intake
        intake.receive(json.dumps(messages(phone.revoke("R", "A"))).encode())
        fetch(self, *values)

    monkeypatch.setattr(MediaFetcher, "_store", revoked_first)
    await phone.deliver(phone.sent("A", phone.image(RED)))
    assert [file.status for file in phone.files()] == [MediaStatus.ERASED]
    assert phone.on_disk() == 0


async def test_a_revoke_that_comes_before_its_picture_leaves_nothing(phone: Phone) -> None:
    await phone.deliver(phone.revoke("R", "A"), phone.sent("A", phone.image(RED)))
    assert (phone.files(), phone.on_disk()) == ([], 0)


async def test_a_new_caption_stands_in_the_place_of_the_first_and_is_not_answered(
    phone: Phone,
) -> None:
    await phone.deliver(phone.sent("A", phone.image(RED, "ma carte AMO")))
    assert phone.webhook.answered() == ["A"]
    await phone.deliver(phone.edit("B", "A", phone.image(RED, "ma carte CNSS")))
    assert phone.webhook.answered() == ["A"]
    (file,) = phone.files()
    assert file.status is MediaStatus.STORED
    (entry,) = phone.shown()
    assert (entry.text, entry.changed, entry.kind) == ("ma carte CNSS", "edited", "image")
    assert entry.files == (file,)


async def test_the_newest_caption_counts_and_goes_with_the_picture(phone: Phone) -> None:
    await phone.deliver(phone.sent("A", phone.image(RED, "un")))
    await phone.deliver(phone.edit("B", "A", phone.image(RED, "deux")))
    await phone.deliver(phone.edit("C", "A", phone.image(RED)))
    assert [(entry.text, entry.changed) for entry in phone.shown()] == [("", "edited")]
    await phone.deliver(phone.revoke("R", "A"))
    cipher = phone.webhook.clinic.services.database.cipher
    rows = [cipher.decrypt(bytes(row.payload)) for row in phone.webhook.inbox()]
    assert not any("deux" in row for row in rows)


async def test_a_new_file_takes_the_place_of_the_first_one(phone: Phone) -> None:
    await phone.deliver(phone.sent("A", phone.image(RED, "ma carte AMO")))
    await phone.deliver(phone.edit("B", "A", phone.image(BLUE, "ma carte AMO")))
    old, new = phone.files()
    assert (old.status, new.status) == (MediaStatus.ERASED, MediaStatus.STORED)
    assert phone.on_disk() == 2
    services = phone.webhook.clinic.services
    assert services.media.content(new) == BLUE
    (entry,) = phone.shown()
    assert entry.files == (new,)
    assert phone.webhook.answered() == ["A"]
    with services.database.read() as tx:
        # Whatever was made of the first one finds the new one.
        found = MediaFiles(tx).of_message("wamid.A", old.media_id)
    assert found == new


async def test_a_picture_that_is_edited_before_its_answer_is_answered_once(phone: Phone) -> None:
    await phone.deliver(
        phone.sent("A", phone.image(RED, "ma carte")),
        phone.edit("B", "A", phone.image(RED, "ma carte CNSS")),
    )
    assert phone.webhook.answered() == ["B"]
    assert [file.status for file in phone.files()] == [MediaStatus.STORED]
    assert [(e.text, e.changed) for e in phone.shown()] == [("ma carte CNSS", "edited")]


async def test_an_edit_that_comes_before_its_picture_is_taken_in_alone(phone: Phone) -> None:
    await phone.deliver(phone.edit("B", "A", phone.image(RED, "ma carte")))
    await phone.deliver(phone.sent("A", phone.image(RED, "avant")))
    assert phone.webhook.answered() == ["B"]
    (file,) = phone.files()
    assert file.status is MediaStatus.STORED
    (entry,) = phone.shown()
    assert (entry.text, entry.changed, entry.files) == ("ma carte", "edited", (file,))


async def test_an_emergency_in_a_new_caption_is_answered(phone: Phone) -> None:
    await phone.deliver(phone.sent("A", phone.image(RED, "ma carte")))
    await phone.deliver(phone.edit("B", "A", phone.image(RED, "elle ne respire plus")))
    assert phone.webhook.answered() == ["A", "B"]
    handoff = phone.webhook.clinic.services.handoff
    assert handoff.is_in_human_hands(phone.contact_id) is not None
    texts = [m["text"] or "" for m in await phone.webhook.clinic.messages(SALMA)]
    assert any("15" in text for text in texts)
