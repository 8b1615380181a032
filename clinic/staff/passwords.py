"""Passwords: argon2id with the library's defaults (RFC 9106, low-memory profile)."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from clinic.staff.errors import WeakPasswordError

SHORTEST = 12
LONGEST = 200
"""Hashing takes time by length: nobody makes the console hash megabytes."""


def hash_password(password: str, login: str) -> str:
    """Returns the hash to store.

    Raises:
        WeakPasswordError: too short, too long, or it holds the login name.
    """
    if not SHORTEST <= len(password) <= LONGEST or login.lower() in password.lower():
        raise WeakPasswordError
    return _hasher().hash(password)


def password_matches(password: str, stored: str | None) -> bool:
    """Tells whether a password is right; takes as long for an account that does not exist."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher().verify(stored or _nobodys_hash(), password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def generate_password() -> str:
    """Returns a random password that can be read out: four groups of five characters."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_hex(16))
