"""What Twilio posts; the signature is compared with Twilio's own library."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from tests.providers import ADDRESS, FORMS, TWILIO, twilio_form
from whatsapp.errors import MalformedBodyError, RecipientError, RetryableError, error_from_info
from whatsapp.inbound import read_message, read_status
from whatsapp.providers import make_webhooks
from whatsapp.twilio_errors import meta_code
from whatsapp.updates import DeliveryStatus, Identity, InboundMessage, MessageType, UpdateKind


def messages(body: bytes) -> list[InboundMessage]:
    updates = make_webhooks(TWILIO).updates(body, "")
    assert {update.kind for update in updates} == {UpdateKind.MESSAGE}
    assert {update.phone_number_id for update in updates} == {TWILIO.phone_number_id}
    return [read_message(update) for update in updates]


def message(name: str, **changes: str) -> InboundMessage:
    (found,) = messages(twilio_form(name, **changes))
    return found


class TestSignature:
    body = twilio_form("text")

    def signature(self, url: str) -> dict[str, str]:
        form = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        signed = RequestValidator("auth-token").compute_signature(url, form)
        return {"X-Twilio-Signature": signed}

    def test_it_is_that_of_twilios_own_library(self) -> None:
        webhooks = make_webhooks(TWILIO)
        headers = self.signature(f"{ADDRESS}?reference=r1")
        assert webhooks.is_authentic(self.body, headers, "reference=r1")
        assert not webhooks.is_authentic(self.body, headers, "")
        assert not webhooks.is_authentic(self.body, headers, "reference=r2")
        assert not webhooks.is_authentic(self.body + b"&Body=other", headers, "reference=r1")
        assert not webhooks.is_authentic(self.body, {}, "reference=r1")

    @pytest.mark.parametrize(
        ("configured", "signed"),
        [
            (ADDRESS, ADDRESS.replace(".example", ".example:443")),
            (ADDRESS.replace(".example", ".example:443"), ADDRESS),
            ("https://clinic.example:8443/hook", "https://clinic.example/hook"),
            ("http://clinic.example/hook", "http://clinic.example:80/hook"),
        ],
    )
    def test_twilio_signs_the_address_with_or_without_its_port(
        self, configured: str, signed: str
    ) -> None:
        webhooks = make_webhooks(replace(TWILIO, webhook_url=configured))
        assert webhooks.is_authentic(self.body, self.signature(signed), "")
        assert not webhooks.is_authentic(self.body, self.signature(f"{signed}/other"), "")

    @pytest.mark.parametrize("lacking", [{"app_secret": ""}, {"webhook_url": ""}])
    def test_without_a_token_or_an_address_nobody_is_let_in(self, lacking: dict[str, str]) -> None:
        settings: Any = {**lacking}
        webhooks = make_webhooks(replace(TWILIO, **settings))
        assert not webhooks.is_authentic(self.body, self.signature(ADDRESS), "")


class TestMessages:
    def test_a_text_has_its_sender_and_no_time_of_its_own(self) -> None:
        found = message("text")
        assert (found.text, found.wamid) == ("bonjour", "SM" + "0" * 31 + "1")
        assert (found.identity.wa_id, found.identity.profile_name) == ("212661000001", "Salma")
        assert found.timestamp is None, "Twilio does not say; the time of arrival counts"
        assert message("ad").referral is not None

    def test_who_hides_the_number_is_known_by_the_user_id(self) -> None:
        hidden = "whatsapp:MA.13491208655302741918"
        both = message("text", ExternalUserId=hidden).identity
        assert (both.wa_id, both.user_id) == ("212661000001", "MA.13491208655302741918")
        only = message("text", From=hidden, ExternalUserId=hidden).identity
        assert (only.wa_id, only.user_id) == (None, "MA.13491208655302741918")

    def test_taps(self) -> None:
        reply = message("quick_reply")
        assert (reply.payload, reply.title) == ("/confirm_appointment", "Je confirme")
        assert reply.context_id == "MM" + "1" * 32
        in_session = message("session_button")
        assert (in_session.payload, in_session.title) == (
            "/book_appointment",
            "Prendre rendez-vous",
        )
        assert in_session.identity.user_id == "MA.13491208655302741918"
        assert message("list_reply").payload == '/choose_slot{"agenda_slot": "x"}'

    def test_a_place(self) -> None:
        place = message("location").location
        assert place is not None
        assert (place.latitude, place.name) == (33.5883, "Maison")

    def test_a_flow(self) -> None:
        assert message("flow").form == {"question": "vos horaires ?"}

    @pytest.mark.parametrize(
        ("changes", "kind"),
        [
            ({}, MessageType.IMAGE),
            ({"MediaContentType0": "audio/ogg"}, MessageType.AUDIO),
            ({"MediaContentType0": "video/mp4"}, MessageType.VIDEO),
            ({"MediaContentType0": "application/pdf"}, MessageType.DOCUMENT),
            ({"MediaContentType0": ""}, MessageType.DOCUMENT),
            ({"MediaContentType0": "image/webp", "MessageType": "sticker"}, MessageType.STICKER),
        ],
    )
    def test_a_file_has_its_type_and_its_words(
        self, changes: dict[str, str], kind: MessageType
    ) -> None:
        found = message("image", **changes)
        assert (found.type, found.caption) == (kind, "ma carte")
        assert found.media is not None
        assert found.media.id.endswith("/Media/ME1")

    def test_a_contact_card_is_no_file(self) -> None:
        found = message("image", MediaContentType0="text/vcard", MessageType="contacts")
        assert (found.type, found.media) == (MessageType.CONTACTS, None)

    def test_every_file_of_a_message_counts_and_keeps_its_id(self) -> None:
        body = twilio_form(
            "image", NumMedia="3", MediaUrl1="https://api.twilio.com/Media/ME2",
            MediaContentType1="application/pdf", MediaUrl2="https://api.twilio.com/Media/ME3",
            MediaContentType2="image/png",
        )  # fmt: skip
        found = messages(body)
        sid = "SM" + "0" * 31 + "4"
        assert [m.wamid for m in found] == [sid, f"{sid}-1", f"{sid}-2"]
        assert [m.type.value for m in found] == ["image", "document", "image"]
        assert [m.caption for m in found] == ["ma carte", None, None]
        assert [m.media.id[-3:] for m in found if m.media] == ["ME1", "ME2", "ME3"]
        assert [m.wamid for m in messages(body)] == [m.wamid for m in found]

    @pytest.mark.parametrize("kind", ["unsupported", "poll", ""])
    def test_a_type_without_words_is_left_to_be_told(self, kind: str) -> None:
        found = message("text", Body="", MessageType=kind)
        assert (found.text, found.media) == (None, None)

    def test_a_message_without_a_sender_is_parked_alike_each_time(self) -> None:
        body = twilio_form("text", From="", WaId="")
        (first,), (second,) = (make_webhooks(TWILIO).updates(body, "") for _ in range(2))
        assert first.kind is UpdateKind.MALFORMED
        assert first.key == second.key

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe=1", b"a=1&" * 5000, b"{}"])
    def test_what_is_no_form_of_twilio_is_refused(self, body: bytes) -> None:
        webhooks = make_webhooks(TWILIO)
        with pytest.raises(MalformedBodyError):
            webhooks.updates(body, "")
        assert not webhooks.is_authentic(body, {"X-Twilio-Signature": "x"}, "")


FORMS_READ = [json.loads(path.read_text()) for path in sorted(FORMS.glob("*.json"))]
FIELDS = sorted({name for form in FORMS_READ for name in form} | {"MediaUrl1", "ErrorCode"})
odd = st.text(max_size=40) | st.sampled_from(
    ["", "0", "-1", "1e999", "nan", "9" * 400, "\x00", "whatsapp:", "whatsapp:+", "+212661000001",
     "{" * 60, '{"a": ' * 60, "{\"flow_token\": []}", "undelivered", "reaction", "é" * 500]
)  # fmt: skip


@given(st.sampled_from(FORMS_READ), st.dictionaries(st.sampled_from(FIELDS), odd), st.binary())
def test_no_form_fails_and_each_of_its_updates_has_a_key_of_its_own(
    form: dict[str, str], changes: dict[str, str], end: bytes
) -> None:
    body = urlencode({**form, **changes}).encode() + end
    webhooks = make_webhooks(TWILIO)
    assert not webhooks.is_authentic(body, {"X-Twilio-Signature": "x"}, "")
    try:
        updates = webhooks.updates(body, "reference=1")
    except MalformedBodyError:
        return
    assert len({update.key for update in updates}) == len(updates) >= 1
    assert [update.key for update in webhooks.updates(body, "reference=1")] == [
        update.key for update in updates
    ]
    for update in updates:
        if update.kind is UpdateKind.MESSAGE:
            read_message(update)
        elif update.kind is UpdateKind.STATUS:
            read_status(update)


class TestStatuses:
    @pytest.mark.parametrize(
        ("name", "changes", "status", "codes"),
        [
            ("status_delivered", {}, DeliveryStatus.DELIVERED, []),
            ("status_delivered", {"MessageStatus": "sent"}, DeliveryStatus.SENT, []),
            ("status_delivered", {"MessageStatus": "read"}, DeliveryStatus.READ, []),
            ("status_delivered", {"MessageStatus": "queued"}, DeliveryStatus.UNKNOWN, []),
            ("status_undelivered", {}, DeliveryStatus.FAILED, [131047]),
            ("status_undelivered", {"MessageStatus": "failed"}, DeliveryStatus.FAILED, [131047]),
            ("status_undelivered", {"ErrorCode": "0"}, DeliveryStatus.FAILED, []),
            ("status_undelivered", {"ErrorCode": "99999"}, DeliveryStatus.FAILED, [99999]),
        ],
    )
    def test_they_come_back_with_our_reference_and_metas_code(
        self, name: str, changes: dict[str, str], status: DeliveryStatus, codes: list[int]
    ) -> None:
        (update,) = make_webhooks(TWILIO).updates(twilio_form(name, **changes), "reference=ref-1")
        found = read_status(update)
        assert (found.wamid, found.status, found.reference) == ("SM9", status, "ref-1")
        assert [error.code for error in found.errors] == codes
        assert found.recipient == Identity(wa_id="212661000001")

    def test_the_reference_may_hold_any_sign(self) -> None:
        query = urlencode({"reference": "a b&c=d.2"})
        (update,) = make_webhooks(TWILIO).updates(twilio_form("status_delivered"), query)
        assert read_status(update).reference == "a b&c=d.2"

    @pytest.mark.parametrize(
        ("code", "expected"), [(63012, RetryableError), (63013, RecipientError)]
    )
    def test_a_refused_message_does_not_stop_the_account(
        self, code: int, expected: type[Exception]
    ) -> None:
        body = twilio_form("status_undelivered", ErrorCode=str(code))
        (update,) = make_webhooks(TWILIO).updates(body, "")
        (error,) = read_status(update).errors
        assert (type(error_from_info(error)), error.code) == (expected, meta_code(code))
        assert json.dumps(update.raw["errors"]).count(str(code)) == 1, "Twilio's own stays"
