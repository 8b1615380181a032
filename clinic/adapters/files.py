"""Patients' files on disk, encrypted: `<folder>/<first two letters>/<id>` and `<id>.thumbnail`."""

from __future__ import annotations

import os
from pathlib import Path

from clinic.adapters.encryption import Cipher

THUMBNAIL = ".thumbnail"


class FileStore:
    """Contents by id; what is on disk is useless without ENCRYPTION_KEYS."""

    def __init__(self, folder: Path, cipher: Cipher) -> None:
        self._folder = folder
        self._cipher = cipher

    def write(self, file_id: str, content: bytes, suffix: str = "") -> None:
        """Stores a content whole or not at all."""
        path = self._path(file_id, suffix)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}.part")
        draft.touch(mode=0o600)
        draft.write_bytes(self._cipher.encrypt_bytes(content))
        draft.replace(path)

    def read(self, file_id: str, suffix: str = "") -> bytes:
        """Returns a content.

        Raises:
            FileNotFoundError: it was never stored, or is erased.
            EncryptionError: it belongs to another key, or was changed.
        """
        return self._cipher.decrypt_bytes(self._path(file_id, suffix).read_bytes())

    def erase(self, file_id: str) -> None:
        """Removes a content and its thumbnail; what is not there needs no removing."""
        for suffix in ("", THUMBNAIL):
            self._path(file_id, suffix).unlink(missing_ok=True)

    def _path(self, file_id: str, suffix: str) -> Path:
        if not file_id.replace("-", "").isalnum():
            raise ValueError("A file id has letters, digits and dashes only.")
        return self._folder / file_id[:2] / f"{file_id}{suffix}"
