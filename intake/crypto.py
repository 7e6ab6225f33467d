"""How personal data is kept unreadable: sealing, wrapped keys, blind index and MACs.

A value is sealed with the data key of its owner (one per client), bound to its column and row.
Data keys are wrapped by a key-encryption key from the key ring and unwrapped on use; that takes
two microseconds, so none is cached and destroying a wrapped key takes effect at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import stat
import tomllib
import unicodedata
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.errors import ConfigurationError, Erased, IntegrityBroken, Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = b"\x01"
RINGS = ("kek", "index", "audit", "application")


class Sealed(bytes):
    """Bytes that were sealed on purpose; sealed columns take nothing else."""

    __slots__ = ()


class Vault:
    """Seals with one version of an owner's key and opens what any of its versions sealed.

    Without a key, of an owner whose key was destroyed: what was sealed is as good as never stored.
    """

    def __init__(self, keys: Mapping[int, bytes], active: int) -> None:
        self._aeads = {FORMAT + n.to_bytes(4, "big"): AESGCM(key) for n, key in keys.items()}
        self._head = FORMAT + active.to_bytes(4, "big")

    def seal(self, field: str, row: uuid.UUID, value: str) -> Sealed:
        """Encrypt `value`, bound to `field` ("table.column") and to the row's identifier."""
        if not self._aeads:
            raise Erased
        nonce = os.urandom(NONCE_BYTES)
        bound = self._head + field.encode() + row.bytes
        body = self._aeads[self._head].encrypt(nonce, value.encode(), bound)
        return Sealed(self._head + nonce + body)

    def open(self, field: str, row: uuid.UUID, sealed: bytes) -> str:
        """Decrypt. Raises IntegrityBroken when changed, or moved from another row or column."""
        head, nonce, body = sealed[:5], sealed[5 : 5 + NONCE_BYTES], sealed[5 + NONCE_BYTES :]
        aead = self._aeads.get(head)
        if aead is None:
            raise IntegrityBroken if self._aeads else Erased
        return _decrypted(aead, nonce, body, head + field.encode() + row.bytes).decode()

    def sealed_now(self, sealed: bytes) -> bool:
        """Whether the version in use sealed it."""
        return sealed[:5] == self._head

    def open_optional(self, field: str, row: uuid.UUID, sealed: bytes | None) -> str | None:
        """Decrypt, or None where nothing was stored."""
        return None if sealed is None or not self._aeads else self.open(field, row, sealed)


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it is stored: wrapped, with the id of what wrapped it and its own version."""

    wrapped: bytes
    kek_id: int
    version: int


@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """The keys of one purpose and which of them is in use."""

    active: int
    keys: dict[int, bytes]

    @property
    def key(self) -> bytes:
        """The key in use."""
        return self.keys[self.active]


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """All keys of the installation; it never prints itself."""

    kek: Ring
    index: Ring
    audit: Ring
    application: Ring

    def new_vault(self, owner: uuid.UUID) -> tuple[Vault, WrappedKey]:
        """A new data key for `owner`: the vault to use now and the wrapped key to store."""
        key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        wrapped = nonce + AESGCM(self.kek.key).encrypt(nonce, key, owner.bytes)
        return Vault({1: key}, 1), WrappedKey(wrapped, self.kek.active, 1)

    def vault(self, owner: uuid.UUID, key: WrappedKey) -> Vault:
        """What opens the values of `owner`. Raises IntegrityBroken for another owner's key."""
        return Vault({key.version: self._unwrapped(owner, key)}, key.version)

    def rewrapped(self, owner: uuid.UUID, key: WrappedKey) -> WrappedKey:
        """The same data key, wrapped by the key-encryption key in use; no value changes."""
        nonce = os.urandom(NONCE_BYTES)
        body = AESGCM(self.kek.key).encrypt(nonce, self._unwrapped(owner, key), owner.bytes)
        return WrappedKey(nonce + body, self.kek.active, key.version)

    def _unwrapped(self, owner: uuid.UUID, key: WrappedKey) -> bytes:
        kek = self.kek.keys.get(key.kek_id)
        if kek is None:
            raise Unavailable("A key is missing from this process's key ring; nothing was saved.")
        nonce, body = key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:]
        return _decrypted(AESGCM(kek), nonce, body, owner.bytes)

    def application_vault(self) -> Vault:
        """Seals what belongs to no client, such as stored answers."""
        return Vault(self.application.keys, self.application.active)

    def token(self, site: uuid.UUID, field: str, value: str) -> int:
        """Blind-index token: 64 bits of a keyed hash, signed, different at every site."""
        text = site.bytes + field.encode() + b"\x00" + fold(value).encode()
        digest = hmac.digest(self.index.key, text, hashlib.sha256)
        return int.from_bytes(digest[:8], "big", signed=True)

    def query_hash(self, site: uuid.UUID, value: str) -> bytes:
        """Keyed hash of a search, for the audit trail."""
        return hmac.digest(self.index.key, site.bytes + b"query" + value.encode(), hashlib.sha256)

    def audit_mac(self, canonical: bytes, key_id: int) -> bytes:
        """HMAC-SHA256 of an event's canonical form."""
        return hmac.digest(self.audit.keys[key_id], canonical, hashlib.sha256)


def fold(value: str) -> str:
    """One spelling for look-up: no accents, no case, single spaces."""
    decomposed = unicodedata.normalize("NFKD", value)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def _decrypted(aead: AESGCM, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    try:
        return aead.decrypt(nonce, body, bound)
    except (InvalidTag, ValueError) as error:  # ValueError: too short to be a sealed value
        raise IntegrityBroken from error


def generate_keyring() -> str:
    """The text of a new key ring file: each purpose with one random key."""
    return as_text(Keyring(**{name: Ring(1, {1: os.urandom(KEY_BYTES)}) for name in RINGS}))


def as_text(keys: Keyring) -> str:
    """A key ring as its file holds it."""
    parts = []
    for name in RINGS:
        ring: Ring = getattr(keys, name)
        listed = (
            f'"{n}" = "{base64.b64encode(ring.keys[n]).decode()}"\n' for n in sorted(ring.keys)
        )
        parts.append(f"[{name}]\nactive = {ring.active}\n" + "".join(listed))
    return "\n".join(parts)


class KeyProvider(Protocol):
    """Where the keys come from; asked at the start of each transaction."""

    def current(self) -> Keyring:
        """The keys as they are now."""


class FileKeys:
    """Keys of a file, read again when the file was replaced: one `stat` per question."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _mark(path)
        self._keys = load_keyring(path)

    def current(self) -> Keyring:
        """The keys of the file; the ones known before while it can't be read."""
        mark = _mark(self._path)
        if mark is not None and mark != self._seen:
            with suppress(ConfigurationError):  # the known keys serve on; `intake doctor` tells
                self._keys, self._seen = load_keyring(self._path), mark
        return self._keys


def _mark(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced, or None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def load_keyring(path: Path) -> Keyring:
    """Read a key ring file. Raises ConfigurationError, in one sentence, for anything wrong."""
    try:
        mode = path.stat().st_mode
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(
            "The key ring (INTAKE_KEYS_FILE) can't be read; make one with `intake keys generate`."
        ) from error
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigurationError(
            "The key ring may be written by others; run `chmod 600` on INTAKE_KEYS_FILE."
        )
    return Keyring(**{name: _ring(name, parsed.get(name)) for name in RINGS})


def _ring(name: str, table: object) -> Ring:
    """One table of the key ring file."""
    broken = ConfigurationError(
        f"The key ring's table [{name}] needs `active` and base64 keys of {KEY_BYTES} bytes."
    )
    if not isinstance(table, dict) or not isinstance(table.get("active"), int):
        raise broken
    try:
        keys = {
            int(number): base64.b64decode(text, validate=True)
            for number, text in table.items()
            if number != "active"
        }
    except (ValueError, TypeError) as error:
        raise broken from error
    active = table["active"]
    if active not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise broken
    if any(len(set(key)) == 1 for key in keys.values()):
        raise ConfigurationError(f"The key ring's table [{name}] holds a default key.")
    return Ring(active, keys)
