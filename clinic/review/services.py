"""Reviewing messages: noted with the turn, decided by staff, handed to a designer as a patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.database import Database, Transaction
from clinic.adapters.patients import Patients
from clinic.adapters.review import ReviewMessages
from clinic.clock import Clock
from clinic.facts.codes import Language
from clinic.messaging.model import Turn
from clinic.privacy.audit import Audit, AuditAction
from clinic.review.errors import (
    AlreadyTrainedError,
    EmptyExampleError,
    HeldOutMessageError,
    UnknownIntentError,
    UnknownMessageError,
)
from clinic.review.masking import mask
from clinic.review.model import Guess, ReviewMessage, ReviewSource, ReviewStatus
from clinic.review.training_files import NewExample, TrainingFiles, without_annotations

_NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")
_FAILURES = (
    "utter_not_understood",
    "utter_not_understood_here",
    "utter_not_understood_again",
    "utter_near_tie",
)
_FALLBACK = "nlu_fallback"
_MOST_SHOWN = 200
_MOST_IN_A_PATCH = 5000
_LONGEST_CHARACTERS = 300
"""A longer message is a letter, not an example."""
_LANGUAGES = frozenset(language.value for language in Language)
_AUDIT_SUBJECT = "review"


class ReviewDesk:
    """The messages that the assistant did not understand."""

    def __init__(
        self, database: Database, clock: Clock, audit: Audit, files: TrainingFiles
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._files = files

    def note_turn(self, tx: Transaction, turn: Turn) -> None:
        """Notes what was not understood in a turn, in its transaction; taps never are."""
        if turn.events is None:
            return
        message_id = turn.items[-1].message.wamid
        said = _not_understood(turn.events, message_id)
        if said is not None:
            language = turn.language or turn.contact.language or ""
            source = ReviewSource.NOT_UNDERSTOOD
            self._note(tx, turn.contact.id, message_id, said, language, source)

    def report(self, contact_id: str, message_id: str, *, by: str) -> None:
        """Takes a message that somebody wrote: staff say that it was misunderstood.

        The same message again, or one that was noted with its turn, is not counted again.

        Raises:
            UnknownMessageError: nobody wrote it in the conversation as Rasa remembers it.
        """
        with self._database.write() as tx:
            said = _written(Conversations(tx).events(contact_id) or (), message_id)
            contact = Contacts(tx).get(contact_id)
            if said is None or contact is None:
                raise UnknownMessageError(contact_id)
            language, source = contact.language or "", ReviewSource.STAFF
            self._note(tx, contact_id, message_id, said, language, source)
            self._audit.record_in(tx, by, AuditAction.REVIEW_REPORTED, contact_id)

    def waiting(self, *, by: str) -> list[ReviewMessage]:
        """Returns what is to be decided, the most frequent first; the look is recorded."""
        with self._database.write() as tx:
            found = ReviewMessages(tx).all(ReviewStatus.WAITING, _MOST_SHOWN)
            self._audit.record_in(
                tx, by, AuditAction.REVIEW_READ, _AUDIT_SUBJECT, messages=len(found)
            )
        return found

    def labelled(self) -> list[ReviewMessage]:
        """Returns what was decided and is not in the training data yet."""
        with self._database.read() as tx:
            found = ReviewMessages(tx).all(ReviewStatus.LABELLED, _MOST_IN_A_PATCH)
        return [m for m in found if self._files.trained(m.example or m.text) is None]

    def counts(self) -> dict[str, int]:
        """Returns how many messages have each state."""
        with self._database.read() as tx:
            return ReviewMessages(tx).counts()

    def intents(self, language: str) -> list[str]:
        """Returns what a message of a language can mean."""
        return self._files.intents(language)

    def label(self, message_id: str, intent: str, example: str, *, by: str) -> None:
        """Says what a message means; its words are masked once more.

        Raises:
            UnknownMessageError: there is no such message, or it was decided already.
            UnknownIntentError: nothing of its language has that intent.
            EmptyExampleError: nothing is left of it.
            HeldOutMessageError: it is a test message.
            AlreadyTrainedError: it stands in the training data.
        """
        clean = mask(_one_example(example))
        if not clean:
            raise EmptyExampleError
        if self._files.is_held_out(clean):
            raise HeldOutMessageError
        if known := self._files.trained(clean):
            raise AlreadyTrainedError(known.intent)
        with self._database.write() as tx:
            message = self._waiting(tx, message_id)
            if intent not in self._files.intents(message.language):
                raise UnknownIntentError(intent)
            ReviewMessages(tx).decide(
                message_id,
                ReviewStatus.LABELLED,
                by=by,
                now=self._clock.now(),
                intent=intent,
                example=clean,
            )
            self._audit.record_in(
                tx,
                by,
                AuditAction.REVIEW_DECIDED,
                _AUDIT_SUBJECT,
                message=message_id,
                intent=intent,
            )

    def dismiss(self, message_id: str, *, by: str) -> None:
        """Says that nothing can be learnt from a message.

        Raises:
            UnknownMessageError: there is no such message, or it was decided already.
        """
        with self._database.write() as tx:
            self._waiting(tx, message_id)
            ReviewMessages(tx).decide(
                message_id, ReviewStatus.DISMISSED, by=by, now=self._clock.now()
            )
            self._audit.record_in(
                tx, by, AuditAction.REVIEW_DECIDED, _AUDIT_SUBJECT, message=message_id
            )

    def undo(self, message_id: str, *, by: str) -> None:
        """Puts a message that was decided back among those to decide.

        Raises:
            UnknownMessageError: there is no such message.
        """
        with self._database.write() as tx:
            if ReviewMessages(tx).get(message_id, lock=True) is None:
                raise UnknownMessageError(message_id)
            ReviewMessages(tx).decide(
                message_id, ReviewStatus.WAITING, by=by, now=self._clock.now()
            )
            self._audit.record_in(
                tx, by, AuditAction.REVIEW_DECIDED, _AUDIT_SUBJECT, message=message_id
            )

    def patch(self) -> str:
        """Returns what was decided as a unified difference of `data/nlu/`; "" for nothing."""
        return self._files.patch(
            NewExample(m.example or m.text, m.intent or "", m.language)
            for m in sorted(self.labelled(), key=lambda m: m.updated_at)
        )

    def file_of(self, intent: str, language: str) -> str:
        """Returns the file that an example of an intent goes to; see `TrainingFiles`."""
        return self._files.file_of(intent, language)

    def _note(
        self,
        tx: Transaction,
        contact_id: str,
        message_id: str,
        parse: Mapping[str, Any],
        language: str,
        source: ReviewSource,
    ) -> None:
        spoken = str(parse.get("language") or "")
        language = spoken if spoken in _LANGUAGES else language
        contact = Contacts(tx).get(contact_id)
        names = [patient.name for patient in Patients(tx).of_contact(contact_id)]
        if contact and contact.profile_name:
            names.append(contact.profile_name)
        # Of people whom the clinic does not know, too: a name that was not taken for one.
        names += [
            str(entity["value"])
            for entity in parse.get("entities") or ()
            if entity.get("entity") == "person_name"
        ]
        text = _one_example(mask(str(parse.get("text") or ""), names))
        if not text or language not in _LANGUAGES or len(text) > _LONGEST_CHARACTERS:
            return
        ReviewMessages(tx).add(
            contact_id, message_id, text, language, _guesses(parse), source, self._clock.now()
        )

    def _waiting(self, tx: Transaction, message_id: str) -> ReviewMessage:
        message = ReviewMessages(tx).get(message_id, lock=True)
        if message is None or message.status is not ReviewStatus.WAITING:
            raise UnknownMessageError(message_id)
        return message


def _not_understood(
    events: Sequence[Mapping[str, Any]], message_id: str
) -> Mapping[str, Any] | None:
    """Returns how Rasa read the turn's message when it was not understood; None when it was."""
    said: Mapping[str, Any] | None = None
    failed = False
    for event in events:
        metadata = event.get("metadata") or {}
        if event["event"] == "user" and metadata.get("message_id") == message_id:
            said = None if metadata.get("is_tap") else event.get("parse_data") or {}
            intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            failed = intent in _NOT_UNDERSTOOD
            if said is not None:
                said = {**said, "text": said.get("text") or event.get("text")}
        elif said is not None and event["event"] == "bot":
            failed = failed or metadata.get("utter_action") in _FAILURES
    return said if failed else None


def _written(events: Sequence[Mapping[str, Any]], message_id: str) -> Mapping[str, Any] | None:
    """Returns how Rasa read a message that was typed, not tapped."""
    for event in events:
        metadata = event.get("metadata") or {}
        is_it = event["event"] == "user" and metadata.get("message_id") == message_id
        if is_it and not metadata.get("is_tap"):
            said = event.get("parse_data") or {}
            return {**said, "text": said.get("text") or event.get("text")}
    return None


def _guesses(parse: Mapping[str, Any]) -> list[Guess]:
    ranking = parse.get("intent_ranking") or [parse.get("intent") or {}]
    return [
        Guess(str(entry["name"]), float(entry.get("confidence") or 0.0))
        for entry in ranking
        if entry.get("name") and entry["name"] != _FALLBACK
    ]


def _one_example(text: str) -> str:
    """Returns a message as a line of a training file: square brackets would annotate."""
    plain = without_annotations(text)
    return " ".join(plain.replace("[", "(").replace("]", ")").split())
