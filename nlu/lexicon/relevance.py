"""Which entities mean something in a message of an intent."""

from __future__ import annotations

from nlu.lexicon.find import FoundEntity

# Where something offered can be chosen or asked about, or the intent is not known.
_CHOICES = frozenset(
    (
        "inform",
        "affirm",
        "deny",
        "book_appointment",
        "reschedule_appointment",
        "cancel_appointment",
        "confirm_appointment",
        "check_appointment",
        "nlu_fallback",
        # What is asked may be about something offered: "fin jat l'adresse tanya?"
        "ask_location",
        "ask_price",
    )
)
# Small talk and what has nothing to do with the clinic.
_NOTHING = {
    "out_of_scope": frozenset(
        ("relation", "specialty", "document_type", "insurance", "language", "person_name")
    ),
    "greet": frozenset(("relation", "specialty")),
    "bot_challenge": frozenset(("relation",)),
    "ask_repeat": frozenset(("relation",)),
    "ask_opening_hours": frozenset(("relation",)),
    "request_data_rectification": frozenset(("specialty",)),
    # "The result of the operation" is praise there; a "report" is a later date.
    "give_feedback": frozenset(("document_type",)),
    "give_consent": frozenset(("document_type",)),
    "withdraw_consent": frozenset(("document_type",)),
    "reschedule_appointment": frozenset(("document_type",)),
}
# About the writer's own data, number or language. Of relatives only those in the writer's care
# are patients there; a husband or a sister is whose number it is, or who may not know.
_OWN_AFFAIRS = frozenset(
    (
        "ask_contact",
        "ask_privacy",
        "change_language",
        "request_data_rectification",
        "withdraw_consent",
    )
)
# A name there is the doctor's, a colleague's or a street's.
_NAMELESS = frozenset(
    (
        "ask_opening_hours",
        "ask_location",
        "ask_contact",
        "ask_price",
        "ask_documents_to_bring",
        "ask_insurance",
        "ask_services",
        "ask_preparation",
        "ask_privacy",
        "ask_queue",
        "ask_walk_in",
        "ask_medical_question",
        "change_language",
        "complain",
        "give_feedback",
        "request_human",
    )
)
# Where another language is what is wrong or asked about, not the one to answer in.
_NO_LANGUAGE = frozenset(
    ("ask_price", "ask_insurance", "ask_location", "request_data_rectification")
)
_IN_CARE = frozenset(("child", "mother", "father"))


def keep(entity: FoundEntity, intent: str | None) -> bool:
    """Returns whether an entity found means what it says in a message of the intent.

    Without an intent everything is kept.
    """
    if intent is None:
        return True
    if entity.entity == "ordinal":
        return intent in _CHOICES
    if entity.entity == "person_name" and intent in _NAMELESS:
        return False
    if entity.entity == "language" and intent in _NO_LANGUAGE:
        return False
    if entity.entity == "relation" and intent in _OWN_AFFAIRS:
        return entity.value in _IN_CARE
    return entity.entity not in _NOTHING.get(intent, ())
