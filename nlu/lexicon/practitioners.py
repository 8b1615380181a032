"""The clinic's doctors by name, in either script and with the usual spelling slips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from rapidfuzz.distance import Levenshtein

from nlu.lexicon.files import forms_in, read_lexicon
from nlu.lexicon.forms import Token, fold_arabic, fold_latin

_LATIN_LETTERS = (
    ("tch", "c"),
    ("ch", "c"),
    ("sh", "c"),
    ("kh", "x"),
    ("gh", "g"),
    ("dj", "j"),
    ("ph", "f"),
    ("ou", "o"),
    ("oo", "o"),
    ("ee", "i"),
    ("ai", "a"),
    ("ay", "a"),
    ("ei", "a"),
    ("aa", "a"),
)
_LATIN_MAP = str.maketrans("5489uwyevq6", "xggkooiafkt", "27h'")
_ALIKE = tuple(frozenset(pair) for pair in ("mn", "dt", "sz", "kg", "bp", "fv", "gj", "cx", "nl"))
_VOWELS = frozenset("aoi")
_NAME_PARTICLES = frozenset(("el", "al", "l", "la", "le", "ben", "bin", "bel", "ال", "بن", "ابن"))
_ARABIC_VOWELS = frozenset("اويه")


@dataclass(frozen=True)
class Doctor:
    """A doctor of the clinic: id and the name in both scripts."""

    id: str
    latin_given: str
    latin_family: str
    arabic_given: str
    arabic_family: str


def read_doctors(path: str | Path) -> tuple[Doctor, ...]:
    """Reads the doctors' names from the clinic file.

    The file's own checks are the clinic package's, which this one may not import.

    Raises:
        OSError: the file cannot be read.
        KeyError: a doctor lacks an id or a name.
    """
    content = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(
        Doctor(
            id=entry["id"],
            latin_given=entry["name"]["latin"]["given"],
            latin_family=entry["name"]["latin"]["family"],
            arabic_given=entry["name"]["arabic"]["given"],
            arabic_family=entry["name"]["arabic"]["family"],
        )
        for entry in content.get("practitioners") or ()
    )


@lru_cache(maxsize=8192)
def phonetic(name: str) -> str:
    """Returns how a name sounds, for comparing spellings: "Ouazzani" and "wazani" are one."""
    if any("\u0600" <= letter <= "\u06ff" for letter in name):
        return fold_arabic(name.replace(" ", ""))
    folded = fold_latin(name).replace(" ", "").replace("-", "")
    folded = folded.replace("3a", "a").replace("3e", "a").replace("3", "a")
    for written, letter in _LATIN_LETTERS:
        folded = folded.replace(written, letter)
    letters = folded.translate(_LATIN_MAP)
    return "".join(c for i, c in enumerate(letters) if i == 0 or c != letters[i - 1])


def _keys(name: str) -> tuple[str, ...]:
    """Returns the sounds of a family name with and without its article; the plain one last."""
    key = phonetic(name)
    if any("\u0600" <= letter <= "\u06ff" for letter in key):
        bare = key[2:] if key.startswith("ال") and len(key) > 4 else key
        return tuple(dict.fromkeys((key, bare)))
    words = name.lower().replace("-", " ").split()
    bare = phonetic(" ".join(words[1:])) if words[0] in {"el", "al"} and words[1:] else key
    return tuple(dict.fromkeys((key, bare)))


def _slips(written: str, name: str) -> int | None:
    """Returns how many plausible slips lie between two sounds; None if they are two names."""
    if written == name:
        return 0
    short = min(len(written), len(name))
    if short < 5 or written[0] != name[0] or abs(len(written) - len(name)) > 2:
        return None
    allowed = 1 if short < 7 else 2
    edits = Levenshtein.editops(written, name)
    if len(edits) > allowed:
        return None
    unlike = 0
    for edit in edits:
        before = written[edit.src_pos] if edit.tag != "insert" else ""
        after = name[edit.dest_pos] if edit.tag != "delete" else ""
        letters = {letter for letter in (before, after) if letter}
        if letters <= _VOWELS or letters <= _ARABIC_VOWELS:
            continue
        if len(letters) == 2 and any(letters <= pair for pair in _ALIKE):
            continue
        unlike += 1
    return len(edits) if unlike <= (1 if short >= 7 else 0) else None


class DoctorNames:
    """Finds the clinic's doctors among the tokens of a message."""

    def __init__(self, doctors: Iterable[Doctor]) -> None:
        words = read_lexicon("names")
        self._titles = forms_in(words["titles"])
        self._other_titles = forms_in(words["other_titles"])
        self._given_names = frozenset(
            phonetic(name) for listed in words["given"].values() for name in listed
        )
        self._doctors = tuple(doctors)
        self._families = [
            (doctor, key)
            for doctor in self._doctors
            for family in (doctor.latin_family, doctor.arabic_family)
            for key in _keys(family)
        ]
        self._given = {
            doctor.id: frozenset((phonetic(doctor.latin_given), phonetic(doctor.arabic_given)))
            for doctor in self._doctors
        }
        self._nearest_family = lru_cache(maxsize=4096)(self._find_family)

    def find(self, tokens: Sequence[Token]) -> list[tuple[str, int, int]]:
        """Returns (practitioner id, start, end) of each doctor named, in the order of the text."""
        found: list[tuple[str, int, int]] = []
        taken = -1
        for first in range(len(tokens)):
            if first <= taken:
                continue
            for last in (first + 1, first):
                if last > first and not self._is_split(tokens, first):
                    continue
                hit = self._at(tokens, first, last)
                if hit:
                    found.append(hit[:3])
                    taken = hit[3]
                    break
        return found

    def is_family(self, token: Token) -> bool:
        """Whether a word can be the family name of one of the doctors."""
        return bool(self._nearest_family(token.raw))

    def _is_split(self, tokens: Sequence[Token], first: int) -> bool:
        """Whether a name may go on in the next word ("El Amrani", "ben jelloun")."""
        if first + 1 >= len(tokens) or tokens[first + 1].clause != tokens[first].clause:
            return False
        return tokens[first].raw.lower() in _NAME_PARTICLES

    def _find_family(self, written: str) -> tuple[tuple[str, int], ...]:
        """Returns the doctors whose family name this can be, with the number of slips."""
        best: dict[str, int] = {}
        for key in _written_keys(written):
            for doctor, family in self._families:
                slips = _slips(key, family)
                if slips is not None and slips < best.get(doctor.id, 9):
                    best[doctor.id] = slips
        if not best:
            return ()
        least = min(best.values())
        return tuple((doctor, slips) for doctor, slips in best.items() if slips == least)

    def _at(
        self, tokens: Sequence[Token], first: int, last: int
    ) -> tuple[str, int, int, int] | None:
        written = " ".join(token.raw for token in tokens[first : last + 1])
        candidates = self._nearest_family(written)
        if not candidates:
            return None
        before = first - 1
        if before >= 0 and phonetic(tokens[before].raw) in {"al", "l", "ال"}:
            before -= 1
        previous = tokens[before] if before >= 0 else None
        following = tokens[last + 1] if last + 1 < len(tokens) else None
        if following is not None and following.clause != tokens[last].clause:
            following = None
        for sounds, side in ((_sound(previous), previous), (_sound(following), following)):
            for doctor, _ in candidates:
                if side is not None and sounds & self._given[doctor]:
                    start = min(side.start, tokens[first].start)
                    reach = last + 1 if side is following else last
                    return doctor, start, max(side.end, tokens[last].end), reach
        if previous is not None and self._is_given(previous):
            return None
        titled = previous is not None and self._is(previous, self._titles)
        attached = first == last and written.lower().startswith("dr") and not titled
        slips = candidates[0][1]
        if not titled and not attached and not self._alone(previous, following, written, slips):
            return None
        if len(candidates) > 1:
            return None
        return (
            candidates[0][0],
            tokens[first].start,
            tokens[last].end,
            last,
        )

    def _alone(
        self, previous: Token | None, following: Token | None, written: str, slips: int
    ) -> bool:
        if slips > (1 if len(phonetic(written)) > 7 else 0):
            return False
        if previous is not None and self._is(previous, self._other_titles):
            return False
        if following is not None and self._is_given(following):
            return False
        # After a noun with its article it is an adjective: "البحث العلمي".
        arabic = "\u0600" <= written[0] <= "\u06ff"
        return not (arabic and previous is not None and previous.raw.startswith("ال"))

    def _is(self, token: Token, words: frozenset[str]) -> bool:
        return any(form in words for form in token.forms)

    def _is_given(self, token: Token) -> bool:
        return bool(_sound(token) & self._given_names)


def _sound(token: Token | None) -> frozenset[str]:
    if token is None:
        return frozenset()
    if token.is_arabic:
        return frozenset(form[2:] for form in token.forms)
    return frozenset((phonetic(token.raw),))


@lru_cache(maxsize=4096)
def _written_keys(written: str) -> tuple[str, ...]:
    keys = list(_keys(written))
    if "\u0600" <= written[0] <= "\u06ff":
        for key in tuple(keys):
            if key and key[0] in "ولبف" and len(key) > 5:
                keys.append(key[1:].removeprefix("ال"))
    else:
        plain = fold_latin(written).replace(" ", "")
        prefixes = ("el", "al", "l") if " " in written else ("dr", "el", "al", "l")
        for prefix in prefixes:
            if plain.startswith(prefix) and len(plain) - len(prefix) >= 4:
                keys.append(phonetic(plain.removeprefix(prefix)))
    return tuple(dict.fromkeys(keys))
