"""How it went, and what is to be measured again."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.score_trends import TrendQuery, TrendsOut
from intake.services import score_trends

blp = Blueprint("score_trends", __name__, description="How scores, craving and use went")


@blp.route("/cases/<uuid:case_id>/scores", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.arguments(TrendQuery(), location="query")
@blp.response(200, TrendsOut())
def read_scores(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Signed scores by segment, with what was told at visits, the oldest first."""
    now = work()
    return score_trends.read(
        now.session, case_id, actor=now.actor, instrument=query.get("instrument")
    )
