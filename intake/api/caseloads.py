"""The caseload: one's own cases, a worker's or the site's."""

from __future__ import annotations

from typing import Any

from intake.access import Permission
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.caseloads import CaseloadOut, CaseloadQuery
from intake.services import caseloads
from intake.services.caseloads import CaseloadSearch

blp = Blueprint("caseloads", __name__, description="How the cases of a worker stand")


@blp.route("/caseload", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.arguments(CaseloadQuery(), location="query")
@blp.response(200, CaseloadOut())
def read_caseload(query: dict[str, Any]) -> Any:
    """Open cases with what is overdue and how they go, the most pressing first."""
    flags = {name: query.pop(name) == "true" for name in ("dna_risk", "overdue") if name in query}
    search = CaseloadSearch(is_mine=query.pop("scope") == "mine", **query, **flags)
    now = work()
    return caseloads.read(now.session, search, actor=now.actor, now=now.now)
