"""How is a value opened whose owner was found to be the same person as another? By either key."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence

from intake.crypto import Sealed, Vault
from intake.errors import IntegrityBroken


class JoinedVault(Vault):
    """Seals with one owner's key; opens what that one or an absorbed owner sealed.

    A value stays bound to its column and row: a key more opens nothing that was moved.
    """

    def __init__(self, own: Vault, others: Sequence[Vault]) -> None:
        self._own, self._others = own, tuple(others)

    def seal(self, field: str, row: uuid.UUID, value: str) -> Sealed:
        """Encrypt with the owner's own key."""
        return self._own.seal(field, row, value)

    def open(self, field: str, row: uuid.UUID, sealed: bytes) -> str:
        """Decrypt with whichever key sealed it. Raises IntegrityBroken when none did."""
        for vault in (self._own, *self._others):
            with contextlib.suppress(IntegrityBroken):
                return vault.open(field, row, sealed)
        raise IntegrityBroken

    def open_optional(self, field: str, row: uuid.UUID, sealed: bytes | None) -> str | None:
        """Decrypt, or None where nothing was stored."""
        return None if sealed is None else self.open(field, row, sealed)

    def sealed_now(self, sealed: bytes) -> bool:
        """Whether the version in use sealed it."""
        return self._own.sealed_now(sealed)
