"""Made-up keyboard noise: messages that mean nothing and have to be refused."""

from __future__ import annotations

import random

_ROWS = {
    "azerty": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    "qwerty": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "arabic": ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلاىةوزظ"),
}
_PER_KEYBOARD = 30


def gibberish(seed: int = 7) -> list[str]:
    """Returns messages, the same at every call: fingers on one row, or all over the keyboard."""
    chance = random.Random(seed)
    return [
        " ".join(_word(rows, chance) for _ in range(chance.randint(1, 3)))
        for rows in _ROWS.values()
        for _ in range(_PER_KEYBOARD)
    ]


def _word(rows: tuple[str, ...], chance: random.Random) -> str:
    keys = chance.choice(rows) if chance.random() < 0.6 else "".join(rows)
    return "".join(chance.choice(keys) for _ in range(chance.randint(4, 9)))
