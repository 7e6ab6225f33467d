"""One request, one transaction: door, permission, replay, view, events, stored answer, commit.

The only place of the web process that commits. The answer is finished before the commit and sent
after it; reads commit too, with their event. A refusal rolls back, and a second transaction
writes the event of the refusal.
"""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, make_response, request
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from intake import clock, errors
from intake.access import Actor, Grant, Permission
from intake.http import auth, idempotency
from intake.http.constraints import refusal_of
from intake.http.errors import slug_of
from intake.http.extensions import db
from intake.services import audit

View = Callable[..., Any]
DATABASE_ERRORS = (SQLAlchemyError,)
IDEMPOTENCY_RACE = "pk_idempotency_keys"


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


def act(permission: Permission, *, creates: bool = False) -> Callable[[View], View]:
    """A view that needs a permission at a site; `creates` makes it idempotent by key."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def inner(*args: Any, **kwargs: Any) -> Response:
            return _twice_if_raced(lambda: _act(view, args, kwargs, permission, creates=creates))

        inner.permission = permission  # type: ignore[attr-defined] # read by the route test
        inner.creates = creates  # type: ignore[attr-defined] # read by the contract
        return inner

    return wrap


def own(view: View, *, needs_mfa: bool = True) -> View:
    """A view about the signed-in person alone: no site and no role is needed."""

    @functools.wraps(view)
    def inner(*args: Any, **kwargs: Any) -> Response:
        session = _session()
        with _refusals(session):
            entry = auth.enter(session, needs_site=False, needs_mfa=needs_mfa)
            g.work = SignedIn(session, entry.staff_id, entry.now)
            return _finish(session, make_response(view(*args, **kwargs)))

    inner.permission = Permission.SESSION_OWN  # type: ignore[attr-defined] # read by the route test
    inner.needs_mfa = needs_mfa  # type: ignore[attr-defined] # read by the route test
    return inner


#: A view for somebody who gave the password only; pinned by a test as one of very few.
half_signed_in = functools.partial(own, needs_mfa=False)


def signed_out(view: View) -> View:
    """A view for somebody who has no session yet; pinned by a test as one of very few."""

    @functools.wraps(view)
    def inner(*args: Any, **kwargs: Any) -> Response:
        session = _session()
        with _refusals(session):
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


def _act(view: View, args: Any, kwargs: Any, permission: Permission, *, creates: bool) -> Response:
    """Door, permission, replay, view, finish."""
    session = _session()
    with _refusals(session):
        entry = auth.enter(session, needs_site=True)
        actor = entry.actor
        if actor is None:
            raise errors.AuthenticationRequired("The session has no site.")
        actor.require(permission)
        claimed = idempotency.claim() if creates else None
        if claimed is not None:
            stored = idempotency.replay(session, actor, claimed)
            if stored is not None:
                audit.record(session, _generic_event("replay"))
                return _finish(session, stored)
        g.work = Work(session, actor, entry.now)
        response = make_response(view(*args, **kwargs))
        _show_break_glass(session, response)
        if claimed is not None and response.status_code < 300:  # noqa: PLR2004 - HTTP's own classes
            return _finish(
                session,
                response,
                lambda: idempotency.store(session, actor, claimed, response),
            )
        return _finish(session, response)


def _finish(
    session: Session, response: Response, store: Callable[[], None] | None = None
) -> Response:
    """Write what was changed, then the events, then the stored answer; commit; only then answer."""
    session.flush()
    if not audit.collected(session):
        audit.record(session, _generic_event("read"))
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


@contextmanager
def _refusals(session: Session) -> Iterator[None]:
    """Roll back whatever went wrong; record what was refused; raise it in the product's words."""
    try:
        yield
    except Exception as error:
        session.rollback()
        refusal = _in_our_words(error)
        if refusal is None:
            raise
        if not isinstance(refusal, (errors.AuditUnavailable, errors.Unavailable)):
            _record_refusal(session, refusal)
        if refusal is error:
            raise
        raise refusal from error


def _in_our_words(error: BaseException) -> errors.IntakeError | None:
    """The refusal that a failure means, or None for a defect of ours."""
    if isinstance(error, errors.IntakeError):
        return error
    if isinstance(error, StaleDataError):
        return errors.PreconditionFailed()
    if isinstance(error, IntegrityError):
        return refusal_of(error)
    if isinstance(error, (OperationalError, PoolTimeout)) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return errors.Unavailable("The database doesn't answer; nothing was saved. Try again.")
    return None


def _record_refusal(session: Session, refusal: errors.IntakeError) -> None:
    """Write the event of a refusal, and what else must outlive the roll-back."""
    known = session.info.get("audit_context")
    audit.begin(session, known or auth.context(clock.machine_now()))
    try:
        if refusal.afterwards is not None:
            refusal.afterwards(session)
        outcome = audit.FAILED if isinstance(refusal, errors.IntegrityBroken) else audit.REFUSED
        event = audit.with_refusal(_generic_event("refused"), slug_of(refusal), outcome=outcome)
        audit.record(session, event)
        audit.write(session)
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        raise errors.AuditUnavailable("The audit trail can't be written.") from error


def _generic_event(subtype: str) -> audit.Event:
    """An event named after the route, for acts that recorded none of their own."""
    noun = (request.endpoint or "unknown").partition(".")[0]
    return audit.Event(type=noun, subtype=subtype, action="E" if subtype == "refused" else "R")


def _is_idempotency_race(error: IntegrityError) -> bool:
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == IDEMPOTENCY_RACE


def _twice_if_raced(attempt: Callable[[], Response]) -> Response:
    """The snapshot is older than the lock: a loser may see no stored answer, then collide."""
    try:
        return attempt()
    except IntegrityError as error:
        if not _is_idempotency_race(error):
            raise
        return attempt()
