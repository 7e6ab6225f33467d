"""What belongs to a plan besides its setting: reviews of medicines and the safety plan."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.outbound import (
    CallOffIn,
    MedicationReviewOut,
    MedicationReviewResultIn,
    NewMedicationReviewIn,
    SafetyPlanIn,
    SafetyPlanOut,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import medication_reviews, safety_plans
from intake.services.medication_reviews import NewReview, ReviewResult
from intake.services.safety_plans import SafetyWords

blp = Blueprint("care", __name__, description="Medication reviews and safety plans")


@blp.route("/cases/<uuid:case_id>/medication-reviews", methods=["GET"])
@act(Permission.CARE_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(MedicationReviewOut)())
def list_reviews(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Reviews of medicines in a case, the newest first."""
    now, wanted = work(), paging.wanted(query)
    page = medication_reviews.list_page(now.session, case_id, wanted, actor=now.actor)
    return paging.envelope(page)


@blp.route("/cases/<uuid:case_id>/medication-reviews", methods=["POST"])
@act(Permission.CARE_WRITE, creates=True)
@blp.arguments(NewMedicationReviewIn())
@blp.response(201, CreatedOut())
def ask_for_review(order: NewReview, case_id: uuid.UUID) -> Any:
    """Ask a prescriber for a review."""
    now = work()
    made = medication_reviews.ask(now.session, case_id, order, actor=now.actor, now=now.now)
    location = f"/api/v1/cases/{case_id}/medication-reviews"
    return made, 201, concurrency.created(location, made.version)


@blp.route("/medication-reviews/<uuid:review_id>/actions/record-result", methods=["POST"])
@act(Permission.CARE_WRITE)
@blp.arguments(MedicationReviewResultIn())
@blp.response(200, MedicationReviewOut())
def record_review(order: ReviewResult, review_id: uuid.UUID) -> Any:
    """Write down what came of it."""
    now, version = work(), concurrency.if_match()
    done = medication_reviews.record_result(
        now.session, review_id, order, version=version, actor=now.actor, now=now.now
    )
    return done, 200, concurrency.etag(done.version)


@blp.route("/medication-reviews/<uuid:review_id>/actions/cancel", methods=["POST"])
@act(Permission.CARE_WRITE)
@blp.arguments(CallOffIn())
@blp.response(200, MedicationReviewOut())
def cancel_review(order: dict[str, str], review_id: uuid.UUID) -> Any:
    """Call it off."""
    now, version = work(), concurrency.if_match()
    ended = medication_reviews.cancel(
        now.session, review_id, order["reason"], version=version, actor=now.actor
    )
    return ended, 200, concurrency.etag(ended.version)


@blp.route("/cases/<uuid:case_id>/safety-plan", methods=["GET"])
@act(Permission.CARE_READ)
@blp.response(200, SafetyPlanOut())
def read_safety_plan(case_id: uuid.UUID) -> Any:
    """The safety plan that counts, with its age in days; 404 while there is none."""
    now = work()
    found = safety_plans.read(now.session, case_id, actor=now.actor, now=now.now)
    return found, 200, concurrency.etag(found.version)


@blp.route("/cases/<uuid:case_id>/safety-plan", methods=["PUT"])
@act(Permission.CARE_WRITE)
@blp.arguments(SafetyPlanIn())
@blp.response(200, SafetyPlanOut())
def write_safety_plan(order: SafetyWords, case_id: uuid.UUID) -> Any:
    """Write the plan anew, the first with If-Match: "0"; what it was is kept."""
    now, version = work(), concurrency.if_match()
    written = safety_plans.write(
        now.session, case_id, order, version=version, actor=now.actor, now=now.now
    )
    return written, 200, concurrency.etag(written.version)


@blp.route("/cases/<uuid:case_id>/safety-plan/versions", methods=["GET"])
@act(Permission.CARE_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(SafetyPlanOut)())
def list_safety_plans(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Every version of the safety plan, the newest first."""
    now, wanted = work(), paging.wanted(query)
    page = safety_plans.list_page(now.session, case_id, wanted, actor=now.actor, now=now.now)
    return paging.envelope(page)
