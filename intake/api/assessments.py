"""Assessments of a case: record and score, read, sign."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.assessments import (
    AmendmentIn,
    AssessmentLineOut,
    AssessmentOut,
    AssessmentQuery,
    NewAssessmentIn,
)
from intake.schemas.shapes import CreatedOut, page_of
from intake.services import assessment_amendments, assessment_views, assessments
from intake.services.assessment_amendments import Amendment
from intake.services.assessments import NewAssessment

blp = Blueprint("assessments", __name__, description="Administrations of instruments")


@blp.route("/cases/<uuid:case_id>/assessments", methods=["GET"])
@act(Permission.ASSESSMENT_READ)
@blp.arguments(AssessmentQuery(), location="query")
@blp.response(200, page_of(AssessmentLineOut)())
def list_assessments(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Assessments of a case, the newest first."""
    page = assessment_views.list_page(
        work().session,
        case_id,
        paging.wanted(query),
        actor=work().actor,
        instrument=query.get("instrument"),
        state=query.get("state"),
    )
    return paging.envelope(page)


@blp.route("/cases/<uuid:case_id>/assessments", methods=["POST"])
@act(Permission.ASSESSMENT_WRITE, creates=True)
@blp.arguments(NewAssessmentIn())
@blp.response(201, CreatedOut())
def record_assessment(order: NewAssessment, case_id: uuid.UUID) -> Any:
    """Score answers and keep them as a draft."""
    now = work()
    made = assessments.record(now.session, case_id, order, actor=now.actor, now=now.now)
    return made, 201, concurrency.created(f"/api/v1/assessments/{made.id}", made.version)


@blp.route("/assessments/<uuid:assessment_id>", methods=["GET"])
@act(Permission.ASSESSMENT_READ)
@blp.response(200, AssessmentOut())
def read_assessment(assessment_id: uuid.UUID) -> Any:
    """One assessment with its answers."""
    found = assessment_views.read(work().session, assessment_id, actor=work().actor)
    return found, 200, concurrency.etag(found.version, whole=True)


@blp.route("/assessments/<uuid:assessment_id>/actions/sign", methods=["POST"])
@act(Permission.ASSESSMENT_WRITE)
@blp.response(200, AssessmentOut())
def sign_assessment(assessment_id: uuid.UUID) -> Any:
    """Sign a draft: it is locked, and the alerts of its score are raised."""
    now = work()
    version = concurrency.if_match()
    signed = assessments.sign(
        now.session, assessment_id, version=version, actor=now.actor, now=now.now
    )
    return signed, 200, concurrency.etag(signed.version)


@blp.route("/assessments/<uuid:assessment_id>/actions/amend", methods=["POST"])
@act(Permission.ASSESSMENT_AMEND)
@blp.arguments(AmendmentIn())
@blp.response(200, AssessmentOut())
def amend_assessment(order: Amendment, assessment_id: uuid.UUID) -> Any:
    """Sign another version with its reason; the one before stays readable and counts no more."""
    now, version = work(), concurrency.if_match()
    made = assessment_amendments.amend(
        now.session, assessment_id, order, version=version, actor=now.actor, now=now.now
    )
    return made, 200, concurrency.created(f"/api/v1/assessments/{made.id}", made.version)
