"""The moves of a case: make one, read those made, ask which are possible; medical clearance."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.cases import CaseOut
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.schemas.transitions import (
    ClearanceOut,
    NewClearanceIn,
    OutlookOut,
    TransitionIn,
    TransitionOut,
)
from intake.services import clearances, transition_views, transitions
from intake.services.clearances import NewClearance
from intake.services.transition_orders import NewTransition

blp = Blueprint("transitions", __name__, description="The life cycle of a case")


@blp.route("/cases/<uuid:case_id>/transitions", methods=["GET"])
@act(Permission.CASE_HISTORY)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(TransitionOut)())
def list_transitions(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """How the case moved, the newest first."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(transition_views.history(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/transitions", methods=["POST"])
@act(Permission.CASE_MOVE)
@blp.arguments(TransitionIn())
@blp.response(200, CaseOut())
def move_case(order: NewTransition, case_id: uuid.UUID) -> Any:
    """Move the case; a refusal lists what is missing. Reopening answers with the new case."""
    now, version = work(), concurrency.if_match()
    moved = transitions.make(
        now.session, case_id, order, version=version, actor=now.actor, now=now.now
    )
    return moved, 200, concurrency.created(f"/api/v1/cases/{moved.id}", moved.version)


@blp.route("/cases/<uuid:case_id>/transitions/possible", methods=["GET"])
@act(Permission.CASE_MOVE)
@blp.response(200, OutlookOut())
def list_possible_moves(case_id: uuid.UUID) -> Any:
    """Where the case can go from here, who may move it, and what each move still lacks."""
    now = work()
    found = transition_views.possible(now.session, case_id, actor=now.actor, now=now.now)
    return found, 200, concurrency.etag(found.version)


@blp.route("/cases/<uuid:case_id>/medical-clearances", methods=["GET"])
@act(Permission.ASSESSMENT_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ClearanceOut)())
def list_clearances(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Medical clearances of a case, the newest first; the newest counts."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(clearances.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/medical-clearances", methods=["POST"])
@act(Permission.ASSESSMENT_WRITE, creates=True)
@blp.arguments(NewClearanceIn())
@blp.response(201, CreatedOut())
def record_clearance(order: NewClearance, case_id: uuid.UUID) -> Any:
    """Write down what a physician said about beginning treatment."""
    now = work()
    made = clearances.record(now.session, case_id, order, actor=now.actor, now=now.now)
    address = f"/api/v1/cases/{case_id}/medical-clearances"
    return made, 201, concurrency.created(address, made.version)
