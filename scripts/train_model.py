"""What `scripts.train` runs in a process of its own: python -m scripts.train_model FOLDER

`rasa train` takes the texts of `data/responses/` for training data of language understanding and
learns everything anew when one of them changes. Given as part of the domain they are just texts:
what was learnt comes from Rasa's cache.
"""

from __future__ import annotations

import copy
import functools
import logging
import sys

from rasa.model_training import train
from rasa.shared.importers import utils as importers

from scripts.train import MODEL, ROOT

_LEARNT = ("nlu.yml", "nlu", "rules.yml", "rules", "stories.yml", "stories")


def main(folder: str) -> int:
    logging.disable(logging.WARNING)
    _read_messages_once()
    result = train(
        domain=[str(ROOT / "domain.yml"), str(ROOT / "data" / "responses")],  # type: ignore[arg-type]
        config=str(ROOT / "config.yml"),
        training_files=[str(ROOT / "data" / name) for name in _LEARNT],
        output=folder,
        fixed_model_name=MODEL.name.removesuffix(".tar.gz"),
    )
    return result.code


def _read_messages_once() -> None:
    """Rasa reads all messages anew for each thing that it asks its importer, five times."""
    read = functools.lru_cache(maxsize=None)(importers.training_data_from_paths)
    # Copied, since training adds features to the messages.
    importers.training_data_from_paths = lambda paths, language: copy.deepcopy(
        read(tuple(paths), language)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
