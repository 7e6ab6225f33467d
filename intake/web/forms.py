"""How does a sent form become what a schema takes, and how is it shown again when it is refused?

The schemas are those of the API, so that the same mistake gives the same sentence. A field's name
is its place in the schema with dots (`referral.source`, `substances.0.route`), and a pointer of a
refusal is the same place with slashes. Names that begin with `_` belong to the form itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from flask import g, request
from werkzeug.datastructures import MultiDict

from intake.errors import FieldError, IntakeError, PreconditionFailed, ValidationFailed
from intake.http import forms
from intake.http.blueprints import pointers
from intake.http.unit_of_work import SignedIn, Work
from intake.web.reading import DATE_PARTS, read, unread

#: What nobody may read over a shoulder, and nothing puts back into a page.
SECRETS = frozenset({"password", "current_password", "code", "recovery_code"})


@dataclass(frozen=True, slots=True)
class Form:
    """One form as a page shows it: what stands in its fields, and what was wrong with them."""

    token: str
    key: str
    version: int | None = None
    #: What is stored, by field name; shown until somebody typed something else
    initial: Mapping[str, str] = field(default_factory=dict)
    sent: MultiDict[str, str] | None = None
    errors: tuple[FieldError, ...] = ()
    #: A refusal as a whole, when no field is named
    detail: str = ""
    is_stale: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether it was sent and not taken."""
        return bool(self.errors or self.detail)

    def value(self, name: str) -> str:
        """What stands in the field: what was typed, else what is stored."""
        if name.rpartition(".")[2] in SECRETS:
            return ""
        if self.sent is not None:
            return self.sent.get(name, "")
        return self.initial.get(name, "")

    def values(self, name: str) -> list[str]:
        """All values of a field that may have several: checkboxes."""
        if self.sent is not None:
            return self.sent.getlist(name)
        return [one for one in self.initial.get(name, "").split(",") if one]

    def part(self, name: str, part: str) -> str:
        """Day, month or year of a date in three fields."""
        if self.sent is not None:
            return self.sent.get(f"{name}-{part}", "")
        stored = self.initial.get(name, "").split("-")
        return stored[DATE_PARTS.index(part)].lstrip("0") if len(stored) == len(DATE_PARTS) else ""

    def error(self, name: str) -> str:
        """What is wrong with the field, or nothing."""
        return next((one.message for one in self.errors if _name(one) == name), "")

    def stored(self, name: str) -> str | None:
        """What somebody else stored meanwhile, when it differs from what stands in the field."""
        if not self.is_stale or self.initial.get(name, "") == self.value(name):
            return None
        return self.initial.get(name, "")

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Name of a field and what is wrong with it, in order."""
        return tuple((_name(one), one.message) for one in self.errors)


def form(initial: object = None, *, version: int | None = None, **more: object) -> Form:
    """The form of this page, filled in from what is stored or from what was just refused.

    Args:
        initial: a mapping or dataclass with what is stored; nested ones become dotted names.
        version: of the row that is edited; `version()` gives it back.
        more: further values that are stored.
    """
    refusal = g.get("refusal")
    refusal = refusal if isinstance(refusal, IntakeError) else None
    found = _errors_of(refusal)
    return Form(
        token=forms.token(_person()),
        key=str(uuid.uuid4()),
        version=version,
        initial=unread(initial) | unread(more),
        sent=request.form if refusal is not None else None,
        errors=found,
        detail=refusal.detail if refusal is not None and not found else "",
        is_stale=isinstance(refusal, PreconditionFailed),
    )


def load(schema: ma.Schema, *, clears: bool = False, **replaced: object) -> Any:
    """What the form says, checked by a schema of the API. Raises ValidationFailed.

    Args:
        schema: of the body that the API takes for the same act.
        clears: an empty field means "nothing" instead of "leave it alone" where null is allowed.
        replaced: values that the view worked out itself; None leaves a field out.
    """
    given, wrong = read(schema, request.form, clears=clears)
    for name, value in replaced.items():
        given.pop(name, None)
        if value is not None:
            given[name] = value
    return checked(schema, given, wrong)


def checked(schema: ma.Schema, given: dict[str, Any], wrong: tuple[FieldError, ...] = ()) -> Any:
    """What a view put together, checked by a schema of the API. Raises ValidationFailed.

    `wrong` is what could not be read of it.
    """
    try:
        loaded = schema.load(given)
    except ma.ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow's own
        found = (*wrong, *pointers(messages, schema))
        raise ValidationFailed(*_first_of_each(found)) from error
    if wrong:
        raise ValidationFailed(*wrong)
    return loaded


def sent() -> MultiDict[str, str]:
    """Everything that was sent, for what is read in a way of its own."""
    return request.form


def text(name: str) -> str:
    """One field as it was typed, trimmed; empty when it wasn't sent."""
    return request.form.get(name, "").strip()


def values(name: str) -> list[str]:
    """Every value of a field that may have several, such as checkboxes."""
    return request.form.getlist(name)


def _person() -> uuid.UUID:
    """Whom the form is shown to; nobody before they signed in."""
    work = g.get("work")
    if isinstance(work, Work):
        return work.actor.staff_id
    return work.staff_id if isinstance(work, SignedIn) else forms.NOBODY


def _errors_of(refusal: IntakeError | None) -> tuple[FieldError, ...]:
    """What is wrong by field; a refusal that names none belongs to the form's own field."""
    if refusal is None:
        return ()
    if refusal.fields:
        return refusal.fields
    own = str(g.get("refused_field") or "")
    return (FieldError(f"/{own}", "refused", refusal.detail),) if own else ()


def _first_of_each(found: tuple[FieldError, ...]) -> tuple[FieldError, ...]:
    """One sentence per field: what it should be matters more than all that it isn't."""
    first: dict[str, FieldError] = {}
    for one in found:
        first.setdefault(one.pointer, one)
    return tuple(first.values())


def _name(error: FieldError) -> str:
    """`/referral/source` as `referral.source`."""
    return error.pointer.strip("/").replace("/", ".")
