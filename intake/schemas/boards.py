"""Shapes of the board of the day and of worklists."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from intake.schemas.fields import one_of
from intake.schemas.shapes import In, Out

KINDS = (
    "alert",
    "appointment",
    "follow_up",
    "reminder",
    "referral",
    "draft",
    "note",
    "task",
    "consent",
    "disclosure_consent",
    "outbound_referral",
    "plan",
    "grant",
)
SCOPES = ("mine", "site")


def _said(description: str, kind: type[Any] = fields.String) -> Any:
    return kind(required=True, allow_none=True, metadata={"description": description})


class BoardRowOut(Out):
    """One thing that waits, whatever it is: `kind` says what, and null is what it doesn't have."""

    kind = one_of(*KINDS, required=True)
    id = fields.UUID(
        required=True, metadata={"description": "of the row; a referral's is its case"}
    )
    version = _said("for If-Match; null where the row is not changed by people", fields.Integer)
    state = _said("as the resource itself gives it")
    code = _said(
        "alert code, kind of visit or task, code of the obligation, why a reminder failed, urgency"
        " of a referral, format of a note, purpose of a consent, service that was asked, setting of"
        " a plan, reason of an access"
    )
    detail = _said(
        "priority of an alert, mode of a visit, kind of a reminder, source of a referral or task,"
        " kind of a consent to disclosure, urgency of a referral to another service"
    )
    words = _said("the condition, obligation or failure in words")
    at = _said(
        "answer or do it by then; the visit's start; when it was taken, saved, begun or granted;"
        " when another service was found to take too long",
        fields.AwareDateTime,
    )
    day = _said(
        "day of the referral; last day of an obligation, consent or referral to another service;"
        " day of a plan's review",
        fields.Date,
    )
    due_on = _said("the day it is due: of the target, or as `day`", fields.Date)
    days = _said("days waited, or overdue", fields.Integer)
    is_overdue = fields.Boolean(required=True)
    owner_id = _said("who has it, holds it, wrote it or decided it", fields.UUID)
    about_id = _said(
        "the reminder's or task's appointment or alert, the visit's obligation, the plan behind an"
        " obligation or a referral to another service, the recommendation behind a plan",
        fields.UUID,
    )
    case_id = _said("null for a task of the site", fields.UUID)
    case_reference = _said("C-2026-0417")
    case_state = _said("where the case stands")
    key_worker_id = _said("who answers for the person", fields.UUID)
    client_id = _said("whose case it is", fields.UUID)
    name = _said("of the person, for those who may read their identity; else null")
    sections_complete = _said("of a draft intake: sections that lack nothing", fields.Integer)
    sections_total = _said("of a draft intake: all sections", fields.Integer)
    actions = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "what you may do with it next", "example": ["check-in", "attend"]},
    )


class LaneOut(Out):
    """The first rows of one kind of work, in the order that it is best taken on."""

    name = fields.String(required=True)
    count = fields.Integer(required=True, metadata={"description": "at most 100"})
    is_capped = fields.Boolean(required=True, metadata={"description": "there are more than 100"})
    has_more = fields.Boolean(required=True, metadata={"description": "more than are shown"})
    rows = fields.List(fields.Nested(BoardRowOut), required=True)


class LanesOut(Out):
    """The six lanes; null where your role doesn't see such rows."""

    alerts = fields.Nested(LaneOut, required=True, allow_none=True)
    coming_today = fields.Nested(LaneOut, required=True, allow_none=True)
    overdue_follow_ups = fields.Nested(LaneOut, required=True, allow_none=True)
    failed_reminders = fields.Nested(LaneOut, required=True, allow_none=True)
    waiting_referrals = fields.Nested(LaneOut, required=True, allow_none=True)
    drafts = fields.Nested(LaneOut, required=True, allow_none=True)


class TodayOut(Out):
    """The board of the day at your site."""

    day = fields.Date(required=True)
    scope = one_of(*SCOPES, required=True)
    lanes = fields.Nested(LanesOut, required=True)


class BoardQuery(In):
    """Whose work: `mine` is yours and that of those you cover, `site` all that you may see."""

    scope = one_of(*SCOPES, load_default="mine")
