"""The course of a case, in one call."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import timelines
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.courses import CourseEntryOut, CourseQuery
from intake.schemas.shapes import page_of
from intake.services import courses

blp = Blueprint("courses", __name__, description="How a case went, from referral to outcome")


@blp.route("/cases/<uuid:case_id>/timeline", methods=["GET"])
@act(Permission.APPOINTMENT_READ)
@blp.arguments(CourseQuery(), location="query")
@blp.response(200, page_of(CourseEntryOut)())
def read_timeline(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """What happened in a case, the earliest first: moves, decisions, visits, scores, messages."""
    types = query["types"].split(",") if "types" in query else ()
    now, wanted = work(), timelines.wanted(query)
    page = courses.list_page(now.session, case_id, types, wanted, actor=now.actor)
    return timelines.envelope(page)
