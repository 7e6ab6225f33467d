"""What a case's person agreed to: read, record one more answer."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.clients import ConsentIn
from intake.schemas.consents import ConsentOut
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import consents
from intake.services.consents import ConsentOrder

blp = Blueprint("consents", __name__, description="Consents, append-only")


@blp.route("/cases/<uuid:case_id>/consents", methods=["GET"])
@act(Permission.CONSENT_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ConsentOut)())
def list_consents(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """All answers of the person, the newest first."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(consents.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/consents", methods=["POST"])
@act(Permission.CONSENT_RECORD, creates=True)
@blp.arguments(ConsentIn())
@blp.response(201, CreatedOut())
def record_consent(order: ConsentOrder, case_id: uuid.UUID) -> Any:
    """Record that a consent was given, refused or withdrawn; it counts at once."""
    now = work()
    made = consents.record(now.session, case_id, order, actor=now.actor, now=now.now)
    where = f"/api/v1/cases/{case_id}/consents"
    return made, 201, concurrency.created(where, made.version)
