"""What is denied: "pas de douleur", "makayn la dem la walo", "no chest pain", "لا يتنفس".

A denial reaches a word through function words only ("pas *de la* douleur"). Any other word between
them takes the denial for itself: "je ne *sais* pas quoi faire il saigne" denies no blood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlu.danger.text import Token, fold_arabizi, words
from nlu.danger.vocabulary import Mention

POLARITY = frozenset({"not", "ma", "nomore", "transparent", "conjunction", "auxiliary"})
CONTEXT = frozenset(
    words(
        "hypothesis courtesy information story dream longago yesterday over still now admin "
        "billing booking metaphor mask harmless near phone protected recent coming vet paper mycar "
        "delivered owndose"
    )
)
PERSONS = frozenset(
    words("relative baby newborn child pregnant fetus vehicle car victim onto someone")
) | {"making", "nolonger"}
_UNDENIED = (POLARITY | CONTEXT) - {"over", "admin"}
_VERBS = frozenset(
    words(
        "breathe moving wake bodyonly answers speech lift vision feeds stop bleed swell faint "
        "vomit swallow stiff"
    )
)
_REACH = 6
_FRENCH_AFTER = frozenset({"pas", "plus", "jamais", "plu"})
_FRENCH_PARTITIVE = frozenset({"de", "d", "du", "aucun", "aucune", "mal", "des"})
_FRENCH_SECOND_HALF = _FRENCH_AFTER | {"rien", "que", "ni", "aucun", "aucune", "personne"}
_MODALS = frozenset(
    words("arive arives jarive narive arivent peux peut peu pe veut veux veu reusit parvient sait")
)
_SUBJECTS = frozenset(words("je j il elle on nous vous ils elles tu ca mon ma et"))
_INTENSIFIED = frozenset({"mal", "que", "tres"})
_EXISTENTIAL = (
    "makayn",
    "makain",
    "ma3nd",
    "ma3end",
    "walo",
    "ماكاين",
    "مكاين",
    "ماعند",
    "معند",
    "والو",
)
_DARIJA_VERB = (
    "ka",
    "ta",
    "b9",
    "bq",
    "bgh",
    "9d",
    "qd",
    "3n",
    "3en",
    "fih",
    "fiy",
    "ymk",
    "ki",
    "w9",
)


def without_hidden(mentions: Sequence[Mention]) -> list[Mention]:
    """Drop mentions inside a figure of speech: "mort de rire" names no death."""
    figures = [m for m in mentions if m.concept in {"metaphor", "mask"}]
    courtesies = [m for m in mentions if m.concept == "courtesy" and m.last > m.first]
    kept = []
    for mention in mentions:
        if mention.concept not in CONTEXT and any(_overlap(mention, f) for f in figures):
            continue
        if mention.concept == "hypothesis" and any(
            c.first <= mention.first <= c.last for c in courtesies
        ):
            continue
        kept.append(mention)
    return kept


def with_polarity(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions with `negated` set; `mentions` are those of `without_hidden`."""
    scope = _Scope(tokens, mentions)
    return [
        replace(m, negated=True)
        if not m.negated and m.concept not in _UNDENIED and scope.denies(m)
        else m
        for m in mentions
    ]


class _Scope:
    """The denials of one message and what they can reach."""

    def __init__(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> None:
        self._tokens = tokens
        self._transparent = _covered(mentions, {"transparent"})
        self._conjunction = _covered(mentions, {"conjunction"})
        self._auxiliary = _covered(mentions, {"auxiliary"})
        self._named = {
            i
            for m in mentions
            if m.concept not in POLARITY | CONTEXT | PERSONS | _VERBS
            for i in range(m.first, m.last + 1)
        }
        # The "pas" of "ne s'arrête pas de saigner" belongs to the phrase that means "without end".
        self._phrases = [
            m for m in mentions if m.last > m.first and m.concept not in POLARITY | {"nolonger"}
        ]
        denials = {i for i in _covered(mentions, {"not"}) if self._is_denial(i)}
        denials |= {i for i in _covered(mentions, {"ma"}) if self._is_darija_ma(i)}
        more = _covered(mentions, {"nomore"})
        denials |= {i for i in more if self._is_no_more(i)}
        self._after = {i for i in denials | more if tokens[i].fold in _FRENCH_AFTER}
        self._denials = {i for i in denials if i not in self._after or self._reaches_on(i)}
        self._all_denials = denials | more

    def denies(self, mention: Mention) -> bool:
        """Whether a denial before or after the mention reaches it."""
        inner = any(i in self._all_denials for i in range(mention.first, mention.last + 1))
        return (not inner and self._before(mention)) or self._behind(mention)

    def _before(self, mention: Mention) -> bool:
        clause = self._tokens[mention.first].clause
        for i in range(mention.first - 1, max(-1, mention.first - 1 - _REACH), -1):
            if self._tokens[i].clause != clause:
                return False
            if i in self._denials and not self._taken(i, mention):
                return True
            if i not in self._transparent and i not in self._named:
                return False
        return False

    def _behind(self, mention: Mention) -> bool:
        at = mention.last + 1
        if at >= len(self._tokens) or self._tokens[at].clause != self._tokens[mention.last].clause:
            return False
        following = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
        if following is not None and following.clause != self._tokens[at].clause:
            following = None
        if at in self._after and mention.concept in _VERBS and not self._taken(at, mention):
            if self._tokens[at].fold == "plus" and mention.concept == "bleed":
                return self._is_no_more(at) and following is None
            return following is None or following.fold not in _INTENSIFIED
        exists = self._tokens[at].fold.startswith(_EXISTENTIAL)
        return exists and (following is None or following.fold.startswith(_EXISTENTIAL))

    def _taken(self, at: int, mention: Mention) -> bool:
        """Whether the denial is part of a phrase that the mention is not in."""
        return any(p.first <= at <= p.last and not _overlap(p, mention) for p in self._phrases)

    def _is_denial(self, at: int) -> bool:
        """Whether an ambiguous word denies: French "n" needs its other half, "ولا" a verb."""
        if self._tokens[at].fold == "ولا":  # "and not" before a verb, "or" and "became" elsewhere
            return at + 1 < len(self._tokens) and self._tokens[at + 1].fold[0] in "يتا"
        if self._tokens[at].fold != "n":
            return True
        following = {t.fold for t in self._tokens[at + 1 : at + 7]}
        return bool(following & _FRENCH_SECOND_HALF)

    def _is_no_more(self, at: int) -> bool:
        before = {t.fold for t in self._tokens[max(0, at - 3) : at]}
        following = self._tokens[at + 1].fold if at + 1 < len(self._tokens) else ""
        modal = at > 0 and self._tokens[at - 1].fold in _MODALS
        if following in _SUBJECTS or before & {"en", "jen"}:  # "j'en peux plus", a new sentence
            modal = False
        return modal or bool(before & {"ne", "n"}) or following in {"de", "d", "aucun", "aucune"}

    def _reaches_on(self, at: int) -> bool:
        """Whether a French "pas" or "plus" denies what follows and not the verb before it."""
        following = self._tokens[at + 1].fold if at + 1 < len(self._tokens) else ""
        bound = self._auxiliary | self._transparent
        if at == 0 or self._tokens[at - 1].clause != self._tokens[at].clause:
            return True
        return following in _FRENCH_PARTITIVE or at - 1 in bound

    def _is_darija_ma(self, at: int) -> bool:
        """Whether "ma" denies and is not French for "my": a verb in Darija must follow."""
        clause = self._tokens[at].clause
        rest = [t.fold for t in self._tokens[at + 1 : at + 5] if t.clause == clause]
        if not rest:
            return False
        if rest[0].startswith(_DARIJA_VERB) or rest[0] == "kayn":
            return True
        return any(fold_arabizi(w).endswith("C") and not w.endswith("x") for w in rest)


def _covered(mentions: Sequence[Mention], concepts: set[str]) -> set[int]:
    return {i for m in mentions if m.concept in concepts for i in range(m.first, m.last + 1)}


def _overlap(one: Mention, other: Mention) -> bool:
    return one.first <= other.last and other.first <= one.last
