"""The importer of config.yml gives Rasa what its own would give, with texts in the domain."""

from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter

FILES = {
    "config.yml": """
        recipe: default.v1
        importers:
        - name: nlu.data_importer.ClinicDataImporter
    """,
    "domain.yml": """
        version: "3.1"
        intents: [greet]
        slots: {}
    """,
    "data/nlu/fr/social.yml": """
        version: "3.1"
        nlu:
        - intent: greet
          metadata:
            language: fr
          examples: |
            - bonjour
            - salut [docteur](title)
        - synonym: docteur
          examples: |
            - dr
    """,
    "data/nlu/en/social.yml": """
        version: "3.1"
        nlu:
        - intent: greet
          examples: |
            - hello
    """,
    "data/rules/social.yml": """
        version: "3.1"
        rules:
        - rule: greet
          steps:
          - intent: greet
          - action: utter_greet
    """,
    "data/responses/social.yml": """
        version: "3.1"
        responses:
          utter_greet:
          - text: Bonjour
    """,
}


@pytest.fixture
def importer(tmp_path: Path) -> TrainingDataImporter:
    return _importer(tmp_path)


def test_messages_synonyms_and_metadata_are_read(importer: TrainingDataImporter) -> None:
    data = importer.get_nlu_data()

    texts = {example.get("text") for example in data.nlu_examples}
    assert texts == {"bonjour", "salut docteur", "hello"}
    assert data.entity_synonyms == {"dr": "docteur"}
    (bonjour,) = (each for each in data.nlu_examples if each.get("text") == "bonjour")
    assert bonjour.get("metadata") == {"intent": {"language": "fr"}}


def test_texts_are_in_the_domain_and_not_among_what_is_learnt(
    importer: TrainingDataImporter,
) -> None:
    assert importer.get_domain().responses == {"utter_greet": [{"text": "Bonjour"}]}
    assert importer.get_nlu_data().responses == {}


def test_rules_are_read(importer: TrainingDataImporter) -> None:
    assert [step.block_name for step in importer.get_stories().story_steps] == ["greet"]


def test_another_text_changes_nothing_of_what_is_learnt(tmp_path: Path) -> None:
    before = _importer(tmp_path).get_nlu_data().fingerprint()
    changed = {
        **FILES,
        "data/responses/social.yml": FILES["data/responses/social.yml"].replace("Bonjour", "Salut"),
    }

    assert _importer(tmp_path, changed).get_nlu_data().fingerprint() == before


def test_what_one_reader_changes_another_does_not_see(importer: TrainingDataImporter) -> None:
    importer.get_nlu_data().training_examples[0].set("intent", "changed")

    assert "changed" not in importer.get_nlu_data(language="fr").intents


def _importer(folder: Path, files: dict[str, str] = FILES) -> TrainingDataImporter:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("\n" + " " * 8, "\n"), encoding="utf-8")
    return TrainingDataImporter.load_from_config(
        str(folder / "config.yml"), str(folder / "domain.yml"), [str(folder / "data")]
    )
