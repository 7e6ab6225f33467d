"""Moves of a case: bodies, and a case as far along in its treatment as a test needs it."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.makers import bookings, cases, plans
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web

#: The day of the first session, a week after the decision of the worked example.
FIRST_DAY = "2027-01-20"
DISCHARGE: dict[str, Any] = {
    "kind": "discharge",
    "discharge_reason": "completed_drug_free",
    "discharge_date": FIRST_DAY,
    "days_used_28": 0,
    "craving": 2,
    "relapse_plan": "Calls us on the first day of use.",
    "gp_letter": "sent",
    "door_open_note": "May ring at any time.",
}
DEATH: dict[str, Any] = {
    "to": "deceased",
    "death_date": FIRST_DAY,
    "death_source": "Letter of the coroner",
}


def move(person: Caller, case: CaseOf, to: str, **said: Any) -> TestResponse:
    """Ask for a move of the case as it is now."""
    version = person.get(f"/cases/{case.id}").get_json()["version"]
    return person.act(f"/cases/{case.id}/transitions", {"to": to, **said}, version=version)


def lacks(person: Caller, case: CaseOf, to: str) -> set[str]:
    """The needs of a move that are not fulfilled, as the outlook tells them."""
    found = person.get(f"/cases/{case.id}/transitions/possible").get_json()
    (move_there,) = (one for one in found["moves"] if one["to"] == to)
    return {one["need"] for one in move_there["missing"]}


def planned(web: Web, site: TestSite, name: str = "V02") -> CaseOf:
    """A case in `plan_chosen`."""
    case = cases.assessed(web, site, name)
    plans.decided(case, "outpatient_cbt")
    assert case.read()["state"] == "plan_chosen"
    return case


def begun(web: Web, site: TestSite) -> CaseOf:
    """A case in `active`, after its first session."""
    case = planned(web, site)
    attended(web, case)
    answer = move(case.counsellor, case, "active")
    assert answer.status_code == 200, answer.json
    return case


def attended(web: Web, case: CaseOf, day: str = FIRST_DAY) -> None:
    """A session of that day that took place."""
    made = bookings.book(case, local_start=f"{day}T10:00")
    cases.at_ten(web, day)
    path = f"/appointments/{made['id']}/actions/attend"
    done = case.counsellor.act(path, {}, version=1)
    assert done.status_code == 200, done.json


def missed(web: Web, case: CaseOf, *days: str) -> None:
    """Sessions nobody came to."""
    for day in days:
        made = bookings.book(case, local_start=f"{day}T09:00", minutes=30)
        cases.at_ten(web, day)
        path = f"/appointments/{made['id']}/actions/no-show"
        done = case.counsellor.act(path, {"reason": "forgot"}, version=1)
        assert done.status_code == 200, done.json


def exit_scores(case: CaseOf) -> None:
    """The instruments of the exit set, signed today."""
    cases.sign_all(case, [assessment_order(one) for one in ("sds", "phq9", "gad7", "kbc6")])


def proposed(case: CaseOf, **changes: Any) -> dict[str, Any]:
    """A discharge proposed by the counsellor: its id, state and version."""
    made = case.counsellor.post(f"/cases/{case.id}/proposals", DISCHARGE | changes)
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body


def discharged(web: Web, site: TestSite) -> CaseOf:
    """A case that was discharged with the approval of its lead."""
    case = begun(web, site)
    exit_scores(case)
    proposal = proposed(case)
    done = case.lead.act(f"/proposals/{proposal['id']}/actions/approve", version=1)
    assert done.status_code == 200, done.json
    return case
