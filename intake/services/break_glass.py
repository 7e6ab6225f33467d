"""Emergency access to one case: opened by one person for an hour, told at once, reviewed after.

Everything is in PostgreSQL and runs on machine time: it works without the broker, and a shifted
clinic clock prolongs nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Actor, Role
from intake.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from intake.models import BreakGlassGrant, Case, Client, Membership, Staff, StaffNotice
from intake.services import audit, pages, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of
from intake.services.notice_mails import BREAK_GLASS

FIELD = "break_glass_grants.sealed"
LASTS = dt.timedelta(minutes=60)
REVIEW_WITHIN = dt.timedelta(hours=72)
DAY = dt.timedelta(hours=24)
USUAL_PER_DAY = 3
"""More, and the clinical leads are told too."""


@dataclass(frozen=True, slots=True)
class NewGrant:
    """Why a colleague's case must be read now: a code, and 20 to 500 characters of words."""

    reason_code: str
    justification: str


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant as the auditor reads it; times are machine time."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    staff_id: uuid.UUID
    reason_code: str
    justification: str
    granted_at: dt.datetime
    expires_at: dt.datetime
    reviewed_at: dt.datetime | None
    reviewed_by: uuid.UUID | None
    review_outcome: str | None


def open_for(
    session: Session, case_id: uuid.UUID, order: NewGrant, *, actor: Actor, now: dt.datetime
) -> GrantView:
    """Open a case of the own site for reading; auditors and the key worker are told.

    `now` is clinic time, for the notices. Raises MfaRequired, NotFound, Forbidden while an earlier
    use waits for its review for more than 72 hours.
    """
    moment = clock.machine_now()
    actor.require_fresh_mfa(moment)
    mine = select(func.count()).where(BreakGlassGrant.staff_id == actor.staff_id)
    waiting = mine.where(
        BreakGlassGrant.reviewed_at.is_(None), BreakGlassGrant.granted_at < moment - REVIEW_WITHIN
    )
    lately = mine.where(BreakGlassGrant.granted_at > moment - DAY)
    row = session.execute(
        select(
            Case,
            Client,
            waiting.scalar_subquery().label("waiting"),
            lately.scalar_subquery().label("lately"),
        )
        .join(Case.client)
        .where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    if row.waiting:
        raise Forbidden(
            "An earlier emergency access of yours was not reviewed within 72 hours; "
            "ask the auditor to review it first."
        )
    grant = _grant(row.Case, row.Client, order, session=session, actor=actor, moment=moment)
    session.add(grant)
    _record(session, grant, row.Client, "open", "C")
    _tell(session, grant, row.Case, uses=row.lately + 1, now=now)
    session.flush()
    return _view(grant, order.justification)


def review(
    session: Session, grant_id: uuid.UUID, outcome: str, *, version: int, actor: Actor
) -> GrantView:
    """Say whether a use was justified. Raises NotFound, Forbidden for one's own, Conflict."""
    row = session.execute(_select().where(BreakGlassGrant.id == grant_id)).one_or_none()
    if row is None:
        raise NotFound("break-glass grant")
    grant: BreakGlassGrant = row.BreakGlassGrant
    if grant.staff_id == actor.staff_id:
        raise Forbidden("One's own emergency access is reviewed by somebody else.")
    if grant.version != version:
        raise PreconditionFailed(grant.version)
    if grant.reviewed_at is not None:
        raise Conflict("This use was reviewed already.")
    grant.reviewed_at, grant.reviewed_by = clock.machine_now(), actor.staff_id
    grant.review_outcome = outcome
    _record(session, grant, row.Client, "review", "U")
    session.flush()
    return _view(grant, _words(session, grant, row.Client))


def list_page(session: Session, wanted: pages.Wanted) -> pages.Page[GrantView]:
    """Every use at this site, the newest first; the read is recorded."""
    page = pages.fetch(
        session,
        _select().add_columns(BreakGlassGrant.id.label("id")),
        key=BreakGlassGrant.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(
            row.BreakGlassGrant, _words(session, row.BreakGlassGrant, row.Client)
        ),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "break_glass", shown, sensitivity="P4")
    return page


def _select() -> Select[BreakGlassGrant, Client]:
    return select(BreakGlassGrant, Client).join(BreakGlassGrant.case).join(Case.client)


def _grant(
    case: Case, client: Client, order: NewGrant, *, session: Session, actor: Actor,
    moment: dt.datetime,
) -> BreakGlassGrant:  # fmt: skip
    grant = BreakGlassGrant(
        site_id=actor.site_id,
        case_id=case.id,
        staff_id=actor.staff_id,
        reason_code=order.reason_code,
        granted_at=moment,
        expires_at=moment + LASTS,
    )
    words = {"justification": order.justification}
    grant.sealed = sealed_text.seal(FIELD, grant.id, words, vault_of(session, client))
    return grant


def _tell(
    session: Session, grant: BreakGlassGrant, case: Case, *, uses: int, now: dt.datetime
) -> None:
    """A notice for each auditor and the key worker: that it happened and where to look, no more."""
    roles = [Role.AUDITOR, *([Role.CLINICAL_LEAD] if uses > USUAL_PER_DAY else [])]
    told = session.execute(
        select(Membership.staff_id, Membership.role)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(
            Membership.site_id == grant.site_id,
            Membership.staff_id != grant.staff_id,
            or_(Membership.role.in_(roles), Membership.staff_id == case.key_worker_id),
            Staff.active,
        )
    ).all()
    rows = [
        {
            "id": clock.uuid7(),
            "site_id": grant.site_id,
            "staff_id": person.staff_id,
            "kind": BREAK_GLASS,
            "dedupe_key": f"{BREAK_GLASS}:{person.staff_id}:{grant.id}",
            "counts": {"uses_today": uses},
            "path": "/break-glass-grants"
            if person.role == Role.AUDITOR
            else f"/cases/{case.id}/access-log",
            "send_after": now,
            "next_attempt_at": now,
        }
        for person in told
    ]
    if rows:
        session.execute(insert(StaffNotice).values(rows))


def _record(
    session: Session, grant: BreakGlassGrant, client: Client, act: str, action: str
) -> None:
    context = audit.context_of(session)
    if act == "open":
        session.info["audit_context"] = replace(context, purpose="ETREAT")
    event = Event("break_glass", act, action, row=grant, client_id=client.id, sensitivity="P4")
    audit.record(session, replace(event, policy_ref=grant.id))


def _words(session: Session, grant: BreakGlassGrant, client: Client) -> str:
    words = sealed_text.opened(FIELD, grant.id, grant.sealed, vault_of(session, client))
    return words["justification"]


def _view(grant: BreakGlassGrant, justification: str) -> GrantView:
    if grant.reviewed_at is not None:
        state = "reviewed"
    else:
        state = "live" if grant.expires_at > clock.machine_now() else "expired"
    return GrantView(
        id=grant.id,
        version=grant.version,
        state=state,
        case_id=grant.case_id,
        staff_id=grant.staff_id,
        reason_code=grant.reason_code,
        justification=justification,
        granted_at=grant.granted_at,
        expires_at=grant.expires_at,
        reviewed_at=grant.reviewed_at,
        reviewed_by=grant.reviewed_by,
        review_outcome=grant.review_outcome,
    )
