"""Does every lane read a hundred rows along an index, and not all rows of the same day?"""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import inspect

from intake.access import Actor, Role
from intake.services.board_lanes import Lane, Reader
from intake.services.boards import LANES, WORKLISTS


def reader() -> Reader:
    actor = Actor(uuid.uuid4(), Role.CLINICAL_LEAD, uuid.uuid4(), "UTC", b"")
    now = dt.datetime(2027, 1, 18, 9, tzinfo=dt.UTC)
    return Reader(actor, now, now.date(), is_mine=False)


EVERY = [make(reader()) for makers in (*LANES.values(), *WORKLISTS.values()) for make in makers]


@pytest.mark.parametrize("lane", EVERY, ids=lambda lane: lane.name)
def test_an_index_holds_the_whole_order_of_a_lane(lane: Lane) -> None:
    """Many rows have the same day or moment: without the identifier all of them are sorted."""
    table = inspect(lane.model).local_table
    wanted = list(dict.fromkeys(("site_id", lane.sort.key, "id")))

    assert wanted in [[column.name for column in index.columns] for index in table.indexes]
