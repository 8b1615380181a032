"""Reads training data for Rasa: named under `importers` in config.yml, so `rasa train` uses it.

Rasa's own importer reads all files anew for each of the dozen things that it is asked, and takes
the texts of `data/responses/` for something to learn from: with one text changed, everything is
learnt anew. Here each file is read once, and texts are part of the domain.
"""

from __future__ import annotations

from functools import lru_cache

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.quick_loading import load_quickly
from nlu.quick_message import QuickMessage


class ClinicDataImporter(RasaFileImporter):
    """Rasa's importer with a memory, and with texts kept apart from messages."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | list[str] | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        """Finds the files; nothing is read yet."""
        load_quickly()
        super().__init__(config_file, domain_path, training_data_paths)
        # Callers only read what they get: each merges it into a copy of its own.
        self._data = lru_cache(maxsize=None)(self._read_data)
        self._domain = lru_cache(maxsize=None)(self._read_domain)
        self._stories = lru_cache(maxsize=None)(super().get_stories)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Returns the messages, synonyms, lookups and patterns, and no texts."""
        read = self._data()  # all are read whatever the language
        return TrainingData(
            read.training_examples,
            read.entity_synonyms,
            read.regex_features,
            read.lookup_tables,
        )

    def get_domain(self) -> Domain:
        """Returns the domain with the texts that stand beside the messages."""
        return self._domain()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Returns stories and rules."""
        return self._stories(exclusion_percentage)

    def _read_data(self) -> TrainingData:
        files = [load_data(path) for path in self._nlu_files]
        for file in files:
            file.training_examples = [QuickMessage.of(each) for each in file.training_examples]
        return TrainingData().merge(*files)

    def _read_domain(self) -> Domain:
        return super().get_domain().merge(Domain.from_dict({"responses": self._data().responses}))
