"""Drug screens: a finding beside others. It moves nothing and nobody by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.makers.progress import broken_glass, screen_order
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027 at ten."""
    return bookings.a_case(web, site)


def path(case: CaseOf) -> str:
    return f"/cases/{case.id}/drug-screens"


def recorded(case: CaseOf, **changes: Any) -> str:
    made = case.counsellor.post(path(case), screen_order(**changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def test_a_screen_holds_what_was_asked_for_and_what_was_found(case: CaseOf) -> None:
    results = {
        "ketamine": "positive", "norketamine": "invalid", "pcp": "negative", "cocaine": "refused"
    }  # fmt: skip
    recorded(case, results=results, is_observed=False, remark="Pale")

    [found] = case.counsellor.get(path(case)).get_json()["data"]

    assert (found["results"], found["is_observed"], found["remark"]) == (results, False, "Pale")
    assert (found["confirmation"], found["confirmed_results"]) == ("none", None)
    assert found["collected_at"] == "2027-01-11T09:00:00+00:00"


def test_a_laboratory_is_asked_and_answers_once_beside_the_screen(case: CaseOf) -> None:
    screen = recorded(case, laboratory="City Laboratory")
    one = f"/drug-screens/{screen}/actions/confirm"
    assert case.lead.get(path(case)).get_json()["data"][0]["confirmation"] == "requested"

    unasked = case.counsellor.act(one, {"results": {"pcp": "negative"}}, version=1)
    confirmed = case.counsellor.act(one, {"results": {"ketamine": "negative"}}, version=1)

    refused = expect_problem(unasked, 422, "validation-failed")
    assert pointers(refused) == {"/results/pcp"}
    assert confirmed.status_code == 200, confirmed.json
    body = confirmed.get_json()
    assert (body["confirmation"], body["laboratory"]) == ("reported", "City Laboratory")
    assert body["results"]["ketamine"] == "positive"
    assert body["confirmed_results"] == {"ketamine": "negative"}
    again = case.counsellor.act(one, {"results": {"ketamine": "positive"}}, version=2)
    expect_problem(again, 409, "conflict")


def test_a_result_changes_no_state_by_itself(web: Web, case: CaseOf) -> None:
    def everything() -> list[Any]:
        return web.rows(
            "SELECT state, version, (SELECT count(*) FROM alerts WHERE case_id = c.id),"
            " (SELECT count(*) FROM tasks WHERE case_id = c.id),"
            " (SELECT count(*) FROM use_entries WHERE case_id = c.id),"
            " (SELECT count(*) FROM case_transitions WHERE case_id = c.id)"
            " FROM cases c WHERE id = :c",
            c=case.id,
        )

    before = everything()

    screen = recorded(case)
    order = {"results": {"ketamine": "positive"}}
    case.counsellor.act(f"/drug-screens/{screen}/actions/confirm", order, version=1)

    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"results": {}}, "/results"),
        ({"results": {"glue": "negative"}}, "/results"),
        ({"results": {"ketamine": "clean"}}, "/results/ketamine"),
        ({"collected_at": "2027-01-11T10:05:00Z"}, "/collected_at"),
        ({"collected_at": "2027-01-11"}, "/collected_at"),
        ({"is_observed": None}, "/is_observed"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    case: CaseOf, changes: dict[str, Any], pointer: str
) -> None:
    refused = case.counsellor.post(path(case), screen_order(**changes))

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}


def test_a_mistake_is_marked_and_stays(case: CaseOf) -> None:
    screen = recorded(case, remark="Pale")
    one = f"/drug-screens/{screen}/actions/enter-in-error"

    marked = case.counsellor.act(one, {"reason": "Another person's sample"}, version=1)

    body = marked.get_json()
    assert (marked.status_code, body["state"]) == (200, "entered_in_error")
    assert (body["remark"], body["error_reason"]) == ("Pale", "Another person's sample")
    later = f"/drug-screens/{screen}/actions/confirm"
    for answer in (
        case.counsellor.act(one, {"reason": "Another person's sample"}, version=2),
        case.counsellor.act(later, {"results": {"ketamine": "negative"}}, version=2),
    ):
        expect_problem(answer, 409, "conflict")


def test_who_treats_reads_and_writes_and_nobody_else(case: CaseOf, site: TestSite) -> None:
    screen = recorded(case)
    colleague = site.person("counsellor")
    one = f"/drug-screens/{screen}/actions/confirm"
    order = {"results": {"ketamine": "negative"}}

    for role in ("intake_coordinator", "peer_worker", "auditor", "administrator"):
        expect_problem(site.person(role).get(path(case)), 403, "forbidden")
    broken_glass(case, colleague)
    assert colleague.get(path(case)).status_code == 200
    written = colleague.post(path(case), screen_order())
    expect_problem(written, 403, "break-glass-required")
    expect_problem(colleague.act(one, order, version=1), 403, "break-glass-required")
    expect_problem(case.lead.act(one, order, version=7), 412, "precondition-failed")


def test_a_case_that_has_ended_takes_no_screen(web: Web, case: CaseOf) -> None:
    screen = recorded(case)
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    order = {"results": {"ketamine": "negative"}}
    for answer in (
        case.counsellor.post(path(case), screen_order()),
        case.counsellor.act(f"/drug-screens/{screen}/actions/confirm", order, version=1),
    ):
        expect_problem(answer, 409, "conflict")


def test_words_are_sealed_and_a_hundred_cost_as_much_as_one(web: Web, case: CaseOf) -> None:
    screen = recorded(case, laboratory="Estuary Laboratory")
    stored = str(web.rows("SELECT s::text FROM drug_screens s WHERE id = :i", i=screen))
    assert "Estuary" not in stored
    with counted(web) as few:
        case.counsellor.get(path(case))
    web.run(
        "INSERT INTO drug_screens (site_id, id, case_id, collected_at, is_observed, results,"
        " confirmation, state, recorded_by, created_at, version) SELECT site_id,"
        " gen_random_uuid(), case_id, collected_at, true, results, 'none', state, recorded_by,"
        " created_at, 1 FROM drug_screens, generate_series(1, 100) WHERE id = :i",
        i=screen,
    )
    with counted(web) as many:
        found = case.counsellor.get(f"{path(case)}?limit=100").get_json()["data"]

    # door, case with person, page, event
    assert (len(few), len(many), len(found)) == (4, 4, 100)
