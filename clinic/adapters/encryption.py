"""Encryption of personal fields (AES-GCM) and the keyed hash that finds a phone number.

Keys come as a list, newest first: the first encrypts, all decrypt, so that keys rotate
without downtime. Requirement 12 of the privacy notes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_KEY_BYTES = 32


class EncryptionError(Exception):
    """A value cannot be decrypted with any of the configured keys, or a key is malformed."""


def generate_key() -> str:
    """Returns a new random key as url-safe base64 text (32 bytes)."""
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode("ascii")


class Cipher:
    """Encrypts and decrypts personal text; hashes identifiers for look-up."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Takes keys of 32 bytes in url-safe base64, newest first.

        Raises:
            EncryptionError: no key, or a key of another length.
        """
        if not keys:
            raise EncryptionError("ENCRYPTION_KEYS holds no key.")
        raw = [_decode_key(key) for key in keys]
        self._ciphers = [AESGCM(_derive(key, b"personal-fields")) for key in raw]
        # The look-up hash must not change when a new key is put in front.
        self._lookup_key = _derive(raw[-1], b"identifier-lookup")

    def encrypt(self, text: str) -> bytes:
        return self.encrypt_bytes(text.encode("utf-8"))

    def decrypt(self, sealed: bytes) -> str:
        return self.decrypt_bytes(sealed).decode("utf-8")

    def encrypt_bytes(self, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, content, None)

    def decrypt_bytes(self, sealed: bytes) -> bytes:
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, ciphertext, None)
            except InvalidTag:
                continue
        raise EncryptionError("A stored value does not belong to any of the ENCRYPTION_KEYS.")

    def lookup_hash(self, identifier: str) -> str:
        """Returns a hash that is equal for equal identifiers and useless without the key."""
        return hmac.new(self._lookup_key, identifier.encode("utf-8"), hashlib.sha256).hexdigest()


def _decode_key(key: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(key.strip().encode("ascii"))
    except ValueError as error:
        raise EncryptionError("An entry of ENCRYPTION_KEYS is not base64.") from error
    if len(raw) != _KEY_BYTES:
        raise EncryptionError("An entry of ENCRYPTION_KEYS is not 32 bytes long.")
    return raw


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(key)
