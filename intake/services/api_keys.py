"""How does a program get a key, and how does it lose it? The token is shown once, hashed at rest.

A key acts as an account of its own, which has one role at one site and can't sign in: so events,
authorship and relations to cases need nothing else for keys than for people.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from intake import clock
from intake.access import KEY_SCOPES, SCOPES, Actor, Role
from intake.errors import FieldErrors, NotFound
from intake.models import ApiKey, Membership, Staff
from intake.services import audit, notices, pages
from intake.services.audit import Event
from intake.services.notice_mails import API_KEY
from intake.services.passwords import NO_PASSWORD

LIVE, TEST = "itk_live_", "itk_test_"
LONGEST = dt.timedelta(days=366)
API_KEY_STATES = ("live", "expired", "revoked")
#: Nobody's mail arrives there (RFC 2606); the name of an account must be unique.
ADDRESS = "key-{}@keys.invalid"
#: Whether an account is a person's, where a list is of people.
IS_PERSON = Staff.email.not_like(ADDRESS.format("%"))
#: Roles of which a key can have a part.
ROLES = tuple(role for role in Role if any((role, one) in SCOPES for one in KEY_SCOPES))


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key for a program: part of a role, until a moment (machine time), a year at most."""

    name: str
    role: str
    scopes: tuple[str, ...]
    expires_at: dt.datetime
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key with its token, which exists here and nowhere else."""

    id: uuid.UUID
    state: str
    token: str


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key as administrators read it; times are machine time."""

    id: uuid.UUID
    name: str
    role: str
    scopes: tuple[str, ...]
    is_test: bool
    state: str
    created_by: uuid.UUID
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None


def create(session: Session, order: NewApiKey, *, actor: Actor, now: dt.datetime) -> Issued:
    """Make a key for the actor's site; clinical leads and auditors are told. `now` is clinic time.

    Raises ValidationFailed.
    """
    moment = clock.machine_now()
    _check(order, moment)
    token = (TEST if order.is_test else LIVE) + secrets.token_urlsafe(32)
    key = ApiKey(
        site_id=actor.site_id,
        id=_holder(session, order, actor.site_id),
        name=order.name,
        scopes=sorted(set(order.scopes)),
        is_test=order.is_test,
        token_hash=hashlib.sha256(token.encode()).digest(),
        created_by=actor.staff_id,
        created_at=moment,
        expires_at=order.expires_at,
    )
    session.add(key)
    audit.record(session, Event("api_key", "create", "C", row=key, sensitivity="P4"))
    notices.tell_readers(session, key.site_id, notices.Told(API_KEY, key.id, "/api-keys"), now=now)
    session.flush()
    return Issued(key.id, "live", token)


def revoke(session: Session, key_id: uuid.UUID) -> None:
    """End a key at once; one that has ended already stays as it is. Raises NotFound."""
    key = session.scalar(select(ApiKey).where(ApiKey.id == key_id))
    if key is None:
        raise NotFound("API key")
    if key.revoked_at is None:
        key.revoked_at = clock.machine_now()
    audit.record(session, Event("api_key", "revoke", "U", row=key, sensitivity="P4"))


def list_page(session: Session, wanted: pages.Wanted) -> pages.Page[ApiKeyView]:
    """Keys of this site, ended ones too, the newest first; the read is recorded."""
    now = clock.machine_now()
    page = pages.fetch(
        session,
        _select(),
        key=ApiKey.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(row.ApiKey, row.role, now),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "api_key", shown, sensitivity="P4")
    return page


def _holder(session: Session, order: NewApiKey, site_id: uuid.UUID) -> uuid.UUID:
    """The account that the key acts as: with a role, without a way to sign in."""
    kind = "test API key" if order.is_test else "API key"
    holder = Staff(display_name=f"{order.name} ({kind})", password_hash=NO_PASSWORD, active=False)
    holder.email = ADDRESS.format(holder.id)
    session.add(holder)
    session.flush()
    session.add(Membership(site_id=site_id, staff_id=holder.id, role=order.role))
    session.flush()
    return holder.id


def _check(order: NewApiKey, now: dt.datetime) -> None:
    """Refuse scopes the role lacks or no key may have, and an end too soon or too late."""
    errors = FieldErrors()
    offered = sorted(one.value for one in KEY_SCOPES if (Role(order.role), one) in SCOPES)
    for number, scope in enumerate(order.scopes):
        if scope not in offered:
            errors.add(
                f"/scopes/{number}",
                "not_offered",
                f"A key of this role may have: {', '.join(offered) or 'nothing'}.",
            )
    if order.expires_at <= now:
        errors.add("/expires_at", "in_past", "Enter a moment to come.")
    elif order.expires_at - now > LONGEST:
        errors.add("/expires_at", "too_late", "A key lives for a year at most.")
    errors.raise_if_any()


def _select() -> Select[ApiKey, str, uuid.UUID]:
    return select(ApiKey, Membership.role, ApiKey.id.label("id")).join(
        Membership,
        (Membership.site_id == ApiKey.site_id) & (Membership.staff_id == ApiKey.id),
    )


def _view(key: ApiKey, role: str, now: dt.datetime) -> ApiKeyView:
    ended = "revoked" if key.revoked_at is not None else "expired"
    is_live = key.revoked_at is None and key.expires_at > now
    return ApiKeyView(
        id=key.id,
        name=key.name,
        role=role,
        scopes=tuple(key.scopes),
        is_test=key.is_test,
        state="live" if is_live else ended,
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )
