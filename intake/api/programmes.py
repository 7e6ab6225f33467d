"""Programmes, places in them, and who waits for one."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.programmes import (
    NewPlacementIn,
    NewProgrammeIn,
    PlacementDayIn,
    PlacementEndIn,
    PlacementOut,
    PlacementReasonIn,
    ProgrammeChangeIn,
    ProgrammeOut,
    ProgrammeQuery,
    WaitingListOut,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import placement_views, placements, programmes
from intake.services.placements import NewPlacement, Step
from intake.services.programmes import NewProgramme, ProgrammeChange

blp = Blueprint("programmes", __name__, description="Programmes, places and waiting lists")
STEP = "/placements/<uuid:placement_id>/actions"


@blp.route("/programmes", methods=["GET"])
@act(Permission.PROGRAMME_READ)
@blp.arguments(ProgrammeQuery(), location="query")
@blp.response(200, page_of(ProgrammeOut)())
def list_programmes(query: dict[str, Any]) -> Any:
    """Programmes of this site, the newest first."""
    now, kind = work(), query.get("kind")
    return paging.envelope(programmes.list_page(now.session, paging.wanted(query), kind=kind))


@blp.route("/programmes", methods=["POST"])
@act(Permission.PROGRAMME_EDIT, creates=True)
@blp.arguments(NewProgrammeIn())
@blp.response(201, CreatedOut())
def add_programme(order: NewProgramme) -> Any:
    """Add a programme."""
    made = programmes.create(work().session, order, actor=work().actor)
    return made, 201, concurrency.created(f"/api/v1/programmes/{made.id}", made.version)


@blp.route("/programmes/<uuid:programme_id>", methods=["GET"])
@act(Permission.PROGRAMME_READ)
@blp.response(200, ProgrammeOut())
def read_programme(programme_id: uuid.UUID) -> Any:
    """One programme."""
    found = programmes.read(work().session, programme_id)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/programmes/<uuid:programme_id>", methods=["PATCH"])
@act(Permission.PROGRAMME_EDIT)
@blp.arguments(ProgrammeChangeIn())
@blp.response(200, ProgrammeOut())
def change_programme(order: ProgrammeChange, programme_id: uuid.UUID) -> Any:
    """Change a programme; whoever has a place there keeps it."""
    now, version = work(), concurrency.if_match()
    changed = programmes.change(now.session, programme_id, order, version=version, now=now.now)
    return changed, 200, concurrency.etag(changed.version)


@blp.route("/programmes/<uuid:programme_id>/waiting-list", methods=["GET"])
@act(Permission.PLACEMENT_READ)
@blp.response(200, WaitingListOut())
def read_waiting_list(programme_id: uuid.UUID) -> Any:
    """Who waits, the most urgent and then the longest waiting first; one's own caseload only."""
    now = work()
    return placement_views.waiting_list(now.session, programme_id, actor=now.actor, now=now.now)


@blp.route("/cases/<uuid:case_id>/placements", methods=["GET"])
@act(Permission.PLACEMENT_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(PlacementOut)())
def list_placements(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Places of a case, the newest first."""
    now, wanted = work(), paging.wanted(query)
    page = placement_views.list_page(now.session, case_id, wanted, actor=now.actor, now=now.now)
    return paging.envelope(page)


@blp.route("/cases/<uuid:case_id>/placements", methods=["POST"])
@act(Permission.PLACEMENT_WRITE, creates=True)
@blp.arguments(NewPlacementIn())
@blp.response(201, CreatedOut())
def ask_for_place(order: NewPlacement, case_id: uuid.UUID) -> Any:
    """Put a person on a waiting list; where a place is free, the task to offer it is opened."""
    now = work()
    made = placements.ask(now.session, case_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/cases/{case_id}/placements", made.version)


@blp.route(f"{STEP}/offer", methods=["POST"])
@act(Permission.PLACEMENT_WRITE)
@blp.response(200, PlacementOut())
def offer_place(placement_id: uuid.UUID) -> Any:
    """Offer a free place; it is held from now on."""
    return _take("offer", {}, placement_id)


@blp.route(f"{STEP}/accept", methods=["POST"])
@act(Permission.PLACEMENT_WRITE)
@blp.response(200, PlacementOut())
def accept_place(placement_id: uuid.UUID) -> Any:
    """The person takes the place."""
    return _take("accept", {}, placement_id)


@blp.route(f"{STEP}/decline", methods=["POST"])
@act(Permission.PLACEMENT_WRITE)
@blp.arguments(PlacementReasonIn())
@blp.response(200, PlacementOut())
def decline_place(order: dict[str, Any], placement_id: uuid.UUID) -> Any:
    """The person doesn't take the place; the next one is called."""
    return _take("decline", order, placement_id)


@blp.route(f"{STEP}/start", methods=["POST"])
@act(Permission.PLACEMENT_WRITE)
@blp.arguments(PlacementDayIn())
@blp.response(200, PlacementOut())
def start_place(order: dict[str, Any], placement_id: uuid.UUID) -> Any:
    """The person is there."""
    return _take("start", order, placement_id)


@blp.route(f"{STEP}/end", methods=["POST"])
@act(Permission.PLACEMENT_WRITE)
@blp.arguments(PlacementEndIn())
@blp.response(200, PlacementOut())
def end_place(order: dict[str, Any], placement_id: uuid.UUID) -> Any:
    """The person left; the next one is called."""
    return _take("end", order, placement_id)


@blp.route(f"{STEP}/withdraw", methods=["POST"])
@act(Permission.PLACEMENT_WRITE)
@blp.arguments(PlacementReasonIn())
@blp.response(200, PlacementOut())
def withdraw_place(order: dict[str, Any], placement_id: uuid.UUID) -> Any:
    """The place isn't wanted any more."""
    return _take("withdraw", order, placement_id)


def _take(action: str, order: dict[str, Any], placement_id: uuid.UUID) -> Any:
    """One step, and the place as it is then."""
    now, version = work(), concurrency.if_match()
    taken = placements.take(
        now.session, placement_id, Step(action=action, **order), version=version,
        actor=now.actor, now=now.now,
    )  # fmt: skip
    return taken, 200, concurrency.etag(taken.version)
