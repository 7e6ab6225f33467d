"""Shapes of covers."""

from __future__ import annotations

from marshmallow import fields

from intake.schemas.fields import Day, one_of
from intake.schemas.shapes import In, Out
from intake.services.covers import NewCover

STATES = ("planned", "on", "over")


class NewCoverIn(In):
    """Who answers for whose cases, on which days."""

    makes = NewCover

    staff_id = fields.UUID(required=True)
    for_staff_id = fields.UUID(required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)


class CoverOut(Out):
    """One cover; both days are included."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*STATES, required=True)
    staff_id = fields.UUID(required=True)
    for_staff_id = fields.UUID(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)
    set_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
