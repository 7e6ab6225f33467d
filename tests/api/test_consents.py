"""Consents of a case's person: append-only, and the newest answer counts at once."""

from __future__ import annotations

import uuid

import pytest

from tests.makers import cases, orders
from tests.makers.orders import consent_order
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def test_an_answer_is_added_and_nothing_earlier_changes(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    before = web.rows("SELECT * FROM consents WHERE client_id = :c ORDER BY id", c=case.client_id)

    made = case.counsellor.post(
        f"/cases/{case.id}/consents", consent_order("reminders", status="withdrawn")
    )

    assert made.status_code == 201, made.json
    body = made.get_json()
    assert body == {"id": body["id"], "version": 1, "state": "withdrawn"}
    after = web.rows("SELECT * FROM consents WHERE client_id = :c ORDER BY id", c=case.client_id)
    assert after[:-1] == before
    assert (after[-1].purpose, after[-1].recorded_by) == ("reminders", case.counsellor.staff_id)


def test_they_are_listed_the_newest_first(site: TestSite) -> None:
    case = cases.handed_in(site)
    path = f"/cases/{case.id}/consents"
    case.coordinator.post(path, consent_order("share_gp", expires_on="2099-01-01"))

    listed = case.coordinator.get(path).get_json()["data"]

    assert [one["purpose"] for one in listed] == ["share_gp", "reminders", "treatment"]
    assert listed[0]["expires_on"] == "2099-01-01"


def test_consent_that_comes_later_lets_the_case_go_on(web: Web, site: TestSite) -> None:
    refused = orders.reachable_client(consents=[consent_order(status="refused")])
    case = cases.handed_in(site, orders.intake_order(client=refused, answers=orders.NO_RISK))
    assert case.read()["state"] == "referred"

    case.coordinator.post(f"/cases/{case.id}/consents", consent_order())

    assert case.read()["state"] == "intake"
    moves = web.rows(
        "SELECT to_state, reason FROM case_transitions WHERE case_id = :c ORDER BY id", c=case.id
    )
    assert [tuple(row) for row in moves][-1] == ("intake", "treatment_consent")


def test_consent_before_the_intake_is_handed_in_moves_nothing(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()

    coordinator.post(f"/cases/{made['case_id']}/consents", consent_order())

    assert coordinator.get(f"/cases/{made['case_id']}").get_json()["state"] == "referred"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"purpose": "marketing"}, "/purpose"),
        ({"status": "yes"}, "/status"),
        ({"wording_version": "  "}, "/wording_version"),
        ({"expires_on": "2020-01-01"}, "/expires_on"),
        ({"status": "refused", "expires_on": "2099-01-01"}, "/expires_on"),
        ({"given": True}, "/"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    web: Web, site: TestSite, change: dict[str, object], named: str
) -> None:
    case = cases.handed_in(site)

    answer = case.counsellor.post(f"/cases/{case.id}/consents", consent_order() | change)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {named}
    assert len(web.rows("SELECT 1 FROM consents WHERE client_id = :c", c=case.client_id)) == 2


def test_an_auditor_reads_and_does_not_record(site: TestSite) -> None:
    case, auditor = cases.handed_in(site), site.person("auditor")
    path = f"/cases/{case.id}/consents"

    assert auditor.get(path).status_code == 200
    expect_problem(auditor.post(path, consent_order()), 403, "forbidden")
    for role in ("peer_worker", "administrator"):
        expect_problem(site.person(role).get(path), 403, "forbidden")


def test_another_site_finds_nothing(web: Web, site: TestSite) -> None:
    case, stranger = cases.handed_in(site), web.site().person("clinical_lead")
    path = f"/cases/{case.id}/consents"

    expect_problem(stranger.get(path), 404, "not-found")
    expect_problem(stranger.post(path, consent_order()), 404, "not-found")
    assert len(web.rows("SELECT 1 FROM consents WHERE client_id = :c", c=case.client_id)) == 2


def test_a_repeated_request_records_once(web: Web, site: TestSite) -> None:
    case, key = cases.handed_in(site), str(uuid.uuid4())
    path = f"/cases/{case.id}/consents"

    first = case.counsellor.post(path, consent_order("research"), idempotency_key=key)
    again = case.counsellor.post(path, consent_order("research"), idempotency_key=key)

    assert again.get_json() == first.get_json()
    assert len(web.rows("SELECT 1 FROM consents WHERE client_id = :c", c=case.client_id)) == 3


def test_each_act_sends_its_budget_and_leaves_its_event(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    path = f"/cases/{case.id}/consents"
    with counted(web) as recording:
        made = case.counsellor.post(path, consent_order("research")).get_json()
    with counted(web) as listing:
        case.counsellor.get(path)

    # door, key, case with person and intake, consent, event, answer
    assert len(recording) == 6, recording
    assert len(listing) == 4, listing
    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i",
        i=uuid.UUID(made["id"]),
    )
    assert [tuple(row) for row in events] == [("given", 1)]
