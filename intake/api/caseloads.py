"""The caseload: one's own cases, a worker's or the site's."""

from __future__ import annotations

from typing import Any

from intake.access import Permission
from intake.http import paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.caseloads import CaseloadOut, CaseloadQuery
from intake.services import caseloads
from intake.services.caseload_shapes import CaseloadSearch

blp = Blueprint("caseloads", __name__, description="How the cases of a worker stand")


@blp.route("/caseload", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.arguments(CaseloadQuery(), location="query")
@blp.response(200, CaseloadOut())
def read_caseload(query: dict[str, Any]) -> Any:
    """Open cases with what is overdue and how they go, the most pressing first."""
    flags = {name: query.pop(name) == "true" for name in ("dna_risk", "overdue") if name in query}
    after = paging.after(query.pop("cursor", None))
    is_mine = query.pop("scope") == "mine"
    search = CaseloadSearch(is_mine=is_mine, after=after, **query, **flags)
    now = work()
    found = caseloads.read(now.session, search, actor=now.actor, now=now.now)
    return {
        "count": found.count,
        "is_capped": found.is_capped,
        "has_more": found.has_more,
        "next_cursor": paging.cursor_of(found.last) if found.last else None,
        "rows": found.rows,
    }
