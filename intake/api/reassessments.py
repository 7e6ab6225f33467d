"""What is to be measured again."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.reassessments import DueListOut, DueQuery
from intake.services import reassessments

blp = Blueprint("reassessments", __name__, description="Measures that are due")


@blp.route("/cases/<uuid:case_id>/reassessments", methods=["GET"])
@act(Permission.ASSESSMENT_READ)
@blp.response(200, DueListOut())
def list_case_reassessments(case_id: uuid.UUID) -> Any:
    """What is to be measured in a case, the soonest first."""
    now = work()
    return reassessments.of_case(now.session, case_id, actor=now.actor, now=now.now)


@blp.route("/reassessments", methods=["GET"])
@act(Permission.ASSESSMENT_READ)
@blp.arguments(DueQuery(), location="query")
@blp.response(200, DueListOut())
def list_reassessments(query: dict[str, Any]) -> Any:
    """What is due in the cases one has to do with, the soonest first."""
    now = work()
    last_day = query.get("due_before")
    return reassessments.due_before(now.session, last_day, actor=now.actor, now=now.now)
