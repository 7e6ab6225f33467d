"""One request, one transaction: door, permission, replay, view, events, stored answer, commit.

The only place of the web process that commits. The answer is finished before the commit and sent
after it; reads commit too, with their event. A refusal rolls back, and a second transaction
writes the event of the refusal.
"""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, make_response
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake import errors
from intake.access import Actor, Grant, Permission
from intake.http import auth, idempotency, rehearsal
from intake.http.constraints import is_idempotency_race
from intake.http.extensions import db
from intake.http.outcomes import generic_event, refusals
from intake.services import audit

View = Callable[..., Any]
DATABASE_ERRORS = (SQLAlchemyError,)


@dataclass(frozen=True, slots=True)
class Work:
    """What a view works with: the session, who acts, and clinic time."""

    session: Session
    actor: Actor
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a view without a site works with."""

    session: Session
    staff_id: uuid.UUID
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """What a view at a site asks for, and what becomes of its answer."""

    permission: Permission
    creates: bool
    shown_once: tuple[str, ...]


def act(
    permission: Permission, *, creates: bool = False, shown_once: tuple[str, ...] = ()
) -> Callable[[View], View]:
    """A view that needs a permission at a site; `creates` makes it idempotent by key.

    `shown_once` names members of the answer that are not stored: null when it is repeated.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def inner(*args: Any, **kwargs: Any) -> Response:
            opened = Opening(permission, creates, shown_once)
            return _twice_if_raced(lambda: _act(functools.partial(view, *args, **kwargs), opened))

        inner.permission = permission  # type: ignore[attr-defined] # read by the route test
        inner.creates = creates  # type: ignore[attr-defined] # read by the contract
        return inner

    return wrap


def own(view: View, *, needs_mfa: bool = True, takes_keys: bool = False) -> View:
    """A view about the signed-in person alone: no site and no role is needed."""

    @functools.wraps(view)
    def inner(*args: Any, **kwargs: Any) -> Response:
        session = _session()
        with refusals(session):
            entry = auth.enter(
                session, needs_site=False, needs_mfa=needs_mfa, takes_keys=takes_keys
            )
            g.work = SignedIn(session, entry.staff_id, entry.now)
            return _finish(session, make_response(view(*args, **kwargs)))

    inner.permission = Permission.SESSION_OWN  # type: ignore[attr-defined] # read by the route test
    inner.needs_mfa = needs_mfa  # type: ignore[attr-defined] # read by the route test
    inner.takes_keys = takes_keys  # type: ignore[attr-defined] # read by the contract
    return inner


#: A view that tells an API key about itself, too.
own_or_key = functools.partial(own, takes_keys=True)
#: A view for somebody who gave the password only; pinned by a test as one of very few.
half_signed_in = functools.partial(own, needs_mfa=False)


def signed_out(view: View) -> View:
    """A view for somebody who has no session yet; pinned by a test as one of very few."""

    @functools.wraps(view)
    def inner(*args: Any, **kwargs: Any) -> Response:
        session = _session()
        with refusals(session):
            now = auth.stranger(session)
            g.work = SignedIn(session, uuid.UUID(int=0), now)
            return _finish(session, make_response(view(*args, **kwargs)))

    inner.permission = None  # type: ignore[attr-defined] # read by the route test
    return inner


def work() -> Work:
    """The work of this request at its site."""
    current = g.work
    if not isinstance(current, Work):
        raise TypeError("this view was not opened at a site")
    return current


def signed_in() -> SignedIn:
    """The work of this request without a site."""
    current = g.work
    if not isinstance(current, SignedIn):
        raise TypeError("this view was opened at a site")
    return current


def _act(view: Callable[[], Any], wanted: Opening) -> Response:
    """Door, permission, replay, view, finish."""
    session = _session()
    with refusals(session):
        entry = auth.enter(session, needs_site=True)
        actor = entry.actor
        if actor is None:
            raise errors.AuthenticationRequired("The session has no site.")
        actor.require(wanted.permission)
        claimed = idempotency.claim() if wanted.creates else None
        if claimed is not None:
            stored = idempotency.replay(session, actor, claimed)
            if stored is not None:
                idempotency.check_relation(session, actor, wanted.permission)
                audit.record(session, generic_event("replay"))
                return _finish(session, stored)
        g.work = Work(session, actor, entry.now)
        response = rehearsal.answered(session, actor, lambda: make_response(view()))
        _show_break_glass(session, response)
        is_kept = response.status_code < 400 and not actor.is_test  # noqa: PLR2004 - HTTP's own classes
        if claimed is not None and is_kept:
            return _finish(
                session,
                response,
                lambda: idempotency.store(
                    session, actor, claimed, response, without=wanted.shown_once
                ),
            )
        return _finish(session, response)


def _finish(
    session: Session, response: Response, store: Callable[[], None] | None = None
) -> Response:
    """Write what was changed, then the events, then the stored answer; commit; only then answer."""
    session.flush()
    if audit.needs_event(session):
        audit.record(session, generic_event("read"))
    try:
        audit.write(session)
    except SQLAlchemyError as error:
        raise errors.AuditUnavailable(
            "The audit trail can't be written, so nothing was done."
        ) from error
    if store is not None:
        store()
    session.commit()
    return response


def _show_break_glass(session: Session, response: Response) -> None:
    """Say on the answer itself that it was given by virtue of a grant, and until when."""
    grant = session.info.get("break_glass")
    if isinstance(grant, Grant):
        response.headers["Break-Glass"] = f"until={grant.until:%Y-%m-%dT%H:%M:%SZ}"


def _session() -> Session:
    """The session of this request, with its keys."""
    session: Session = db.session()
    session.info["keyring"] = current_app.config["KEYS"].current()
    session.info["production"] = current_app.config["PRODUCTION"]
    return session


def _twice_if_raced(attempt: Callable[[], Response]) -> Response:
    """The snapshot is older than the lock: a loser may see no stored answer, then collide."""
    try:
        return attempt()
    except IntegrityError as error:
        if not is_idempotency_race(error):
            raise
        return attempt()
