"""Trains the model when training data or configuration changed, and not otherwise.

python -m scripts.train [--force]
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
MODEL = MODELS / "assistant.tar.gz"
FINGERPRINT = MODELS / "assistant.fingerprint"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="train although nothing changed")
    train_if_changed(force=parser.parse_args().force)


def train_if_changed(*, force: bool = False) -> bool:
    """Trains where it is needed; returns whether it did.

    Exits the process with Rasa's own message when training fails; the old model stays.
    """
    fingerprint = training_fingerprint()
    if not force and MODEL.exists() and _read(FINGERPRINT) == fingerprint:
        return False
    sys.stdout.write("==> Training the model (a few minutes)\n")
    sys.stdout.flush()
    started = time.monotonic()
    MODELS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=MODELS) as folder:
        command = [sys.executable, "-W", "ignore", "-m", "scripts.train_model", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        trained = Path(folder) / MODEL.name
        if done.returncode or not trained.exists():
            sys.stderr.write(done.stdout + done.stderr)
            sys.exit("Training failed; what is wrong stands above. The old model is unchanged.")
        shutil.move(trained, MODEL)
    FINGERPRINT.write_text(fingerprint, encoding="ascii")
    sys.stdout.write(f"    trained in {time.monotonic() - started:.0f} s\n")
    return True


def training_fingerprint() -> str:
    """Returns a hash of everything that a trained model depends on."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for name in ("config.yml", "domain.yml", "clinic.yml", "requirements/app.lock"):
        if (ROOT / name).exists():
            yield ROOT / name
    yield from sorted((ROOT / "data").glob("**/*.yml"))
    for pattern in ("**/*.py", "**/*.yml", "**/*.json"):
        yield from sorted((ROOT / "nlu").glob(pattern))


def _read(path: Path) -> str | None:
    return path.read_text(encoding="ascii") if path.exists() else None


if __name__ == "__main__":
    main()
