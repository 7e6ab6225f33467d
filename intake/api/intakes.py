"""Intake assessments: register a referral, save the draft, hand it in."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.intakes import (
    CallBackOut,
    GiveUpQuery,
    IntakeChangeIn,
    IntakeCreatedOut,
    IntakeLineOut,
    IntakeOut,
    IntakeQuery,
    InterruptionIn,
    NewIntakeIn,
    SubmissionIn,
)
from intake.schemas.shapes import page_of
from intake.services import intake_ends, intake_submission, intake_views, intakes
from intake.services.intake_ends import Interruption
from intake.services.intakes import NewIntake

blp = Blueprint("intakes", __name__, description="Intake assessments")


@blp.route("/intakes", methods=["GET"])
@act(Permission.INTAKE_READ)
@blp.arguments(IntakeQuery(), location="query")
@blp.response(200, page_of(IntakeLineOut)())
def list_intakes(query: dict[str, Any]) -> Any:
    """Intakes of this site, the newest first."""
    page = intake_views.list_page(
        work().session, paging.wanted(query), actor=work().actor, state=query.get("state")
    )
    return paging.envelope(page)


@blp.route("/intakes", methods=["POST"])
@act(Permission.INTAKE_WRITE, creates=True)
@blp.arguments(NewIntakeIn())
@blp.response(201, IntakeCreatedOut())
def register_referral(order: NewIntake) -> Any:
    """Register a referral: opens a case and its draft intake, in one transaction."""
    now = work()
    intake = intakes.register(now.session, order, actor=now.actor, now=now.now)
    return intake, 201, concurrency.created(f"/api/v1/intakes/{intake.id}", intake.version)


@blp.route("/intakes/<uuid:intake_id>", methods=["GET"])
@act(Permission.INTAKE_READ)
@blp.response(200, IntakeOut())
def read_intake(intake_id: uuid.UUID) -> Any:
    """One intake with its answers."""
    intake = intakes.read(work().session, intake_id, actor=work().actor)
    return intake, 200, concurrency.etag(intake.version)


@blp.route("/intakes/<uuid:intake_id>", methods=["PATCH"])
@act(Permission.INTAKE_WRITE)
@blp.arguments(IntakeChangeIn())
@blp.response(200, IntakeOut())
def save_intake(change: dict[str, Any], intake_id: uuid.UUID) -> Any:
    """Save part of a draft."""
    now, version = work(), concurrency.if_match()
    intake = intakes.save(
        now.session, intake_id, change["answers"], version=version, actor=now.actor, now=now.now
    )
    return intake, 200, concurrency.etag(intake.version)


@blp.route("/intakes/<uuid:intake_id>", methods=["DELETE"])
@act(Permission.INTAKE_WRITE)
@blp.arguments(GiveUpQuery(), location="query")
@blp.response(204)
def give_up_intake(query: dict[str, str], intake_id: uuid.UUID) -> Any:
    """Give a draft up for good; the referral is declined with the reason."""
    now, version = work(), concurrency.if_match()
    intake_ends.give_up(
        now.session, intake_id, query["reason"], version=version, actor=now.actor, now=now.now
    )


@blp.route("/intakes/<uuid:intake_id>/actions/interrupt", methods=["POST"])
@act(Permission.INTAKE_WRITE)
@blp.arguments(InterruptionIn())
@blp.response(200, CallBackOut())
def interrupt_intake(order: Interruption, intake_id: uuid.UUID) -> Any:
    """Keep a draft whose caller is gone, with a task to ring again."""
    now, version = work(), concurrency.if_match()
    return intake_ends.interrupt(
        now.session, intake_id, order, version=version, actor=now.actor, now=now.now
    )


@blp.route("/intakes/<uuid:intake_id>/submit", methods=["POST"])
@act(Permission.INTAKE_WRITE)
@blp.arguments(SubmissionIn())
@blp.response(200, IntakeOut())
def submit_intake(order: dict[str, Any], intake_id: uuid.UUID) -> Any:
    """Hand in an intake: locked, alerts raised, the case moves on, a first time booked if asked."""
    now = work()
    version = concurrency.if_match()
    intake = intake_submission.submit(
        now.session,
        intake_id,
        version=version,
        actor=now.actor,
        now=now.now,
        first_appointment=order.get("first_appointment"),
    )
    return intake, 200, concurrency.etag(intake.version)
