"""Who is asking: session token to actor in one statement, which also opens the site's door."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import Response, after_this_request, current_app, g, request
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from intake import clock
from intake.access import FOR_PEOPLE, Actor, Grant, Permission, Role
from intake.errors import (
    AuthenticationRequired,
    BadRequest,
    Forbidden,
    MfaRequired,
    NotFound,
    SiteNeeded,
)
from intake.http import bearer, forms
from intake.services import audit

OPEN_REQUEST = text(
    "SELECT staff_id, role, mfa_at, site_id, sites, clinic_now, time_zone,"
    " covering, grant_cases, grant_ids, grant_untils FROM open_request(:token, :site, :now)"
)
OPEN_KEY = text(
    "SELECT key_id, role, scopes, is_test, site_id, clinic_now, time_zone"
    " FROM open_key(:token, :site, :now)"
)
CLINIC_NOW = text("SELECT clinic_now()")
SESSION_HOURS = 12
REFUSED = 400
PRODUCTION_COOKIE, LOCAL_COOKIE = "__Host-intake", "intake"
#: At which of several sites a person works in the console; an identifier, nothing else.
SITE_COOKIE = "intake-site"
AGENT_CLIENT_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """What the door found out: whose session or key, clinic time, and the actor at a known site."""

    staff_id: uuid.UUID
    session: bytes
    now: dt.datetime
    actor: Actor | None


def cookie_name() -> str:
    """The cookie's name; the prefix binds it to this host and to TLS in production."""
    return PRODUCTION_COOKIE if current_app.config["PRODUCTION"] else LOCAL_COOKIE


def token_hash() -> bytes:
    """SHA-256 of the token sent. Raises AuthenticationRequired when none was."""
    token = request.cookies.get(cookie_name())
    if not token:
        raise AuthenticationRequired("Sign in first, with POST /api/v1/session.")
    return hashlib.sha256(token.encode()).digest()


def hand_over(token: str) -> None:
    """Give the token to the browser with this answer, out of reach of scripts and other sites."""
    name, secure = cookie_name(), bool(current_app.config["PRODUCTION"])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        if response.status_code < REFUSED:  # a refusal after all hands over nothing
            response.set_cookie(
                name,
                token,
                max_age=SESSION_HOURS * 3600,
                path="/",
                secure=secure,
                httponly=True,
                samesite="Strict",
            )
        return response


def take_back(response: Response) -> None:
    """Make the browser forget the token and what it kept of our answers."""
    response.delete_cookie(
        cookie_name(),
        path="/",
        secure=bool(current_app.config["PRODUCTION"]),
        httponly=True,
        samesite="Strict",
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def enter(
    session: Session, *, needs_site: bool, needs_mfa: bool = True, takes_keys: bool = True
) -> Entry:
    """First statement of a request: check session or key, find role and site, read clinic time.

    Raises AuthenticationRequired, MfaRequired, SiteNeeded, or Problem for a form not ours; for a
    key Forbidden unless it `takes_keys` (a page never does), and NotFound for another site.
    """
    if bearer.was_sent():
        return _enter_by_key(session, takes_keys=takes_keys and not forms.is_page())
    hashed = token_hash()
    row = session.execute(
        OPEN_REQUEST, {"token": hashed, "site": _wanted_site(), "now": clock.machine_now()}
    ).one_or_none()
    if row is None:
        raise AuthenticationRequired("The session has ended. Sign in again.")
    session_hash = hashlib.sha256(hashed).digest()
    actor = None if row.site_id is None else _at_site(row, session_hash)
    session.info.pop("break_glass", None)
    entry = Entry(row.staff_id, session_hash, row.clinic_now.astimezone(dt.UTC), actor)
    audit.begin(session, context(entry.now, entry=entry))
    forms.check(entry.staff_id)
    if needs_mfa and row.mfa_at is None:
        raise MfaRequired("Show your second factor first, with POST /api/v1/session/mfa.")
    if actor is None and needs_site:
        raise SiteNeeded(
            "Say at which of your sites you are working: send its id in X-Site-Id (see /me)."
        )
    return entry


def _at_site(row: Row[Any], session_hash: bytes) -> Actor:
    """Who acts, from what the door says of a session at a site."""
    grants = {
        case_id: Grant(id=grant_id, until=until.astimezone(dt.UTC))
        for case_id, grant_id, until in zip(
            row.grant_cases, row.grant_ids, row.grant_untils, strict=True
        )
    }
    return Actor(
        staff_id=row.staff_id,
        role=Role(row.role),
        site_id=row.site_id,
        time_zone=row.time_zone,
        session=session_hash,
        mfa_at=row.mfa_at,
        covering=frozenset(row.covering),
        grants=MappingProxyType(grants),
    )


def _enter_by_key(session: Session, *, takes_keys: bool) -> Entry:
    """The door for an API key: unknown, expired and revoked ones get one answer."""
    hashed = bearer.token_hash()
    row = session.execute(
        OPEN_KEY, {"token": hashed, "site": _wanted_site(), "now": clock.machine_now()}
    ).one_or_none()
    if row is None:
        raise AuthenticationRequired("This API key isn't valid, or not any more.")
    g.is_test = row.is_test
    session_hash = hashlib.sha256(hashed).digest()
    actor = None
    if row.site_id is not None:
        actor = Actor(
            staff_id=row.key_id,
            role=Role(row.role),
            site_id=row.site_id,
            time_zone=row.time_zone,
            session=session_hash,
            only=frozenset(one for one in Permission if one.value in row.scopes),
            is_test=row.is_test,
        )
    session.info.pop("break_glass", None)
    entry = Entry(row.key_id, session_hash, row.clinic_now.astimezone(dt.UTC), actor)
    audit.begin(session, context(entry.now, entry=entry))
    if actor is None:
        raise NotFound("site")
    if not takes_keys:
        raise Forbidden(FOR_PEOPLE)
    return entry


def stranger(session: Session) -> dt.datetime:
    """First statement of a request without a session: clinic time, and an audit context."""
    now: dt.datetime = session.execute(CLINIC_NOW).scalar_one().astimezone(dt.UTC)
    audit.begin(session, context(now))
    forms.check()
    return now


def context(now: dt.datetime, *, entry: Entry | None = None) -> audit.Context:
    """Who acts in this request, for its audit events."""
    actor = entry.actor if entry else None
    return audit.Context(
        request_id=g.request_id,
        service="api",
        agent_role=actor.role.value if actor else "none",
        occurred_at=now,
        site_id=actor.site_id if actor else None,
        agent_id=entry.staff_id if entry else None,
        agent_session=entry.session if entry else None,
        agent_ip=request.remote_addr,
        agent_client=(request.user_agent.string or "")[:AGENT_CLIENT_LENGTH] or None,
    )


def _wanted_site() -> uuid.UUID | None:
    """The site named in X-Site-Id, by a page in its cookie. Raises BadRequest: it is no UUID."""
    wanted = request.headers.get("X-Site-Id")
    if wanted is None and forms.is_page():
        wanted = request.cookies.get(SITE_COOKIE)
    if wanted is None:
        return None
    try:
        return uuid.UUID(wanted)
    except ValueError as error:
        raise BadRequest("X-Site-Id is not an identifier; /me lists your sites.") from error
