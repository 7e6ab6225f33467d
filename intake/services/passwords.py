"""Which passwords are good enough, and how they are hashed and compared.

A password is taken exactly as received: nothing is trimmed, folded or normalised (ASVS 5.0
6.2.8). No rules of composition, no expiry (NIST SP 800-63B-4).
"""

from __future__ import annotations

import secrets
import threading
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intake.errors import FieldError, ValidationFailed

# Twelve with a second factor, which everybody has; NIST asks for eight then, and fifteen without.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
#: What stands where there is no password yet; nothing matches it.
NO_PASSWORD = "!"  # noqa: S105 - not a password, and never one
# 64 MiB and three passes: some 50 ms a hash; two at a time, so sign-ins can't starve the rest.
HASHER = PasswordHasher()
HASHING = threading.BoundedSemaphore(2)
# Words that say where somebody works are the first a stranger tries.
CONTEXT_WORDS = ("ketamine", "intake", "password", "clinic")
ROWS_OF_KEYS = ("1234567890", "0123456789", "qwertyuiop", "asdfghjkl")
SHORTEST_NAME = 4
DIFFERENT_LETTERS = 5


def hash_password(password: str) -> str:
    """argon2id of a password, at most two at a time in this process."""
    with HASHING:
        return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is right. Always one verification, whatever there is to compare."""
    known = stored is not None and stored != NO_PASSWORD
    with HASHING:
        try:
            return HASHER.verify(stored if known and stored else _dummy(), password) and known
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with weaker parameters than those of today."""
    return HASHER.check_needs_rehash(stored)


def check_password(password: str, *names: str) -> None:
    """Refuse what is short, endless or guessable. Raises ValidationFailed.

    `names` are the person's e-mail address and name and those of the site: what a stranger knows.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValidationFailed(
            FieldError(
                "/password",
                "password_length",
                f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; "
                "a sentence is a good one.",
            )
        )
    if _is_guessable(password.lower(), names):
        raise ValidationFailed(
            FieldError(
                "/password",
                "password_guessable",
                "This is among the first a stranger would try; take a sentence of your own.",
            )
        )


def _is_guessable(plain: str, names: tuple[str, ...]) -> bool:
    """Whether little is left without common passwords, names, digits and repetition."""
    common = common_passwords()
    bare = plain.strip("0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")
    half = bare[: len(bare) // 2]
    if plain in common or bare in common or (half in common and half * 2 == bare):
        return True
    left = plain
    for word in (*CONTEXT_WORDS, *ROWS_OF_KEYS, *_words(names)):
        left = left.replace(word, "")
    return len(set(left)) < DIFFERENT_LETTERS


def _words(names: tuple[str, ...]) -> list[str]:
    """The parts of names that are long enough to be recognised, the longest first."""
    found = {
        part
        for name in names
        for part in "".join(x if x.isalnum() else " " for x in name.lower()).split()
    }
    return sorted((one for one in found if len(one) >= SHORTEST_NAME), key=len, reverse=True)


@cache
def common_passwords() -> frozenset[str]:
    """The commonest passwords and the words they are built of, in lower case."""
    text = files("intake.services").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


@cache
def _dummy() -> str:
    """A hash that nothing matches, made once: same parameters, same time."""
    return HASHER.hash(secrets.token_urlsafe(32))
