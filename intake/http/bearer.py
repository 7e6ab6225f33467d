"""Did the caller send an API key? Whoever does is judged by it alone, cookie or not.

A named credential beats one that the browser adds by itself, and a wrong one never falls back to
it: a page that tries a key out while somebody is signed in must not act as that person.
"""

from __future__ import annotations

import hashlib

from flask import request

SCHEME = "bearer"


def was_sent() -> bool:
    """Whether this request carries a key, right or wrong."""
    return request.headers.get("Authorization", "").partition(" ")[0].lower() == SCHEME


def token_hash() -> bytes:
    """SHA-256 of the key sent, which is all that anybody stores or compares."""
    token = request.headers.get("Authorization", "").partition(" ")[2].strip()
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def counted_as() -> str:
    """Under which name this request is counted: never the token, nor what is stored of it."""
    return hashlib.sha256(token_hash()).hexdigest()[:32]
