"""Referrals: who takes one, how long the person waits, the first look, attempts at contact."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, timelines
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.referrals import (
    ContactAttemptOut,
    NewContactAttemptIn,
    ReassignIn,
    ReferralOut,
    TriageIn,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import contact_attempts, referrals
from intake.services.contact_attempts import NewAttempt
from intake.services.referrals import Triage

blp = Blueprint("referrals", __name__, description="Referrals and attempts at contact")


@blp.route("/cases/<uuid:case_id>/referral", methods=["GET"])
@act(Permission.INTAKE_READ)
@blp.response(200, ReferralOut())
def read_referral(case_id: uuid.UUID) -> Any:
    """The referral of a case, with its clock."""
    now = work()
    found = referrals.read(now.session, case_id, actor=now.actor, now=now.now)
    return found, 200, concurrency.etag(found.version)


@blp.route("/cases/<uuid:case_id>/referral/actions/take", methods=["POST"])
@act(Permission.REFERRAL_WORK)
@blp.response(200, ReferralOut())
def take_referral(case_id: uuid.UUID) -> Any:
    """Take an open referral on."""
    now, version = work(), concurrency.if_match()
    found = referrals.take(now.session, case_id, version=version, actor=now.actor, now=now.now)
    return found, 200, concurrency.etag(found.version)


@blp.route("/cases/<uuid:case_id>/referral/actions/hand-back", methods=["POST"])
@act(Permission.REFERRAL_WORK)
@blp.response(200, ReferralOut())
def hand_back_referral(case_id: uuid.UUID) -> Any:
    """Leave a referral to whoever takes it next."""
    now, version = work(), concurrency.if_match()
    found = referrals.hand_back(now.session, case_id, version=version, actor=now.actor, now=now.now)
    return found, 200, concurrency.etag(found.version)


@blp.route("/cases/<uuid:case_id>/referral/actions/reassign", methods=["POST"])
@act(Permission.CASE_ASSIGN)
@blp.arguments(ReassignIn())
@blp.response(200, ReferralOut())
def reassign_referral(order: dict[str, uuid.UUID], case_id: uuid.UUID) -> Any:
    """Give a referral to somebody."""
    now, version = work(), concurrency.if_match()
    found = referrals.reassign(
        now.session, case_id, order["taken_by"], version=version, actor=now.actor, now=now.now
    )
    return found, 200, concurrency.etag(found.version)


@blp.route("/cases/<uuid:case_id>/referral/actions/triage", methods=["POST"])
@act(Permission.REFERRAL_WORK)
@blp.arguments(TriageIn())
@blp.response(200, ReferralOut())
def triage_referral(order: Triage, case_id: uuid.UUID) -> Any:
    """Record the first look at a referral."""
    now, version = work(), concurrency.if_match()
    found = referrals.triage(
        now.session, case_id, order, version=version, actor=now.actor, now=now.now
    )
    return found, 200, concurrency.etag(found.version)


@blp.route("/cases/<uuid:case_id>/contact-attempts", methods=["GET"])
@act(Permission.REFERRAL_WORK)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(ContactAttemptOut)())
def list_attempts(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Attempts to reach the person of a case, the earliest first."""
    now, wanted = work(), timelines.wanted(query)
    page = contact_attempts.list_page(now.session, case_id, wanted, actor=now.actor)
    return timelines.envelope(page)


@blp.route("/cases/<uuid:case_id>/contact-attempts", methods=["POST"])
@act(Permission.REFERRAL_WORK, creates=True)
@blp.arguments(NewContactAttemptIn())
@blp.response(201, CreatedOut())
def record_attempt(order: NewAttempt, case_id: uuid.UUID) -> Any:
    """Write down one more attempt to reach the person."""
    now = work()
    made = contact_attempts.record(now.session, case_id, order, actor=now.actor, now=now.now)
    path = f"/api/v1/cases/{case_id}/contact-attempts"
    return made, 201, concurrency.created(path, made.version)
