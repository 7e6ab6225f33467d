"""Episodes of care: list, read, name the key worker."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.cases import AssignIn, CaseOut, CaseQuery
from intake.schemas.shapes import page_of
from intake.services import cases, key_workers

blp = Blueprint("cases", __name__, description="Episodes of care")


@blp.route("/cases", methods=["GET"])
@act(Permission.CASE_READ)
@blp.arguments(CaseQuery(), location="query")
@blp.response(200, page_of(CaseOut)())
def list_cases(query: dict[str, Any]) -> Any:
    """Cases of this site, the newest first."""
    page = cases.list_page(
        work().session,
        paging.wanted(query),
        actor=work().actor,
        state=query.get("state"),
        key_worker_id=query.get("key_worker_id"),
    )
    return paging.envelope(page)


@blp.route("/cases/<uuid:case_id>", methods=["GET"])
@act(Permission.CASE_READ)
@blp.response(200, CaseOut())
def read_case(case_id: uuid.UUID) -> Any:
    """One case."""
    case = cases.read(work().session, case_id, actor=work().actor)
    return case, 200, concurrency.etag(case.version, whole=True)


@blp.route("/cases/<uuid:case_id>/actions/assign", methods=["POST"])
@act(Permission.CASE_ASSIGN)
@blp.arguments(AssignIn())
@blp.response(200, CaseOut())
def assign_case(order: dict[str, uuid.UUID], case_id: uuid.UUID) -> Any:
    """Name the key worker."""
    now = work()
    case = key_workers.assign(
        now.session,
        case_id,
        order["key_worker_id"],
        version=concurrency.if_match(),
        actor=now.actor,
        now=now.now,
    )
    return case, 200, concurrency.etag(case.version)
