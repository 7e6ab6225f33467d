"""Shapes of who may be the same person, who isn't, and of merging two records."""

from __future__ import annotations

from marshmallow import fields, validate

from intake.schemas.clients import IDENTITY, MatchOut
from intake.schemas.fields import Text, Whole, one_of
from intake.schemas.shapes import In, Out
from intake.services.client_merges import MergeOrder


class ApartOut(Out):
    """Somebody who looks alike and is not the same."""

    client_id = fields.UUID(required=True)
    decided_by = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)


class SimilarOut(MatchOut):
    """Who looks like somebody on record, and who was told apart from them already."""

    set_aside = fields.List(fields.Nested(ApartOut), required=True)


class DistinctionIn(In):
    """Who is not the same person, and why."""

    other_id = fields.UUID(required=True)
    reason = Text(shortest=5, longest=500, many_lines=True, required=True)


class DistinctionOut(Out):
    """What was remembered."""

    id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    other_id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)


class AskMergeIn(In):
    """Who may be the same person, and what speaks for it."""

    other_id = fields.UUID(required=True)
    note = Text(longest=500, many_lines=True, required=True)


class AskedOut(Out):
    """The task for a clinical lead."""

    task_id = fields.UUID(required=True, attribute="id")
    due_at = fields.AwareDateTime(required=True)


class MergeIn(In):
    """Which record ends, as it was read, and what of its identity is taken."""

    makes = MergeOrder

    other_id = fields.UUID(required=True)
    other_version = Whole(1, 1_000_000, required=True)
    reason = Text(shortest=5, longest=500, many_lines=True, required=True)
    take = fields.List(
        one_of(*IDENTITY), load_default=list, validate=validate.Length(max=len(IDENTITY))
    )


class MergeLineOut(Out):
    """One record that was merged into this one."""

    id = fields.UUID(required=True)
    merged_id = fields.UUID(required=True)
    merged_by = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    fields_taken = fields.List(fields.String(), required=True)
    reason = fields.String(required=True)


class MergesOut(Out):
    """Every record that was merged into this one, the earliest first."""

    data = fields.List(fields.Nested(MergeLineOut), required=True)
