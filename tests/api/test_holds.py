"""Does a legal hold need two people, and does it stop every erasure while it stands?"""

from __future__ import annotations

import uuid

import pytest

from tests.makers import retention
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def test_one_asks_and_another_places_it(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    hold = person.hold()

    placed = person.auditor.act(f"/holds/{hold}/actions/place", version=1).get_json()

    assert (placed["state"], placed["reason"]) == ("active", "Inquest by the coroner")
    assert placed["requested_by"] == str(person.lead.staff_id)
    assert placed["placed_by"] == str(person.auditor.staff_id)
    [row] = web.rows("SELECT state, version, sealed FROM legal_holds WHERE id = :i", i=hold)
    assert (row.state, row.version) == ("active", 2)
    assert b"coroner" not in bytes(row.sealed)
    listed = person.auditor.get(f"{person.client}/holds").get_json()["data"]
    assert [one["id"] for one in listed] == [hold]


@pytest.mark.parametrize("placed", [True, False])
def test_lifting_it_takes_two_people_as_well(web: Web, site: TestSite, *, placed: bool) -> None:
    person = retention.closed(web, site)
    hold, version = person.hold(), 1
    if placed:
        person.auditor.act(f"/holds/{hold}/actions/place", version=version)
        version += 1

    asked = person.lead.act(f"/holds/{hold}/actions/request-lift", version=version)
    still = person.lead.post(f"{person.client}/erasures", {"reason": "client_request"})
    lifted = person.auditor.act(f"/holds/{hold}/actions/lift", version=version + 1)

    assert asked.get_json()["state"] == "lift_requested"
    expect_problem(still, 409, "legal-hold")
    assert lifted.get_json()["state"] == "lifted"
    assert person.erasure()


def test_whoever_asked_cant_agree_even_in_another_role(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    erasure, auditor = person.erasure(), person.auditor
    hold = person.hold()
    for table in ("erasures", "legal_holds"):
        web.run(f"UPDATE {table} SET requested_by = :a", a=auditor.staff_id)  # noqa: S608 - names above

    agreed = auditor.act(f"/erasures/{erasure}/actions/approve", version=1)
    placed = auditor.act(f"/holds/{hold}/actions/place", version=1)

    expect_problem(agreed, 403, "forbidden")
    expect_problem(placed, 403, "forbidden")


@pytest.mark.parametrize("noun", ["holds", "erasures"])
def test_only_a_lead_asks_and_only_an_auditor_agrees(web: Web, site: TestSite, noun: str) -> None:
    person = retention.closed(web, site)
    body = {"reason": "Inquest" if noun == "holds" else "client_request"}
    made = person.lead.post(f"{person.client}/{noun}", body).get_json()["id"]
    agree = f"/{noun}/{made}/actions/{'place' if noun == 'holds' else 'approve'}"

    for role in ("intake_coordinator", "counsellor", "peer_worker", "administrator"):
        caller = site.person(role)
        expect_problem(caller.get(f"{person.client}/{noun}"), 403, "forbidden")
        expect_problem(caller.post(f"{person.client}/{noun}", body), 403, "forbidden")
        expect_problem(caller.act(agree, version=1), 403, "forbidden")
    expect_problem(person.auditor.post(f"{person.client}/{noun}", body), 403, "forbidden")
    expect_problem(person.lead.act(agree, version=1), 403, "forbidden")


def test_another_site_and_a_stale_version_find_nothing(web: Web, site: TestSite) -> None:
    person, elsewhere = retention.closed(web, site), web.site()
    hold = person.hold()
    path = f"/holds/{hold}/actions/place"

    expect_problem(elsewhere.person("auditor").act(path, version=1), 404, "not-found")
    stranger = elsewhere.person("clinical_lead")
    expect_problem(stranger.get(f"{person.client}/holds"), 404, "not-found")
    asked = stranger.post(f"{person.client}/holds", {"reason": "Mine"})
    expect_problem(asked, 404, "not-found")
    expect_problem(person.auditor.act(path, version=7), 412, "precondition-failed")
    expect_problem(person.auditor.post(path), 428, "precondition-required")
    person.auditor.act(path, version=1)
    expect_problem(person.auditor.act(path, version=2), 409, "conflict")
    assert len(web.rows("SELECT 1 FROM legal_holds WHERE site_id = :s", s=elsewhere.id)) == 0


def test_a_repeated_request_asks_once_and_keeps_its_budget(web: Web, site: TestSite) -> None:
    person, key = retention.closed(web, site), str(uuid.uuid4())
    path, body = f"{person.client}/holds", {"reason": "Inquest"}

    with counted(web) as asking:
        first = person.lead.post(path, body, idempotency_key=key)
    again = person.lead.post(path, body, idempotency_key=key)
    with counted(web) as listing:
        person.auditor.get(path)

    assert first.get_json() == again.get_json()
    assert len(web.rows("SELECT 1 FROM legal_holds WHERE site_id = :s", s=site.id)) == 1
    assert len(asking) == 6, asking  # door, key, client, hold, event, answer
    assert len(listing) == 4, listing  # door, client, holds, event


def test_a_reason_is_needed(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)

    answer = person.lead.post(f"{person.client}/holds", {"reason": "  "})

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/reason"}
