"""The access log of a case: who did what with the person's record."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.access_log import AccessLineOut
from intake.schemas.shapes import PageQuery, page_of
from intake.services import access_log

blp = Blueprint("access_log", __name__, description="Who did what with a record")


@blp.route("/cases/<uuid:case_id>/access-log", methods=["GET"])
@act(Permission.ACCESS_LOG_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(AccessLineOut)())
def read_access_log(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Acts on the record of a case's person, the newest first; reading it is one of them."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(access_log.of_case(now.session, case_id, wanted, actor=now.actor))
