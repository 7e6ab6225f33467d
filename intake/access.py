"""For whom does a request act, and what may they do here? The acting person or program."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from intake.errors import Forbidden, MfaRequired
from intake.permissions import KEY_SCOPES, ROLE_PERMISSIONS, SCOPES, Permission, Role, Scope

__all__ = (
    "FOR_PEOPLE",
    "FRESH_MFA",
    "KEY_SCOPES",
    "ROLE_PERMISSIONS",
    "SCOPES",
    "Actor",
    "Grant",
    "Permission",
    "Role",
    "Scope",
)

# For break-glass, export and changes of role (NIST SP 800-63B: recent proof, not a long session).
FRESH_MFA = dt.timedelta(minutes=5)
FOR_PEOPLE = "This is for people who have signed in; an API key can't do it."


@dataclass(frozen=True, slots=True)
class Grant:
    """A live break-glass grant: its id, and until when it opens its case (machine time)."""

    id: uuid.UUID
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, or the API key, a request acts for, at one site, in one role.

    `covering` are the colleagues whose cases are this person's today; `grants` the cases opened by
    break-glass. `only` are the scopes of a key, which narrow its role; None for a person. What a
    test key (`is_test`) writes is undone.
    """

    staff_id: uuid.UUID
    role: Role
    site_id: uuid.UUID
    time_zone: str
    session: bytes
    mfa_at: dt.datetime | None = None
    covering: frozenset[uuid.UUID] = frozenset()
    grants: Mapping[uuid.UUID, Grant] = field(default_factory=lambda: MappingProxyType({}))
    only: frozenset[Permission] | None = None
    is_test: bool = False

    @property
    def stands_for(self) -> frozenset[uuid.UUID]:
        """This person and everybody they cover today."""
        return self.covering | {self.staff_id}

    def scope(self, permission: Permission) -> Scope | None:
        """On which cases the role, or the key's part of it, allows it; None when not at all."""
        if self.only is not None and permission not in self.only & KEY_SCOPES:
            return None
        return SCOPES.get((self.role, permission))

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it, on some cases at least."""
        return self.scope(permission) is not None

    def require(self, permission: Permission) -> None:
        """Refuse what the role doesn't allow. Raises Forbidden."""
        if not self.may(permission):
            whose = f"role {self.role.value}" if self.only is None else "key's scopes"
            verb = "may not do" if self.only is None else "don't cover"
            raise Forbidden(f"The {whose} {verb} this ({permission.value}).")

    def require_fresh_mfa(self, machine_now: dt.datetime) -> None:
        """Refuse unless the second factor was shown in the last five minutes. Raises MfaRequired.

        `machine_now` is machine time (`clock.machine_now()`), as sign-in is; never clinic time.
        Raises Forbidden for a key: it has no second factor to show.
        """
        if self.only is not None:
            raise Forbidden(FOR_PEOPLE)
        if self.mfa_at is None or not machine_now - self.mfa_at <= FRESH_MFA:
            raise MfaRequired(
                "This needs your second factor again: send a fresh code to "
                "POST /api/v1/session/mfa, then repeat the request."
            )
