"""Emergency access: one case, one hour, for reading; told at once and reviewed after."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.makers import cases
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers

ORDER = {
    "reason_code": "emergency",
    "justification": "The ward where she lies asks what was taken and when.",
}


@pytest.fixture
def case(site: TestSite) -> CaseOf:
    """A colleague's case with one assessment."""
    made = cases.handed_in(site)
    made.counsellor.post(f"/cases/{made.id}/assessments", assessment_order())
    return made


@pytest.fixture
def person(site: TestSite) -> Caller:
    """A counsellor who has nothing to do with it."""
    return site.person("counsellor")


def open_it(person: Caller, case: CaseOf, **changes: Any) -> TestResponse:
    return person.post(f"/cases/{case.id}/break-glass-grants", ORDER | changes)


def age(web: Web, person: Caller, hours: int) -> None:
    web.run(
        "UPDATE break_glass_grants SET granted_at = granted_at - make_interval(hours => :h),"
        " expires_at = expires_at - make_interval(hours => :h) WHERE staff_id = :s",
        h=hours, s=person.staff_id,
    )  # fmt: skip


def readable(case: CaseOf) -> list[str]:
    """What a grant opens."""
    return [
        f"/clients/{case.client_id}",
        f"/clients/{case.client_id}/contacts",
        f"/intakes/{case.intake_id}",
        f"/cases/{case.id}/assessments",
        f"/cases/{case.id}/plans",
        f"/cases/{case.id}/follow-ups",
        f"/cases/{case.id}/consents",
    ]


def test_a_grant_opens_one_case_for_reading_and_every_answer_says_so(
    web: Web, case: CaseOf, person: Caller
) -> None:
    for path in readable(case):
        expect_problem(person.get(path), 403, "break-glass-required")

    with counted(web) as sent:
        made = open_it(person, case)

    assert made.status_code == 201, made.json
    assert len(sent) == 8, sent  # door, key, case, people told, grant, notices, event, answer
    until = made.get_json()["expires_at"][:19]
    for path in readable(case):
        answer = person.get(path)
        assert (answer.status_code, answer.headers["Break-Glass"]) == (200, f"until={until}Z"), path
        [event] = web.rows(
            "SELECT purpose, policy_ref FROM audit_events WHERE request_id = :r",
            r=answer.headers["X-Request-Id"],
        )
        assert (event.purpose, str(event.policy_ref)) == ("ETREAT", made.get_json()["id"])


def test_a_grant_changes_nothing_and_opens_no_other_case(
    site: TestSite, case: CaseOf, person: Caller
) -> None:
    other = cases.handed_in(site)
    open_it(person, case)

    for answer in (
        person.patch(f"/clients/{case.client_id}", {"pronouns": "she"}, version=1),
        person.post(f"/cases/{case.id}/assessments", assessment_order()),
        person.post(f"/cases/{case.id}/recommendation"),
        person.get(f"/cases/{case.id}/access-log"),
        person.get(f"/intakes/{other.intake_id}"),
    ):
        expect_problem(answer, 403, "break-glass-required")
    assert person.get("/clients").get_json()["data"] == []


def test_a_grant_ends_after_an_hour(web: Web, case: CaseOf, person: Caller) -> None:
    open_it(person, case)
    age(web, person, 1)

    expect_problem(person.get(f"/intakes/{case.intake_id}"), 403, "break-glass-required")


@pytest.mark.parametrize("ago", [None, 301])
def test_it_needs_a_fresh_second_factor(
    web: Web, case: CaseOf, person: Caller, ago: int | None
) -> None:
    web.run(
        "UPDATE staff_sessions SET mfa_at = now() - make_interval(secs => :ago)"
        " WHERE staff_id = :s",
        ago=ago, s=person.staff_id,
    )  # fmt: skip

    expect_problem(open_it(person, case), 401, "mfa-required")

    assert (
        web.rows("SELECT id FROM break_glass_grants WHERE staff_id = :s", s=person.staff_id) == []
    )


def test_auditor_and_key_worker_are_told_and_a_fourth_use_tells_the_lead(
    web: Web, site: TestSite, case: CaseOf, person: Caller
) -> None:
    auditor = site.person("auditor")
    told = "SELECT staff_id, path, counts FROM staff_notices WHERE kind = 'break_glass'"

    open_it(person, case)
    first = web.rows(f"{told} AND site_id = :s", s=site.id)
    for _ in range(3):
        open_it(person, case)
    fourth = web.rows(f"{told} AND site_id = :s AND counts = '{{\"uses_today\": 4}}'", s=site.id)

    assert {row.staff_id for row in first} == {auditor.staff_id, case.counsellor.staff_id}
    assert {row.path for row in first} == {"/break-glass-grants", f"/cases/{case.id}/access-log"}
    assert {row.staff_id for row in fourth} == {
        auditor.staff_id,
        case.counsellor.staff_id,
        case.lead.staff_id,
    }


def test_a_use_is_reviewed_once_by_an_auditor(
    web: Web, site: TestSite, case: CaseOf, person: Caller
) -> None:
    auditor = site.person("auditor")
    made = open_it(person, case).get_json()
    path = f"/break-glass-grants/{made['id']}/review"

    [listed] = auditor.get("/break-glass-grants").get_json()["data"]
    done = auditor.act(path, {"outcome": "justified"}, version=1)
    again = auditor.act(path, {"outcome": "not_justified"}, version=2)

    assert (listed["justification"], listed["state"]) == (ORDER["justification"], "live")
    assert (done.status_code, done.get_json()["state"]) == (200, "reviewed")
    expect_problem(again, 409, "conflict")
    expect_problem(person.act(path, {"outcome": "justified"}, version=2), 403, "forbidden")
    rows = web.rows(
        "SELECT reviewed_by, sealed FROM break_glass_grants WHERE id = :g", g=made["id"]
    )
    assert rows[0].reviewed_by == auditor.staff_id
    assert b"ward" not in rows[0].sealed


def test_nobody_reviews_their_own(web: Web, site: TestSite, case: CaseOf, person: Caller) -> None:
    made, auditor = open_it(person, case).get_json(), site.person("auditor")
    web.run(
        "UPDATE break_glass_grants SET staff_id = :a WHERE id = :g",
        a=auditor.staff_id, g=made["id"],
    )  # fmt: skip

    path = f"/break-glass-grants/{made['id']}/review"

    expect_problem(auditor.act(path, {"outcome": "justified"}, version=1), 403, "forbidden")


def test_a_use_that_waits_for_its_review_suspends_the_right(
    web: Web, site: TestSite, case: CaseOf, person: Caller
) -> None:
    made = open_it(person, case).get_json()
    age(web, person, 73)
    suspended = open_it(person, case)
    site.person("auditor").act(
        f"/break-glass-grants/{made['id']}/review", {"outcome": "justified"}, version=1
    )

    assert "72 hours" in expect_problem(suspended, 403, "forbidden")["detail"]
    assert open_it(person, case).status_code == 201


@pytest.mark.parametrize("role", ["intake_coordinator", "peer_worker", "auditor", "administrator"])
def test_only_clinicians_break_the_glass(site: TestSite, case: CaseOf, role: str) -> None:
    expect_problem(open_it(site.person(role), case), 403, "forbidden")


def test_a_case_elsewhere_is_not_found(web: Web, case: CaseOf) -> None:
    stranger = web.site().person("counsellor")

    expect_problem(open_it(stranger, case), 404, "not-found")
    expect_problem(
        stranger.post(f"/cases/{uuid.uuid4()}/break-glass-grants", ORDER), 404, "not-found"
    )

    assert web.rows("SELECT id FROM break_glass_grants WHERE case_id = :c", c=case.id) == []


def test_the_justification_says_something(case: CaseOf, person: Caller) -> None:
    answer = open_it(person, case, justification="Urgent.")

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/justification"}
