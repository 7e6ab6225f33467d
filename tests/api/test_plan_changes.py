"""Does another plan take over appointments, keep what was done, and double nothing?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import bookings, cases, plans
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Recommended is a bed; there is none, so treatment is outpatient. Urology is urgent."""
    return cases.assessed(web, site, "V04")


def follow_ups(case: CaseOf, code: str) -> list[tuple[str, str]]:
    """State and due day of every row of one code."""
    listed = case.counsellor.get(f"/cases/{case.id}/follow-ups").get_json()["data"]
    return sorted((one["state"], one["due_by"]) for one in listed if one["code"] == code)


def become(web: Web, case: CaseOf, **states: str) -> None:
    """Set the state of obligations behind the application's back."""
    for code, state in states.items():
        web.run(
            "UPDATE follow_ups SET state = :t WHERE case_id = :c AND code = :o",
            t=state,
            c=case.id,
            o=code,
        )


def notes(case: CaseOf) -> list[str]:
    """What open tasks of no kind of their own say."""
    listed: list[dict[str, Any]] = case.counsellor.get(
        f"/cases/{case.id}/tasks?state=open"
    ).get_json()["data"]
    return [one["note"] for one in listed if one["kind"] == "other"]


def test_an_appointment_carries_over_with_the_new_day(web: Web, case: CaseOf) -> None:
    plans.decided(case, "outpatient_cbt")
    become(web, case, O1="booked")
    cases.at_ten(web, "2027-01-14")

    plans.decided(case, "outpatient_cbt")

    assert follow_ups(case, "O1") == [("booked", "2027-01-21")]
    assert follow_ups(case, "O3") == [("planned", "2027-02-11"), ("withdrawn", "2027-02-10")]
    assert notes(case) == []


def test_an_appointment_taken_over_is_still_owed_when_it_is_cancelled(
    web: Web, case: CaseOf
) -> None:
    plans.decided(case, "outpatient_cbt")
    listed = case.counsellor.get(f"/cases/{case.id}/follow-ups").get_json()["data"]
    (first,) = (one["id"] for one in listed if one["code"] == "O1")
    visit = bookings.book(case, follow_up_id=first)
    cases.at_ten(web, "2027-01-14")
    plans.decided(case, "outpatient_cbt")

    path = f"/appointments/{visit['id']}/actions/cancel"
    done = case.coordinator.act(path, {"reason": "unwell"}, version=visit["version"])

    assert done.status_code == 200, done.json
    assert follow_ups(case, "O1") == [("planned", "2027-01-21")]


def test_what_was_done_is_neither_touched_nor_asked_for_again(web: Web, case: CaseOf) -> None:
    plans.decided(case, "inpatient")
    become(web, case, B2="done")

    plans.decided(case, "inpatient", admission_on="2027-01-18", discharge_on="2027-02-15")

    assert follow_ups(case, "B2") == [("done", "2027-01-14")]
    assert follow_ups(case, "B3") == [("planned", "2027-01-27"), ("withdrawn", "2027-01-27")]
    assert follow_ups(case, "I2") == [("planned", "2027-01-18")]


def test_an_appointment_that_is_no_longer_asked_for_is_left_to_a_person(
    web: Web, case: CaseOf
) -> None:
    plans.decided(case, "outpatient_cbt")
    become(web, case, O1="booked")

    plans.decided(case, "inpatient", admission_on="2027-01-18", discharge_on="2027-02-15")

    assert follow_ups(case, "O1") == [("booked", "2027-01-20")]
    [note] = notes(case)
    assert note.startswith("An appointment is booked for O1 (first CBT session)")


def test_the_same_holds_when_a_second_person_signs_it_off(web: Web, site: TestSite) -> None:
    case = cases.assessed(web, site, "V11")
    plans.decided(case, "inpatient", admission_on="2027-01-18", discharge_on="2027-02-15")
    become(web, case, X1="booked", U0="done")
    waiting = plans.decided(case, "outpatient_cbt")

    path = f"/plans/{waiting['id']}/actions/sign-off"
    signed = case.lead.act(path, version=waiting["version"])

    assert signed.status_code == 200, signed.json
    assert [state for state, _ in follow_ups(case, "U0")] == ["done"]
    assert [state for state, _ in follow_ups(case, "X1")] == ["booked"]
    assert [note.split("(")[0] for note in notes(case)] == ["An appointment is booked for X1 "]
