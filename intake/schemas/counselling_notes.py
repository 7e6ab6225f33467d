"""Shapes of counselling notes."""

from __future__ import annotations

from marshmallow import fields

from intake.models.counselling_notes import COUNSELLING_NOTE_STATES
from intake.schemas.fields import Text, one_of
from intake.schemas.shapes import In, Out
from intake.services.counselling_notes import NewCounsellingNote

LONGEST = 20_000


class NewCounsellingNoteIn(In):
    """A note to begin."""

    makes = NewCounsellingNote

    text = Text(longest=LONGEST, many_lines=True, required=True)
    addendum_to = fields.UUID()


class CounsellingNoteChangeIn(In):
    """The draft's new text."""

    text = Text(longest=LONGEST, many_lines=True, required=True)


class CounsellingNoteLineOut(Out):
    """A note in its author's list."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*COUNSELLING_NOTE_STATES, required=True)
    case_id = fields.UUID(required=True)
    addendum_to = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)


class CounsellingNoteOut(CounsellingNoteLineOut):
    """A note with its text, for its author."""

    text = fields.String(required=True)
