"""How does a sent form become what a schema takes, and how is it shown again when it is refused?

The schemas are those of the API, so that the same mistake gives the same sentence. A field's name
is its place in the schema with dots (`referral.source`, `substances.0.route`), and a pointer of a
refusal is the same place with slashes. Names that begin with `_` belong to the form itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import marshmallow as ma
from flask import g, request
from werkzeug.datastructures import MultiDict

from intake.errors import FieldError, IntakeError, PreconditionFailed, ValidationFailed
from intake.http import forms
from intake.http.blueprints import pointers
from intake.http.unit_of_work import SignedIn, Work, work
from intake.services import unsent_forms
from intake.services.unsent_forms import Fields, Kept
from intake.web import form_places, words
from intake.web.reading import DATE_PARTS, read, unread

#: What nobody may read over a shoulder, and nothing puts back into a page.
SECRETS = frozenset({"password", "current_password", "code", "recovery_code"})
#: What each showing of a form has of its own, and its buttons.
MARKS = frozenset({forms.TOKEN, forms.KEY, forms.ADDRESS, "_do"})


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
    #: Where it is sent and kept until then; empty where it isn't kept
    address: str = ""
    #: Since when what stands in it is kept, in words; empty where it wasn't
    kept_at: str = ""

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

    def mark(self, name: str, stored: object) -> object:
        """What the form was filled in from: of what is refused for itself, still what it said."""
        if self.sent is None or self.is_stale:
            return stored
        return self.sent.get(name, stored)

    def error(self, name: str) -> str:
        """What is wrong with the field, or nothing."""
        return next((one.message for one in self.errors if _name(one) == name), "")

    def stored(self, name: str) -> str | None:
        """What somebody else stored meanwhile, when it differs from what stands in the field."""
        if not self.is_stale or self.sent is None or forms.VERSION not in self.sent:
            return None
        if self.initial.get(name, "") == self.value(name):
            return None
        return self.initial.get(name, "")

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Name of a field and what is wrong with it, in order."""
        return tuple((_name(one), one.message) for one in self.errors)


def form(
    initial: object = None, *, version: int | None = None, at: str = "", **more: object
) -> Form:
    """The form of this page: what is stored, was just refused, or was typed and never sent.

    Args:
        initial: a mapping or dataclass with what is stored; nested ones become dotted names.
        version: of the row that is edited; `version()` gives it back.
        at: the address of the form, when another page shows it.
        more: further values that are stored.
    """
    refusal = g.get("refusal")
    refusal = refusal if isinstance(refusal, IntakeError) else None
    found, place = _errors_of(refusal), form_places.here(at)
    kept = _kept(place.address) if place is not None and request.method == "GET" else None
    is_stale = isinstance(refusal, PreconditionFailed) or _is_older(kept, version)
    return Form(
        token=forms.token(_person()),
        key=str(uuid.uuid4()),
        version=version if is_stale else _version_shown(refusal, version),
        initial=unread(initial) | unread(more),
        sent=_sent(kept) if refusal is None else request.form,
        errors=found,
        detail=refusal.detail if refusal is not None and not found else "",
        is_stale=is_stale,
        address=place.address if place is not None else "",
        kept_at=words.moment(kept.at, work().actor.time_zone) if kept is not None else "",
    )


def typed(at: str) -> Form:
    """The form at an address with what was sent of it, shown again though nothing was refused."""
    return replace(form(at=at), sent=request.form)


def typed_fields(given: MultiDict[str, str]) -> Fields:
    """What is kept of a form: its fields and the version it shows, no secret and no button."""
    return tuple(
        (name, text)
        for name, text in given.items(multi=True)
        if name not in MARKS and name.rpartition(".")[2] not in SECRETS
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


def _kept(address: str) -> Kept | None:
    """What the person typed here and never sent."""
    now = work()
    return unsent_forms.find(now.session, address, actor=now.actor)


def _sent(kept: Kept | None) -> MultiDict[str, str] | None:
    return MultiDict(kept.fields) if kept is not None else None


def _version_shown(refusal: IntakeError | None, version: int | None) -> int | None:
    """The version the form still shows: of what was refused for itself, the one it was sent with.

    The newest one would let it replace what a colleague stored meanwhile, unseen.
    """
    said = request.form.get(forms.VERSION, "") if refusal is not None else ""
    return int(said) if version is not None and forms.DIGITS.match(said) else version


def _is_older(kept: Kept | None, version: int | None) -> bool:
    """Whether somebody changed what is stored since it was typed."""
    said = dict(kept.fields).get(forms.VERSION) if kept is not None else None
    return said is not None and version is not None and said != str(version)


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
