"""Covers: who answers for a colleague's cases, and when."""

from __future__ import annotations

from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.covers import CoverOut, NewCoverIn
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import covers
from intake.services.covers import NewCover

blp = Blueprint("covers", __name__, description="Who answers for a colleague's cases")


@blp.route("/covers", methods=["GET"])
@act(Permission.COVER_ARRANGE)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(CoverOut)())
def list_covers(query: dict[str, Any]) -> Any:
    """Covers of this site, the newest first."""
    now = work()
    page = covers.list_page(now.session, paging.wanted(query), actor=now.actor, now=now.now)
    return paging.envelope(page)


@blp.route("/covers", methods=["POST"])
@act(Permission.COVER_ARRANGE, creates=True)
@blp.arguments(NewCoverIn())
@blp.response(201, CreatedOut())
def arrange_cover(order: NewCover) -> Any:
    """Let somebody answer for a colleague's cases, from one day to another."""
    now = work()
    made = covers.arrange(now.session, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created("/api/v1/covers", made.version)
