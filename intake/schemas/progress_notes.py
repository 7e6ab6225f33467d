"""Shapes of progress notes."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.clinical.progress_notes import CONFIDENTIALITIES, FORMATS
from intake.models.appointments import APPOINTMENT_MODES
from intake.models.progress_notes import PROGRESS_NOTE_STATES
from intake.schemas.fields import Flag, Text, Whole, one_of
from intake.schemas.shapes import In, Out, PageQuery
from intake.services.progress_notes import DETAILS, NewNote, NoteChange

LONGEST = 20_000
MOST_GOALS = 20


class SectionsIn(In):
    """The sections of a note; each format has some of them."""

    subjective = Text(longest=LONGEST, many_lines=True)
    objective = Text(longest=LONGEST, many_lines=True)
    assessment = Text(longest=LONGEST, many_lines=True)
    plan = Text(longest=LONGEST, many_lines=True)
    data = Text(longest=LONGEST, many_lines=True)
    behaviour = Text(longest=LONGEST, many_lines=True)
    intervention = Text(longest=LONGEST, many_lines=True)
    response = Text(longest=LONGEST, many_lines=True)
    text = Text(longest=LONGEST, many_lines=True)


class NewNoteIn(In):
    """A note to begin, or an addendum."""

    makes = NewNote

    format = one_of(*FORMATS, required=True)
    sections = fields.Nested(SectionsIn, required=True)
    appointment_id = fields.UUID(allow_none=True)
    minutes = Whole(1, 480, allow_none=True)
    mode = one_of(*APPOINTMENT_MODES, allow_none=True)
    goal_ids = fields.List(fields.UUID(), validate=ma.validate.Length(max=MOST_GOALS))
    risk_changed = Flag()
    confidentiality = one_of(*CONFIDENTIALITIES)


class NoteChangeIn(In):
    """A draft anew: a section that is sent replaces the one before; null clears a detail."""

    sections = fields.Nested(SectionsIn)
    appointment_id = fields.UUID(allow_none=True)
    minutes = Whole(1, 480, allow_none=True)
    mode = one_of(*APPOINTMENT_MODES, allow_none=True)
    goal_ids = fields.List(fields.UUID(), validate=ma.validate.Length(max=MOST_GOALS))
    risk_changed = Flag()
    confidentiality = one_of(*CONFIDENTIALITIES)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> NoteChange:
        """The order of the service: what was sent, and nothing else."""
        del kwargs
        details = {name: data[name] for name in DETAILS if name in data}
        return NoteChange(sections=data.get("sections", {}), details=details)


class NoteLineOut(Out):
    """A note in a list."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*PROGRESS_NOTE_STATES, required=True)
    case_id = fields.UUID(required=True)
    author_id = fields.UUID(required=True)
    format = one_of(*FORMATS, required=True)
    appointment_id = fields.UUID(required=True, allow_none=True)
    minutes = fields.Integer(required=True, allow_none=True)
    mode = one_of(*APPOINTMENT_MODES, required=True, allow_none=True)
    goal_ids = fields.List(fields.UUID(), required=True)
    risk_changed = fields.Boolean(required=True)
    confidentiality = one_of(*CONFIDENTIALITIES, required=True)
    addendum_to = fields.UUID(required=True, allow_none=True)
    drafted_at = fields.AwareDateTime(required=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class NoteOut(NoteLineOut):
    """A note with its sections."""

    sections = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class NoteQuery(PageQuery):
    """Which notes of a case."""

    state = one_of(*PROGRESS_NOTE_STATES)
