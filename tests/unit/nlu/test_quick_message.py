"""Messages that are quick to copy and to compare are equal when Rasa's own would be."""

import copy

from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from nlu.quick_message import QuickMessage
from tests.unit.nlu.test_quick_features import features


def message(text: str = "bghit rdv", intent: str = "book_appointment") -> QuickMessage:
    entities = [{"entity": "specialty", "start": 0, "end": 5, "value": "dentistry"}]
    return QuickMessage.of(Message.build(text, intent, entities, {"language": "ary-Latn"}))


def test_equal_messages_are_equal() -> None:
    assert message() == message()
    assert hash(message()) == hash(message())


def test_text_intent_entities_tokens_and_features_tell_messages_apart() -> None:
    tokenised, shifted, featurised = message(), message(), message()
    tokenised.set("text_tokens", [Token("bghit", 0)])
    shifted.set("text_tokens", [Token("bghit", 1)])
    featurised.add_features(features([0, 1]))
    named = message()
    named.get("entities")[0]["value"] = "surgery"
    different = [
        message(),
        message("bghit rdv!"),
        message(intent="inform"),
        tokenised,
        shifted,
        featurised,
        named,
    ]

    assert len({each.fingerprint() for each in different}) == len(different)


def test_a_change_changes_the_fingerprint_of_a_message_that_has_one() -> None:
    changed = message()
    before = changed.fingerprint()

    changed.set("intent", "inform")

    assert changed.fingerprint() != before


def test_what_was_changed_in_place_and_set_again_changes_the_fingerprint() -> None:
    same = message()
    before = same.fingerprint()
    same.set("intent", same.get("intent"))
    assert same.fingerprint() == before

    same.get("entities")[0]["value"] = "surgery"
    same.set("entities", same.get("entities"))
    assert same.fingerprint() != before


def test_a_text_that_stays_can_still_be_put_out() -> None:
    same = message()
    same.set("intent", same.get("intent"), add_to_output=True)

    assert "intent" in same.output_properties


def test_a_copy_is_equal_and_its_own() -> None:
    original = message()
    original.add_features(features([0, 1]))
    twin = copy.deepcopy(original)

    assert twin == original
    twin.get("entities")[0]["value"] = "surgery"
    twin.add_features(features([1, 0]))
    twin.set("language", "fr", add_to_output=True)

    assert original.get("entities")[0]["value"] == "dentistry"
    assert len(original.features) == 1
    assert "language" not in original.output_properties
