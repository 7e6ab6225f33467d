"""Does the board of the day show what waits, to whom it concerns, and at a constant cost?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from intake.services.boards import WORKLISTS
from tests.makers import boards, bookings, orders
from tests.makers.cases import CaseOf, handed_in
from tests.makers.progress import drafted_note
from tests.support.web import Caller, TestSite, Web, counted, expect_problem

LANES = {
    "alerts",
    "coming_today",
    "overdue_follow_ups",
    "failed_reminders",
    "waiting_referrals",
    "drafts",
}
DAY = dt.datetime(2027, 1, 25, 9, 30, tzinfo=dt.UTC)


def lanes(person: Caller, scope: str = "mine") -> dict[str, Any]:
    answer = person.get(f"/today?scope={scope}")
    assert answer.status_code == 200, answer.get_json(force=True)
    body: dict[str, Any] = answer.get_json()["lanes"]
    return body


def rows(person: Caller, name: str, scope: str = "mine") -> list[dict[str, Any]]:
    answer = person.get(f"/worklists/{name}?scope={scope}")
    assert answer.status_code == 200, answer.get_json(force=True)
    found: list[dict[str, Any]] = answer.get_json()["rows"]
    return found


def counts(found: dict[str, Any]) -> dict[str, int | None]:
    return {name: None if lane is None else lane["count"] for name, lane in found.items()}


@pytest.fixture
def busy(web: Web, site: TestSite) -> CaseOf:
    """A case with something in every lane on the Monday two weeks after, at half past nine."""
    client = orders.reachable_client(given_name="Maya", family_name="Linton")
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS, client=client)
    bookings.follow_up(web, site, case)
    bookings.book(case, local_start="2027-01-25T10:00")
    later = bookings.book(case, local_start="2027-01-28T10:00")
    boards.failed_reminder(web, later["id"])
    web.set_clinic_time(DAY)
    return case


def test_each_lane_shows_what_waits(busy: CaseOf) -> None:
    order = orders.intake_order(answers=orders.NO_RISK)
    order["referral"] = orders.referral_order(referral_date="2027-01-15")
    begun = busy.coordinator.post("/intakes", order).get_json()

    found = lanes(busy.counsellor)
    waiting = lanes(busy.coordinator)

    assert set(found) == LANES
    assert counts(found) == {
        "alerts": 1,
        "coming_today": 1,
        "overdue_follow_ups": 1,
        "failed_reminders": 1,
        "waiting_referrals": 0,
        "drafts": 0,
    }
    assert {lane["rows"][0]["name"] for lane in found.values() if lane["rows"]} == {"Maya Linton"}
    [alert] = found["alerts"]["rows"]
    assert (alert["code"], alert["is_overdue"]) == ("A09", True)
    assert alert["words"]
    assert alert["actions"] == ["acknowledge", "close"]
    [visit] = found["coming_today"]["rows"]
    assert (visit["state"], visit["at"]) == ("booked", "2027-01-25T10:00:00+00:00")
    assert visit["actions"] == ["check-in", "attend", "move", "cancel"]
    [overdue] = found["overdue_follow_ups"]["rows"]
    assert (overdue["words"], overdue["days"]) == ("First session", 7)
    [failed] = found["failed_reminders"]["rows"]
    assert failed["words"] == "It was tried and certainly not delivered. Every attempt failed."
    assert failed["actions"] == ["resend", "contact-attempts"]
    [referral] = waiting["waiting_referrals"]["rows"]
    assert (referral["id"], referral["days"]) == (begun["case_id"], 10)
    assert (referral["due_on"], referral["is_overdue"]) == ("2027-01-22", True)
    assert referral["actions"] == ["take", "triage"]
    [draft] = waiting["drafts"]["rows"]
    assert (draft["id"], draft["sections_complete"] < draft["sections_total"]) == (
        begun["id"],
        True,
    )


def test_a_draft_says_when_it_was_saved(web: Web, site: TestSite) -> None:
    web.set_clinic_time(DAY - dt.timedelta(hours=2))
    coordinator = site.person("intake_coordinator")
    begun = coordinator.post("/intakes", orders.intake_order()).get_json()
    web.set_clinic_time(DAY)
    coordinator.patch(f"/intakes/{begun['id']}", {"answers": orders.NO_RISK}, version=1)

    [draft] = lanes(coordinator)["drafts"]["rows"]

    saved = dt.datetime.fromisoformat(draft["at"])
    assert dt.timedelta(0) <= saved - DAY < dt.timedelta(minutes=5)
    assert draft["version"] == 2
    assert draft["actions"] == ["resume", "interrupt", "submit"]


def test_who_has_arrived_stays_in_the_lane(busy: CaseOf) -> None:
    [visit] = lanes(busy.counsellor)["coming_today"]["rows"]

    path = f"/appointments/{visit['id']}/actions/check-in"
    assert busy.counsellor.act(path, version=visit["version"]).status_code == 200

    [after] = lanes(busy.counsellor)["coming_today"]["rows"]
    assert (after["state"], after["actions"]) == ("arrived", ["attend"])
    assert after["version"] == visit["version"] + 1


def test_mine_is_ones_own_and_site_what_one_may_see(busy: CaseOf, site: TestSite) -> None:
    stranger = site.person("counsellor")

    for scope in ("mine", "site"):
        assert set(counts(lanes(stranger, scope)).values()) == {0}
    assert set(counts(lanes(busy.lead)).values()) == {0}
    assert lanes(busy.lead, "site")["alerts"]["count"] == 1
    assert lanes(busy.lead, "site")["coming_today"]["rows"][0]["name"] == "Maya Linton"


@pytest.mark.usefixtures("busy")
def test_no_other_site_is_seen(web: Web) -> None:
    lead = web.site().person("clinical_lead")

    assert set(counts(lanes(lead, "site")).values()) == {0}
    assert all(
        rows(lead, name, "site") == [] for name in WORKLISTS if name != "break_glass_reviews"
    )


def test_a_cover_shows_the_work_of_the_colleague(busy: CaseOf, site: TestSite) -> None:
    stranger = site.person("counsellor")
    order = {
        "staff_id": str(stranger.staff_id),
        "for_staff_id": str(busy.counsellor.staff_id),
        "from_on": "2027-01-25",
        "until_on": "2027-01-25",
    }
    assert busy.lead.post("/covers", order).status_code == 201

    found = lanes(stranger)

    assert found["alerts"]["count"] == found["coming_today"]["count"] == 1


def test_a_peer_worker_sees_visits_without_names(busy: CaseOf, web: Web, site: TestSite) -> None:
    peer = site.person("peer_worker")
    web.run("UPDATE cases SET key_worker_id = :p WHERE id = :c", p=peer.staff_id, c=busy.id)

    found = lanes(peer)

    hidden = ("overdue_follow_ups", "failed_reminders", "waiting_referrals", "drafts")
    assert [found[name] for name in hidden] == [None] * 4
    [visit] = found["coming_today"]["rows"]
    assert visit["name"] is None
    assert visit["actions"] == ["check-in", "attend"]


def test_a_name_needs_a_case_of_ones_own(busy: CaseOf, site: TestSite) -> None:
    """A counsellor who stands in for one visit sees the visit, not whose it is."""
    other = site.person("counsellor")
    order = bookings.booked_order(busy, local_start="2027-01-25T15:00")
    made = busy.lead.post("/appointments", order | {"staff_id": str(other.staff_id)})
    assert made.status_code == 201, made.json

    [visit] = lanes(other)["coming_today"]["rows"]

    assert (visit["id"], visit["name"]) == (made.get_json()["id"], None)


def test_a_long_lane_is_cut_and_its_count_capped(busy: CaseOf, web: Web, site: TestSite) -> None:
    boards.many_alerts(web, site, busy, 120)

    lane = lanes(busy.counsellor)["alerts"]
    listed = busy.counsellor.get("/worklists/open_alerts").get_json()

    assert (lane["count"], lane["is_capped"], lane["has_more"]) == (100, True, True)
    assert len(lane["rows"]) == 20
    assert lane["rows"][0]["code"] == "A09"
    assert (len(listed["rows"]), listed["has_more"]) == (100, True)


@pytest.mark.parametrize("scope", ["mine", "site"])
def test_the_cost_is_constant(busy: CaseOf, web: Web, site: TestSite, scope: str) -> None:
    """Door, board and event, whatever is found."""
    for path in (f"/today?scope={scope}", f"/worklists/open_alerts?scope={scope}"):
        with counted(web) as few:
            assert busy.lead.get(path).status_code == 200
        boards.many_alerts(web, site, handed_in(site), 99)
        with counted(web) as many:
            assert busy.lead.get(path).status_code == 200

        assert len(few) == len(many) == 3, many


def test_what_was_shown_is_in_the_trail(busy: CaseOf, web: Web) -> None:
    answer = busy.counsellor.get("/today")

    [event] = web.rows(
        "SELECT type, subtype, returned_ids FROM audit_events WHERE request_id = :r",
        r=answer.headers["X-Request-Id"],
    )
    assert (event.type, event.subtype) == ("today", "read")
    assert [str(one) for one in event.returned_ids] == [busy.id]


def test_each_worklist_gives_its_rows(busy: CaseOf, web: Web, site: TestSite) -> None:
    past = bookings.book(busy, local_start="2027-01-26T10:00")
    note = drafted_note(busy)
    boards.unowned_task(web, site, busy.id)
    boards.unowned_task(web, site, None)
    boards.failed_reminder(
        web, bookings.book(busy, local_start="2027-02-15T10:00")["id"], "uncertain"
    )
    web.run(
        "INSERT INTO consents SELECT * FROM jsonb_populate_record(NULL::consents, (SELECT"
        " to_jsonb(c) || jsonb_build_object('id', gen_random_uuid(), 'expires_on', '2027-02-20',"
        " 'decided_at', '2027-01-12') FROM consents c WHERE client_id = :c LIMIT 1))",
        c=busy.client_id,
    )
    web.set_clinic_time(DAY + dt.timedelta(days=3))

    found = {name: rows(busy.counsellor, name) for name in WORKLISTS if name[0] != "b"}

    assert past["id"] in {one["id"] for one in found["unresolved_visits"]}
    assert [one["id"] for one in found["unsigned_notes"]] == [note]
    by_hand = [one for one in found["unowned_tasks"] if one["code"] == "other"]
    assert {one["case_id"] for one in by_hand} == {busy.id, None}
    assert [one["due_on"] for one in found["expiring_consents"]] == ["2027-02-20"]
    assert [one["state"] for one in found["uncertain_reminders"]] == ["uncertain"]
    assert [one["code"] for one in found["overdue_reviews"]] == ["O1"]
    assert found["overdue_reassessments"] == []
    assert found["waiting_referrals"] == []
    assert found["missed_visit_ladder"] == []


def test_an_emergency_access_waits_for_an_auditor(busy: CaseOf, site: TestSite) -> None:
    order = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}
    stranger = site.person("counsellor")
    made = stranger.post(f"/cases/{busy.id}/break-glass-grants", order)
    assert made.status_code == 201
    auditor = site.person("auditor")

    [grant] = rows(auditor, "break_glass_reviews")

    assert (grant["id"], grant["name"]) == (made.get_json()["id"], None)
    assert grant["actions"] == ["review"]
    expect_problem(busy.lead.get("/worklists/break_glass_reviews"), 403, "forbidden")
    expect_problem(auditor.get("/worklists/open_alerts"), 403, "forbidden")


def test_an_unknown_worklist_offers_the_nearest(site: TestSite) -> None:
    body = expect_problem(
        site.person("counsellor").get("/worklists/unsigned_note"), 404, "not-found"
    )

    assert body["detail"] == "There is no such worklist here. Did you mean unsigned_notes?"
