"""Does `make demo` show six people from referral to reminder, again and again?"""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from intake.cli.journey_client import call
from intake.embedded import stack
from intake.embedded.environment import environment
from intake.embedded.layout import Layout
from intake.embedded.processes import wait_until
from tests.demo.command import JourneyProcess, folder, running_journey

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

#: Recommended, feasible and chosen setting of each person.
SETTINGS = {
    "V01": ("inpatient", "inpatient", "inpatient"),
    "V02": ("outpatient_cbt", "outpatient_cbt", "outpatient_cbt"),
    "V03": ("peer_support", "peer_support", "peer_support"),
    "V04": ("inpatient", "outpatient_cbt", "outpatient_cbt"),
    "V05": ("outpatient_cbt", "outpatient_cbt", "inpatient"),
    "V06": ("outpatient_cbt", "outpatient_cbt", "outpatient_cbt"),
}
BOOKED = {
    "V01": ["2027-01-18T10:00"],
    "V02": ["2027-01-20T11:00", "2027-02-10T11:00"],
    "V03": ["2027-01-20T12:00"],
    "V04": ["2027-01-20T13:00"],
    "V05": ["2027-01-18T14:00"],
    "V06": ["2027-01-20T15:00"],
}


def stable(report: dict[str, Any]) -> dict[str, Any]:
    """The report without what a second run may do otherwise: how often a list was polled."""
    journeys = [{**one, "audit_events": None} for one in report["journeys"]]
    return {"journeys": journeys, "totals": {**report["totals"], "audit_events": None}}


def test_six_people_get_from_referral_to_reminder_each_time_it_is_run() -> None:
    with folder() as root:
        with running_journey(root) as journey:
            first = journey.report(seconds=140)
            left = journey.left_running()
        with running_journey(root) as journey:
            second = journey.report(seconds=140)

    assert first["differences"] == []
    assert left == []
    assert stable(first) == stable(second)
    assert first["totals"] | {"audit_events": 0} == {
        "journeys": 6,
        "reminders_due": 15,
        "accepted": 15,
        "messages_at_the_gateway": 15,
        "repeats_collapsed": 0,
        "audit_events": 0,
        "differences": 0,
    }
    people = {one["id"]: one for one in first["journeys"]}
    kinds = ("recommended_setting", "feasible_setting", "chosen_setting")
    assert {name: tuple(one[kind] for kind in kinds) for name, one in people.items()} == SETTINGS
    assert {
        name: [visit["local_start"][:16] for visit in one["appointments"]]
        for name, one in people.items()
    } == BOOKED
    assert all(one["audit_events"] > 30 for one in people.values())


def refuse_the_first_message(journey: JourneyProcess) -> None:
    """Have the stack's gateway say that the first number is wrong, as soon as it can be told."""
    layout = Layout.of(journey.root)
    wait_until(lambda: stack.is_ready(layout) or not journey.runs, seconds=120)
    settings = environment(layout.root, port=0)
    answer = call(
        settings["SMS_GATEWAY_URL"],
        "POST",
        "/script",
        body={"next": ["400"]},
        headers={"Authorization": f"Bearer {settings['SMS_GATEWAY_TOKEN']}"},
    )
    assert answer.status == http.client.OK


def test_a_reminder_that_is_not_accepted_is_told_and_the_exit_status_is_1() -> None:
    with folder() as root, running_journey(root) as journey:
        refuse_the_first_message(journey)
        report = journey.report(seconds=140, status=1)

    # The number needs checking from then on, so the second reminder doesn't leave either.
    assert [one["pointer"] for one in report["differences"]] == [
        "/reminders/V01/d3",
        "/gateway/V01/d3",
        "/reminders/V01/d1",
        "/gateway/V01/d1",
    ]
    assert report["differences"][0]["given"].startswith("failed: ")
    assert report["totals"]["accepted"] == report["totals"]["messages_at_the_gateway"] == 13
