"""What does a colleague think of a suggestion? Asked with a question, answered in words.

An opinion stands beside the clinician's decision and never changes it. The question is a task of
the colleague's; who was asked reads the suggestion it is about until they have answered, also
without another relation to the case. Question and answer are sealed apart from the task's note,
which more people read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import (
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    PreconditionFailed,
    ValidationFailed,
)
from intake.models import Case, Client, Recommendation, Task
from intake.services import (
    audit,
    cases,
    duties,
    identity,
    plans,
    recommendations,
    relations,
    sealed_text,
    task_views,
    tasks,
)
from intake.services.audit import Event
from intake.services.recommendations import RecommendationView
from intake.services.task_changes import SECOND_OPINION
from intake.services.tasks import NewTask

# A product decision: two days, so that the person doesn't wait for long.
ANSWER_WITHIN = dt.timedelta(hours=48)
NOTE = "A colleague asks what you think of a suggested plan: read it and answer."
MOST = 50


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """Whom to ask, and what."""

    asked_of: uuid.UUID
    question: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """`opinion` is agree, disagree or other; `answer` says why."""

    opinion: str
    answer: str


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A question with its answer, opened; `state` is open, done (answered) or cancelled."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID | None
    recommendation_id: uuid.UUID | None
    asked_by: uuid.UUID | None
    asked_of: uuid.UUID | None
    question: str
    opinion: str | None
    answer: str | None
    due_at: dt.datetime
    created_at: dt.datetime
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the suggestion it is about."""

    question: SecondOpinion
    recommendation: RecommendationView


def ask(
    session: Session, case_id: uuid.UUID, order: NewQuestion, *, actor: Actor, now: dt.datetime
) -> SecondOpinion:
    """Ask a colleague what they think of the newest recommendation.

    Raises as `relations.require`; Conflict when no plan can be decided now or they were asked
    already, ValidationFailed for oneself or somebody who couldn't decide either.
    """
    row = session.execute(
        select(Case, Client, Recommendation)
        .join(Case.client)
        .outerjoin(
            Recommendation,
            (Recommendation.site_id == Case.site_id)
            & (Recommendation.case_id == Case.id)
            & Recommendation.superseded_by.is_(None),
        )
        .where(Case.id == case_id)
        .with_for_update(of=Case)
    ).one_or_none()
    if row is None:
        raise NotFound("case")
    relations.require(session, actor, Permission.PLAN_DECIDE, row.Case)
    plans.refuse_undecidable(row.Case)
    if row.Recommendation is None or row.Recommendation.status != "complete":
        raise Conflict("There is no complete recommendation to ask about; compute one first.")
    _refuse_colleague(session, case_id, order.asked_of, actor)
    task = tasks.open_for_case(
        session,
        row.Case,
        row.Client,
        NewTask(SECOND_OPINION, now + ANSWER_WITHIN, NOTE, "plan", order.asked_of),
    )
    task.recommendation_id, task.asked_by = row.Recommendation.id, actor.staff_id
    _add_words(session, task, row.Client, question=order.question)
    act = Event("task", "create", "C", row=task, client_id=row.Client.id, sensitivity="P2")
    audit.record(session, act)
    session.flush()
    return _view(session, task, row.Client)


def answer(
    session: Session, opinion_id: uuid.UUID, order: Opinion, *, version: int, actor: Actor,
    now: dt.datetime,
) -> SecondOpinion:  # fmt: skip
    """Say what one thinks; the task is done with it, and nothing else changes.

    Raises NotFound, as `relations.require`, PreconditionFailed, Forbidden for whoever wasn't
    asked, Conflict when it is answered or not asked any more, or the case has ended.
    """
    row = _loaded(session, opinion_id, actor, Permission.PLAN_DECIDE)
    task: Task = row.Task
    if task.version != version:
        raise PreconditionFailed(task.version)
    if task.owner_id != actor.staff_id:
        raise Forbidden("This question asks a colleague; they answer it themselves.")
    cases.require_open(session, row.Case)
    if task.state != "open":
        raise Conflict("This question is answered, or not asked any more.")
    task.opinion, task.answered_at, task.state = order.opinion, now, "done"
    _add_words(session, task, row.Client, answer=order.answer)
    act = Event(
        "task", "answer", "U", row=task, client_id=row.Client.id,
        fields=("state", "opinion", "answer"), sensitivity="P2",
    )  # fmt: skip
    audit.record(session, act)
    session.flush()
    return _view(session, task, row.Client)


def read(session: Session, opinion_id: uuid.UUID, *, actor: Actor) -> Asked:
    """A question with the suggestion it is about; both reads are recorded.

    Raises NotFound, as `relations.require`.
    """
    row = _loaded(session, opinion_id, actor, Permission.PLAN_READ)
    act = Event("task", "read", "R", row=row.Task, client_id=row.Client.id, sensitivity="P2")
    audit.record(session, act)
    found = recommendations.of_id(session, row.Case, row.Task.recommendation_id)
    return Asked(_view(session, row.Task, row.Client), found)


def list_for(session: Session, case_id: uuid.UUID, *, actor: Actor) -> tuple[SecondOpinion, ...]:
    """Second opinions of a case, the newest first; the identifiers shown are recorded."""
    case = relations.case(session, case_id, actor, Permission.PLAN_READ)
    rows = session.execute(
        task_views.selected()
        .where(Task.case_id == case.id, Task.kind == SECOND_OPINION)
        .order_by(Task.id.desc())
        .limit(MOST)
    )
    found = tuple(_view(session, row.Task, row.Client) for row in rows)
    audit.record_list(
        session, "task", (one.id for one in found), client_id=case.client_id, sensitivity="P2"
    )
    return found


def _loaded(
    session: Session, opinion_id: uuid.UUID, actor: Actor, permission: Permission
) -> Row[Any]:
    """A question with its case and person. Raises NotFound, as `relations.require`."""
    query = task_views.selected().where(Task.id == opinion_id, Task.kind == SECOND_OPINION)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("second_opinion")
    asked = (row.Task.owner_id,) if row.Task.state == "open" else ()
    relations.require(session, actor, permission, row.Case, others=asked, what="second_opinion")
    return row


def _refuse_colleague(
    session: Session, case_id: uuid.UUID, asked_of: uuid.UUID, actor: Actor
) -> None:
    """Somebody else, who could decide on a plan, and wasn't asked yet."""
    if asked_of == actor.staff_id:
        message = "Ask somebody else: a second opinion is never one's own."
        raise ValidationFailed(FieldError("/asked_of", "oneself", message))
    needs = duties.OF_TASK[SECOND_OPINION]
    duties.refuse_unable(session, asked_of, needs, pointer="/asked_of", actor=actor)
    waiting = select(Task.id).where(
        Task.case_id == case_id,
        Task.kind == SECOND_OPINION,
        Task.state == "open",
        Task.owner_id == asked_of,
    )
    if session.execute(waiting).first() is not None:
        raise Conflict("This colleague was asked already and hasn't answered yet.")


def _add_words(session: Session, task: Task, client: Client, **said: str) -> None:
    vault = identity.vault_of(session, client)
    words = sealed_text.opened(task_views.FIELD, task.id, task.sealed, vault) | said
    task.sealed = sealed_text.seal(task_views.FIELD, task.id, words, vault)


def _view(session: Session, task: Task, client: Client) -> SecondOpinion:
    vault = identity.vault_of(session, client)
    words = sealed_text.opened(task_views.FIELD, task.id, task.sealed, vault)
    return SecondOpinion(
        id=task.id,
        version=task.version,
        state=task.state,
        case_id=task.case_id,
        recommendation_id=task.recommendation_id,
        asked_by=task.asked_by,
        asked_of=task.owner_id,
        question=words.get("question", ""),
        opinion=task.opinion,
        answer=words.get("answer"),
        due_at=task.due_at,
        created_at=task.created_at,
        answered_at=task.answered_at,
    )
