"""The use log: written down without blame, counted at once, put right without deleting."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.makers.progress import broken_glass, use_order, used
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027."""
    return bookings.a_case(web, site)


def path(case: CaseOf) -> str:
    return f"/cases/{case.id}/use-entries"


def log(case: CaseOf) -> dict[str, Any]:
    """What the log says of ketamine."""
    [found] = case.counsellor.get(f"/cases/{case.id}/use-log").get_json()["substances"]
    assert found["substance"] == "ketamine"
    summary: dict[str, Any] = found["summary"]
    return summary


def test_new_use_resets_the_days_and_the_old_stretch_is_kept(case: CaseOf) -> None:
    used(case, "2026-12-20")
    assert (log(case)["days_without_use"], log(case)["earlier"]) == (22, [])

    used(case, "2027-01-10")

    told = log(case)
    assert (told["days_without_use"], told["last_used_on"]) == (1, "2027-01-10")
    stretch = {"began_on": "2026-12-21", "ended_on": "2027-01-09", "days": 20}
    assert (told["earlier"], told["longest_without_use"]) == ([stretch], 20)
    assert (told["days_used_28"], told["pattern"]) == (2, "lapse")


def test_a_third_day_in_seven_is_a_relapse_and_each_entry_keeps_its_word(case: CaseOf) -> None:
    used(case, "2026-12-01", "2027-01-07", "2027-01-09", "2027-01-11")

    shown = case.counsellor.get(path(case)).get_json()["data"]

    assert [(one["used_on"], one["pattern"]) for one in shown] == [
        ("2027-01-11", "relapse"),
        ("2027-01-09", "lapse"),
        ("2027-01-07", "lapse"),
        ("2026-12-01", "continued_use"),
    ]
    assert log(case)["pattern"] == "relapse"


def test_an_entry_keeps_what_was_told(case: CaseOf) -> None:
    order = use_order(
        "2027-01-10", substance="dxm", grams=1.25, is_binge=True, context="After the quarrel"
    )
    made = case.counsellor.post(path(case), order)

    assert made.status_code == 201, made.json
    [found] = case.counsellor.get(f"{path(case)}?substance=dxm").get_json()["data"]
    assert {name: found[name] for name in order} == order
    assert case.counsellor.get(f"{path(case)}?substance=ketamine").get_json()["data"] == []


def test_a_mistake_counts_nowhere_and_stays_readable(case: CaseOf) -> None:
    used(case, "2026-12-20")
    [wrong] = used(case, "2027-01-10", context="A friend's")
    one = f"/use-entries/{wrong}/actions/enter-in-error"

    marked = case.counsellor.act(one, {"reason": "It was a friend"}, version=1)

    assert marked.status_code == 200, marked.json
    body = marked.get_json()
    assert (body["state"], body["error_reason"]) == ("entered_in_error", "It was a friend")
    assert (body["context"], body["pattern"]) == ("A friend's", None)
    assert log(case)["days_without_use"] == 22
    assert len(case.counsellor.get(path(case)).get_json()["data"]) == 2
    again = case.counsellor.act(one, {"reason": "It was a friend"}, version=2)
    expect_problem(again, 409, "conflict")
    stale = case.counsellor.act(one, {"reason": "It was a friend"}, version=1)
    expect_problem(stale, 412, "precondition-failed")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"used_on": "2027-01-12"}, "/used_on"),
        ({"substance": "glue"}, "/substance"),
        ({"grams": -1}, "/grams"),
        ({"grams": 51}, "/grams"),
        ({"grams": 1e300}, "/grams"),
        ({"grams": 1.234}, "/grams"),
        ({"grams": "1.2"}, "/grams"),
        ({"grams": True}, "/grams"),
        ({"is_binge": 1}, "/is_binge"),
        ({"context": " "}, "/context"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    case: CaseOf, changes: dict[str, Any], pointer: str
) -> None:
    refused = case.counsellor.post(path(case), use_order("2027-01-10") | changes)

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}


def test_an_empty_log_says_nothing_rather_than_none(case: CaseOf) -> None:
    answer = case.counsellor.get(f"/cases/{case.id}/use-log").get_json()

    assert answer == {"as_of": "2027-01-11", "substances": []}


def test_who_treats_reads_and_writes_and_nobody_else(case: CaseOf, site: TestSite) -> None:
    [entry] = used(case, "2027-01-10")
    colleague = site.person("counsellor")
    addresses = (path(case), f"/cases/{case.id}/use-log")

    for role in ("intake_coordinator", "peer_worker", "auditor", "administrator"):
        for address in addresses:
            expect_problem(site.person(role).get(address), 403, "forbidden")
    for address in addresses:
        expect_problem(colleague.get(address), 403, "break-glass-required")
    broken_glass(case, colleague)
    assert [colleague.get(one).status_code for one in addresses] == [200, 200]
    order = use_order("2027-01-09")
    expect_problem(colleague.post(path(case), order), 403, "break-glass-required")
    marked = colleague.act(
        f"/use-entries/{entry}/actions/enter-in-error", {"reason": "A mistake"}, version=1
    )
    expect_problem(marked, 403, "break-glass-required")
    assert case.lead.post(path(case), order).status_code == 201


def test_a_case_that_has_ended_takes_no_entry(web: Web, case: CaseOf) -> None:
    [entry] = used(case, "2027-01-10")
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    for answer in (
        case.counsellor.post(path(case), use_order("2027-01-09")),
        case.counsellor.act(
            f"/use-entries/{entry}/actions/enter-in-error", {"reason": "A mistake"}, version=1
        ),
    ):
        expect_problem(answer, 409, "conflict")
    assert case.counsellor.get(path(case)).status_code == 200


def test_words_are_sealed_and_every_version_has_its_event(web: Web, case: CaseOf) -> None:
    [entry] = used(case, "2027-01-10", context="Alone by the estuary")
    case.counsellor.act(
        f"/use-entries/{entry}/actions/enter-in-error", {"reason": "A mistake"}, version=1
    )

    stored = str(web.rows("SELECT e::text FROM use_entries e WHERE id = :i", i=entry))
    assert "estuary" not in stored
    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i ORDER BY id",
        i=uuid.UUID(entry),
    )
    assert [tuple(row) for row in events] == [("create", 1), ("enter_in_error", 2)]


def test_a_hundred_entries_cost_as_many_statements_as_one(web: Web, case: CaseOf) -> None:
    used(case, "2027-01-10")
    with counted(web) as few:
        case.counsellor.get(path(case))
    with counted(web) as one:
        case.counsellor.get(f"/cases/{case.id}/use-log")
    web.run(
        "INSERT INTO use_entries (site_id, id, case_id, used_on, substance, is_binge, state,"
        " recorded_by, created_at, version) SELECT site_id, gen_random_uuid(), case_id,"
        " used_on - n, substance, false, state, recorded_by, created_at, 1"
        " FROM use_entries, generate_series(1, 100) n WHERE case_id = :c",
        c=case.id,
    )
    with counted(web) as many:
        found = case.counsellor.get(f"{path(case)}?limit=100").get_json()["data"]
    with counted(web) as all_days:
        case.counsellor.get(f"/cases/{case.id}/use-log")

    # door, case with person, days, page, event
    assert (len(few), len(many), len(found)) == (5, 5, 100)
    assert (len(one), len(all_days)) == (4, 4)
