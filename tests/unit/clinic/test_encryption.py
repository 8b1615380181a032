"""Personal fields at rest: keys rotate, the look-up hash stays."""

from __future__ import annotations

import base64

import pytest

from clinic.adapters.encryption import Cipher, EncryptionError, generate_key

OLD, NEW = generate_key(), generate_key()
TEXT = "Salma Benali سلمى 👋"


def test_what_is_encrypted_comes_back_and_differs_each_time() -> None:
    cipher = Cipher([OLD])
    first, second = cipher.encrypt(TEXT), cipher.encrypt(TEXT)

    assert (cipher.decrypt(first), cipher.decrypt(second)) == (TEXT, TEXT)
    assert first != second
    assert b"Salma" not in first


def test_after_a_new_key_in_front_old_values_are_still_read() -> None:
    sealed = Cipher([OLD]).encrypt(TEXT)

    assert Cipher([NEW, OLD]).decrypt(sealed) == TEXT


def test_the_first_key_encrypts() -> None:
    sealed = Cipher([NEW, OLD]).encrypt(TEXT)

    assert Cipher([NEW]).decrypt(sealed) == TEXT
    with pytest.raises(EncryptionError):
        Cipher([OLD]).decrypt(sealed)


def test_another_key_reads_nothing() -> None:
    with pytest.raises(EncryptionError, match="does not belong to any of the ENCRYPTION_KEYS"):
        Cipher([NEW]).decrypt(Cipher([OLD]).encrypt(TEXT))


def test_a_changed_value_is_refused() -> None:
    cipher = Cipher([OLD])
    sealed = bytearray(cipher.encrypt(TEXT))
    sealed[-1] ^= 1

    with pytest.raises(EncryptionError):
        cipher.decrypt(bytes(sealed))


def test_the_lookup_hash_stays_when_a_key_is_put_in_front() -> None:
    before = Cipher([OLD]).lookup_hash("212600000001")

    assert Cipher([NEW, OLD]).lookup_hash("212600000001") == before
    assert Cipher([NEW]).lookup_hash("212600000001") != before
    assert Cipher([OLD]).lookup_hash("212600000002") != before
    assert "212600000001" not in before


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ([], "holds no key"),
        (["*not base64*é"], "is not base64"),
        ([base64.urlsafe_b64encode(b"short").decode()], "is not 32 bytes long"),
    ],
)
def test_a_malformed_key_is_named(keys: list[str], message: str) -> None:
    with pytest.raises(EncryptionError, match=message):
        Cipher(keys)
