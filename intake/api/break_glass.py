"""Emergency access: open a colleague's case for reading, and review how that was used."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.break_glass import GrantCreatedOut, GrantOut, NewGrantIn, ReviewIn
from intake.schemas.shapes import PageQuery, page_of
from intake.services import break_glass
from intake.services.break_glass import NewGrant

blp = Blueprint("break_glass", __name__, description="Emergency access to a case")


@blp.route("/cases/<uuid:case_id>/break-glass-grants", methods=["POST"])
@act(Permission.BREAK_GLASS_OPEN, creates=True)
@blp.arguments(NewGrantIn())
@blp.response(201, GrantCreatedOut())
def break_glass_of_case(order: NewGrant, case_id: uuid.UUID) -> Any:
    """Open a case for reading for 60 minutes; the auditor and the key worker are told."""
    now = work()
    made = break_glass.open_for(now.session, case_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created("/api/v1/break-glass-grants", made.version)


@blp.route("/break-glass-grants", methods=["GET"])
@act(Permission.BREAK_GLASS_REVIEW)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(GrantOut)())
def list_grants(query: dict[str, Any]) -> Any:
    """Every use at this site, the newest first."""
    return paging.envelope(break_glass.list_page(work().session, paging.wanted(query)))


@blp.route("/break-glass-grants/<uuid:grant_id>/review", methods=["POST"])
@act(Permission.BREAK_GLASS_REVIEW)
@blp.arguments(ReviewIn())
@blp.response(200, GrantOut())
def review_grant(order: dict[str, str], grant_id: uuid.UUID) -> Any:
    """Say whether a use was justified; nobody reviews their own."""
    now, version = work(), concurrency.if_match()
    found = break_glass.review(
        now.session, grant_id, order["outcome"], version=version, actor=now.actor
    )
    return found, 200, concurrency.etag(found.version)
