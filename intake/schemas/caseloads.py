"""Shapes of caseloads."""

from __future__ import annotations

from marshmallow import fields

from intake.clinical.caseload import PRIORITIES
from intake.clinical.change import DETERIORATED, IMPROVED, UNCHANGED
from intake.models.plans import SETTINGS
from intake.schemas.boards import SCOPES
from intake.schemas.fields import one_of
from intake.schemas.shapes import Out, PageQuery

DIRECTIONS = (IMPROVED, UNCHANGED, DETERIORATED)


class ScorePointOut(Out):
    """One signed total."""

    on = fields.Date(required=True)
    version = fields.String(required=True)
    total = fields.Integer(required=True)


class SparklineOut(Out):
    """The last totals of a measure, the oldest first; directions are of reliable change."""

    instrument = fields.String(required=True)
    points = fields.List(fields.Nested(ScorePointOut), required=True)
    direction = one_of(*DIRECTIONS, required=True, allow_none=True)
    previous_direction = one_of(*DIRECTIONS, required=True, allow_none=True)


class AlertCountsOut(Out):
    """Alerts nobody has closed, by priority."""

    critical = fields.Integer(required=True)
    high = fields.Integer(required=True)
    medium = fields.Integer(required=True)
    low = fields.Integer(required=True)


class CaseloadRowOut(Out):
    """One case of a caseload."""

    case_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    state = fields.String(required=True)
    days_in_state = fields.Integer(required=True, allow_none=True)
    weeks = fields.Integer(required=True, metadata={"description": "whole weeks since it began"})
    setting = one_of(*SETTINGS, required=True, allow_none=True)
    key_worker_id = fields.UUID(required=True, allow_none=True)
    client_id = fields.UUID(required=True)
    name = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "of the person, for those who may read their identity"},
    )
    next_visit = fields.NaiveDateTime(
        required=True, allow_none=True, metadata={"description": "wall time at the site"}
    )
    last_visit = fields.NaiveDateTime(required=True, allow_none=True)
    last_contact_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "the last attended visit, or attempt that reached the person"},
    )
    days_since_contact = fields.Integer(required=True, allow_none=True)
    missed_in_a_row = fields.Integer(required=True)
    alerts = fields.Nested(AlertCountsOut, required=True)
    overdue_follow_ups = fields.Integer(required=True)
    overdue_measures = fields.List(fields.String(), required=True)
    unsigned_notes = fields.Integer(required=True)
    failed_reminders = fields.Integer(required=True)
    consent_ends_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "within 30 days"}
    )
    safety_plan_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "when the safety plan was last written; null while there is none"},
    )
    safety_plan_days = fields.Integer(
        required=True, allow_none=True, metadata={"description": "its age in days"}
    )
    open_goals = fields.Integer(required=True, metadata={"description": "goals still worked on"})
    craving = fields.Integer(required=True, allow_none=True)
    days_used_28 = fields.Integer(required=True, allow_none=True)
    series = fields.List(fields.Nested(SparklineOut), required=True)


class CaseloadOut(Out):
    """The most pressing cases first: alerts, overdue obligations, missed visits, silence."""

    count = fields.Integer(required=True, metadata={"description": "cases that fit the filters"})
    is_capped = fields.Boolean(
        required=True, metadata={"description": "there are more cases than were looked at"}
    )
    has_more = fields.Boolean(required=True)
    next_cursor = fields.String(
        required=True, allow_none=True, metadata={"description": "of the next page, if any"}
    )
    rows = fields.List(fields.Nested(CaseloadRowOut), required=True)


class CaseloadQuery(PageQuery):
    """Whose cases, and which of them."""

    scope = one_of(*SCOPES, load_default="mine")
    worker_id = fields.UUID(metadata={"description": "this worker's cases, in place of a scope"})
    setting = one_of(*SETTINGS)
    alert = one_of(*PRIORITIES)
    dna_risk = one_of("true", "false", metadata={"description": "true: the last visit was missed"})
    overdue = one_of(
        "true", "false", metadata={"description": "true: an obligation or a measure is overdue"}
    )
