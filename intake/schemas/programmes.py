"""Shapes of programmes, of places in them, and of their waiting lists."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from intake.models.cases import URGENCIES
from intake.models.plans import SETTINGS
from intake.models.programmes import PLACEMENT_STATES, PROGRAMME_KINDS
from intake.schemas.fields import Day, Flag, Text, Whole, one_of
from intake.schemas.shapes import In, Out, PageQuery
from intake.services.placement_facts import SEXES
from intake.services.placements import NewPlacement
from intake.services.plan_orders import SHORTEST_REASON
from intake.services.programmes import NewProgramme, ProgrammeChange

LONGEST = 2000
LONGEST_NAME = 200
OLDEST = 120
MOST_PLACES = 1000


def _settings(**kwargs: Any) -> fields.List[Any]:
    return fields.List(one_of(*SETTINGS), validate=validate.Length(1, len(SETTINGS)), **kwargs)


def _sexes() -> fields.List[Any]:
    return fields.List(
        one_of(*SEXES),
        validate=validate.Length(0, len(SEXES)),
        metadata={"description": "sexes at birth it takes; none means every"},
    )


class NewProgrammeIn(In):
    """A unit, centre, clinic or group that people of this site are treated in."""

    makes = NewProgramme

    name = Text(longest=LONGEST_NAME, required=True)
    kind = one_of(*PROGRAMME_KINDS, required=True)
    capacity = Whole(0, MOST_PLACES, required=True, metadata={"description": "people at a time"})
    settings = _settings(required=True, metadata={"description": "settings of a plan it serves"})
    is_experienced_in_dissociatives = Flag(required=True)
    sexes = _sexes()
    min_age = Whole(0, OLDEST)
    max_age = Whole(0, OLDEST)
    is_group = Flag(metadata={"description": "takes nobody whom a group would harm"})
    is_open = Flag()


class ProgrammeChangeIn(In):
    """What changes of a programme; null clears an age."""

    name = Text(longest=LONGEST_NAME)
    capacity = Whole(0, MOST_PLACES)
    settings = _settings()
    is_experienced_in_dissociatives = Flag()
    sexes = _sexes()
    min_age = Whole(0, OLDEST, allow_none=True)
    max_age = Whole(0, OLDEST, allow_none=True)
    is_group = Flag()
    is_open = Flag()

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> ProgrammeChange:
        """The order of the service."""
        del kwargs
        return ProgrammeChange(data)


class ProgrammeQuery(PageQuery):
    """Which programmes."""

    kind = one_of(*PROGRAMME_KINDS)


class ProgrammeOut(Out):
    """A programme as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of("open", "closed", required=True)
    name = fields.String(required=True)
    kind = one_of(*PROGRAMME_KINDS, required=True)
    capacity = fields.Integer(required=True)
    settings = fields.List(one_of(*SETTINGS), required=True)
    sexes = fields.List(one_of(*SEXES), required=True)
    min_age = fields.Integer(required=True, allow_none=True)
    max_age = fields.Integer(required=True, allow_none=True)
    is_group = fields.Boolean(required=True)
    is_experienced_in_dissociatives = fields.Boolean(required=True)
    is_open = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)


class NewPlacementIn(In):
    """A place asked for, with what is done until there is one."""

    makes = NewPlacement

    programme_id = fields.UUID(required=True)
    gap_setting = one_of(*SETTINGS, required=True)
    gap_plan = Text(longest=LONGEST, many_lines=True, required=True)
    urgency = one_of(*URGENCIES, load_default="routine")
    takes_inexperienced = Flag(
        metadata={"description": "chosen although its staff don't know dissociative drugs"}
    )
    inexperience_reason = Text(
        longest=LONGEST,
        many_lines=True,
        metadata={"description": f"why all the same, {SHORTEST_REASON} characters or more"},
    )


class PlacementDayIn(In):
    """The day somebody started."""

    is_optional = True

    on = Day(metadata={"description": "today unless given"})


class PlacementReasonIn(In):
    """Why a place is not taken."""

    reason = Text(longest=LONGEST, many_lines=True, required=True)


class PlacementEndIn(PlacementReasonIn):
    """The last day, and why it ended."""

    on = Day(metadata={"description": "today unless given"})


class PlacementOut(Out):
    """A place as staff read it; position and days while it waits."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*PLACEMENT_STATES, required=True)
    case_id = fields.UUID(required=True)
    programme_id = fields.UUID(required=True)
    urgency = one_of(*URGENCIES, required=True)
    waits_since = fields.AwareDateTime(required=True)
    called_at = fields.AwareDateTime(required=True, allow_none=True)
    position = fields.Integer(required=True, allow_none=True)
    days_waited = fields.Integer(required=True, allow_none=True)
    gap_setting = one_of(*SETTINGS, required=True)
    gap_plan = fields.String(required=True, allow_none=True)
    takes_inexperienced = fields.Boolean(required=True)
    inexperience_reason = fields.String(required=True, allow_none=True)
    started_on = fields.Date(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    asked_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)


class WaitingLineOut(Out):
    """Somebody who waits."""

    placement_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    case_reference = fields.String(required=True)
    position = fields.Integer(required=True)
    urgency = one_of(*URGENCIES, required=True)
    days_waited = fields.Integer(required=True)
    called_at = fields.AwareDateTime(required=True, allow_none=True)
    gap_setting = one_of(*SETTINGS, required=True)


class WaitingListOut(Out):
    """Who waits, the next one first, beside the places there are and those held."""

    programme_id = fields.UUID(required=True)
    capacity = fields.Integer(required=True)
    held = fields.Integer(required=True)
    data = fields.List(fields.Nested(WaitingLineOut), required=True)
