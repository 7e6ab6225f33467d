"""Whose case is it? The wall between colleagues of one site, and what stands behind it.

The check is pure: the door has read whom the actor covers and which grants are live, the row to be
judged is loaded anyway, so it costs no statement. Another site's rows never come this far.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.access import Actor, Grant, Permission, Scope
from intake.errors import BreakGlassRequired, NotFound
from intake.models import Case, Client, Intake
from intake.services import audit

# The author of a draft answers for it until it is handed in.
DRAFT_AUTHOR = (
    select(Intake.author_id)
    .where(Intake.site_id == Case.site_id, Intake.case_id == Case.id, Intake.state == "draft")
    .correlate(Case)
    .scalar_subquery()
    .label("draft_author")
)


def require(
    session: Session, actor: Actor, permission: Permission, case: Case, *,
    others: Collection[uuid.UUID | None] = (), what: str = "case",
) -> None:  # fmt: skip
    """Let through who has to do with a loaded case; `others` are people the very row concerns.

    Raises BreakGlassRequired for those who may break the glass, NotFound for everybody else: to
    them, the row isn't there.
    """
    audit.about(session, case.client_id)
    if not is_related(actor, permission, case, others=others):
        _require_grant(session, actor, permission, {case.id}, what)


def is_related(
    actor: Actor, permission: Permission, case: Case, *, others: Collection[uuid.UUID | None] = ()
) -> bool:
    """Whether the actor has to do with a case, grants aside: pure."""
    scope, mine = actor.scope(permission), actor.stands_for
    if scope is None:
        return False
    if scope is Scope.SITE or not mine.isdisjoint(others):
        return True
    has_taken = case.state == "referred" and case.taken_by in mine
    if scope is Scope.OWN:
        return has_taken and permission is Permission.INTAKE_WRITE
    if has_taken:
        return True
    if scope is Scope.UNTIL_HANDOVER and case.key_worker_id is None:
        return True
    return case.key_worker_id in mine


def sees(
    actor: Actor, permission: Permission, case: Case, *, others: Collection[uuid.UUID | None] = ()
) -> bool:
    """Whether the actor reads such parts of a case, by relation or by a live grant: pure."""
    by_grant = actor.scope(permission) is Scope.CASELOAD_OR_GRANT and case.id in actor.grants
    return by_grant or is_related(actor, permission, case, others=others)


def case(session: Session, case_id: uuid.UUID, actor: Actor, permission: Permission) -> Case:
    """A case for somebody who has to do with it, in one statement. Raises as `require`."""
    row = session.execute(select(Case, DRAFT_AUTHOR).where(Case.id == case_id)).one_or_none()
    if row is None:
        raise NotFound("case")
    require(session, actor, permission, row.Case, others=(row.draft_author,))
    found: Case = row.Case
    return found


def case_and_client(
    session: Session, case_id: uuid.UUID, actor: Actor, permission: Permission
) -> tuple[Case, Client]:
    """As `case`, with whose case it is."""
    row = session.execute(
        select(Case, Client, DRAFT_AUTHOR).join(Case.client).where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    require(session, actor, permission, row.Case, others=(row.draft_author,))
    return row.Case, row.Client


def visible(
    session: Session, actor: Actor, permission: Permission, *, case_id: uuid.UUID | None = None,
    also: Collection[ColumnElement[Any] | InstrumentedAttribute[Any]] = (),
) -> ColumnElement[bool]:  # fmt: skip
    """Which rows of a list joined to cases the actor sees: their own, by key worker or cover.

    `also` are columns that name a person the very row concerns. A list of one `case_id` with a
    live grant shows all of it.
    """
    scope = actor.scope(permission)
    if scope is Scope.SITE:
        return true()
    if scope is None:
        return false()
    grant = actor.grants.get(case_id) if case_id is not None else None
    if grant is not None and scope is Scope.CASELOAD_OR_GRANT:
        _note_use(session, grant)
        return Case.id == case_id
    conditions = own(actor, also=also)
    if scope is Scope.UNTIL_HANDOVER:
        conditions.append(Case.key_worker_id.is_(None))
    return or_(*conditions)


def own(
    actor: Actor, *, also: Collection[ColumnElement[Any] | InstrumentedAttribute[Any]] = ()
) -> list[ColumnElement[bool]]:
    """What makes a row joined to cases the actor's own; an index serves each condition alone."""
    mine = actor.stands_for
    return [
        and_(Case.state == "referred", Case.taken_by.in_(mine)),
        *(column.in_(mine) for column in (Case.key_worker_id, *also)),
    ]


def client(
    session: Session, client_id: uuid.UUID, actor: Actor, permission: Permission, *,
    stays: bool = False,
) -> Client:  # fmt: skip
    """A person for somebody who has to do with one of their cases. Raises as `require`.

    A record that was merged isn't there: its person goes on as another one. Who `stays` isn't
    erased or merged before the commit.
    """
    cases = select(func.array_agg(Case.id)).where(Case.client_id == Client.id)
    found = select(
        Client,
        among_mine(actor).label("is_mine"),
        cases.correlate(Client).scalar_subquery().label("cases"),
    ).where(Client.id == client_id, Client.merged_into.is_(None))
    if stays:
        found = found.with_for_update(read=True, of=Client)
        found = found.execution_options(populate_existing=True)
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound("client")
    audit.about(session, client_id)
    if actor.scope(permission) is not Scope.SITE and not row.is_mine:
        _require_grant(session, actor, permission, set(row.cases or ()), "client")
    person: Client = row.Client
    return person


def among_mine(actor: Actor) -> ColumnElement[bool]:
    """Whether a person has a case of the actor's, or one whose draft the actor writes."""
    mine = actor.stands_for
    return (
        select(Case.id)
        .outerjoin(Intake, and_(Intake.site_id == Case.site_id, Intake.case_id == Case.id))
        .where(
            Case.client_id == Client.id,
            or_(
                Case.key_worker_id.in_(mine),
                and_(Case.state == "referred", Case.taken_by.in_(mine)),
                and_(Intake.state == "draft", Intake.author_id.in_(mine)),
            ),
        )
        .correlate(Client)
        .exists()
    )


def _require_grant(
    session: Session, actor: Actor, permission: Permission, cases: AbstractSet[uuid.UUID], what: str
) -> None:
    """The last way in: a live grant, for reading. Raises BreakGlassRequired, NotFound."""
    if actor.scope(permission) is Scope.CASELOAD_OR_GRANT:
        for one in cases & actor.grants.keys():
            _note_use(session, actor.grants[one])
            return
    if actor.may(Permission.BREAK_GLASS_OPEN):  # never a key
        raise BreakGlassRequired
    raise NotFound(what)


def _note_use(session: Session, grant: Grant) -> None:
    """Every event of this transaction says by which grant it happened; the answer shows it."""
    context = audit.context_of(session)
    session.info["audit_context"] = replace(context, purpose="ETREAT", policy_ref=grant.id)
    session.info["break_glass"] = grant
