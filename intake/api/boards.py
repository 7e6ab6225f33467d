"""The board of the day, and worklists by name."""

from __future__ import annotations

from typing import Any

from intake.access import Permission
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.boards import BoardQuery, LaneOut, TodayOut
from intake.services import boards

blp = Blueprint("boards", __name__, description="What waits for somebody, across cases")


@blp.route("/today", methods=["GET"])
@act(Permission.WORK_READ)
@blp.arguments(BoardQuery(), location="query")
@blp.response(200, TodayOut())
def read_today(query: dict[str, str]) -> Any:
    """Six lanes of what needs somebody today, at most 20 rows each, in one call."""
    now = work()
    return boards.today(now.session, is_mine=query["scope"] == "mine", actor=now.actor, now=now.now)


@blp.route("/worklists/<name>", methods=["GET"])
@act(Permission.WORKLIST_READ)
@blp.arguments(BoardQuery(), location="query")
@blp.response(200, LaneOut())
def read_worklist(query: dict[str, str], name: str) -> Any:
    """One worklist, at most 100 rows, the most pressing first."""
    now = work()
    return boards.worklist(
        now.session, name, is_mine=query["scope"] == "mine", actor=now.actor, now=now.now
    )
