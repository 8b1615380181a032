"""What `scripts.train` runs in a process of its own: python -m scripts.train_model FOLDER

The same as `rasa train`, with the model's name fixed and nothing on the terminal but errors.
"""

from __future__ import annotations

import logging
import sys

from rasa.model_training import train

from scripts.train import MODEL, ROOT


def main(folder: str) -> int:
    logging.disable(logging.WARNING)
    result = train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=str(ROOT / "data"),
        output=folder,
        fixed_model_name=MODEL.name.removesuffix(".tar.gz"),
    )
    return result.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
