"""Second opinions: ask a colleague about a suggestion, answer, read what they think."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.second_opinions import (
    NewQuestionIn,
    OpinionAskedOut,
    OpinionIn,
    QuestionOut,
    SecondOpinionOut,
    SecondOpinionsOut,
)
from intake.services import second_opinions
from intake.services.second_opinions import NewQuestion, Opinion

blp = Blueprint("second_opinions", __name__, description="What colleagues think of a suggestion")


@blp.route("/cases/<uuid:case_id>/second-opinions", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.response(200, SecondOpinionsOut())
def list_second_opinions(case_id: uuid.UUID) -> Any:
    """Second opinions of a case, the newest first."""
    now = work()
    return {"data": second_opinions.list_for(now.session, case_id, actor=now.actor)}


@blp.route("/cases/<uuid:case_id>/second-opinions", methods=["POST"])
@act(Permission.PLAN_DECIDE, creates=True)
@blp.arguments(NewQuestionIn())
@blp.response(201, OpinionAskedOut())
def ask_second_opinion(order: NewQuestion, case_id: uuid.UUID) -> Any:
    """Ask a colleague what they think of the newest recommendation."""
    now = work()
    made = second_opinions.ask(now.session, case_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/second-opinions/{made.id}", made.version)


@blp.route("/second-opinions/<uuid:opinion_id>", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.response(200, QuestionOut())
def read_second_opinion(opinion_id: uuid.UUID) -> Any:
    """One question with the recommendation it is about; who was asked reads it until answered."""
    now = work()
    found = second_opinions.read(now.session, opinion_id, actor=now.actor)
    return found, 200, concurrency.etag(found.question.version)


@blp.route("/second-opinions/<uuid:opinion_id>/actions/answer", methods=["POST"])
@act(Permission.PLAN_DECIDE)
@blp.arguments(OpinionIn())
@blp.response(200, SecondOpinionOut())
def answer_second_opinion(order: Opinion, opinion_id: uuid.UUID) -> Any:
    """Say what one thinks of it; only who was asked can."""
    now, version = work(), concurrency.if_match()
    found = second_opinions.answer(
        now.session, opinion_id, order, version=version, actor=now.actor, now=now.now
    )
    return found, 200, concurrency.etag(found.version)
