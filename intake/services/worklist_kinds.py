"""What else waits at a site? Kinds of work that have a worklist and no lane on the board."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, exists, func, literal
from sqlalchemy.orm import aliased

from intake.access import Permission, Scope
from intake.clinical.progress_notes import SIGN_WITHIN
from intake.models import (
    BreakGlassGrant,
    Case,
    Consent,
    ConsentRevocation,
    DisclosureConsent,
    OutboundReferral,
    PlanDecision,
    ProgressNote,
    Task,
)
from intake.models.cases import TERMINAL_STATES
from intake.services.board_lanes import Lane, Reader
from intake.services.plan_arms import is_open

EXPIRES_WITHIN = dt.timedelta(days=30)
# So that a visit can be booked for it.
REVIEWED_WITHIN = dt.timedelta(days=7)


def unsigned_notes(reader: Reader) -> Lane:
    """Drafts of notes begun more than 48 hours ago: one's own, for a lead the site's."""
    late = ProgressNote.drafted_at < reader.now - SIGN_WITHIN
    return _draft_notes("unsigned_notes", reader, late)


def draft_notes(reader: Reader) -> Lane:
    """Notes begun and not signed, the latest first: one's own, for a lead the site's."""
    return replace(_draft_notes("draft_notes", reader), newest_first=True)


def _draft_notes(name: str, reader: Reader, *conditions: ColumnElement[bool]) -> Lane:
    filters = [ProgressNote.state == "draft", *conditions]
    if reader.actor.scope(Permission.NOTE_WRITE) is not Scope.SITE or reader.is_mine:
        filters.append(ProgressNote.author_id == reader.actor.staff_id)
    return Lane(
        name=name,
        kind="note",
        permission=Permission.NOTE_READ,
        model=ProgressNote,
        filters=tuple(filters),
        sort=ProgressNote.drafted_at,
        columns={
            "version": ProgressNote.version,
            "state": ProgressNote.state,
            "code": ProgressNote.format,
            "at": ProgressNote.drafted_at,
            "owner_id": ProgressNote.author_id,
            "about_id": ProgressNote.appointment_id,
        },
        also=(ProgressNote.author_id,),
    )


def unowned_tasks(reader: Reader) -> Lane:
    """Open tasks that nobody in particular has, the soonest due first."""
    del reader
    return _tasks("unowned_tasks", Task.owner_id.is_(None))


def waiting_decisions(reader: Reader) -> Lane:
    """Open tasks that ask for a second person's decision, the soonest due first."""
    del reader
    return _tasks("waiting_decisions", Task.kind.in_(("approve_discharge", "sign_off")))


def missed_visits(reader: Reader) -> Lane:
    """Open steps of the outreach after a missed visit, the soonest due first."""
    del reader
    of_visit = and_(Task.appointment_id.is_not(None), Task.kind == "call_client")
    return _tasks("missed_visit_ladder", of_visit)


def _tasks(name: str, condition: object) -> Lane:
    return Lane(
        name=name,
        kind="task",
        permission=Permission.WORK_READ,
        model=Task,
        filters=(Task.state == "open", condition),  # type: ignore[arg-type] # as above
        sort=Task.due_at,
        columns={
            "version": Task.version,
            "state": Task.state,
            "code": Task.kind,
            "detail": Task.source,
            "at": Task.due_at,
            "owner_id": Task.owner_id,
            "about_id": func.coalesce(Task.appointment_id, Task.alert_id),
        },
        also=(Task.owner_id,),
        is_sites=Task.case_id.is_(None),
    )


def expiring_consents(reader: Reader) -> Lane:
    """Consents given that end within 30 days, of people with an open case, the soonest first."""
    later = aliased(Consent)
    return Lane(
        name="expiring_consents",
        kind="consent",
        permission=Permission.CONSENT_READ,
        model=Consent,
        filters=(
            Consent.status == "given",
            Consent.expires_on.between(reader.today, reader.today + EXPIRES_WITHIN),
            ~exists(literal(1)).where(
                later.client_id == Consent.client_id,
                later.purpose == Consent.purpose,
                later.decided_at > Consent.decided_at,
            ),
            Case.id.is_not(None),
        ),
        sort=Consent.expires_on,
        columns={
            "state": Consent.status,
            "code": Consent.purpose,
            "day": Consent.expires_on,
        },
        path=(
            (
                Case,
                and_(
                    Case.site_id == Consent.site_id,
                    Case.client_id == Consent.client_id,
                    Case.state.not_in(TERMINAL_STATES),
                ),
            ),
        ),
    )


def expiring_disclosure_consents(reader: Reader) -> Lane:
    """Signed consents to disclosure, not revoked, that end within 30 days in an open case."""
    row = DisclosureConsent
    return Lane(
        name="expiring_disclosure_consents",
        kind="disclosure_consent",
        permission=Permission.CONSENT_READ,
        model=row,
        filters=(
            row.expires_on.between(reader.today, reader.today + EXPIRES_WITHIN),
            ~exists(literal(1)).where(
                ConsentRevocation.site_id == row.site_id, ConsentRevocation.consent_id == row.id
            ),
            Case.state.not_in(TERMINAL_STATES),
        ),
        sort=row.expires_on,
        columns={
            "state": literal("given"),
            "code": row.purpose,
            "detail": row.kind,
            "day": row.expires_on,
        },
    )


def outbound_referrals(reader: Reader) -> Lane:
    """Referrals to other services that lack their result, the soonest due first."""
    del reader
    row = OutboundReferral
    return Lane(
        name="open_outbound_referrals",
        kind="outbound_referral",
        permission=Permission.CARE_READ,
        model=row,
        filters=(row.state.in_(("planned", "sent", "seen")),),
        sort=row.due_by,
        columns={
            "version": row.version,
            "state": row.state,
            "code": row.kind,
            "detail": row.urgency,
            "at": row.overdue_at,
            "day": row.due_by,
            "owner_id": row.created_by,
            "about_id": row.plan_decision_id,
        },
    )


def plan_reviews(reader: Reader) -> Lane:
    """Plans in force whose day of review is within a week or has passed, the longest ago first."""
    row = PlanDecision
    return Lane(
        name="plan_reviews",
        kind="plan",
        permission=Permission.PLAN_READ,
        model=row,
        filters=(is_open(row), row.review_on <= reader.today + REVIEWED_WITHIN),
        sort=row.review_on,
        columns={
            "version": row.version,
            "state": row.state,
            "code": row.chosen_setting,
            "day": row.review_on,
            "owner_id": row.decided_by,
            "about_id": row.recommendation_id,
        },
    )


def break_glass_reviews(reader: Reader) -> Lane:
    """Emergency accesses that no auditor has looked at, the oldest first."""
    del reader
    return Lane(
        name="break_glass_reviews",
        kind="grant",
        permission=Permission.BREAK_GLASS_REVIEW,
        model=BreakGlassGrant,
        filters=(BreakGlassGrant.reviewed_at.is_(None),),
        sort=BreakGlassGrant.granted_at,
        columns={
            "version": BreakGlassGrant.version,
            "code": BreakGlassGrant.reason_code,
            "at": BreakGlassGrant.granted_at,
            "owner_id": BreakGlassGrant.staff_id,
        },
        is_unclaimed=BreakGlassGrant.reviewed_at.is_(None),
    )
