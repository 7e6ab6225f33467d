"""Referrals: who takes one, how long the person waits, the first look, attempts at contact."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from tests.makers import orders
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers

MONDAY = dt.datetime(2027, 1, 11, 10, tzinfo=dt.UTC)
AT = "2027-01-11T09:30:00+00:00"
NO_REPLY = {"at": AT, "channel": "phone", "outcome": "no_reply"}


def a_referral(web: Web, person: Caller, **changes: Any) -> dict[str, Any]:
    """A referral of the Friday before; clinic time is Monday."""
    web.set_clinic_time(MONDAY)
    referral = orders.referral_order(**{"referral_date": "2027-01-08"} | changes)
    made = person.post("/intakes", orders.intake_order(referral=referral))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body | {"path": f"/cases/{body['case_id']}/referral"}


@pytest.mark.parametrize(
    ("urgency", "due_on", "late"),
    [
        ("emergency", "2027-01-08", True),
        ("urgent", "2027-01-10", True),
        ("routine", "2027-01-15", False),
    ],
)
def test_the_clock_runs_by_urgency(
    web: Web, site: TestSite, urgency: str, due_on: str, late: object
) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(
        web, coordinator, urgency=urgency, reason="Asked twice", referrer_name="Dr Émile Grey"
    )

    read = coordinator.get(made["path"]).get_json()

    assert (read["days_waiting"], read["due_on"], read["is_overdue"]) == (3, due_on, late)
    assert (read["reason"], read["referrer_name"]) == ("Asked twice", "Dr Émile Grey")
    sealed = web.rows("SELECT sealed FROM cases WHERE id = :c", c=made["case_id"])[0].sealed
    assert "Émile".encode() not in bytes(sealed)


def test_the_clock_stops_with_the_first_look(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)
    order = {"triaged_on": "2027-01-09", "route": "phone"}

    done = coordinator.act(f"{made['path']}/actions/triage", order, version=1)

    web.set_clinic_time(MONDAY + dt.timedelta(days=30))
    read = coordinator.get(made["path"]).get_json()
    assert done.status_code == 200, done.json
    assert (read["triaged_on"], read["triage_route"], read["days_waiting"]) == (
        "2027-01-09", "phone", 1,
    )  # fmt: skip
    assert not read["is_overdue"]
    intake = coordinator.get(f"/intakes/{made['id']}").get_json()
    missing = {one for section in intake["sections"] for one in section["missing"]}
    assert "/answers/referral/triage_date" not in missing


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"triaged_on": "2027-01-07", "route": "phone"}, "out_of_range"),
        ({"triaged_on": "2027-01-12", "route": "phone"}, "out_of_range"),
        ({"triaged_on": "2027-01-11", "route": "appointment"}, "not_attended"),
    ],
)
def test_a_first_look_that_cannot_have_been_is_refused(
    web: Web, site: TestSite, order: dict[str, str], code: str
) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)

    answer = coordinator.act(f"{made['path']}/actions/triage", order, version=1)

    body = expect_problem(answer, 422, "validation-failed")
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [("/triaged_on", code)]


def test_a_referral_is_taken_once_and_handed_back(web: Web, site: TestSite) -> None:
    first, second = (site.person("intake_coordinator") for _ in range(2))
    made = a_referral(web, first)
    path = f"{made['path']}/actions"

    taken = second.act(f"{path}/take", version=1)

    assert taken.get_json()["taken_by"] == str(second.staff_id)
    expect_problem(first.act(f"{path}/take", version=2), 409, "conflict")
    expect_problem(first.act(f"{path}/hand-back", version=2), 409, "conflict")
    expect_problem(first.act(f"{path}/take", version=1), 412, "precondition-failed")
    back = second.act(f"{path}/hand-back", version=2)
    assert (back.get_json()["taken_by"], back.headers["ETag"]) == (None, '"3"')


def test_whoever_takes_a_referral_goes_on_with_its_draft(web: Web, site: TestSite) -> None:
    first, second = (site.person("intake_coordinator") for _ in range(2))
    made = a_referral(web, first)
    answers = {"answers": {"physical": {"fever": False}}}
    draft = f"/intakes/{made['id']}"

    before = second.patch(draft, answers, version=1)
    second.act(f"{made['path']}/actions/take", version=1)
    after = second.patch(draft, answers, version=1)

    expect_problem(before, 404, "not-found")
    assert after.status_code == 200, after.json


def test_a_lead_gives_a_referral_to_somebody(web: Web, site: TestSite) -> None:
    coordinator, lead = site.person("intake_coordinator"), site.person("clinical_lead")
    made = a_referral(web, coordinator)
    path = f"{made['path']}/actions/reassign"
    order = {"taken_by": str(coordinator.staff_id)}

    expect_problem(coordinator.act(path, order, version=1), 403, "forbidden")
    given = lead.act(path, order, version=1)
    nobody = lead.act(path, {"taken_by": str(uuid.uuid4())}, version=2)

    assert given.get_json()["taken_by"] == str(coordinator.staff_id)
    assert pointers(expect_problem(nobody, 422, "validation-failed")) == {"/taken_by"}


def test_a_decided_referral_is_not_taken(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=made["case_id"])

    answer = coordinator.act(f"{made['path']}/actions/take", version=1)

    assert "declined" in expect_problem(answer, 409, "conflict")["detail"]


def test_every_version_of_the_case_has_its_event(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)
    coordinator.act(f"{made['path']}/actions/take", version=1)
    order = {"triaged_on": "2027-01-11", "route": "phone"}
    coordinator.act(f"{made['path']}/actions/triage", order, version=2)

    events = web.rows(
        "SELECT type, subtype, entity_version FROM audit_events WHERE entity_id = :c"
        " AND action <> 'R' ORDER BY entity_version",
        c=made["case_id"],
    )

    assert [tuple(one) for one in events] == [
        ("case", "create", 1), ("referral", "take", 2), ("referral", "triage", 3),
    ]  # fmt: skip


def test_attempts_are_logged_in_order_and_counted(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)
    path = f"/cases/{made['case_id']}/contact-attempts"
    later = NO_REPLY | {"at": "2027-01-11T09:45:00+00:00", "outcome": "reached", "note": "Sister"}

    answers = [coordinator.post(path, one) for one in (later, NO_REPLY)]

    assert [one.status_code for one in answers] == [201, 201]
    listed = coordinator.get(path).get_json()["data"]
    assert [(one["outcome"], one["note"]) for one in listed] == [
        ("no_reply", None), ("reached", "Sister"),
    ]  # fmt: skip
    read = coordinator.get(made["path"]).get_json()
    assert (read["attempts"], read["unanswered_attempts"]) == (2, 1)
    stored = web.rows(
        "SELECT sealed FROM contact_attempts WHERE case_id = :c AND sealed IS NOT NULL",
        c=made["case_id"],
    )
    assert b"Sister" not in bytes(stored[0].sealed)


@pytest.mark.parametrize("at", ["2027-01-11T10:00:01+00:00", "2026-10-01T10:00:00+00:00"])
def test_an_attempt_ahead_or_long_ago_is_refused(web: Web, site: TestSite, at: str) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)

    answer = coordinator.post(f"/cases/{made['case_id']}/contact-attempts", NO_REPLY | {"at": at})

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/at"}


def test_an_attempt_is_never_changed(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)
    coordinator.post(f"/cases/{made['case_id']}/contact-attempts", NO_REPLY)

    with pytest.raises(Exception, match="never changed"):
        web.run("UPDATE contact_attempts SET outcome = 'reached'")


def test_reading_costs_the_same_whatever_there_is(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = a_referral(web, coordinator)
    path = f"/cases/{made['case_id']}/contact-attempts"
    costs = []
    for _ in range(3):
        coordinator.post(path, NO_REPLY)
        with counted(web) as sent:
            coordinator.get(made["path"])
            coordinator.get(path)
        costs.append(len(sent))

    # door, referral with its counts, event; door, case, attempts, event
    assert costs == [7, 7, 7]


@pytest.mark.parametrize("role", ["peer_worker", "auditor", "administrator"])
def test_roles_without_the_permission_are_refused(web: Web, site: TestSite, role: str) -> None:
    made = a_referral(web, site.person("intake_coordinator"))
    person = site.person(role)

    for answer in (
        person.get(made["path"]),
        person.act(f"{made['path']}/actions/take", version=1),
        person.get(f"/cases/{made['case_id']}/contact-attempts"),
    ):
        expect_problem(answer, 403, "forbidden")


def test_another_site_sees_no_referral(web: Web, site: TestSite) -> None:
    made = a_referral(web, site.person("intake_coordinator"))
    stranger = web.site().person("clinical_lead")

    for answer in (
        stranger.get(made["path"]),
        stranger.act(f"{made['path']}/actions/take", version=1),
        stranger.post(f"/cases/{made['case_id']}/contact-attempts", NO_REPLY),
    ):
        expect_problem(answer, 404, "not-found")
