"""What happens to a stored schedule when it is computed again? What was done is never touched.

A schedule is computed again when somebody is admitted or discharged (the dates of the plan move)
and when another plan is decided (the anchor moves, and with it the setting). Whoever stores it
applies the changes named here.

| stored           | still wanted                             | no longer wanted                |
|------------------|------------------------------------------|---------------------------------|
| done             | fulfilled, under this plan or for the    | kept                            |
|                  | same day; else history: one is added     |                                 |
| booked           | kept, with the new dates                 | stranded: a person must look at |
|                  |                                          | the appointment                 |
| planned          | kept, with the new dates; of an earlier  | withdrawn                       |
|                  | plan: withdrawn, and a new one is added  |                                 |
| withdrawn        | restored, under this plan                | kept                            |
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from intake.clinical.follow_up import FollowUpItem

# Of several rows with one code the first of these answers the obligation.
BEST_FIRST = ("done", "booked", "planned", "withdrawn")


def merge(stored: Sequence[StoredItem], wanted: Sequence[FollowUpItem]) -> Changes:
    """What to do so that the stored schedule says what is wanted now; every row in one list.

    `stored` are all obligations of the case, whatever their state; each code of `wanted` is
    answered by one row at most.
    """
    changes = Changes()
    answered: set[uuid.UUID] = set()
    for item in wanted:
        row = _answering(stored, item)
        if row is None:
            changes.added.append(item)
        else:
            answered.add(row.id)
            _settle(row, item, changes)
    for row in stored:
        if row.id not in answered:
            _let_go(row, changes)
    return changes


def _answering(stored: Sequence[StoredItem], item: FollowUpItem) -> StoredItem | None:
    """The row that stands for an obligation, if there is one."""
    rows = [row for row in stored if row.code == item.code and _may_answer(row, item)]
    return min(rows, key=lambda row: BEST_FIRST.index(row.state), default=None)


def _may_answer(row: StoredItem, item: FollowUpItem) -> bool:
    """Under another plan an appointment stays good, and so does what was done for the same day."""
    is_done_for_it = row.state == "done" and row.due_by == item.due_by
    return row.is_of_this_plan or row.state == "booked" or is_done_for_it


def _settle(row: StoredItem, item: FollowUpItem, changes: Changes) -> None:
    is_same = (row.due_by, row.proposed_on, row.is_hard) == (
        item.due_by,
        item.proposed_on,
        item.is_hard,
    )
    if row.state == "withdrawn":
        changes.restored.append((row, item))
    elif row.state == "done" or is_same:
        changes.kept.append(row)
    else:
        changes.redated.append((row, item))


def _let_go(row: StoredItem, changes: Changes) -> None:
    if row.state == "planned":
        changes.withdrawn.append(row)
    elif row.state == "booked":
        changes.stranded.append(row)
    else:
        changes.kept.append(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """One stored obligation: planned, booked, done or withdrawn."""

    id: uuid.UUID
    code: str
    due_by: date
    proposed_on: date
    is_hard: bool
    state: str
    is_of_this_plan: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """Each stored row stands in exactly one of these; `added` are to be made.

    `redated` and `restored` carry the item whose dates the row takes on; a restored row becomes
    planned again, a redated one keeps its state.
    """

    kept: list[StoredItem] = field(default_factory=list)
    added: list[FollowUpItem] = field(default_factory=list)
    redated: list[tuple[StoredItem, FollowUpItem]] = field(default_factory=list)
    restored: list[tuple[StoredItem, FollowUpItem]] = field(default_factory=list)
    withdrawn: list[StoredItem] = field(default_factory=list)
    stranded: list[StoredItem] = field(default_factory=list)
