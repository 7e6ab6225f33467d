"""What if a referral out gets more urgent, is put off, or goes on? It is asked after by that."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import bookings, cases, outbound, plans
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """V04, decided on: urology is wanted urgently, within a fortnight of 13 January 2027."""
    made = cases.assessed(web, site, "V04")
    plans.decided(made, "outpatient_cbt")
    return made


def urology(case: CaseOf) -> dict[str, Any]:
    found = case.counsellor.get(f"/cases/{case.id}/outbound-referrals").get_json()["data"]
    (one,) = (row for row in found if row["adjunct"] == "J01")
    body: dict[str, Any] = one
    return body


def was_wanted(web: Web, case: CaseOf, urgency: str, due_by: str) -> None:
    """As if the advice before had said so."""
    web.run(
        "UPDATE outbound_referrals SET urgency = :u, due_by = :d WHERE id = :i",
        u=urgency, d=due_by, i=urology(case)["id"],
    )  # fmt: skip


def tasks(web: Web, referral: str) -> list[tuple[str, str]]:
    """Kind and state of what asks about a referral."""
    rows = web.rows(
        "SELECT kind, state FROM tasks WHERE outbound_referral_id = :i ORDER BY id", i=referral
    )
    return [(row.kind, row.state) for row in rows]


def overdue(web: Web, referral: str) -> None:
    """Somebody was asked after it."""
    web.run("UPDATE outbound_referrals SET overdue_at = '2027-01-11' WHERE id = :i", i=referral)
    web.run(
        "INSERT INTO tasks (site_id, id, case_id, kind, source, due_at, state, created_at, version,"
        " outbound_referral_id) SELECT site_id, gen_random_uuid(), case_id, 'referral_overdue',"
        " 'outbound_referral', '2027-01-21', 'open', now(), 1, id FROM outbound_referrals"
        " WHERE id = :i",
        i=referral,
    )


def test_one_that_did_not_leave_becomes_as_urgent_as_it_is_wanted(web: Web, case: CaseOf) -> None:
    was_wanted(web, case, "routine", "2027-02-24")

    plans.decided(case, "outpatient_cbt")

    found = urology(case)
    assert (found["urgency"], found["due_by"], found["version"]) == ("urgent", "2027-01-27", 2)
    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i AND action <> 'R'"
        " ORDER BY entity_version",
        i=uuid.UUID(found["id"]),
    )
    assert [tuple(row) for row in events] == [("plan", 1), ("update", 2)]


@pytest.mark.parametrize(
    ("urgency", "due_by"), [("emergency", "2027-02-24"), ("urgent", "2027-02-24")]
)
def test_nothing_becomes_less_urgent_by_itself(
    web: Web, case: CaseOf, urgency: str, due_by: str
) -> None:
    was_wanted(web, case, urgency, due_by)

    plans.decided(case, "outpatient_cbt")

    found = urology(case)
    assert (found["urgency"], found["due_by"], found["version"]) == (urgency, due_by, 1)


def test_of_one_that_left_somebody_tells_the_service_once(web: Web, case: CaseOf) -> None:
    referral = urology(case)["id"]
    said = outbound.WITHOUT_CONSENT | {"recipient": "Urology, City Hospital"}
    assert outbound.send(case, referral, **said).status_code == 200
    was_wanted(web, case, "routine", "2027-02-24")

    plans.decided(case, "outpatient_cbt")
    plans.decided(case, "outpatient_cbt")

    assert urology(case)["urgency"] == "routine"
    assert tasks(web, referral) == [("other", "open")]
    [task] = [
        one
        for one in case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
        if one["kind"] == "other"
    ]
    assert "left as routine, and the plan asks for it as urgent" in task["note"]
    assert task["owner_id"] == str(case.counsellor.staff_id)


def test_one_that_was_answered_is_left_alone(web: Web, case: CaseOf) -> None:
    referral = urology(case)["id"]
    path = f"/outbound-referrals/{referral}/actions/cancel"
    assert case.counsellor.act(path, {"reason": "Had it"}, version=1).status_code == 200
    was_wanted(web, case, "routine", "2027-02-24")

    plans.decided(case, "outpatient_cbt")

    assert (urology(case)["id"], urology(case)["urgency"]) == (referral, "routine")
    assert tasks(web, referral) == []


def test_one_that_was_put_off_is_asked_after_again(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    referral = outbound.planned(case)
    overdue(web, referral)
    path = f"/outbound-referrals/{referral}"

    same = case.counsellor.patch(path, {"due_by": "2027-02-10"}, version=1)
    later = case.counsellor.patch(path, {"due_by": "2027-03-10"}, version=1)

    assert same.get_json()["overdue_at"] is not None
    assert (later.status_code, later.get_json()["overdue_at"]) == (200, None)
    assert tasks(web, referral) == [("referral_overdue", "done")]


def test_one_that_was_seen_is_asked_after_for_its_result(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    referral = outbound.sent(case)
    overdue(web, referral)
    path = f"/outbound-referrals/{referral}"

    put_off = case.counsellor.patch(path, {"due_by": "2027-03-10"}, version=2)
    seen = case.counsellor.patch(path, {"seen_on": "2027-01-11"}, version=3)

    assert put_off.get_json()["overdue_at"] is not None
    assert (seen.get_json()["state"], seen.get_json()["overdue_at"]) == ("seen", None)
    assert tasks(web, referral) == [("referral_overdue", "done")]
