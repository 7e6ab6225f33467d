"""Each part of the page of a case: read where its reader may see it, and alone when it breaks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.clinical import lifecycle
from intake.clinical.lifecycle import Move
from intake.errors import IntegrityBroken
from intake.models import Case, Client, ContactPoint, Goal
from intake.services import (
    appointment_views,
    audit,
    case_page_facts,
    cases,
    contacts,
    courses,
    goal_views,
    plan_views,
    reassessments,
    relations,
    score_trends,
    task_views,
)
from intake.services.audit import Event
from intake.services.case_page_shapes import Card, CasePage, CourseWanted, Scores
from intake.services.contacts import ContactView
from intake.services.courses import CourseEntry
from intake.services.goal_views import GoalView
from intake.services.identity import Identity, opened, vault_of
from intake.services.plan_views import PlanLine
from intake.services.timelines import Timeline

T = TypeVar("T")
P = Permission
# More than anybody looks at on one page; the pages behind the tabs show the rest.
TASKS, VISITS, GOALS = 20, 6, 20
MOOD = "phq9"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a page: the row of facts, and by whom."""

    session: Session
    row: Row[Any]
    actor: Actor
    now: dt.datetime

    @property
    def case(self) -> Case:
        """The case."""
        found: Case = self.row.Case
        return found

    @property
    def client(self) -> Client:
        """The person."""
        found: Client = self.row.Client
        return found

    def sees(self, permission: Permission) -> bool:
        """Whether such things of this case are shown to the reader."""
        return relations.sees(self.actor, permission, self.case, others=(self.row.draft_author,))

    def card(self, name: str, permission: Permission, read: Callable[[], T | None]) -> Card[T]:
        """One part: hidden, shown, or broken where a stored value can't be trusted."""
        if not self.sees(permission):
            return Card()
        try:
            return Card(read())
        except IntegrityBroken:
            log.exception("a card of a case can't be shown", card=name, case_id=str(self.case.id))
            failed = Event("case", "read", "R", row=self.case, client_id=self.client.id)
            code = "integrity-error"
            audit.record(self.session, audit.with_refusal(failed, code, outcome=audit.FAILED))
            return Card(is_broken=True)


def page(one: Reading, wanted: CourseWanted, today: dt.date) -> CasePage:
    """Every part of the page of a case on a day at the site."""
    row, case, session = one.row, one.case, one.session
    zone = ZoneInfo(one.actor.time_zone)
    return CasePage(
        case=cases.view(case),
        today=today,
        person=_person(one),
        staff={uuid.UUID(key): name for key, name in (row.staff or {}).items()},
        sees=frozenset(permission for permission in P if one.sees(permission)),
        by_grant=not relations.is_related(
            one.actor, P.CASE_HISTORY, case, others=(row.draft_author,)
        )
        and case.id in one.actor.grants,
        contacts=one.card("contacts", P.CLIENT_READ, lambda: _contacts(one)),
        consents=one.card(
            "consents", P.CONSENT_READ, lambda: case_page_facts.consents(row.consents, today)
        ),
        alerts=one.card("alerts", P.WORK_READ, lambda: case_page_facts.alerts(row.alerts)),
        tasks=one.card("tasks", P.WORK_READ, lambda: task_views.open_of(session, case, TASKS)),
        follow_ups=one.card(
            "follow_ups", P.FOLLOW_UP_READ, lambda: case_page_facts.follow_ups(row.follow_ups)
        ),
        due=one.card("due", P.ASSESSMENT_READ, lambda: reassessments.due_in(row, today, zone)),
        moves=one.card("moves", P.CASE_MOVE, lambda: _moves(one)),
        moved=one.card("moved", P.CASE_READ, lambda: case_page_facts.moved(row.moved)),
        scores=one.card("scores", P.PROGRESS_READ, lambda: _scores(one)),
        visits=one.card(
            "visits",
            P.APPOINTMENT_READ,
            lambda: appointment_views.coming(session, case, VISITS, now=one.now),
        ),
        visit_counts=row.visits or {},
        plan=one.card("plan", P.PLAN_READ, lambda: _plan(one)),
        goals=one.card("goals", P.PLAN_READ, lambda: _goals(one)),
        safety=one.card("safety", P.CARE_READ, lambda: case_page_facts.safety(row.safety)),
        course=one.card("course", P.APPOINTMENT_READ, lambda: _course(one, wanted)),
        assessments=row.assessments,
        notes=row.notes,
    )


def _person(one: Reading) -> Identity | None:
    """Who it is, for who may read that; None also once the record was erased."""
    if not one.sees(P.CLIENT_READ) or one.client.wrapped_key is None:
        return None
    return opened(one.client, vault_of(one.session, one.client))


def _contacts(one: Reading) -> list[ContactView]:
    vault = vault_of(one.session, one.client)
    points = one.session.execute(
        select(ContactPoint)
        .where(ContactPoint.client_id == one.client.id, ContactPoint.ended_at.is_(None))
        .order_by(ContactPoint.is_preferred.desc(), ContactPoint.id)
    ).scalars()
    return [contacts.view(point, vault) for point in points]


def _moves(one: Reading) -> tuple[Move, ...]:
    """The moves from here that the reader's role makes; what they lack is on their own page."""
    possible = lifecycle.moves_from(one.case.state)
    return tuple(move for move in possible if one.actor.role in move.roles)


def _scores(one: Reading) -> Scores:
    asked = sorted(
        (on, int(answer))
        for code, on, _, answer in one.row.signed or ()
        if code == MOOD and answer is not None
    )
    item9 = {dt.date.fromisoformat(on): answer for on, answer in asked}
    return Scores(score_trends.measured(one.session, one.case), item9)


def _plan(one: Reading) -> PlanLine | None:
    plan = one.row.current_plan
    return plan_views.line(plan) if plan is not None else None


def _goals(one: Reading) -> list[GoalView]:
    """What is worked towards, the soonest due first."""
    vault = vault_of(one.session, one.client)
    rows = one.session.execute(
        select(Goal)
        .where(Goal.case_id == one.case.id, Goal.status == "active")
        .order_by(Goal.due_on, Goal.id)
        .limit(GOALS)
    ).scalars()
    return [goal_views.view(row, vault) for row in rows]


def _course(one: Reading, wanted: CourseWanted) -> Timeline[CourseEntry]:
    return courses.latest(
        one.session, one.case, wanted.types, wanted.page, actor=one.actor, now=one.now
    )
