"""Finds the lexicon entities of a message; a pure function that needs no Rasa."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.lexicon.bystanders import BystanderRule
from nlu.lexicon.documents import DocumentRules
from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, tokenize
from nlu.lexicon.languages import RefusalRule, darija_tag
from nlu.lexicon.names import PersonNames
from nlu.lexicon.national_ids import find_national_ids
from nlu.lexicon.ordinals import OrdinalRule
from nlu.lexicon.practitioners import Doctor, DoctorNames
from nlu.lexicon.relations import AddressRule
from nlu.lexicon.trie import Match, PhraseTrie, longest

_PHRASE_ENTITIES = ("specialty", "relation", "document_type", "insurance", "language")

# Of these a second mention is the first again ("private insurance, Allianz").
_ONCE = frozenset({"relation", "insurance"})
_SHORT = 3
_PLEASE = frozenset({"plz", "pls", "please", "svp", "stp", "merci", "3afak", "thanks"})


@dataclass(frozen=True)
class FoundEntity:
    """An entity of a message; `start` and `end` are character offsets in the message."""

    entity: str
    value: str | int
    start: int
    end: int


class Lexicon:
    """The words of the clinic; made once, then read only."""

    def __init__(self, doctors: Iterable[Doctor] = ()) -> None:
        words = read_lexicon("words")
        self.phrases = PhraseTrie(
            {name: forms_in(words[name]) for name in ("doctor", "exam", "visit")},
            forms_in(words["glue"]),
        )
        for entity in _PHRASE_ENTITIES:
            for value, languages in read_lexicon(entity).items():
                for language, phrases in languages.items():
                    for phrase in phrases:
                        self.phrases.add(str(phrase), language, entity, str(value))
        self.never = {entity: frozenset(written) for entity, written in words["never"].items()}
        self.only_alone = forms_in(words["only_alone"])
        self.address = AddressRule()
        self.bystanders = BystanderRule()
        self.refusal = RefusalRule()
        self.documents = DocumentRules()
        self.ordinals = OrdinalRule()
        self.doctors = DoctorNames(doctors)
        self.persons = PersonNames()


def find_entities(text: str, lexicon: Lexicon) -> list[FoundEntity]:
    """Returns the entities of a message in the order of the text.

    Within an entity nothing overlaps and the longest match wins; what lies inside a longer match
    of another entity is dropped ("tbib d drari" names a specialty and no child).
    """
    tokens = tokenize(text)
    if not tokens:
        return []
    found: list[FoundEntity] = []
    matches = lexicon.phrases.find(tokens)
    own = {entity: _of_entity(entity, matches, tokens, lexicon) for entity in _PHRASE_ENTITIES}
    own["document_type"], own["specialty"] = lexicon.documents.apply(
        own["document_type"], own["specialty"], tokens
    )
    for kept in own.values():
        found.extend(_in_text(match, tokens) for match in kept)
    found.extend(
        _in_text(match, tokens, int(match.value)) for match in lexicon.ordinals.find(tokens, text)
    )
    doctors = [FoundEntity("practitioner", *hit) for hit in lexicon.doctors.find(tokens)]
    kin = {index for match in own["relation"] for index in range(match.first, match.last + 1)}
    # Who says "my name is Youssef Alami" is not the doctor; the name alone is the doctor's.
    names = [_name(tokens, span, text) for span in lexicon.persons.told(tokens)]
    for span in lexicon.persons.find(tokens, kin):
        name = _name(tokens, span, text)
        one = span[0] == span[1] and lexicon.doctors.is_family(tokens[span[0]])
        if not one and not _overlaps(name, names):
            names.append(name)
    doctors = [each for each in doctors if not _overlaps(each, names)]
    bare = [_name(tokens, span, text) for span in lexicon.persons.bare(tokens)]
    found.extend(doctors)
    found.extend(names)
    found.extend(each for each in bare if not _overlaps(each, [*doctors, *names]))
    found.extend(
        FoundEntity("national_id", value, start, end)
        for value, start, end in find_national_ids(text)
    )
    return _without_contained(_with_script(found, text))


def _of_entity(
    entity: str, matches: Iterable[Match], tokens: Sequence[Token], lexicon: Lexicon
) -> list[Match]:
    """Returns the matches of an entity that do not overlap and mean what they say."""
    never = lexicon.never.get(entity, frozenset())
    own = [
        match
        for match in matches
        if match.entity == entity
        and (match.first < match.last or tokens[match.first].raw.lower() not in never)
    ]
    if entity == "language":
        own = [match for match in own if not _is_code(match, tokens)]
    # Of two readings of the same words, the one that means nothing wins.
    own.sort(key=lambda match: match.first == match.last or match.value != "none")
    kept = [match for match in longest(own) if match.value != "none"]
    if entity == "relation":
        kept = [match for match in kept if not lexicon.address.is_address(match, tokens)]
        kept = [m for m in kept if not lexicon.bystanders.is_bystander(m, tokens, kept)]
    if entity in _ONCE:
        return _each_once(kept)
    if entity == "specialty":
        return [match for match in kept if not _is_body_part(match, tokens, lexicon)]
    if entity == "language":
        return [match for match in kept if not lexicon.refusal.is_refused(match, tokens)]
    return kept


def _each_once(matches: Iterable[Match]) -> list[Match]:
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.value, match)
    return list(first.values())


def _is_body_part(match: Match, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a part of the body, like "snan", is not a short answer that names a department."""
    only = any(form in lexicon.only_alone for form in tokens[match.first].forms)
    if match.first < match.last or not only:
        return False
    clause = [token for token in tokens if token.clause == tokens[match.first].clause]
    return match.first > 0 or len(clause) > _SHORT


def _name(tokens: Sequence[Token], span: tuple[int, int], text: str) -> FoundEntity:
    start, end = tokens[span[0]].start, tokens[span[1]].end
    return FoundEntity("person_name", " ".join(text[start:end].split()), start, end)


def _overlaps(entity: FoundEntity, others: Iterable[FoundEntity]) -> bool:
    return any(entity.start < other.end and other.start < entity.end for other in others)


def _is_code(match: Match, tokens: Sequence[Token]) -> bool:
    """Whether a language is named by two letters ("en", "fr"), which are words elsewhere."""
    if match.first < match.last or len(tokens[match.first].raw) != 2:
        return False
    rest = [token.raw.lower() for token in tokens[match.last + 1 :]]
    return any(word not in _PLEASE for word in rest)


def _in_text(match: Match, tokens: Sequence[Token], value: str | int | None = None) -> FoundEntity:
    start = tokens[match.first].start + match.dropped
    return FoundEntity(
        match.entity, match.value if value is None else value, start, tokens[match.last].end
    )


def _with_script(found: list[FoundEntity], text: str) -> list[FoundEntity]:
    """Turns "darija" into the tag of the script in which the message is written."""
    tag = darija_tag(text)
    return [
        FoundEntity("language", tag, each.start, each.end)
        if each.entity == "language" and each.value == "darija"
        else each
        for each in found
    ]


def _without_contained(found: Iterable[FoundEntity]) -> list[FoundEntity]:
    """Drops what overlaps a longer match of any entity."""
    kept: list[FoundEntity] = []
    for each in sorted(found, key=lambda e: (e.start - e.end, e.start)):
        if not _overlaps(each, kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)
