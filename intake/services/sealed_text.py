"""The free text of a row: one JSON map of names to words, sealed with its owner's key."""

from __future__ import annotations

import json
import uuid

from intake.crypto import Sealed, Vault

Words = dict[str, str]


def seal(field: str, row: uuid.UUID, words: Words, vault: Vault) -> Sealed:
    """Words to be stored in `field` ("table.column") of a row."""
    return vault.seal(field, row, json.dumps(words))


def opened(field: str, row: uuid.UUID, sealed: bytes | None, vault: Vault) -> Words:
    """The words of a row; none where nothing is stored."""
    text = vault.open_optional(field, row, sealed)
    found: Words = json.loads(text) if text else {}
    return found
