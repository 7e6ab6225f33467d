"""Programmes and places: who waits, whose turn it is, and never more people than places."""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from intake.embedded.processes import wait_until
from tests.makers import bookings, cases, moves, programmes
from tests.makers.cases import CaseOf
from tests.makers.programmes import asked, calls, placement_order, programme, step, taken
from tests.support.web import TestSite, Web, expect_problem, pointers


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027 at ten."""
    return bookings.a_case(web, site)


def held(web: Web, programme_id: str) -> int:
    [row] = web.rows(
        "SELECT count(*) AS n FROM placements WHERE programme_id = :p"
        " AND state IN ('offered', 'accepted', 'started')",
        p=programme_id,
    )
    return int(row.n)


def waiting(case: CaseOf, programme_id: str) -> list[dict[str, Any]]:
    path = f"/programmes/{programme_id}/waiting-list"
    found: list[dict[str, Any]] = case.lead.get(path).get_json()["data"]
    return found


def test_a_place_from_the_list_to_its_end(web: Web, site: TestSite, case: CaseOf) -> None:
    there = programme(site)
    place = asked(case, there)
    called = calls(web, there)

    answers = [step(case, place, one) for one in ("offer", "accept")]
    cases.at_ten(web, "2027-01-20")
    answers.append(step(case, place, "start", on="2027-01-18"))
    answers.append(step(case, place, "end", reason="Three weeks are over"))

    assert [one.get_json()["state"] for one in answers] == [
        "offered",
        "accepted",
        "started",
        "ended",
    ]
    assert (called, calls(web, there)) == ([place], [])
    [found] = case.counsellor.get(f"/cases/{case.id}/placements").get_json()["data"]
    assert (found["started_on"], found["ended_on"]) == ("2027-01-18", "2027-01-20")
    assert (found["gap_plan"], found["reason"]) == (
        "Two sessions a week and a call on Sundays",
        "Three weeks are over",
    )
    stored = web.rows("SELECT sealed FROM placements WHERE id = :i", i=place)
    assert b"Sundays" not in bytes(stored[0].sealed)
    events = web.rows(
        "SELECT entity_version FROM audit_events WHERE entity_id = :i AND action <> 'R'"
        " ORDER BY entity_version",
        i=uuid.UUID(place),
    )
    assert [row.entity_version for row in events] == [1, 2, 3, 4, 5]


def test_the_urgent_come_first_and_then_who_waited_longest(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    there = programme(site, capacity=0)
    first = asked(case, there)
    later, urgent = bookings.a_case(web, site), bookings.a_case(web, site)
    cases.at_ten(web, "2027-01-12")
    second = asked(later, there)
    cases.at_ten(web, "2027-01-14")
    third = asked(urgent, there, urgency="emergency")
    cases.at_ten(web, "2027-01-15")

    listed = waiting(case, there)

    assert [(one["placement_id"], one["position"], one["days_waited"]) for one in listed] == [
        (third, 1, 1),
        (first, 2, 4),
        (second, 3, 3),
    ]
    own = later.counsellor.get(f"/programmes/{there}/waiting-list").get_json()["data"]
    assert [(one["placement_id"], one["position"]) for one in own] == [(second, 3)]
    [mine] = case.counsellor.get(f"/cases/{case.id}/placements").get_json()["data"]
    assert (mine["position"], mine["days_waited"]) == (2, 4)


def test_days_are_counted_by_the_sites_own(web: Web) -> None:
    """Asked for late in the evening in Auckland, where it is a day later than in London."""
    site = web.site(time_zone="Pacific/Auckland")
    case = bookings.a_case(web, site)
    there = programme(site, capacity=0)
    asked(case, there)
    cases.at_ten(web, "2027-01-12")

    assert [one["days_waited"] for one in waiting(case, there)] == [1]


def test_west_of_utc_a_place_asked_for_in_the_evening_is_offered_and_taken(web: Web) -> None:
    """In New York it is nine in the evening, and the next day in UTC already."""
    site = web.site(time_zone="America/New_York")
    case = bookings.a_case(web, site)
    there = programme(site)
    web.set_clinic_time(dt.datetime(2027, 1, 13, 2, tzinfo=dt.UTC))
    place = asked(case, there)

    steps = [step(case, place, one) for one in ("offer", "accept")]
    early = step(case, place, "start", on="2027-01-11")
    steps.append(step(case, place, "start"))

    assert [one.status_code for one in steps] == [200, 200, 200]
    assert pointers(expect_problem(early, 422, "validation-failed")) == {"/on"}
    [found] = case.counsellor.get(f"/cases/{case.id}/placements").get_json()["data"]
    assert found["started_on"] == "2027-01-12"


def test_a_freed_place_calls_the_next_one_once(web: Web, site: TestSite, case: CaseOf) -> None:
    there = programme(site)
    (leaving, place) = taken(web, site, there)
    other = bookings.a_case(web, site)
    first, second = asked(case, there), asked(other, there)
    before = calls(web, there)

    step(leaving, place, "end", reason="Went home")
    freed = calls(web, there)
    declined = [step(case, first, "offer"), step(case, first, "decline", reason="Too far")]

    assert (before, freed) == ([], [first])
    assert [one.status_code for one in declined] == [200, 200]
    assert calls(web, there) == [second]
    [task] = web.rows(
        "SELECT owner_id, due_at - now() < interval '2 days' AS soon FROM tasks"
        " WHERE placement_id = :p",
        p=first,
    )
    assert task.owner_id == case.counsellor.staff_id


def test_two_places_freed_at_once_call_two_people_once_each(web: Web, site: TestSite) -> None:
    there = programme(site, capacity=2)
    leaving = [taken(web, site, there) for _ in range(2)]
    people = [bookings.a_case(web, site) for _ in range(3)]
    wait = [asked(one, there) for one in people]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(
                lambda one: step(one[0], one[1], "end", reason="Went home").status_code, leaving
            )
        )

    assert done == [200, 200]
    assert sorted(calls(web, there)) == sorted(wait[:2])
    assert held(web, there) == 0


def test_offers_at_once_never_exceed_the_capacity(web: Web, site: TestSite) -> None:
    there = programme(site, capacity=2)
    wait = [(one, asked(one, there)) for one in (bookings.a_case(web, site) for _ in range(5))]

    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda one: step(one[0], one[1], "offer").status_code, wait))

    assert sorted(answers) == [200, 200, 409, 409, 409]
    assert held(web, there) == 2


def test_a_call_passes_on_when_somebody_no_longer_waits(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    there = programme(site)
    other = bookings.a_case(web, site)
    first, second = asked(case, there), asked(other, there)
    before = calls(web, there)

    withdrawn = step(case, first, "withdraw", reason="Moves away")

    assert withdrawn.status_code == 200, withdrawn.json
    assert (before, calls(web, there)) == ([first], [second])


def test_an_ended_case_gives_its_place_to_the_next_one(web: Web, site: TestSite) -> None:
    there = programme(site, settings=["outpatient_cbt"], kind="cbt_clinic")
    ending = moves.begun(web, site)
    place = asked(ending, there)
    for action in ("offer", "accept", "start"):
        assert step(ending, place, action).status_code == 200
    next_one = asked(bookings.a_case(web, site), there)
    cases.at_ten(web, moves.FIRST_DAY)

    died = moves.move(ending.lead, ending, **{"to": "deceased"} | moves.DEATH)

    assert died.status_code == 200, died.json
    [row] = web.rows("SELECT state, ended_on FROM placements WHERE id = :i", i=place)
    assert (row.state, str(row.ended_on)) == ("ended", moves.FIRST_DAY)
    assert calls(web, there) == [next_one]
    expect_problem(step(ending, place, "end", reason="Again"), 409, "conflict")


def test_more_places_call_more_people(web: Web, site: TestSite, case: CaseOf) -> None:
    there = programme(site, capacity=0)
    place = asked(case, there)
    lead = case.lead

    changed = lead.patch(f"/programmes/{there}", {"capacity": 3, "max_age": 60}, version=1)
    closed = lead.patch(f"/programmes/{there}", {"is_open": False}, version=2)

    assert (changed.status_code, changed.get_json()["capacity"]) == (200, 3)
    assert calls(web, there) == [place]
    assert closed.get_json()["state"] == "closed"
    expect_problem(step(case, place, "offer"), 409, "conflict")
    stale = lead.patch(f"/programmes/{there}", {"capacity": 9}, version=1)
    expect_problem(stale, 412, "precondition-failed")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"min_age": 40}, "from 40 years"),
        ({"max_age": 20}, "up to 20 years"),
        ({"sexes": ["male"]}, "sexes at birth"),
        ({"settings": ["peer_support"], "kind": "peer_group"}, "peer_support"),
        ({"settings": ["inpatient", "peer_support"], "is_group": True}, "group"),
    ],
)
def test_a_programme_takes_whom_it_is_for(
    web: Web, site: TestSite, terms: dict[str, Any], words: str
) -> None:
    case = cases.assessed(web, site, "V11")
    web.run(
        "UPDATE intakes SET answers = jsonb_set(answers, '{demographics,sex_at_birth}',"
        " '\"female\"') WHERE case_id = :c",
        c=case.id,
    )
    case.recommend()
    order = placement_order(programme(site, **terms))

    refused = case.counsellor.post(f"/cases/{case.id}/placements", order)

    body = expect_problem(refused, 422, "validation-failed")
    assert pointers(body) == {"/programme_id"}
    assert any(words in one["message"] for one in body["errors"])


@pytest.mark.parametrize(
    ("knows", "said", "named"),
    [
        (False, {}, {"/takes_inexperienced", "/inexperience_reason"}),
        (False, {"takes_inexperienced": True}, {"/inexperience_reason"}),
        (
            False,
            {"takes_inexperienced": True, "inexperience_reason": "It is nearer."},
            {"/inexperience_reason"},
        ),
        (True, {"takes_inexperienced": True}, {"/takes_inexperienced"}),
    ],
)
def test_staff_who_don_t_know_the_drug_need_a_tick_and_a_reason(
    site: TestSite, case: CaseOf, *, knows: bool, said: dict[str, Any], named: set[str]
) -> None:
    there = programme(site, is_experienced_in_dissociatives=knows)

    refused = case.counsellor.post(f"/cases/{case.id}/placements", placement_order(there, **said))

    assert pointers(expect_problem(refused, 422, "validation-failed")) == named


def test_with_both_it_is_chosen(site: TestSite, case: CaseOf) -> None:
    there = programme(site, is_experienced_in_dissociatives=False)
    reason = "It is the only unit that takes her with her child."

    asked(case, there, takes_inexperienced=True, inexperience_reason=reason)

    [found] = case.counsellor.get(f"/cases/{case.id}/placements").get_json()["data"]
    assert (found["takes_inexperienced"], found["inexperience_reason"]) == (True, reason)


def test_steps_follow_one_another_and_versions_count(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    there = programme(site)
    place = asked(case, there)

    for action in ("accept", "start"):
        expect_problem(step(case, place, action), 409, "conflict")
    expect_problem(step(case, place, "end", reason="Left"), 409, "conflict")
    path = f"/placements/{place}/actions/offer"
    expect_problem(case.counsellor.act(path, {}, version=7), 412, "precondition-failed")
    step(case, place, "offer")
    step(case, place, "accept")
    future = step(case, place, "start", on="2027-01-12")
    assert pointers(expect_problem(future, 422, "validation-failed")) == {"/on"}
    again = case.counsellor.post(f"/cases/{case.id}/placements", placement_order(there))
    expect_problem(again, 409, "conflict")
    closed = programme(site, name="South ward", is_open=False)
    shut = case.counsellor.post(f"/cases/{case.id}/placements", placement_order(closed))
    expect_problem(shut, 409, "conflict")
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)
    expect_problem(step(case, place, "start"), 409, "conflict")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"capacity": -1}, {"/capacity"}),
        ({"settings": []}, {"/settings"}),
        ({"kind": "hotel"}, {"/kind"}),
        ({"min_age": 40, "max_age": 30}, {"/max_age"}),
    ],
)
def test_a_programme_that_cannot_be_is_refused(
    site: TestSite, changes: dict[str, Any], named: set[str]
) -> None:
    order = programmes.programme_order(**changes)

    refused = site.person("clinical_lead").post("/programmes", order)

    assert pointers(expect_problem(refused, 422, "validation-failed")) == named


def test_programmes_are_listed_and_belong_to_one_site(web: Web, site: TestSite) -> None:
    there = programme(site)
    taken_name = site.person("clinical_lead").post("/programmes", programmes.programme_order())
    stranger = web.site().person("clinical_lead")
    path = f"/programmes/{there}"

    expect_problem(taken_name, 409, "conflict")
    listed = site.person("peer_worker").get("/programmes?kind=inpatient_unit").get_json()["data"]
    assert [one["id"] for one in listed] == [there]
    assert site.person("counsellor").get(path).get_json()["capacity"] == 1
    for other in (path, f"{path}/waiting-list"):
        expect_problem(stranger.get(other), 404, "not-found")
    expect_problem(stranger.patch(path, {"capacity": 2}, version=1), 404, "not-found")
    expect_problem(site.person("administrator").get(f"{path}/waiting-list"), 403, "forbidden")


def test_a_place_elsewhere_is_unknown(web: Web, case: CaseOf) -> None:
    foreign = programme(web.site())

    refused = case.counsellor.post(f"/cases/{case.id}/placements", placement_order(foreign))

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {"/programme_id"}


def test_whoever_offers_waits_for_the_programme(web: Web, site: TestSite, case: CaseOf) -> None:
    """While somebody else changes who has a place there, nothing is read or offered."""
    there = programme(site)
    place = asked(case, there)
    waits = (
        "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND query LIKE '%programmes%' AND datname = current_database()"
    )

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with web.judge.begin() as holder:
            holder.execute(text("SELECT 1 FROM programmes WHERE id = :i FOR UPDATE"), {"i": there})
            offered = pool.submit(step, case, place, "offer")
            is_waiting = wait_until(lambda: web.rows(waits)[0].n == 1, seconds=5)
        answer = offered.result()

    assert is_waiting
    assert answer.status_code == 200, answer.json
