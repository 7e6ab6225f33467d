"""What can go wrong, in the words of the product; only `http/errors.py` knows status codes.

IntakeError
 ├── BadRequest                  a parameter or header can't be read
 │    └── SiteNeeded             somebody of several sites didn't say at which
 ├── AuthenticationRequired      nobody is signed in, or the credentials are wrong
 │    └── MfaRequired            the second factor is missing, or too long ago for this act
 ├── Forbidden                   the role may not do this
 │    └── BreakGlassRequired     the role may, but this case is a colleague's
 │    └── ConsentRequired        nothing the person signed allows this to leave
 ├── NotFound                    unknown here, or belongs to another site
 ├── Conflict                    the state of things doesn't allow it
 │    ├── LegalHoldStands        a hold forbids to erase
 │    ├── Erased                 this person's record was erased
 │    ├── IntegrityBroken        a sealed value isn't what was stored there
 │    ├── BookingConflict        the time is taken; `conflicting` are the appointments in the way
 │    ├── Duplicate              somebody who looks the same is already known
 │    └── InvalidTransition      a case can't move there; `missing` says what is needed
 ├── PreconditionFailed          somebody else changed it first
 ├── PreconditionRequired        the caller didn't say which version was read
 ├── ValidationFailed            one or more fields are wrong; `fields` names each
 ├── RateLimited                 too many attempts
 ├── AuditUnavailable            the audit event can't be written, so nothing was done
 ├── Unavailable                 something we need doesn't answer
 └── ConfigurationError          the process refuses to start, with one sentence
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

#: Nobody mends more at once, and an answer is no place to send 20 000 names back.
MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: JSON pointer (`/referral/source`), stable code, sentence with the fix."""

    pointer: str
    code: str
    message: str


class IntakeError(Exception):
    """Base of everything the product refuses; `detail` never holds personal data.

    A refusal rolls everything back; `afterwards` is what must be written all the same, such as
    the count of failed sign-ins. It is given the session of a second transaction.
    """

    afterwards: Callable[[Any], None] | None = None

    def __init__(self, detail: str, *, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields


class BadRequest(IntakeError):
    """A parameter or header can't be read."""


class SiteNeeded(BadRequest):
    """Somebody who works at several sites didn't say at which one."""


class AuthenticationRequired(IntakeError):
    """Nobody is signed in, or the credentials are wrong."""


class MfaRequired(AuthenticationRequired):
    """The second factor wasn't shown yet, or too long ago for this act."""


class Forbidden(IntakeError):
    """The role may not do this."""


class BreakGlassRequired(Forbidden):
    """The role may do this, but has nothing to do with this case."""

    def __init__(self) -> None:
        super().__init__(
            "This isn't one of your cases. In an emergency open it for reading with "
            "POST /api/v1/cases/{id}/break-glass-grants; the auditor and the key worker are told."
        )


class ConsentRequired(Forbidden):
    """Nothing the person signed allows this to leave; `reason` is a code."""

    def __init__(self, detail: str, reason: str) -> None:
        super().__init__(detail)
        self.reason = reason


class NotFound(IntakeError):
    """Unknown here: also for what belongs to another site."""

    def __init__(self, what: str = "record", *, hint: str | None = None) -> None:
        """`hint` stands in for the usual advice: such as the nearest known name."""
        advice = hint or "Check the identifier and the site."
        super().__init__(f"There is no such {what} here. {advice}")


class Conflict(IntakeError):
    """The present state of things doesn't allow it."""


class LegalHoldStands(Conflict):
    """Nothing of this person may be erased while a hold stands."""

    def __init__(self) -> None:
        super().__init__("A legal hold stands; nothing of this person may be erased until it ends.")


class Erased(Conflict):
    """This person's record was erased: nothing can be added and nothing opened."""

    def __init__(self) -> None:
        super().__init__("This person's record was erased; nothing can be added to it.")


class IntegrityBroken(Conflict):
    """A sealed value or key was changed, or moved from another row or column."""

    def __init__(self) -> None:
        super().__init__(
            "A stored value fails its check: it was changed or moved behind the application's back."
        )


class BookingConflict(Conflict):
    """The time is taken; `conflicting` are the appointments in the way the caller may see."""

    def __init__(self, detail: str, conflicting: tuple[uuid.UUID, ...] = ()) -> None:
        super().__init__(detail)
        self.conflicting = conflicting


class Duplicate(Conflict):
    """Somebody with the same name and date of birth is already known; candidates are masked."""

    def __init__(self, detail: str, candidates: tuple[dict[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.candidates = candidates


class InvalidTransition(Conflict):
    """A case can't make this move; `missing` lists what it needs first."""

    def __init__(self, detail: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.missing = missing


class PreconditionFailed(IntakeError):
    """Somebody else changed it first; `current` is the version that is stored now."""

    def __init__(self, current: int | None = None) -> None:
        super().__init__(
            "This was changed by somebody else since you read it. "
            "Read it again, compare, and repeat your change."
        )
        self.current = current


class PreconditionRequired(IntakeError):
    """The caller must say which version was read."""


class ValidationFailed(IntakeError):
    """One or more fields are wrong, of which a hundred are named; nothing was saved."""

    def __init__(self, *fields: FieldError) -> None:
        named = fields[:MOST_FIELDS]
        super().__init__("Some fields need your attention; nothing was saved.", fields=named)


class RateLimited(IntakeError):
    """Too many attempts; try again after `retry_after` seconds."""

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class AuditUnavailable(IntakeError):
    """The audit event can't be written, so nothing was done and nothing is shown."""


class Unavailable(IntakeError):
    """Something this request needs doesn't answer; nothing was saved."""


class ConfigurationError(IntakeError):
    """The process refuses to start; the text is the one sentence shown."""


@dataclass(slots=True)
class FieldErrors:
    """Collects field errors so that a person sees all of them at once."""

    found: list[FieldError] = field(default_factory=list)

    def add(self, pointer: str, code: str, message: str) -> None:
        """Note one wrong field."""
        self.found.append(FieldError(pointer, code, message))

    def raise_if_any(self) -> None:
        """Refuse when anything was noted. Raises ValidationFailed."""
        if self.found:
            raise ValidationFailed(*self.found)
