"""Do boards show what waits around a plan: referrals out, reviews, notes, consents that end?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.makers import boards, bookings, disclosures, orders, outbound
from tests.makers.cases import CaseOf, handed_in
from tests.makers.progress import drafted_note
from tests.support.web import Caller, TestSite, Web, counted, expect_problem

DAY = dt.datetime(2027, 1, 25, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    client = orders.reachable_client(given_name="Maya", family_name="Linton")
    return bookings.a_case(web, site, client=client)


def listed(person: Caller, name: str, scope: str = "mine") -> dict[str, Any]:
    answer = person.get(f"/worklists/{name}?scope={scope}")
    assert answer.status_code == 200, answer.get_json(force=True)
    body: dict[str, Any] = answer.get_json()
    return body


def rows(person: Caller, name: str, scope: str = "mine") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = listed(person, name, scope)["rows"]
    return found


def test_referrals_out_wait_until_their_result(web: Web, case: CaseOf) -> None:
    web.set_clinic_time(bookings.MONDAY)
    later = outbound.planned(case, due_by="2027-02-20")
    sooner = outbound.sent(case, due_by="2027-01-20", urgency="urgent")
    gone = outbound.planned(case, due_by="2027-02-21")
    path = f"/outbound-referrals/{gone}/actions/cancel"
    assert case.counsellor.act(path, {"reason": "Not needed"}, version=1).status_code == 200
    web.set_clinic_time(DAY)

    first, second = rows(case.counsellor, "open_outbound_referrals")

    assert (first["id"], first["state"], first["detail"]) == (sooner, "sent", "urgent")
    assert (first["due_on"], first["days"], first["is_overdue"]) == ("2027-01-20", 5, True)
    assert first["actions"] == ["receive-result", "cancel"]
    assert (second["id"], second["code"], second["name"]) == (later, "physiotherapy", "Maya Linton")
    assert (second["days"], second["is_overdue"]) == (0, False)
    assert second["actions"] == ["send", "cancel"]


def test_a_plan_is_listed_a_week_before_its_review(web: Web, site: TestSite, case: CaseOf) -> None:
    """Its day is 8 February."""
    bookings.follow_up(web, site, case)

    found = []
    for day in ("2027-01-31", "2027-02-01", "2027-02-08", "2027-02-09"):
        web.set_clinic_time(dt.datetime.fromisoformat(f"{day}T09:00:00+00:00"))
        found.append(
            [(one["due_on"], one["is_overdue"]) for one in rows(case.counsellor, "plan_reviews")]
        )

    assert found == [
        [],
        [("2027-02-08", False)],
        [("2027-02-08", False)],
        [("2027-02-08", True)],
    ]
    [row] = rows(case.counsellor, "plan_reviews")
    assert (row["kind"], row["code"], row["days"]) == ("plan", "outpatient_cbt", 1)
    assert row["actions"] == ["plans"]
    web.run(
        "UPDATE plan_decisions SET in_force_until = '2027-02-09', end_code = 'discharged'"
        " WHERE case_id = :c",
        c=case.id,
    )
    assert rows(case.counsellor, "plan_reviews") == []


def test_an_unsigned_note_is_a_draft_of_the_day(web: Web, case: CaseOf) -> None:
    """At once, and late after 48 hours; it stands among draft intakes by its moment."""
    web.set_clinic_time(DAY - dt.timedelta(days=3))
    late = drafted_note(case)
    web.set_clinic_time(DAY)
    fresh = drafted_note(case)
    drafted_note(case, author=case.lead)
    begun = case.lead.post("/intakes", orders.intake_order()).get_json()["id"]

    drafts = case.counsellor.get("/today").get_json()["lanes"]["drafts"]
    of_lead = case.lead.get("/today?scope=site").get_json()["lanes"]["drafts"]

    told = [(one["kind"], one["id"], one["is_overdue"]) for one in drafts["rows"]]
    assert told == [("note", fresh, False), ("note", late, True)]
    assert drafts["rows"][0]["actions"] == ["resume", "sign"]
    assert drafts["count"] == 2
    assert (of_lead["count"], {one["kind"] for one in of_lead["rows"]}) == (4, {"note", "draft"})
    assert begun in {one["id"] for one in of_lead["rows"]}


def test_a_cut_lane_of_two_kinds_counts_both(web: Web, case: CaseOf) -> None:
    boards.copies(web, "progress_notes", drafted_note(case), 99)
    case.coordinator.post("/intakes", orders.intake_order())

    drafts = case.lead.get("/today?scope=site").get_json()["lanes"]["drafts"]

    assert (drafts["count"], drafts["is_capped"], drafts["has_more"]) == (100, True, True)
    assert len(drafts["rows"]) == 20


def test_consents_to_disclosure_that_end_are_listed_with_the_others(web: Web, case: CaseOf) -> None:
    ends = {"expiry": "on_date", "signed_on": "2027-01-11"}
    soon = disclosures.consented(case, **ends, expires_on="2027-02-05")
    revoked = disclosures.consented(case, **ends, expires_on="2027-02-19")
    disclosures.consented(case, **ends, expires_on="2027-06-20")
    [treatment, *_] = web.rows("SELECT id FROM consents WHERE client_id = :c", c=case.client_id)
    newer = {"expires_on": "2027-02-10", "decided_at": "2027-01-12"}
    boards.copies(web, "consents", str(treatment.id), 1, newer)
    path = f"/disclosure-consents/{revoked}/actions/revoke"
    assert case.counsellor.act(path, {"how": "spoken"}, version=1).status_code == 200
    web.set_clinic_time(DAY)

    first, second = rows(case.counsellor, "expiring_consents")

    assert (first["kind"], first["id"]) == ("disclosure_consent", soon)
    assert (first["code"], first["detail"], first["due_on"]) == (
        "treatment",
        "specific",
        "2027-02-05",
    )
    assert first["actions"] == ["disclosure-consents"]
    assert (second["kind"], second["due_on"]) == ("consent", "2027-02-10")
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=case.id)
    assert rows(case.counsellor, "expiring_consents") == []


@pytest.mark.parametrize("name", ["open_outbound_referrals", "plan_reviews", "expiring_consents"])
def test_whose_work_it_isnt_sees_none_of_it(
    web: Web, site: TestSite, case: CaseOf, name: str
) -> None:
    outbound.planned(case)
    bookings.follow_up(web, site, case)
    ends = {"expiry": "on_date", "signed_on": "2027-01-11", "expires_on": "2027-02-20"}
    disclosures.consented(case, **ends)
    web.set_clinic_time(dt.datetime(2027, 2, 5, 9, tzinfo=dt.UTC))

    other = web.site().person("clinical_lead")

    assert len(rows(case.counsellor, name)) == len(rows(case.lead, name, "site")) == 1
    assert rows(site.person("counsellor"), name, "site") == []
    assert rows(other, name, "site") == []
    expect_problem(site.person("peer_worker").get(f"/worklists/{name}"), 403, "forbidden")


def test_a_coordinator_sees_care_until_the_handover(web: Web, site: TestSite) -> None:
    web.set_clinic_time(bookings.MONDAY)
    case = handed_in(site, orders.intake_order(answers=orders.NO_RISK), has_key_worker=False)
    order = outbound.outbound_order()
    assert case.lead.post(f"/cases/{case.id}/outbound-referrals", order).status_code == 201
    seen = rows(case.coordinator, "open_outbound_referrals", "site")
    web.run(
        "UPDATE cases SET key_worker_id = :k WHERE id = :c", k=case.counsellor.staff_id, c=case.id
    )

    assert len(seen) == 1
    assert rows(case.coordinator, "open_outbound_referrals", "site") == []


def test_counts_are_capped_and_the_cost_is_constant(web: Web, site: TestSite, case: CaseOf) -> None:
    """Door, list and event, for one referral and for 120 of them."""
    one = outbound.planned(case)
    path = "/worklists/open_outbound_referrals"
    with counted(web) as few:
        assert len(rows(case.counsellor, "open_outbound_referrals")) == 1
    boards.copies(web, "outbound_referrals", one, 120)
    boards.many_alerts(web, site, case, 5)
    with counted(web) as many:
        body = case.counsellor.get(path).get_json()

    assert (body["count"], body["is_capped"], len(body["rows"])) == (100, True, 100)
    assert len(few) == len(many) == 3, many
