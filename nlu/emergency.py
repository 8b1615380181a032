"""The emergency gate: signs of danger to life or limb in a patient's message.

It knows all four languages at once, needs no Rasa model and runs on every inbound text, caption and
transcript before anything else. Patterns find danger words and excuse what the message denies, asks
about, tells of the past or of a film, or says is over. A learnt stage reads what they found beside
all else: it adds what is worded otherwise and dismisses what is all but certainly no danger. A
missed emergency is the worst error that the assistant can make: in doubt a sign counts.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.danger.context import Context
from nlu.danger.evidence import Finding, evidence
from nlu.danger.learnt import learnt_stage
from nlu.danger.negation import with_polarity, without_hidden
from nlu.danger.rules import Hit, MentionIndex, hits, rules
from nlu.danger.text import Token, tokenize, words
from nlu.danger.vocabulary import EXACT_CONCEPTS, Mention, vocabulary

_QUIET = frozenset(
    words(
        "ambulance now urgent urgentword courtesy transparent helpme near relative still "
        "grave heavy not child"
    )
)
_ALONE_WORDS = 2
_CALL_WORDS = 6
_NO_SIGNS = EXACT_CONCEPTS | {"ma", "not", "transparent"}
_LEARNT_FROM = 2
"""Words that the learnt stage needs: of a single one the patterns know all there is to know."""


class EmergencyCategory(str, enum.Enum):
    """Kinds of danger, as in the conversation contract."""

    BLEEDING = "bleeding"
    CHEST_PAIN = "chest_pain"
    BREATHING = "breathing"
    UNCONSCIOUS = "unconscious"
    STROKE = "stroke"
    POISONING = "poisoning"
    ENVENOMATION = "envenomation"
    BURN = "burn"
    ELECTROCUTION = "electrocution"
    TRAUMA = "trauma"
    EYE_INJURY = "eye_injury"
    PREGNANCY = "pregnancy"
    NEWBORN = "newborn"
    SUICIDE = "suicide"
    VIOLENCE = "violence"
    ALLERGY = "allergy"
    SEIZURE = "seizure"
    DIABETIC = "diabetic"
    MENINGITIS = "meningitis"
    SEVERE_PAIN = "severe_pain"
    KEYWORD = "keyword"


@dataclass(frozen=True)
class EmergencySign:
    """A sign of danger found in a message.

    Attributes:
        category: The kind of danger.
        start: First character of the sign in the message.
        end: Character after the last.
        text: The characters between them, as written.
    """

    category: EmergencyCategory
    start: int
    end: int
    text: str

    @property
    def span(self) -> tuple[int, int]:
        """Start and end, as character offsets."""
        return self.start, self.end


def assess_emergency(text: str) -> EmergencySign | None:
    """Find the gravest sign of present danger in a message.

    Args:
        text: The message as it came, in any language; only the first 4,096 characters are read.

    Returns:
        The sign, or None when there is none. Never raises, whatever the text.
    """
    tokens = tokenize(text)
    if not tokens:
        return None
    judgement = judge(text, tokens, named(tokens))
    if len(tokens) < _LEARNT_FROM:
        return judgement.sign
    stage = learnt_stage()
    probability = stage.probability(evidence(text, tokens, judgement.mentions, judgement.findings))
    if probability < stage.border(judgement.findings):
        return None
    start, end = tokens[0].start, tokens[-1].end
    whole = EmergencySign(EmergencyCategory.KEYWORD, start, end, text[start:end])
    return judgement.sign or whole


def named(tokens: Sequence[Token]) -> Sequence[Mention]:
    """The concepts that a message names, without polarity."""
    return without_hidden(vocabulary().mentions(tokens))


@dataclass(frozen=True)
class Judgement:
    """What the patterns say of a message.

    Attributes:
        mentions: The concepts named, with their polarity.
        sign: The gravest sign of present danger.
        findings: Everything found, for the learnt stage.
    """

    mentions: Sequence[Mention]
    sign: EmergencySign | None
    findings: frozenset[Finding]


def judge(text: str, tokens: Sequence[Token], mentions: Sequence[Mention]) -> Judgement:
    """Judge a message by the patterns alone.

    Args:
        text: The message as it came.
        tokens: Its tokens.
        mentions: What it names, by `named`.
    """
    polarised = with_polarity(tokens, mentions)
    index = MentionIndex(polarised)
    context = Context(tokens, index)
    sign: EmergencySign | None = None
    findings: set[Finding] = set()
    for rule in rules():
        for hit in hits(rule, index):
            if context.excuses(hit):
                findings.add(Finding("excused", rule.category))
                continue
            findings.add(Finding("danger", rule.category))
            sign = sign or _sign(text, tokens, hit)
            break
    if sign is None:
        sign = _call_for_help(text, tokens, index, mentions)
        if sign is not None:
            findings.add(Finding("danger", "call"))
    if not findings and _is_denied(polarised):
        findings.add(Finding("excused", "denied"))
    return Judgement(polarised, sign, frozenset(findings))


def _is_denied(polarised: Sequence[Mention]) -> bool:
    """Whether a rule would be fulfilled if not all of its signs were denied."""
    signs = [mention for mention in polarised if mention.concept not in _NO_SIGNS]
    denied = [replace(mention, negated=False) for mention in signs if mention.negated]
    if not denied or len(denied) < len(signs):
        return False
    index = MentionIndex(denied)
    return any(True for rule in rules() for _ in hits(rule, index))


def warm_up() -> None:
    """Read lexicons, rules and weights now, so that the first message does not wait for them."""
    assess_emergency("ok")


def _sign(text: str, tokens: Sequence[Token], hit: Hit) -> EmergencySign:
    start, end = tokens[hit.first].start, tokens[hit.last].end
    return EmergencySign(EmergencyCategory(hit.rule.category), start, end, text[start:end])


def _call_for_help(
    text: str, tokens: Sequence[Token], index: MentionIndex, mentions: Sequence[Mention]
) -> EmergencySign | None:
    """ "Urgent" or "aidez-moi" with nothing administrative about it.

    "Urgent" counts when next to nothing else is said, or with someone near or a call for help;
    "help" only when it is cried ("aaaaide", "help!!") or urgent, since patients also ask for help
    with an appointment.
    """
    if index.named("admin") or index.named("price"):
        return None
    urgent, calls = index.named("urgentword"), index.named("helpme")
    rides = index.named("ambulance")
    cried = [c for c in calls if any(tokens[i].elongated or tokens[i].shouted for i in _words(c))]
    covered = {i for m in mentions if m.concept in _QUIET for i in _words(m)}
    other = len(tokens) - len(covered)
    asked = "?" in text or "؟" in text
    accompanied = calls or index.named("relative") or index.named("child")
    alone = other <= (0 if asked else _ALONE_WORDS)
    hurried = calls and index.named("now") and other <= _ALONE_WORDS
    if urgent and (alone or (accompanied and other <= _CALL_WORDS)):
        chosen = urgent[0]
    elif rides and not asked and other <= _ALONE_WORDS:
        chosen = rides[0]
    elif (cried and other <= _CALL_WORDS) or hurried:
        chosen = (cried or calls)[0]
    else:
        return None
    start, end = tokens[chosen.first].start, tokens[chosen.last].end
    return EmergencySign(EmergencyCategory.KEYWORD, start, end, text[start:end])


def _words(mention: Mention) -> range:
    return range(mention.first, mention.last + 1)
