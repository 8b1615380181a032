"""Why a danger that is named is no danger now: asked about, imagined, watched, long past, over."""

from __future__ import annotations

from collections.abc import Sequence, Set

from nlu.danger.rules import Hit, MentionIndex
from nlu.danger.text import Token, words
from nlu.danger.vocabulary import Mention

_HYPOTHESIS_REACH = 6
_INFORMATION_REACH = 6
_BILLING_REACH = 8
_PERSON_REACH = 8

# These do harm later, or are never over because the writer says so.
_NEVER_OVER = frozenset({"poisoning", "envenomation", "suicide", "violence"})
# One event of yesterday that is the reason for a planned visit.
_PAST_EVENTS = frozenset(
    words("unconscious seizure chest_pain breathing bleeding severe_pain diabetic trauma")
)
_BILLABLE = frozenset(
    words(
        "trauma unconscious chest_pain bleeding stroke burn diabetic keyword seizure allergy "
        "breathing poisoning severe_pain violence"
    )
)


class Context:
    """What stands around the danger signs of one message."""

    def __init__(self, tokens: Sequence[Token], index: MentionIndex) -> None:
        """Keep the message for questions about its hits."""
        self._tokens = tokens
        self._index = index

    def excuses(self, hit: Hit) -> bool:
        """Whether the hit is no present danger to the writer or someone near."""
        category = hit.rule.category
        if self._inside(hit, hit.rule.unless | {"dream", "vet"}):
            return True
        if self._watched(hit) or self._past(hit, category):
            return True
        if "coming" in hit.rule.unless and self._index.named("coming"):
            return True
        if category == "trauma" and self._index.named("late"):
            return True
        if self._inside(hit, {"joke"}) and self._inside(hit, {"price"}):
            return True
        if category not in _NEVER_OVER and self._over(hit):
            return True
        if category == "suicide":  # "si je pouvais mourir" and "à quoi bon" are the wish itself
            return False
        return (
            self._imagined(hit)
            or self._asked_about(hit)
            or (category in _BILLABLE and self._billed(hit))
        )

    def _inside(self, hit: Hit, concepts: Set[str]) -> bool:
        return any(
            self._beside(hit, concept) or self._beside(hit, concept, denied=True)
            for concept in concepts
        )

    def _beside(self, hit: Hit, concept: str, *, denied: bool = False) -> list[Mention]:
        """Mentions of the concept in the sentences of the hit, other than the hit's own words."""
        own = set(hit.mentions)
        first, last = self._sentence(hit.first), self._sentence(hit.last)
        return [
            m
            for m in self._index.named(concept, denied=denied)
            if m not in own and first <= self._sentence(m.first) <= last
        ]

    def _sentence(self, token: int) -> int:
        return self._tokens[token].sentence

    def _clause(self, token: int) -> int:
        return self._tokens[token].clause

    def _person_before(self, hit: Hit, after: int) -> bool:
        """Whether someone near is named between token `after` and the end of the hit."""
        return any(
            after < m.first <= hit.last and hit.first - m.last <= _PERSON_REACH
            for m in self._index.named("relative")
        )

    def _watched(self, hit: Hit) -> bool:
        return any(
            m.first > hit.last or not self._person_before(hit, m.last)
            for m in self._beside(hit, "story")
        )

    def _imagined(self, hit: Hit) -> bool:
        return not self._beside(hit, "recent") and any(
            hit.first - _HYPOTHESIS_REACH <= m.last + 1
            and m.first <= hit.last
            and self._clause(m.last) == self._clause(hit.first)
            for m in self._beside(hit, "hypothesis")
        )

    def _asked_about(self, hit: Hit) -> bool:
        for mention in self._beside(hit, "information"):
            before = (
                hit.first - _INFORMATION_REACH <= mention.last + 1 and mention.first <= hit.last
            )
            behind = 0 < mention.first - hit.last <= 3
            if (before or behind) and not self._person_before(hit, -1):
                return True
        return False

    def _past(self, hit: Hit, category: str) -> bool:
        lasting = self._beside(hit, "still")
        for age in self._beside(hit, "longago"):
            again = [m for m in lasting if not age.first <= m.first <= age.last]
            since = [m for m in self._beside(hit, "now") if age.last < m.first <= hit.last]
            if not again and not since:
                return True
        return bool(
            category in _PAST_EVENTS
            and self._index.named("yesterday")
            and self._index.named("booking")
            and not lasting
        )

    def _over(self, hit: Hit) -> bool:
        endings = [m for m in self._index.named("over") if m.first > hit.last]
        lasting = [*self._index.named("still"), *self._index.named("now")]
        return any(not [s for s in lasting if s.first > end.last + 2] for end in endings)

    def _billed(self, hit: Hit) -> bool:
        if self._index.named("rescue"):
            return False
        return any(
            max(hit.first - m.last, m.first - hit.last) <= _BILLING_REACH
            for m in self._beside(hit, "billing")
        )
