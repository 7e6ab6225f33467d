"""While another choice waits for its sign-off: visits, days and papers go by what is in force."""

from __future__ import annotations

import pytest

from tests.makers import bookings, cases, disclosures, moves, plans
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web

STAY = {"admission_on": "2027-01-20", "discharge_on": "2027-02-10"}


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """V11 with a bed in force, and treatment below its floors waiting for a lead."""
    made = cases.assessed(web, site, "V11")
    plans.decided(made, "inpatient", **STAY)
    return made


def u0(case: CaseOf) -> tuple[str, str]:
    """Id and state of the first contact that is owed."""
    listed = case.counsellor.get(f"/cases/{case.id}/follow-ups").get_json()["data"]
    (one,) = (row for row in listed if row["code"] == "U0")
    return one["id"], one["state"]


def booked_u0(case: CaseOf) -> str:
    """The first contact, booked for the Monday after; the appointment's id."""
    made = bookings.book(case, follow_up_id=u0(case)[0])
    assert u0(case)[1] == "booked"
    return str(made["id"])


def returned(case: CaseOf, waiting: dict[str, str | int]) -> None:
    """The lead returns the choice, so that the one before counts again."""
    path = f"/plans/{waiting['id']}/actions/return"
    done = case.lead.act(path, {"comment": "Ask urology first."}, version=int(waiting["version"]))
    assert done.status_code == 200, done.json


def test_a_visit_cancelled_meanwhile_is_still_owed(case: CaseOf) -> None:
    visit = booked_u0(case)
    waiting = plans.decided(case, "outpatient_cbt")

    order = {"reason": "unwell"}
    done = case.coordinator.act(f"/appointments/{visit}/actions/cancel", order, version=1)

    assert done.status_code == 200, done.json
    assert u0(case)[1] == "planned"
    returned(case, waiting)
    assert u0(case)[1] == "planned"


def test_a_visit_corrected_meanwhile_is_owed_again(web: Web, case: CaseOf) -> None:
    visit = booked_u0(case)
    cases.at_ten(web, "2027-01-18")
    done = case.counsellor.act(f"/appointments/{visit}/actions/attend", {}, version=1)
    assert done.status_code == 200, done.json
    plans.decided(case, "outpatient_cbt")

    order = {"status": "noshow", "reason": "It was another person", "missed_reason": "unknown"}
    done = case.counsellor.act(f"/appointments/{visit}/actions/correct", order, version=2)

    assert done.status_code == 200, done.json
    assert u0(case)[1] == "planned"


def test_lists_go_by_the_setting_in_force(case: CaseOf) -> None:
    cases.sign_all(case, [assessment_order("kwc8")])
    before = due(case)
    plans.decided(case, "outpatient_cbt")

    assert "kwc8" in before
    assert due(case) == before
    [row] = case.counsellor.get("/caseload").get_json()["rows"]
    assert row["setting"] == "inpatient"


def due(case: CaseOf) -> dict[str, str]:
    """What is to be measured on which day."""
    found = case.counsellor.get(f"/cases/{case.id}/reassessments").get_json()["data"]
    return {one["instrument"]: one["due_on"] for one in found}


def disclosed(case: CaseOf) -> list[str]:
    """The settings that leave in a disclosure of the plan."""
    order = disclosures.disclosure_order(data_classes=["plan"])
    made = case.lead.post(f"/cases/{case.id}/disclosures", order)
    assert made.status_code == 201, made.json
    path = f"/disclosures/{made.get_json()['id']}/artefact"
    records = case.lead.get(path).get_json()["artefact"]["records"]
    return [one["setting"] for one in records["plan"]]


def test_what_is_disclosed_is_what_is_in_force(web: Web, case: CaseOf) -> None:
    disclosures.consented(
        case,
        data_classes=["plan"],
        signed_on="2027-01-04",
        expiry="on_date",
        expires_on="2027-03-01",
    )
    plans.decided(case, "outpatient_cbt")

    assert disclosed(case) == ["inpatient"]

    cases.at_ten(web, moves.FIRST_DAY)
    died = moves.move(case.lead, case, **moves.DEATH)
    assert died.status_code == 200, died.json
    assert disclosed(case) == ["inpatient"]


def test_a_corrected_death_takes_it_up_again(case: CaseOf, web: Web, site: TestSite) -> None:
    plans.decided(case, "outpatient_cbt")
    cases.at_ten(web, moves.FIRST_DAY)
    died = moves.move(case.lead, case, **moves.DEATH)
    assert died.status_code == 200, died.json
    order = {"kind": "correction", "reason": "Another person of the same name."}
    proposal = case.lead.post(f"/cases/{case.id}/proposals", order)

    path = f"/proposals/{proposal.get_json()['id']}/actions/approve"
    agreed = site.person("clinical_lead").act(path, version=1)

    assert agreed.status_code == 200, agreed.json
    assert plans.setting_in_force(case) == "inpatient"
