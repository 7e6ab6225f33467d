"""A merge escapes no hold and no erasure: both hold for the person, whichever record they had."""

from __future__ import annotations

from tests.api import test_erasures
from tests.api.test_client_merges import another, merged
from tests.api.test_erasures import run
from tests.makers import retention
from tests.support.web import TestSite, Web, expect_problem

#: Commands of this process use this file's database.
commands = test_erasures.commands


def test_a_hold_of_the_record_that_ends_holds_the_person(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    hold = person.hold()
    survivor = another(person.case.coordinator)

    done = merged(person.case, survivor["id"], person.case.client_id)

    assert done.status_code == 200, done.json
    path = f"/clients/{survivor['id']}"
    [held] = person.auditor.get(f"{path}/holds").get_json()["data"]
    assert (held["id"], held["reason"]) == (hold, "Inquest by the coroner")
    refused = person.lead.post(f"{path}/erasures", {"reason": "client_request"})
    expect_problem(refused, 409, "legal-hold")


def test_an_erasure_under_way_refuses_the_merge(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    person.approved()
    survivor = another(person.case.coordinator)

    expect_problem(merged(person.case, survivor["id"], person.case.client_id), 409, "conflict")


def test_erasing_the_survivor_destroys_the_keys_of_all_records(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    survivor = another(person.case.coordinator)["id"]
    merged(person.case, survivor, person.case.client_id)
    path = f"/clients/{survivor}"
    asked = person.lead.post(f"{path}/erasures", {"reason": "client_request"}).get_json()["id"]
    person.auditor.act(f"/erasures/{asked}/actions/approve", version=1)

    code, said = run("--apply")

    assert code == 0, said

    rows = web.rows(
        "SELECT state, wrapped_key, given_name FROM clients WHERE id IN (:s, :m)",
        s=survivor, m=person.case.client_id,
    )  # fmt: skip
    assert [tuple(row) for row in rows] == [("erased", None, None)] * 2


def test_the_record_that_ended_can_be_neither_held_nor_erased(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    merged(person.case, another(person.case.coordinator)["id"], person.case.client_id)

    for answer in (
        person.lead.post(f"{person.client}/holds", {"reason": "Inquest by the coroner"}),
        person.lead.post(f"{person.client}/erasures", {"reason": "client_request"}),
    ):
        expect_problem(answer, 404, "not-found")
