"""The use log of a case."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.shapes import CreatedOut, page_of
from intake.schemas.use_entries import (
    ErrorIn,
    NewUseEntryIn,
    UseEntryOut,
    UseOverviewOut,
    UseQuery,
)
from intake.services import use_entries
from intake.services.use_entries import NewUseEntry

blp = Blueprint("use_entries", __name__, description="Use between visits, as the person tells it")


@blp.route("/cases/<uuid:case_id>/use-entries", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.arguments(UseQuery(), location="query")
@blp.response(200, page_of(UseEntryOut)())
def list_use_entries(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """The entries of a case, the latest written first; those in error are marked."""
    now, wanted = work(), paging.wanted(query)
    page = use_entries.list_page(
        now.session, case_id, wanted, actor=now.actor, substance=query.get("substance")
    )
    return paging.envelope(page)


@blp.route("/cases/<uuid:case_id>/use-entries", methods=["POST"])
@act(Permission.PROGRESS_WRITE, creates=True)
@blp.arguments(NewUseEntryIn())
@blp.response(201, CreatedOut())
def record_use(order: NewUseEntry, case_id: uuid.UUID) -> Any:
    """Write down a day of use."""
    now = work()
    made = use_entries.record(now.session, case_id, order, actor=now.actor, now=now.now)
    location = f"/api/v1/cases/{case_id}/use-entries"
    return made, 201, concurrency.created(location, made.version)


@blp.route("/cases/<uuid:case_id>/use-log", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.response(200, UseOverviewOut())
def read_use_log(case_id: uuid.UUID) -> Any:
    """Days without use today, the stretches before, and days of use, by substance."""
    now = work()
    return use_entries.overview(now.session, case_id, actor=now.actor, now=now.now)


@blp.route("/use-entries/<uuid:entry_id>/actions/enter-in-error", methods=["POST"])
@act(Permission.PROGRESS_WRITE)
@blp.arguments(ErrorIn())
@blp.response(200, UseEntryOut())
def enter_use_in_error(order: dict[str, str], entry_id: uuid.UUID) -> Any:
    """Say that an entry was a mistake; it stays readable and counts nowhere."""
    now, version = work(), concurrency.if_match()
    changed = use_entries.enter_in_error(
        now.session, entry_id, order["reason"], version=version, actor=now.actor
    )
    return changed, 200, concurrency.etag(changed.version)
