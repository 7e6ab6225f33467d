"""Shapes of tasks."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from intake.models.tasks import TASK_KINDS, TASK_SOURCES, TASK_STATES
from intake.schemas.fields import Instant, Text, one_of
from intake.schemas.shapes import In, Out, PageQuery
from intake.services.task_changes import TaskChange
from intake.services.task_orders import BY_HAND
from intake.services.tasks import NewTask

LONGEST_NOTE = 2000


class TaskOut(Out):
    """A task as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    kind = one_of(*TASK_KINDS, required=True)
    state = one_of(*TASK_STATES, required=True)
    source = one_of(
        *TASK_SOURCES,
        required=True,
        allow_none=True,
        metadata={"description": "what it came from; null for tasks of an earlier release"},
    )
    due_at = fields.AwareDateTime(required=True)
    owner_id = fields.UUID(required=True, allow_none=True)
    case_id = fields.UUID(required=True, allow_none=True)
    case_reference = fields.String(required=True, allow_none=True)
    alert_id = fields.UUID(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True, metadata={"description": "what to do"})
    closing_note = fields.String(
        required=True, allow_none=True, metadata={"description": "what was done"}
    )
    created_at = fields.AwareDateTime(required=True)


class NewTaskIn(In):
    """Something to do; without owner_id it is the key worker's."""

    makes = NewTask

    kind = one_of(*BY_HAND, required=True)
    due_at = Instant(required=True)
    note = Text(longest=LONGEST_NOTE, many_lines=True, required=True)
    source = one_of(*TASK_SOURCES, load_default="person")
    owner_id = fields.UUID()


class TaskChangeIn(In):
    """Done or cancelled, or handed over: owner_id null leaves it to nobody in particular.

    `open` takes back that it was done or cancelled.
    """

    state = one_of(*TASK_STATES)
    note = Text(longest=LONGEST_NOTE, many_lines=True)
    owner_id = fields.UUID(allow_none=True)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> TaskChange:
        """The order of the service."""
        del kwargs
        releases = "owner_id" in data and data["owner_id"] is None
        return TaskChange(**data, releases=releases)


class CaseTaskQuery(PageQuery):
    """Which tasks of a case."""

    state = one_of(*TASK_STATES)


class TaskQuery(CaseTaskQuery):
    """Which tasks."""

    case_id = fields.UUID()
    owner_id = fields.UUID()
