"""What the rule set suggests for a case: compute, read."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.recommendations import RecommendationOut
from intake.schemas.shapes import CreatedOut
from intake.services import recommendations

blp = Blueprint("recommendations", __name__, description="Decision support, explained")


@blp.route("/cases/<uuid:case_id>/recommendation", methods=["POST"])
@act(Permission.PLAN_PROPOSE, creates=True)
@blp.response(201, CreatedOut())
@blp.alt_response(200, CreatedOut())
def compute_recommendation(case_id: uuid.UUID) -> Any:
    """Compute what the rules suggest; 200 with the one in force while nothing has changed."""
    now = work()
    made, is_new = recommendations.compute(now.session, case_id, actor=now.actor, now=now.now)
    where = f"/api/v1/cases/{case_id}/recommendation"
    return made, 201 if is_new else 200, concurrency.created(where, made.version)


@blp.route("/cases/<uuid:case_id>/recommendation", methods=["GET"])
@act(Permission.PLAN_READ)
@blp.response(200, RecommendationOut())
def read_recommendation(case_id: uuid.UUID) -> Any:
    """The newest recommendation with its reasons."""
    found = recommendations.read(work().session, case_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version)
