"""The learnt stage of the emergency gate: a linear model over the evidence of a message.

The patterns know what somebody thought of; this stage has learnt from messages how dangers are
worded and spelled otherwise, and when the patterns are wrong. `python -m scripts.train_danger`
makes its file, `learnt.npz`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlu.danger.evidence import COLUMNS, Finding

FOLDER = Path(__file__).parent
FILE = FOLDER / "learnt.npz"
_READ_BY_EVIDENCE = ("evidence.py", "text.py", "affixes.py", "forms.py", "negation.py")


class Borders(NamedTuple):
    """Probabilities from which on a message is a danger.

    Attributes:
        danger: When the patterns found one; low, since they are dismissed for good reason only.
        nothing: When they found nothing.
        excused: When they found dangers, but each is denied, past, imagined or asked about.
    """

    danger: float
    nothing: float
    excused: float


@dataclass(frozen=True)
class LearntStage:
    """Weights of the evidence and the border above which a message is a danger.

    Attributes:
        weights: One for each column of `evidence`, float32.
        bias: Log-odds of a message without evidence.
        borders: The probabilities at which and above a message is a danger, as `border` names them.
        fingerprint: Of the code that the weights were learnt with.
    """

    weights: NDArray[np.float32]
    bias: float
    borders: Borders
    fingerprint: str

    def probability(self, parts: Sequence[NDArray[np.int64]]) -> float:
        """How probable a present danger is, from the columns of `evidence`."""
        score = self.bias
        for part in parts:
            if len(part):
                score += float(self.weights[part].sum()) / math.sqrt(len(part))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))

    def border(self, findings: Set[Finding]) -> float:
        """From which probability on a message with these findings is a danger."""
        return float(getattr(self.borders, verdict(findings)))

    def save(self, path: Path = FILE) -> None:
        """Write the weights, sixteen bits each, and the border."""
        np.savez_compressed(
            path,
            weights=self.weights.astype(np.float16),
            numbers=np.array([self.bias, *self.borders], dtype=np.float64),
            fingerprint=np.array(self.fingerprint),
        )


def verdict(findings: Set[Finding]) -> str:
    """What the patterns say in one word, a field of `Borders`."""
    verdicts = {finding.verdict for finding in findings}
    return "danger" if "danger" in verdicts else "excused" if verdicts else "nothing"


@lru_cache(maxsize=1)
def learnt_stage() -> LearntStage:
    """The stage as it was trained, read at the first call.

    Raises:
        OSError: the file is missing.
        ValueError: it was made for another number of columns.
    """
    with np.load(FILE, allow_pickle=False) as stored:
        bias, *borders = (float(n) for n in stored["numbers"])
        weights = stored["weights"].astype(np.float32)
        fingerprint = str(stored["fingerprint"])
    if weights.shape != (COLUMNS,):
        raise ValueError(f"{FILE.name} has {weights.shape} weights: run scripts.train_danger")
    return LearntStage(weights, bias, Borders(*borders), fingerprint)


def fingerprint() -> str:
    """A hash of the code that decides on a message's evidence.

    The lexicons stand not in it: a word more in them is evidence that the weights know already.
    """
    digest = hashlib.sha256()
    for name in _READ_BY_EVIDENCE:
        digest.update(name.encode())
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()
