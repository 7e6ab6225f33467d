"""Is a reminder that was lost, doubled or not accepted noticed, and told?"""

from __future__ import annotations

import json

import pytest

from intake.cli import journey_report
from intake.cli.journey import Outcome
from intake.cli.journey_client import Body
from intake.cli.journey_reminders import differences
from tests.demo.outcomes import journey, messages, outcome, reminder


def test_one_message_for_each_reminder_is_as_promised() -> None:
    assert differences([journey()], messages("d3", "d1")) == []


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (messages("d3"), ["/gateway/V01/d1: expected 1, got 0"]),
        (messages("d3", "d1", "d7"), ["/gateway/others: expected 0, got 1"]),
        (messages("d3", "d1", "d1"), ["/gateway/V01/d1: expected 1, got 2"]),
        (
            messages("d3") + messages("d1", to="+447700900099"),
            ["/gateway/V01/d1: expected 1, got 0", "/gateway/others: expected 0, got 1"],
        ),
    ],
    ids=["lost", "of no reminder", "doubled", "to a stranger"],
)
def test_a_gateway_that_holds_anything_else_is_told(held: list[Body], told: list[str]) -> None:
    found = differences([journey()], held)

    assert [str(one) for one in found] == told


@pytest.mark.parametrize("state", ["scheduled", "sending", "uncertain", "dead", "suppressed"])
def test_a_reminder_that_was_not_accepted_is_told_with_its_reason(state: str) -> None:
    one = journey()
    one.reminders[1] = reminder("d1", day=17, state=state)

    found = differences([one], messages("d3", "d1"))

    assert [str(difference) for difference in found] == [
        f"/reminders/V01/d1: expected 'accepted', got '{state}: Because.'"
    ]


def test_any_difference_makes_the_outcome_another_than_expected() -> None:
    fine, wrong = journey(), journey()
    wrong.compare("/case/state", "assessed", "intake")

    assert outcome(fine).is_as_expected
    assert not outcome(fine, wrong).is_as_expected
    lost = differences([fine], [])
    assert not Outcome([fine], [], lost).is_as_expected


def test_the_object_for_programs_has_stable_keys(capsys: pytest.CaptureFixture[str]) -> None:
    one = journey()
    one.compare("/case/state", "assessed", "intake")

    journey_report.show(outcome(one), as_json=True)

    report = json.loads(capsys.readouterr().out)
    assert report["totals"] == {
        "journeys": 1,
        "reminders_due": 2,
        "accepted": 2,
        "messages_at_the_gateway": 2,
        "repeats_collapsed": 2,
        "audit_events": 70,
        "differences": 1,
    }
    assert report["differences"] == [
        {"journey": "V01", "pointer": "/case/state", "expected": "assessed", "given": "intake"}
    ]
    [told] = report["journeys"]
    assert (told["id"], told["alerts"], told["scores"]["phq9"]) == ("V01", ["A02", "A05"], 14)
    assert told["recommended_setting"] == told["chosen_setting"] == "inpatient"


def test_without_a_terminal_each_journey_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    journey_report.show(outcome(journey()), as_json=False)

    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("V01; case: C-2027-0001; scores: phq9 14, gad7 10, ")
    assert "cssrs none" in first
    assert "booked: I2 2027-01-18 10:00;" in first
    assert last.startswith("1 journeys, 2 reminders due, 2 accepted, 2 messages")
