"""Do the journey's steps go through the real API, and does a wrong result come to light?"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from typing import Any

import pytest

from intake.access import Role
from intake.cli import journey_steps, vignettes
from intake.cli.journey_people import People
from intake.cli.journey_steps import Journey
from tests.demo.conftest import person
from tests.support.web import TestSite, Web

PLACES = itertools.count()


@pytest.fixture
def people(web: Web, site: TestSite, url: str) -> People:
    """One of each role, on the day of the intakes."""
    web.set_clinic_time(dt.datetime(2027, 1, 11, 10, tzinfo=dt.UTC))
    return People(
        coordinator=person(site, url, Role.INTAKE_COORDINATOR),
        counsellor=person(site, url, Role.COUNSELLOR),
        peer=person(site, url, Role.PEER_WORKER),
        lead=person(site, url, Role.CLINICAL_LEAD),
        auditor=person(site, url, Role.AUDITOR),
    )


def example(name: str) -> dict[str, Any]:
    """A worked example that a test may change."""
    return dict(copy.deepcopy(vignettes.examples()[name]))


def go(journey: Journey, people: People, web: Web) -> Journey:
    """All steps up to the bookings, then the access log."""
    journey_steps.take_in(journey, people)
    journey_steps.hand_over(journey, people)
    journey_steps.assess(journey, people)
    journey_steps.acknowledge(journey, people)
    web.set_clinic_time(dt.datetime(2027, 1, 13, 10, tzinfo=dt.UTC))
    journey_steps.decide(journey, people)
    journey_steps.book(journey, people)
    journey_steps.read_log(journey, people)
    return journey


@pytest.mark.parametrize(
    ("name", "settings", "booked", "kinds"),
    [
        ("V02", ("outpatient_cbt",) * 3, ["O1", "O3"], ["d1", "d1", "d3", "d3", "d7"]),
        ("V03", ("peer_support",) * 3, ["P1"], ["d1", "d3"]),
        ("V04", ("inpatient", "outpatient_cbt", "outpatient_cbt"), ["O1"], ["d1", "d3"]),
        ("V05", ("outpatient_cbt", "outpatient_cbt", "inpatient"), ["I2"], ["d1", "d3"]),
    ],
)
def test_a_person_gets_from_referral_to_booked_reminders_as_expected(
    name: str,
    settings: tuple[str, ...],
    booked: list[str],
    kinds: list[str],
    people: People,
    web: Web,
) -> None:
    journey = go(Journey(next(PLACES), example(name)), people, web)

    result = journey.recommendation["result"]["recommendation"]
    assert [str(one) for one in journey.differences] == []
    assert settings == (
        result["recommended_setting"],
        result["feasible_setting"],
        journey.plan["chosen_setting"],
    )
    assert [one["code"] for one in journey.appointments] == booked
    assert sorted(one["kind"] for one in journey.reminders) == kinds
    assert journey.audit_events > 30


def test_every_wrong_expectation_is_told_and_the_journey_goes_on(people: People, web: Web) -> None:
    wrong = example("V04")
    wrong["expected"]["scores"]["phq9"]["total"] = 17
    wrong["expected"]["derived"]["grams_per_week"] = 18.3
    wrong["expected"]["recommendation"]["total_points"] = 21
    wrong["expected"]["alerts"][0]["code"] = "A99"
    wrong["expected"]["follow_up"][0]["due_by"] = "2027-01-15"

    journey = go(Journey(0, wrong), people, web)

    pointers = {one.pointer for one in journey.differences}
    assert {
        "/scores/phq9/total",
        "/derived/grams_per_week",
        "/recommendation/total_points",
        "/alerts",
        "/follow_up/B2/due_by",
    } <= pointers
    assert journey.reminders
