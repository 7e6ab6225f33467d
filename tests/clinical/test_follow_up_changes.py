"""Does a schedule that is computed again leave alone what was done, and lose or double nothing?"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.clinical.evaluation import follow_up, from_facts
from intake.clinical.follow_up import FollowUpItem
from intake.clinical.follow_up_changes import Changes, StoredItem, merge
from intake.clinical.rule_set import SETTING_CODES
from tests.clinical.examples import BINGES, SEVERE
from tests.clinical.people import somebody

DECIDED, ADMITTED, LEFT = date(2027, 1, 13), date(2027, 1, 18), date(2027, 2, 15)
STATES = ("planned", "booked", "done", "withdrawn")
WEEK = timedelta(days=7)


def schedule(
    setting: str, *, decided: date = DECIDED, admitted: date | None = None, left: date | None = None
) -> tuple[FollowUpItem, ...]:
    """The schedule of somebody who binges."""
    return follow_up(
        from_facts(somebody(**SEVERE, **BINGES)),
        setting=setting,
        decided_on=decided,
        admission_on=admitted,
        discharge_on=left,
    )


def stored(
    items: Iterable[FollowUpItem], *, is_of_this_plan: bool = True, **states: str
) -> list[StoredItem]:
    """These items as rows: planned, unless `O1="done"` says otherwise."""
    return [
        StoredItem(
            id=uuid.uuid4(),
            code=item.code,
            due_by=item.due_by,
            proposed_on=item.proposed_on,
            is_hard=item.is_hard,
            state=states.get(item.code.partition(".")[0], "planned"),
            is_of_this_plan=is_of_this_plan,
        )
        for item in items
    ]


def codes(rows: Iterable[StoredItem | FollowUpItem]) -> list[str]:
    """Their codes."""
    return [row.code for row in rows]


def moved(changes: Changes) -> dict[str, timedelta]:
    """How far the dates of rows move, by code."""
    return {row.code: item.due_by - row.due_by for row, item in changes.redated}


def test_the_same_schedule_changes_nothing() -> None:
    items = schedule("outpatient_cbt")
    rows = stored(items, O1="done", O2="booked")

    assert merge(rows, items) == Changes(kept=rows)


def test_a_date_of_admission_adds_what_lacked_it() -> None:
    before = schedule("inpatient")
    after = schedule("inpatient", admitted=ADMITTED, left=LEFT)

    changes = merge(stored(before), after)

    assert set(codes(changes.added)) == set(codes(after)) - set(codes(before))
    assert {"I2", "X1", "X6"} <= set(codes(changes.added))
    assert (changes.withdrawn, changes.redated, changes.stranded) == ([], [], [])


def test_a_later_discharge_moves_what_is_open_and_leaves_what_was_done() -> None:
    rows = stored(
        schedule("inpatient", admitted=ADMITTED, left=LEFT), I1="done", I2="done", X1="booked"
    )

    changes = merge(rows, schedule("inpatient", admitted=ADMITTED, left=LEFT + WEEK))

    assert moved(changes) == dict.fromkeys(("X1", "X2", "X3", "X4", "X5", "X6"), WEEK)
    assert codes(changes.added) == ["I3.4"]
    assert {"I1", "I2"} <= set(codes(changes.kept))


def test_an_earlier_discharge_withdraws_reviews_that_no_longer_happen() -> None:
    rows = stored(schedule("inpatient", admitted=ADMITTED, left=LEFT), X1="booked")

    changes = merge(rows, schedule("inpatient", admitted=ADMITTED, left=ADMITTED + WEEK))

    assert codes(changes.withdrawn) == ["I3.1", "I3.2", "I3.3"]


def test_what_was_done_stays_when_its_date_would_move() -> None:
    rows = stored(schedule("inpatient", admitted=ADMITTED, left=LEFT), X1="done")

    changes = merge(rows, schedule("inpatient", admitted=ADMITTED, left=LEFT + WEEK))

    [x1] = [row for row in changes.kept if row.code == "X1"]
    assert x1.due_by == LEFT + timedelta(days=3)


def test_another_plan_takes_over_appointments_and_begins_the_rest_again() -> None:
    rows = stored(schedule("outpatient_cbt"), is_of_this_plan=False, O1="done", O2="booked")

    changes = merge(rows, schedule("outpatient_cbt", decided=DECIDED + WEEK))

    assert moved(changes) == {"O2": WEEK}
    assert "O1" in codes(changes.kept)
    assert "O1" in codes(changes.added)
    assert "O2" not in codes(changes.added)
    assert codes(changes.withdrawn) == [row.code for row in rows if row.state == "planned"]


def test_what_was_done_for_the_same_day_counts_under_another_plan() -> None:
    before = schedule("inpatient", admitted=ADMITTED, left=LEFT)
    rows = stored(before, is_of_this_plan=False, I1="done", X1="done")

    changes = merge(rows, schedule("inpatient", admitted=ADMITTED, left=LEFT + WEEK))

    assert codes(changes.kept) == ["I1", "X1"]
    assert "I1" not in codes(changes.added)
    assert "X1" in codes(changes.added)


def test_an_appointment_for_what_is_no_longer_wanted_is_left_to_a_person() -> None:
    rows = stored(schedule("outpatient_cbt"), is_of_this_plan=False, O1="booked", O3="done")

    changes = merge(rows, schedule("peer_support", decided=DECIDED + WEEK))

    assert codes(changes.stranded) == ["O1"]
    assert codes(changes.kept) == ["O3"]


def test_what_was_withdrawn_from_this_plan_comes_back() -> None:
    items = schedule("inpatient", admitted=ADMITTED, left=LEFT)
    rows = stored(items, X1="withdrawn", X2="withdrawn")

    changes = merge(rows, items)

    assert codes(row for row, _ in changes.restored) == ["X1", "X2"]
    assert changes.added == []


def test_a_hard_one_stays_hard_on_its_new_day() -> None:
    sunday = LEFT - timedelta(days=4)
    rows = stored(schedule("inpatient", admitted=ADMITTED, left=LEFT))

    changes = merge(rows, schedule("inpatient", admitted=ADMITTED, left=sunday))

    [x1] = [item for row, item in changes.redated if row.code == "X1"]
    assert x1.is_hard
    assert x1.proposed_on == x1.due_by == sunday + timedelta(days=3)


@given(
    st.lists(st.sampled_from(SETTING_CODES), min_size=2, max_size=2),
    st.integers(0, 60),
    st.sampled_from(["this plan", "an earlier one"]),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_every_row_is_settled_once_and_nothing_done_moves(
    chosen: list[str], later: int, plan: str, data: st.DataObject
) -> None:
    before, after = chosen
    rows = [
        replace(row, state=data.draw(st.sampled_from(STATES)))
        for row in stored(
            schedule(before, admitted=ADMITTED, left=LEFT), is_of_this_plan=plan == "this plan"
        )
    ]
    wanted = schedule(after, decided=DECIDED, admitted=ADMITTED, left=LEFT + timedelta(days=later))

    changes = merge(rows, wanted)

    pairs = changes.redated + changes.restored
    settled = [*changes.kept, *changes.withdrawn, *changes.stranded, *(row for row, _ in pairs)]
    assert sorted(row.id for row in settled) == sorted(row.id for row in rows)
    assert all(row.state == "planned" for row in changes.withdrawn)
    assert all(row.state != "done" for row, _ in pairs)
    live = [row.code for row, _ in pairs] + codes(changes.added)
    live += [row.code for row in changes.kept if row.state in {"planned", "booked"}]
    assert len(set(live)) == len(live)
    done = {row.code for row in rows if row.state == "done"}
    assert set(live) | done >= set(codes(wanted))
    assert set(live) <= set(codes(wanted))


@pytest.mark.parametrize("state", ["booked", "planned"])
def test_of_two_rows_with_one_code_the_further_one_counts(state: str) -> None:
    items = schedule("outpatient_cbt")
    earlier = stored(items[:1], is_of_this_plan=False, O1="booked")
    this = stored(items[:1], O1=state)

    changes = merge([*this, *earlier], items[:1])

    assert len(changes.kept) == 1
    assert changes.kept[0].state == "booked"
    assert changes.added == []
