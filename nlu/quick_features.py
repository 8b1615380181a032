"""Features whose fingerprint is quick: Rasa's prints every element of a sparse row as text.

Rasa takes the fingerprint of every message after every component while it trains; with
thousands of sparse elements a message that took a minute.
"""

from __future__ import annotations

import hashlib

from rasa.shared.nlu.training_data.features import Features


class QuickFeatures(Features):
    """Features with a fingerprint over the raw bytes of their rows."""

    _cached_fingerprint: str | None

    def fingerprint(self) -> str:
        """Returns a hash that is equal for equal features."""
        if self._cached_fingerprint is None:
            digest = hashlib.md5(
                f"{self.type}|{self.origin}|{self.attribute}|".encode(), usedforsecurity=False
            )
            parts = (
                (self.features,)
                if self.is_dense()
                else (self.features.data, self.features.indices, self.features.indptr)
            )
            for part in parts:
                digest.update(part.tobytes())
            self._cached_fingerprint = digest.hexdigest()
        return str(self._cached_fingerprint)
