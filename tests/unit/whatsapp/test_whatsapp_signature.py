"""The signature of a webhook request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatsapp.signature import is_valid_signature, sign

# A request that Meta really sent, published with its secret (since reset) by pywa, MIT.
SECRET = "1222e786b144d0e85b9f365372d93676"
HEADER = "sha256=54edfa1d7259e0eb13c677cc7d73d1b5c86cfa12433d19156e058ab9251bc441"
BODY = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"264937493375603","changes":[{"value":'
    b'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550953877",'
    b'"phone_number_id":"277321005464405"},"contacts":[{"profile":{"name":"PyWa Tests"},'
    b'"wa_id":"972544401243"}],"messages":[{"from":"972544401243",'
    b'"id":"wamid.HBgMOTcyNTQ0NDAxMjQzFQIAEhggM0RFQTNCMEEwRTY3QzUwODYzMDc4NjQ4QzM4ODAxM0YA",'
    b'"timestamp":"1730231903","text":{"body":"Hey there! I am using PyWa."},"type":"text"}]},'
    b'"field":"messages"}]}]}'
)


def test_the_header_of_a_real_request_is_computed() -> None:
    assert sign(BODY, SECRET) == HEADER


def test_a_real_request_is_valid() -> None:
    assert is_valid_signature(BODY, HEADER, SECRET) is True


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        HEADER.removeprefix("sha256="),
        HEADER.replace("sha256=", "sha1="),
        HEADER[:-1],
        HEADER + "0",
        HEADER[:-1] + "2",
        "sha256=" + "é" * 64,
        "sha256=\udcff",
    ],
)
def test_an_absent_or_wrong_header_is_not_valid(header: str | None) -> None:
    assert is_valid_signature(BODY, header, SECRET) is False


def test_another_secret_is_not_valid() -> None:
    assert is_valid_signature(BODY, HEADER, SECRET[::-1]) is False


def test_an_empty_secret_signs_nothing_and_accepts_nothing() -> None:
    with pytest.raises(ValueError, match="empty app secret"):
        sign(BODY, "")
    assert is_valid_signature(BODY, HEADER, "") is False


@given(body=st.binary(max_size=200), at=st.integers(0, 199), flip=st.integers(1, 255))
def test_one_changed_byte_makes_the_signature_invalid(body: bytes, at: int, flip: int) -> None:
    header = sign(body, SECRET)
    changed = bytearray(body or b"\0")
    changed[at % len(changed)] ^= flip
    assert is_valid_signature(body, header, SECRET)
    assert not is_valid_signature(bytes(changed), header, SECRET)
