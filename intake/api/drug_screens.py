"""Drug screens of a case."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.drug_screens import ConfirmationIn, NewScreenIn, ScreenOut
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.schemas.use_entries import ErrorIn
from intake.services import drug_screens
from intake.services.drug_screens import Confirmation, NewScreen

blp = Blueprint("drug_screens", __name__, description="Drug screens; a result moves nothing")


@blp.route("/cases/<uuid:case_id>/drug-screens", methods=["GET"])
@act(Permission.PROGRESS_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ScreenOut)())
def list_screens(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """The screens of a case, the latest written first; those in error are marked."""
    now, wanted = work(), paging.wanted(query)
    return paging.envelope(drug_screens.list_page(now.session, case_id, wanted, actor=now.actor))


@blp.route("/cases/<uuid:case_id>/drug-screens", methods=["POST"])
@act(Permission.PROGRESS_WRITE, creates=True)
@blp.arguments(NewScreenIn())
@blp.response(201, CreatedOut())
def record_screen(order: NewScreen, case_id: uuid.UUID) -> Any:
    """Write down a screen."""
    now = work()
    made = drug_screens.record(now.session, case_id, order, actor=now.actor, now=now.now)
    location = f"/api/v1/cases/{case_id}/drug-screens"
    return made, 201, concurrency.created(location, made.version)


@blp.route("/drug-screens/<uuid:screen_id>/actions/confirm", methods=["POST"])
@act(Permission.PROGRESS_WRITE)
@blp.arguments(ConfirmationIn())
@blp.response(200, ScreenOut())
def confirm_screen(order: Confirmation, screen_id: uuid.UUID) -> Any:
    """Add what a laboratory found, beside what the screen showed."""
    now, version = work(), concurrency.if_match()
    changed = drug_screens.confirm(now.session, screen_id, order, version=version, actor=now.actor)
    return changed, 200, concurrency.etag(changed.version)


@blp.route("/drug-screens/<uuid:screen_id>/actions/enter-in-error", methods=["POST"])
@act(Permission.PROGRESS_WRITE)
@blp.arguments(ErrorIn())
@blp.response(200, ScreenOut())
def enter_screen_in_error(order: dict[str, str], screen_id: uuid.UUID) -> Any:
    """Say that a screen was a mistake; it stays readable."""
    now, version = work(), concurrency.if_match()
    changed = drug_screens.enter_in_error(
        now.session, screen_id, order["reason"], version=version, actor=now.actor
    )
    return changed, 200, concurrency.etag(changed.version)
