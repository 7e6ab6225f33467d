"""Discharge: proposed by one, approved by another, and what ends with it; then the way back."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest

from tests.makers import bookings, cases, moves, orders
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, expect_problem, pointers


def decide(case: CaseOf, proposal: dict[str, Any], act: str = "approve", **said: Any) -> Any:
    """The lead decides on a proposal as it was made."""
    body = said if act == "return" else None
    return case.lead.act(f"/proposals/{proposal['id']}/actions/{act}", body, version=1)


def ready(web: Web, site: TestSite) -> CaseOf:
    """A case that lacks nothing stored for its discharge."""
    case = moves.begun(web, site)
    moves.exit_scores(case)
    return case


def test_a_lead_approves_what_a_counsellor_proposed(web: Web, site: TestSite) -> None:
    case = ready(web, site)
    proposal = moves.proposed(case)
    waiting = case.read()["state"]
    tasks = case.lead.get(f"/cases/{case.id}/tasks?state=open").get_json()["data"]

    approved = decide(case, proposal)

    assert waiting == "active"
    assert [one["kind"] for one in tasks if one["owner_id"] is None] == ["approve_discharge"]
    assert approved.status_code == 200, approved.json
    assert (approved.get_json()["state"], case.read()["state"]) == ("approved", "discharged")
    (newest, *_) = case.lead.get(f"/cases/{case.id}/transitions").get_json()["data"]
    assert newest["reason"] == "completed_drug_free"
    assert newest["facts"] == {
        "discharge_reason": "completed_drug_free",
        "discharge_date": moves.FIRST_DAY,
        "days_used_28": 0,
        "craving": 2,
        "gp_letter": "sent",
    }
    assert newest["words"] == {
        "relapse_plan": "Calls us on the first day of use.",
        "door_open_note": "May ring at any time.",
    }


def test_no_visit_reminder_or_obligation_outlives_it(web: Web, site: TestSite) -> None:
    case = ready(web, site)
    booked = bookings.book(case, local_start="2027-02-10T10:00")
    before = bookings.live(web, booked)

    decide(case, moves.proposed(case))

    assert before
    assert bookings.live(web, booked) == []
    (visit,) = web.rows("SELECT status, version FROM appointments WHERE id = :a", a=booked["id"])
    assert tuple(visit) == ("cancelled", 2)
    reasons = web.rows("SELECT DISTINCT state, state_reason FROM reminders"
                       " WHERE appointment_id = :a", a=booked["id"])  # fmt: skip
    assert [tuple(row) for row in reasons] == [("cancelled", "case_discharged")]
    left = web.rows("SELECT 1 FROM follow_ups WHERE case_id = :c"
                    " AND state IN ('planned', 'booked')", c=case.id)  # fmt: skip
    assert left == []
    events = web.rows("SELECT entity_version FROM audit_events WHERE entity_id = :a AND subtype ="
                      " 'cancel'", a=booked["id"])  # fmt: skip
    assert [row.entity_version for row in events] == [2]


def test_nobody_approves_their_own_proposal(web: Web, site: TestSite) -> None:
    case = ready(web, site)
    made = case.lead.post(f"/cases/{case.id}/proposals", moves.DISCHARGE).get_json()

    own = decide(case, made)
    other = site.person("clinical_lead").act(f"/proposals/{made['id']}/actions/approve", version=1)

    assert "somebody else" in expect_problem(own, 403, "forbidden")["detail"]
    assert other.status_code == 200, other.json


def test_a_lead_returns_it_with_a_comment_and_it_is_proposed_again(
    web: Web, site: TestSite
) -> None:
    case = ready(web, site)
    proposal = moves.proposed(case)

    bare = decide(case, proposal, "return")
    returned = decide(case, proposal, "return", comment="Ask about the flat first.")
    twice = case.lead.act(f"/proposals/{proposal['id']}/actions/approve", version=2)
    again = moves.proposed(case)

    expect_problem(bare, 422, "validation-failed")
    assert (returned.get_json()["state"], returned.get_json()["comment"]) == (
        "returned",
        "Ask about the flat first.",
    )
    assert "only once" in expect_problem(twice, 409, "conflict")["detail"]
    assert again["id"] != proposal["id"]
    listed = case.counsellor.get(f"/cases/{case.id}/proposals").get_json()["data"]
    assert [one["state"] for one in listed] == ["proposed", "returned"]
    assert case.read()["state"] == "active"
    asked = web.rows("SELECT state FROM tasks WHERE case_id = :c AND kind = 'approve_discharge'"
                     " ORDER BY id", c=case.id)  # fmt: skip
    assert [row.state for row in asked] == ["done", "open"]


def test_everything_that_is_missing_is_told_when_it_is_proposed(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)

    answer = case.counsellor.post(f"/cases/{case.id}/proposals", {"kind": "discharge"})

    assert expect_problem(answer, 409, "invalid-transition")["missing"] == [
        *("discharge_reason", "discharge_date", "exit_scores", "relapse_plan", "gp_letter"),
    ]
    assert case.counsellor.get(f"/cases/{case.id}/proposals").get_json()["data"] == []


def test_what_happens_meanwhile_is_judged_again(web: Web, site: TestSite) -> None:
    case = ready(web, site)
    proposal = moves.proposed(case)
    web.run("INSERT INTO alerts (site_id, id, case_id, code, priority, state, raised_at, due_at,"
            " occurrences, created_at, version) VALUES (:s, gen_random_uuid(), :c, 'A02', 'high',"
            " 'open', now(), now(), 1, now(), 1)", s=site.id, c=case.id)  # fmt: skip

    refused = decide(case, proposal)

    missing = expect_problem(refused, 409, "invalid-transition")["missing"]
    assert missing == ["alerts_closed_or_handed_over"]
    assert case.read()["state"] == "active"


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"gp_letter": "not_agreed"}, "gp_letter"),
        ({"days_used_28": None}, "exit_scores"),
        ({"relapse_plan": None}, "relapse_plan"),
    ],
)
def test_each_part_of_the_exit_set_is_needed(
    web: Web, site: TestSite, change: dict[str, Any], missing: str
) -> None:
    case = ready(web, site)
    body = {name: said for name, said in (moves.DISCHARGE | change).items() if said is not None}

    answer = case.counsellor.post(f"/cases/{case.id}/proposals", body)

    assert expect_problem(answer, 409, "invalid-transition")["missing"] == [missing]


def test_a_letter_goes_to_the_practice_with_consent_only(web: Web, site: TestSite) -> None:
    case = ready(web, site)
    withdrawn = orders.consent_order("share_gp", status="withdrawn")
    case.coordinator.post(f"/cases/{case.id}/consents", withdrawn)
    path = f"/cases/{case.id}/proposals"

    sent = case.counsellor.post(path, moves.DISCHARGE)
    left_out = case.counsellor.post(path, moves.DISCHARGE | {"gp_letter": "not_agreed"})

    assert expect_problem(sent, 409, "invalid-transition")["missing"] == ["gp_letter"]
    assert left_out.status_code == 201, left_out.json


def test_what_a_person_did_not_tell_is_no_number(web: Web, site: TestSite) -> None:
    case = ready(web, site)

    made = moves.proposed(case, days_used_28={"status": "declined"}, craving={"status": "unknown"})

    facts = case.lead.get(f"/proposals/{made['id']}").get_json()["facts"]
    assert (facts["days_used_28"], facts["craving"]) == ("declined", "unknown")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"discharge_reason": "died"}, {"/discharge_reason"}),
        ({"discharge_date": "2099-01-01"}, {"/discharge_date"}),
        ({"days_used_28": 29}, {"/days_used_28"}),
        ({"craving": "high"}, {"/craving"}),
        ({"kind": "escape"}, {"/kind"}),
        ({"decided_by": "00000000-0000-0000-0000-000000000000"}, {"/decided_by"}),
    ],
)
def test_a_wrong_field_is_named(
    web: Web, site: TestSite, change: dict[str, Any], named: set[str]
) -> None:
    case = moves.begun(web, site)

    answer = case.counsellor.post(f"/cases/{case.id}/proposals", moves.DISCHARGE | change)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == named


def test_a_second_open_proposal_is_refused(web: Web, site: TestSite) -> None:
    case = ready(web, site)
    moves.proposed(case)

    answer = case.counsellor.post(f"/cases/{case.id}/proposals", moves.DISCHARGE)

    assert "open already" in expect_problem(answer, 409, "conflict")["detail"]


def test_no_transition_discharges_without_a_second_person(web: Web, site: TestSite) -> None:
    case = ready(web, site)

    answer = moves.move(case.lead, case, "discharged")

    assert "approval" in expect_problem(answer, 409, "invalid-transition")["missing"]


def test_two_leads_decide_at_once_and_one_counts(web: Web, site: TestSite) -> None:
    case = ready(web, site)
    path = f"/proposals/{moves.proposed(case)['id']}/actions"
    asks = (("approve", None), ("return", {"comment": "Not yet, please."}))

    def ask(what: tuple[str, Any]) -> int:
        person = site.person("clinical_lead")
        return int(person.act(f"{path}/{what[0]}", what[1], version=1).status_code)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(ask, asks))

    assert found == [200, 412]


def test_a_return_is_a_new_episode_and_the_old_one_stays(web: Web, site: TestSite) -> None:
    case = moves.discharged(web, site)
    old = case.read()
    cases.at_ten(web, "2027-03-01")
    said = {"reason": "Used again at a festival", "new_contact_date": "2027-03-01"}

    answer = moves.move(case.coordinator, case, "intake", **said)

    fresh = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/cases/{fresh['id']}"
    assert (fresh["state"], fresh["client_id"]) == ("intake", case.client_id)
    assert fresh["reopened_from"] == case.id
    assert fresh["reference"] != old["reference"]
    assert case.read() == old
    (first,) = case.lead.get(f"/cases/{fresh['id']}/transitions").get_json()["data"]
    assert (first["event"], first["from_state"]) == ("reopened", "discharged")
    assert first["words"] == {"reason": "Used again at a festival"}
    (draft,) = web.rows("SELECT state, answers FROM intakes WHERE case_id = :c", c=fresh["id"])
    assert tuple(draft) == ("draft", {})
    assert len(web.rows("SELECT 1 FROM clients WHERE site_id = :s", s=site.id)) == 1


def test_whoever_comes_back_later_is_referred_again(web: Web, site: TestSite) -> None:
    case = moves.discharged(web, site)
    said = {"reason": "Used again", "new_contact_date": "2027-04-21"}
    cases.at_ten(web, "2027-04-21")

    late = moves.move(case.coordinator, case, "intake", **said)
    referral = {"source": "gp", "referral_date": "2027-04-20", "urgency": "urgent"}
    again = moves.move(case.coordinator, case, "intake", **said, referral=referral)

    assert expect_problem(late, 409, "invalid-transition")["missing"] == ["new_referral"]
    assert again.get_json()["referral_source"] == "gp"


def test_a_case_is_reopened_once(web: Web, site: TestSite) -> None:
    case = moves.discharged(web, site)
    said = {"reason": "Used again", "new_contact_date": moves.FIRST_DAY}

    first = moves.move(case.lead, case, "intake", **said)
    second = moves.move(case.lead, case, "intake", **said)

    reference = first.get_json()["reference"]
    assert reference in expect_problem(second, 409, "conflict")["detail"]


def test_the_new_episode_goes_on_like_any_other(web: Web, site: TestSite) -> None:
    case = moves.discharged(web, site)
    said = {"reason": "Used again", "new_contact_date": moves.FIRST_DAY}
    fresh = moves.move(case.coordinator, case, "intake", **said).get_json()
    (draft,) = web.rows("SELECT id, version FROM intakes WHERE case_id = :c", c=fresh["id"])
    path = f"/intakes/{draft.id}"

    saved = case.coordinator.patch(path, {"answers": orders.NO_RISK}, version=1)
    done = case.coordinator.act(f"{path}/submit", version=2)

    assert saved.status_code == 200, saved.json
    assert done.status_code == 200, done.json
    assert done.get_json()["case_state"] == "intake"
