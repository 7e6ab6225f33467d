"""Does a caseload put the most pressing case first, and show how each goes?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.makers import bookings, moves, orders, outbound, progress
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf, at_ten, sign_all
from tests.support.web import Caller, TestSite, Web, counted, expect_problem


def caseload(person: Caller, query: str = "") -> dict[str, Any]:
    answer = person.get(f"/caseload{query}")
    assert answer.status_code == 200, answer.get_json(force=True)
    body: dict[str, Any] = answer.get_json()
    return body


def references(person: Caller, query: str = "") -> list[str]:
    return [one["case_id"] for one in caseload(person, query)["rows"]]


def give(web: Web, case: CaseOf, worker: Caller) -> CaseOf:
    web.run("UPDATE cases SET key_worker_id = :w WHERE id = :c", w=worker.staff_id, c=case.id)
    return case


@pytest.fixture
def three(web: Web, site: TestSite) -> tuple[CaseOf, CaseOf, CaseOf]:
    """Of one counsellor: a quiet case, one with an overdue obligation, one with an alert."""
    quiet = bookings.a_case(web, site, client=orders.reachable_client(given_name="Quinn"))
    late = give(web, bookings.a_case(web, site), quiet.counsellor)
    bookings.follow_up(web, site, late)
    alarm = give(web, bookings.a_case(web, site, answers=bookings.PSYCHOSIS), quiet.counsellor)
    web.set_clinic_time(bookings.MONDAY + dt.timedelta(days=14))
    return quiet, late, alarm


def test_the_most_pressing_case_comes_first(three: tuple[CaseOf, CaseOf, CaseOf]) -> None:
    quiet, late, alarm = three

    found = caseload(quiet.counsellor)

    assert [one["case_id"] for one in found["rows"]] == [alarm.id, late.id, quiet.id]
    assert (found["count"], found["is_capped"], found["has_more"]) == (3, False, False)
    first, second, last = found["rows"]
    assert sum(first["alerts"].values()) == 1
    assert second["overdue_follow_ups"] == 1
    assert second["setting"] == "outpatient_cbt"
    assert last["name"].startswith("Quinn ")
    assert "phq9" in last["overdue_measures"]
    assert (last["weeks"], last["days_in_state"]) == (2, 14)


def test_filters_narrow(three: tuple[CaseOf, CaseOf, CaseOf], web: Web) -> None:
    quiet, late, alarm = three
    web.set_clinic_time(bookings.MONDAY)
    visit = bookings.book(quiet, local_start="2027-01-22T10:00")["id"]
    web.run("UPDATE appointments SET status = 'noshow' WHERE id = :i", i=visit)
    web.set_clinic_time(bookings.MONDAY + dt.timedelta(days=14))
    person = quiet.counsellor
    [priority] = [name for name, many in caseload(person)["rows"][0]["alerts"].items() if many]

    assert references(person, "?setting=outpatient_cbt") == [late.id]
    assert references(person, f"?alert={priority}") == [alarm.id]
    assert references(person, "?dna_risk=true") == [quiet.id]
    assert set(references(person, "?overdue=true")) == {quiet.id, late.id, alarm.id}
    assert caseload(person, "?limit=1")["has_more"]


def test_a_line_shows_scores_and_the_change_that_counts(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    sign_all(case, [assessment_order("phq9", answers=[2, 2, 2, 2, 2, 2, 2, 2, 0])])
    web.set_clinic_time(bookings.MONDAY + dt.timedelta(days=14))
    sign_all(case, [assessment_order("phq9")])
    visit = progress.attended(web, case, "2027-01-26")
    progress.session_record(case, visit, craving=4, days_used_28=9)
    progress.drafted_note(case)

    [row] = caseload(case.counsellor)["rows"]

    line = next(one for one in row["series"] if one["instrument"] == "phq9")
    assert [one["total"] for one in line["points"]] == [16, 8]
    assert line["direction"] == "improved"
    assert (row["craving"], row["days_used_28"], row["unsigned_notes"]) == (4, 9, 1)
    assert (row["last_contact_on"], row["days_since_contact"]) == ("2027-01-26", 0)


def test_a_line_shows_the_age_of_the_safety_plan_and_open_goals(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    [row] = caseload(case.counsellor)["rows"]
    assert (row["safety_plan_on"], row["safety_plan_days"], row["open_goals"]) == (None, None, 1)
    path = f"/cases/{case.id}/safety-plan"
    for version in (0, 1):
        written = case.counsellor.put(path, outbound.SAFETY_PLAN, version=version)
        assert written.status_code < 300, written.json
    at_ten(web, "2027-01-27")
    plan = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"][0]["id"]
    [goal] = case.counsellor.get(f"/plans/{plan}/goals").get_json()["data"]
    done = case.counsellor.patch(f"/goals/{goal['id']}", {"status": "achieved"}, version=1)
    assert done.status_code == 200, done.json

    [row] = caseload(case.counsellor)["rows"]

    assert (row["safety_plan_on"], row["safety_plan_days"]) == (moves.FIRST_DAY, 7)
    assert row["open_goals"] == 0


def test_a_colleagues_caseload_is_for_covers_and_leads(
    three: tuple[CaseOf, CaseOf, CaseOf], site: TestSite, web: Web
) -> None:
    quiet = three[0]
    stranger, worker = site.person("counsellor"), quiet.counsellor.staff_id

    assert references(stranger) == []
    expect_problem(stranger.get(f"/caseload?worker_id={worker}"), 403, "forbidden")
    expect_problem(stranger.get("/caseload?scope=site"), 403, "forbidden")
    assert len(references(quiet.lead, f"?worker_id={worker}")) == 3
    assert len(references(quiet.lead, "?scope=site")) == 3
    other = web.site().person("clinical_lead")
    assert references(other, "?scope=site") == references(other, f"?worker_id={worker}") == []


def test_an_ended_case_is_gone(three: tuple[CaseOf, CaseOf, CaseOf], web: Web) -> None:
    quiet, late, alarm = three
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=alarm.id)

    assert references(quiet.counsellor) == [late.id, quiet.id]
    assert references(quiet.lead, "?scope=site") == [late.id, quiet.id]


def test_the_cost_is_constant(three: tuple[CaseOf, CaseOf, CaseOf], web: Web) -> None:
    """Door, facts, page and event, for one case and for a hundred."""
    with counted(web) as few:
        assert len(references(three[0].counsellor, "?limit=1")) == 1
    web.run(
        "WITH people AS (INSERT INTO clients SELECT (jsonb_populate_record(NULL::clients,"
        " jsonb_build_object('id', gen_random_uuid(), 'site_id', c.site_id, 'state', 'erased',"
        " 'birth_year', 1990,"
        " 'absorbed', false, 'kek_id', 1, 'key_version', 1, 'created_at', now(), 'version', 1))).*"
        " FROM clients c, generate_series(1, 100) WHERE c.id = :p RETURNING id)"
        " INSERT INTO cases SELECT (jsonb_populate_record(k, jsonb_build_object("
        "'id', gen_random_uuid(), 'client_id', people.id, 'reference', people.id::text))).*"
        " FROM cases k, people WHERE k.id = :c",
        p=three[0].client_id, c=three[0].id,
    )  # fmt: skip
    with counted(web) as many:
        assert len(references(three[0].counsellor, "?limit=100")) == 100

    assert len(few) == len(many) == 4, many
