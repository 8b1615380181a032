"""Files of staff: from the console to the phone by the one sending path, uploaded once."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from clinic.adapters.contacts import Contacts
from clinic.adapters.media import MediaFile, MediaFiles
from clinic.adapters.tables.messaging import uploaded_media
from clinic.bootstrap import make_sender
from clinic.consent.model import Decision, Purpose, Reply
from clinic.documents.model import DocumentKind
from clinic.facts.codes import RequestKind
from clinic.handoff.model import Priority
from clinic.messaging.media_upload import MediaUploads, file_reference
from clinic.messaging.virus_scan import VirusScanner
from clinic.patients.model import Relation
from clinic.requests.answers import BillItem
from clinic.requests.model import NewRequest
from clinic.staff.model import Role
from tests.console import ConsoleUnderTest, Person
from tests.integration.channel.webhooks import SALMA, ForwardedClock, Webhook, status
from whatsapp.client import CloudApiClient
from whatsapp.errors import TimeoutMaybeSentError, UploadTimeoutError

pytestmark = pytest.mark.model

PDF = b"%PDF-1.7 the referral of a patient"


def picture(width: int = 40) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, 30), "teal").save(made, "PNG")
    return made.getvalue()


class Api(httpx.AsyncBaseTransport):
    """The simulator, with its uploads counted and, as ordered, failing."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.uploads = 0
        self.failures: list[Any] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith("/media"):
            self.uploads += 1
            if self.failures:
                failure = self.failures.pop(0)
                if isinstance(failure, Exception):
                    raise failure
                return httpx.Response(failure, json={"error": {"code": 131000}})
        return await self._inner.handle_async_request(request)


@dataclass
class Desk:
    """A receptionist with a patient who has just written."""

    webhook: Webhook
    nadia: Person
    contact_id: str
    api: Api
    clock: ForwardedClock = field(default_factory=ForwardedClock)

    def attach(self, content: bytes, name: str, text: str = "", key: str = "1") -> httpx.Response:
        headers = {"X-CSRF-Token": self.nadia.csrf, "hx-request": "true"}
        return self.nadia.http.post(
            f"/inbox/{self.contact_id}/reply",
            headers=headers,
            files={"file": (name, content)},
            data={"text": text, "key": key},
        )

    def reply(self, text: str, key: str) -> None:
        answer = self.nadia.post(f"/inbox/{self.contact_id}/reply", text=text, key=key)
        assert answer.status_code == 200

    async def send(self) -> None:
        """Sends what is due, as the gateway does again and again."""
        services = self.webhook.clinic.services
        client = CloudApiClient(services.settings.whatsapp, self.webhook.process.transport)
        sender = make_sender(services, client, self.clock)
        for _ in range(3):
            await sender.wake_due()
            await sender.join()
            await self.webhook.clinic.settle()
        await sender.stop()
        await client.close()

    async def phone(self) -> list[dict[str, Any]]:
        """What came on the patient's phone since the receptionist took over."""
        messages = await self.webhook.clinic.messages(SALMA)
        shown = [m for m in messages if m["direction"] == "out"]
        taken = next(n for n, m in enumerate(shown) if "Nadia" in (m["text"] or ""))
        return shown[taken + 1 :]

    def files(self) -> list[MediaFile]:
        with self.webhook.clinic.services.database.read() as tx:
            return MediaFiles(tx).of_contact(self.contact_id)

    def thread(self) -> str:
        return self.nadia.get(f"/inbox/{self.contact_id}/thread").text

    def row(self) -> Any:
        return self.webhook.outbox()[-1]


@pytest.fixture
async def desk(webhook: Webhook) -> Desk:
    clinic, services = webhook.clinic, webhook.clinic.services
    await clinic.add_patient(SALMA, "Salma Benali")
    await clinic.write(SALMA, "bonjour")
    with services.database.read() as tx:
        contact = Contacts(tx).find(phone=SALMA, user_id=None)
    assert contact is not None
    services.handoff.open(contact.id, Priority.ROUTINE, "ask_human")
    nadia = ConsoleUnderTest(services).log_in("nadia", Role.RECEPTION)
    nadia.get(f"/inbox/{contact.id}")
    api = Api(webhook.process.transport.to)  # type: ignore[arg-type]
    webhook.process.transport.to = api
    return Desk(webhook, nadia, contact.id, api)


async def test_a_whole_conversation_with_a_document_and_a_picture(desk: Desk) -> None:
    page = desk.nadia.get(f"/inbox/{desk.contact_id}").text
    assert 'type="file"' in page
    assert 'hx-encoding="multipart/form-data"' in page

    desk.reply("Voici la lettre.", "0")
    sent = desk.attach(PDF, "C:\\fakepath\\lettre.pdf", "À montrer au *médecin*", key="1")
    assert (sent.status_code, "toast" in sent.headers["hx-trigger"]) == (200, True)
    assert desk.attach(picture(), "plan.png", key="2").status_code == 200
    desk.reply("À demain !", "3")
    await desk.send()

    words, letter, plan, goodbye = await desk.phone()
    assert (words["text"], goodbye["text"]) == ("Voici la lettre.", "À demain !")
    assert (letter["type"], letter["text"]) == ("document", "À montrer au *médecin*")
    assert letter["view"]["media"]["filename"] == "lettre.pdf"
    shown = await desk.webhook.clinic.control("GET", f"/api/media/{letter['view']['media']['id']}")
    assert shown.content == PDF
    assert (plan["type"], plan["text"]) == ("image", "")
    # In the transcript: the file, its caption, and how far it got.
    thread = desk.thread()
    assert "lettre.pdf" in thread
    assert "À montrer au <strong>médecin</strong>" in thread
    bubbles = re.findall(r'data-speaker="staff".*?</div>', thread, re.DOTALL)
    assert len(bubbles) == 4
    assert all('data-tick="delivered"' in b or 'data-tick="read"' in b for b in bubbles)
    document, image = desk.files()
    path = f"/inbox/{desk.contact_id}/files/{document.id}"
    assert path in bubbles[1]
    opened = desk.nadia.get(path)
    assert (opened.content, opened.headers["content-type"]) == (PDF, "application/pdf")
    assert image.has_thumbnail
    on_disk = desk.webhook.clinic.services.settings.media_folder.rglob("*")
    assert not any(b"PDF" in p.read_bytes() for p in on_disk if p.is_file())
    actions = [e.action for e in desk.webhook.clinic.services.audit.about(desk.contact_id)]
    assert actions.count("file_sent") == 2
    # The patient answers, and staff still have the conversation.
    assert await desk.webhook.clinic.write(SALMA, "merci beaucoup") == []
    assert "merci beaucoup" in desk.thread()


async def test_a_form_that_is_sent_twice_is_one_message(desk: Desk) -> None:
    for _ in range(2):
        assert desk.attach(PDF, "lettre.pdf").status_code == 200
    await desk.send()
    assert len(await desk.phone()) == 1
    assert len(desk.files()) == 1
    folder = desk.webhook.clinic.services.settings.media_folder
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 1
    await desk.webhook.assert_every_row_arrived_once()


async def test_the_same_file_is_uploaded_once_until_its_id_runs_out(desk: Desk) -> None:
    for key in ("1", "2"):
        desk.attach(PDF, f"lettre-{key}.pdf", key=key)
    await desk.send()
    first, second = await desk.phone()
    assert first["view"]["media"]["id"] == second["view"]["media"]["id"]
    assert (first["view"]["media"]["filename"], desk.api.uploads) == ("lettre-1.pdf", 1)
    desk.clock.forward(days=30)
    desk.attach(PDF, "lettre.pdf", key="3")
    await desk.send()
    assert desk.api.uploads == 2
    assert len({m["view"]["media"]["id"] for m in await desk.phone()}) == 2


async def test_an_id_that_whatsapp_has_forgotten_is_uploaded_anew(desk: Desk) -> None:
    desk.attach(PDF, "lettre.pdf", key="1")
    await desk.send()
    (first,) = await desk.phone()
    desk.webhook.clinic._simulator.state.simulator.media.remove(first["view"]["media"]["id"])
    desk.attach(PDF, "lettre.pdf", key="2")
    await desk.send()
    assert desk.api.uploads == 2
    _, again = await desk.phone()
    assert again["view"]["media"]["id"] != first["view"]["media"]["id"]
    await desk.webhook.assert_every_row_arrived_once()


async def test_a_file_that_whatsapp_reports_as_bad_is_not_used_again(desk: Desk) -> None:
    await desk.webhook.clinic.control("PUT", "/api/faults", json={"drop_statuses": 1.0})
    desk.attach(PDF, "lettre.pdf", key="1")
    await desk.send()
    faulty = status(desk.row().wamid, "failed", errors=[{"code": 131053, "title": "Media upload"}])
    await desk.webhook.deliver(faulty)
    assert desk.row().status == "failed"
    with desk.webhook.clinic.services.database.read() as tx:
        assert tx.connection.execute(uploaded_media.select()).all() == []


@pytest.mark.parametrize(
    "failure", [500, httpx.ReadTimeout("late"), httpx.ConnectError("Nobody listens.")]
)
async def test_an_upload_that_fails_is_tried_again_and_what_follows_waits(
    desk: Desk, failure: Any
) -> None:
    desk.api.failures = [failure, failure]
    desk.attach(PDF, "lettre.pdf", key="1")
    desk.reply("Avez-vous pu l'ouvrir ?", "2")
    await desk.send()
    assert await desk.phone() == []
    for _ in range(3):
        desk.clock.forward(minutes=4)
        await desk.send()
    letter, question = await desk.phone()
    assert (letter["type"], question["text"]) == ("document", "Avez-vous pu l'ouvrir ?")
    assert desk.api.uploads == 3
    await desk.webhook.assert_every_row_arrived_once()


async def test_a_file_that_never_arrives_does_not_hold_back_what_follows(desk: Desk) -> None:
    desk.api.failures = [httpx.ReadTimeout("late")] * 100
    desk.attach(PDF, "lettre.pdf", key="1")
    desk.reply("Avez-vous pu l'ouvrir ?", "2")
    for _ in range(12):
        await desk.send()
        desk.clock.forward(minutes=6)
        if desk.api.uploads == 10:
            desk.api.failures = []
    (question,) = await desk.phone()
    assert question["text"] == "Avez-vous pu l'ouvrir ?"
    assert 'data-tick="failed"' in desk.thread()


async def test_an_upload_without_an_answer_leaves_no_doubt_about_the_message(desk: Desk) -> None:
    desk.attach(PDF, "lettre.pdf")
    (file,) = desk.files()
    assert file.sha256 is not None
    services = desk.webhook.clinic.services
    client = CloudApiClient(services.settings.whatsapp, desk.webhook.process.transport)
    uploads = MediaUploads(services.database, client, services.files, "1", desk.clock)
    reference = file_reference(file.id, file.sha256)
    desk.api.failures = [httpx.ReadTimeout("late")]
    with pytest.raises(UploadTimeoutError) as error:
        await uploads.upload({"type": "document", "document": {"id": reference}})
    assert not isinstance(error.value, TimeoutMaybeSentError)


async def test_a_process_that_dies_while_it_uploads_loses_and_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    async def die(self: MediaUploads, body: Any) -> None:
        raise Killed

    desk.attach(PDF, "lettre.pdf")
    with monkeypatch.context() as patched:
        patched.setattr(MediaUploads, "upload", die)
        with pytest.raises(Killed):
            await desk.send()
    desk.clock.forward(seconds=60)
    await desk.send()
    assert await desk.phone() == []
    desk.clock.forward(minutes=3)
    await desk.send()
    assert [m["type"] for m in await desk.phone()] == ["document"]
    await desk.webhook.assert_every_row_arrived_once()


async def test_a_file_that_is_gone_is_told_to_staff(desk: Desk) -> None:
    desk.attach(PDF, "lettre.pdf")
    (file,) = desk.files()
    desk.webhook.clinic.services.files.erase(file.id)
    await desk.send()
    assert await desk.phone() == []
    assert desk.row().status == "failed"
    assert 'data-tick="failed"' in desk.thread()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "vide.pdf", "vide"),
        (b"<html><script>alert(1)</script>", "lettre.pdf", "ni un PDF"),
        (b"MZ\x90 a program", "photo.png", "ni un PDF"),
        (b"\x89PNG\r\n\x1a\n broken", "photo.png", "ne peut pas être lue"),
        (b"%PDF-1.7" + bytes(16 * 1024 * 1024), "gros.pdf", "16 Mo"),
        (b"\xff\xd8\xff" + bytes(5 * 1024 * 1024), "photo.jpg", "5 Mo"),
        (b"%PDF-1.7 EICAR", "lettre.pdf", "antivirus refuse"),
    ],
)
async def test_a_file_that_is_refused_is_not_kept_and_the_words_come_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, said: str
) -> None:
    scan = f"{sys.executable} -c \"import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())\""
    files = desk.webhook.clinic.services.staff_files
    monkeypatch.setattr(files, "_scanner", VirusScanner(scan))
    before = len(desk.webhook.outbox())
    refused = desk.attach(content, name, "Voici la lettre")
    assert refused.status_code == 409
    assert said in refused.text
    assert "Voici la lettre</textarea>" in refused.text
    assert (desk.files(), len(desk.webhook.outbox())) == ([], before)


async def test_a_scanner_that_fails_sends_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = desk.webhook.clinic.services.staff_files
    monkeypatch.setattr(files, "_scanner", VirusScanner("/nowhere/scanner"))
    refused = desk.attach(PDF, "lettre.pdf")
    assert (refused.status_code, "ne répond pas" in refused.text) == (409, True)
    assert desk.files() == []


async def test_outside_the_window_no_file_is_taken(desk: Desk) -> None:
    await desk.webhook.clinic.pass_time(timedelta(hours=25))
    desk.nadia.log_in("nadia")
    page = desk.nadia.get(f"/inbox/{desk.contact_id}").text
    assert 'type="file"' not in page
    assert "après un nouveau message du patient" in page
    refused = desk.attach(PDF, "lettre.pdf", "Voici")
    assert refused.status_code == 409
    assert "n&#39;a pas écrit depuis 24 h" in refused.text
    assert desk.files() == []


async def test_a_window_that_closes_before_the_file_leaves_is_told_to_staff(desk: Desk) -> None:
    desk.attach(PDF, "lettre.pdf")
    await desk.webhook.clinic.pass_time(timedelta(hours=25))
    await desk.send()
    assert (desk.row().status, desk.row().error_code) == ("failed", 131047)
    assert desk.api.uploads == 0


async def test_a_colleague_who_has_the_conversation_is_not_overtaken(desk: Desk) -> None:
    desk.reply("Bonjour", "0")
    omar = ConsoleUnderTest(desk.webhook.clinic.services).log_in("omar", Role.RECEPTION)
    omar.get(f"/inbox/{desk.contact_id}")
    mine = Desk(desk.webhook, omar, desk.contact_id, desk.api)
    refused = mine.attach(PDF, "lettre.pdf")
    assert (refused.status_code, "Nadia" in refused.text) == (409, True)
    assert desk.files() == []


async def test_who_is_erased_keeps_no_file(desk: Desk) -> None:
    desk.attach(PDF, "lettre.pdf")
    await desk.send()
    services = desk.webhook.clinic.services
    with services.database.write() as tx:
        contact = Contacts(tx).get(desk.contact_id)
        assert contact is not None
        services.erasure.erase(tx, contact)
    services.erasure.sweep()
    assert desk.files() == []
    assert [p for p in services.settings.media_folder.rglob("*") if p.is_file()] == []


async def test_a_bill_in_the_conversation_arrives_as_a_pdf(desk: Desk) -> None:
    services = desk.webhook.clinic.services
    patient = services.patients.register(desk.contact_id, Relation.SELF, "Salma Benali")
    services.consent.record(
        desk.contact_id, Purpose.CARE, Decision.GIVEN, Reply("n", "fr", "oui", "w1")
    )
    request = services.requests.open(
        NewRequest(desk.contact_id, RequestKind.DOCUMENT, "m1", patient.id)
    )
    items = (BillItem("dental-scaling"),)
    answered = services.request_answers.send_bill(
        request.id, DocumentKind.QUOTE, items, by="nadia", in_chat=True
    )
    assert answered.is_told
    await desk.send()
    quote = (await desk.webhook.clinic.messages(SALMA))[-1]
    assert (quote["type"], request.reference in quote["text"]) == ("document", True)
    assert quote["view"]["media"]["filename"].startswith("D-2026-")
    file = await desk.webhook.clinic.control("GET", f"/api/media/{quote['view']['media']['id']}")
    assert file.content.startswith(b"%PDF-")


async def test_the_log_and_addresses_hold_no_name_of_a_file(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.api.failures = [500]
    desk.attach(PDF, "Benali-diabete.pdf", "pour Salma")
    await desk.send()
    assert "Benali" not in caplog.text
    assert "Salma" not in caplog.text
    thread = desk.thread()
    assert "Benali-diabete.pdf" in thread
    assert not any("Benali" in a for a in re.findall(r'(?:href|src)="([^"]*)"', thread))
    assert json.dumps([e.details for e in _audit(desk)]).count("Benali") == 0


def _audit(desk: Desk) -> Any:
    return desk.webhook.clinic.services.audit.about(desk.contact_id)
