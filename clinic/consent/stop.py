"""The words that stop everything proactive, in any state (privacy note 4)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_STOP_MESSAGES = (
    "stop",
    "arret",
    "arrete",
    "arretez",
    "stop les messages",
    "stop messages",
    "stop message",
    "stop msg",
    "stop sms",
    "stop pub",
    "stop whatsapp",
    "arret des messages",
    "arretez les messages",
    "arretez les msg",
    "desabonner",
    "me desabonner",
    "desinscription",
    "unsubscribe",
    "stop messaging me",
    "stop texting me",
    "توقف",
    "توقفو",
    "حبس",
    "حبسو",
    "حبسوا",
    "وقف",
    "وقفو",
    "ستوب",
    "حبسو الميساجات",
    "حبسو الرسائل",
    "حبس الرسائل",
    "وقفو الميساجات",
    "وقفو الرسائل",
    "اوقفوا الرسائل",
    "الغاء الاشتراك",
    "7bess",
    "7bes",
    "7ebss",
    "7bso",
    "7bsou",
    "hbess",
    "hbes",
    "hbso",
    "habess",
    "7bess les messages",
    "7bso les messages",
    "7bsou les messages",
    "7bsso lmessages",
    "wa9fo les messages",
    "w9fo les messages",
    "we9fo les messages",
)


def is_stop(text: str) -> bool:
    """Tells whether a message says no more than "stop writing to me"."""
    return _fold(text) in _folded_messages()


@lru_cache(maxsize=1)
def _folded_messages() -> frozenset[str]:
    return frozenset(map(_fold, _STOP_MESSAGES))


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    # The decomposition has parted hamza from its letter; the tatweel only stretches a word.
    plain = re.sub(r"[^\w\s]", " ", plain.replace("ـ", ""))
    words = [w for w in plain.split() if w not in ("svp", "please", "3afak", "afak", "عفاك")]
    return " ".join(words)
