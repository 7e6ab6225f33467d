"""What happens to one person at one moment: two merges, writing against erasure, two endings."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import TextClause, text
from werkzeug.test import TestResponse

from intake.cli import main, stack
from intake.embedded.processes import wait_until
from tests.makers import bookings, cases, moves, orders, programmes, retention
from tests.support.databases import Database
from tests.support.web import Caller, TestSite, Web, expect_problem

CACHED = (stack.settings, stack.engine, stack.keys)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
IDENTIFYING = (
    "SELECT 'token' FROM client_tokens WHERE client_id = :c"
    " UNION ALL SELECT 'value' FROM contact_points WHERE client_id = :c AND value IS NOT NULL"
)
PERSON = text("SELECT 1 FROM clients WHERE id = :i FOR UPDATE")
CASE = text("SELECT 1 FROM cases WHERE id = :i FOR UPDATE")
REASON = {"reason": "Same passport, typed twice."}


@pytest.fixture(autouse=True)
def commands(web: Web, module_database: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Commands of this process use this file's database."""
    del web
    for name, value in module_database.environment.items():
        monkeypatch.setenv(name, value)
    for one in CACHED:
        one.cache_clear()
    yield
    stack.engine().dispose()
    for one in CACHED:
        one.cache_clear()


def erase() -> str:
    """What `intake erasures run --apply` says of everybody at every site of this file."""
    return CliRunner().invoke(main, ["erasures", "run", "--apply"]).output


def recorded(person: Caller) -> str:
    """A record of one more person; its identifier."""
    made = person.post("/clients", orders.reachable_client())
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def merge(lead: Caller, survivor: str, other: str) -> TestResponse:
    body = REASON | {"other_id": other, "other_version": 1}
    return lead.act(f"/clients/{survivor}/merge", body, version=1)


def are_waiting(web: Web, number: int) -> bool:
    """Whether so many connections wait for a lock."""
    return bool(web.rows(WAITING)[0][0] == number)


def both_wait(
    web: Web, held: str, first: Any, second: Any, *, hold: TextClause = PERSON
) -> list[Any]:
    """Two acts that both reach a row while somebody else holds it, a person's; their answers."""
    with ThreadPoolExecutor(2) as pool, web.judge.connect() as judge:
        judge.execute(hold, {"i": held})
        begun: list[Future[Any]] = []
        for number, act in enumerate((first, second), start=1):
            begun.append(pool.submit(act))
            assert wait_until(partial(are_waiting, web, number), seconds=20)
        judge.rollback()
        return [one.result(timeout=30) for one in begun]


@pytest.mark.parametrize("is_crossed", [False, True], ids=["the same way", "each other"])
def test_of_two_merges_of_one_pair_one_happens(
    web: Web, site: TestSite, *, is_crossed: bool
) -> None:
    case = bookings.a_case(web, site)
    survivor, other = sorted((case.client_id, recorded(case.coordinator)))
    second = (other, survivor) if is_crossed else (survivor, other)
    lead = site.person("clinical_lead")

    answers = both_wait(
        web,
        survivor,
        lambda: merge(case.lead, survivor, other),
        lambda: merge(lead, *second),
    )

    first, late = answers
    assert first.status_code == 200, first.json
    assert late.status_code in (404, 412, 422), late.json
    log = web.rows("SELECT merged_id FROM client_merges WHERE site_id = :s", s=site.id)
    assert [str(row.merged_id) for row in log] == [other]
    rows = web.rows("SELECT id, state, version FROM clients WHERE site_id = :s ORDER BY id",
                    s=site.id)  # fmt: skip
    assert [(row.state, row.version) for row in rows] == [("active", 2), ("merged", 2)]
    held = web.rows("SELECT client_id FROM cases WHERE site_id = :s", s=site.id)
    assert [str(row.client_id) for row in held] == [survivor]
    events = web.rows("SELECT 1 FROM audit_events WHERE site_id = :s AND subtype = 'merge'"
                      " AND entity_type = 'clients' AND outcome = 0", s=site.id)  # fmt: skip
    assert len(events) == 2


def test_a_new_referral_waits_for_an_erasure_and_is_refused(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    person.approved()
    order = {"client_id": person.case.client_id, "referral": orders.referral_order()}

    said, answer = both_wait(
        web,
        person.case.client_id,
        erase,
        lambda: person.case.coordinator.post("/intakes", order),
    )

    assert f"erased {person.case.client_id}" in said
    assert answer.status_code in (404, 409), answer.json
    held = web.rows("SELECT state FROM cases WHERE client_id = :c", c=person.case.client_id)
    assert [row.state for row in held] == ["discharged"]


def test_an_erasure_waits_for_a_new_referral_and_is_stopped(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    erasure = person.approved()
    order = {"client_id": person.case.client_id, "referral": orders.referral_order()}

    with ThreadPoolExecutor(2) as pool, web.judge.connect() as judge:
        # The referral has read whom it is about, and waits for the number of its case.
        judge.execute(text("SELECT 1 FROM case_numbers WHERE site_id = :s FOR UPDATE"),
                      {"s": site.id})  # fmt: skip
        referral = pool.submit(person.case.coordinator.post, "/intakes", order)
        assert wait_until(partial(are_waiting, web, 1), seconds=20)
        erasing = pool.submit(erase)
        wait_until(lambda: erasing.done() or are_waiting(web, 2), seconds=20)
        judge.rollback()
        answer, said = referral.result(timeout=30), erasing.result(timeout=30)

    assert answer.status_code == 201, answer.json
    assert f"{erasure}: This person has an open case" in said
    [row] = web.rows("SELECT state, wrapped_key FROM clients WHERE id = :c",
                     c=person.case.client_id)  # fmt: skip
    assert row.state == "active"
    assert row.wrapped_key is not None


def test_a_save_under_way_keeps_its_person(web: Web, site: TestSite) -> None:
    web.set_clinic_time(bookings.MONDAY)
    case = cases.handed_in(site, has_key_worker=False)
    person = retention.close(web, site, case)
    erasure = person.approved()
    web.run("UPDATE intakes SET state = 'draft', submitted_at = NULL, submitted_by = NULL"
            " WHERE id = :i", i=case.intake_id)  # fmt: skip
    web.run("UPDATE cases SET state = 'referred' WHERE id = :c", c=case.id)
    path = f"/intakes/{case.intake_id}"
    version = case.lead.get(path).get_json()["version"]
    answers = {"answers": {"goals": ["Sleep again"]}}

    with ThreadPoolExecutor(2) as pool:
        save = pool.submit(case.lead.patch, path, answers, version=version)
        stopped = pool.submit(erase)
        answer, said = save.result(timeout=30), stopped.result(timeout=30)

    assert answer.status_code == 200, answer.json
    assert f"{erasure}: This person has an open case" in said
    assert case.lead.get(path).get_json()["answers"]["goals"] == ["Sleep again"]


def test_nothing_is_saved_of_somebody_erased(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    web.run("UPDATE intakes SET state = 'draft', submitted_at = NULL, submitted_by = NULL"
            " WHERE id = :i", i=person.case.intake_id)  # fmt: skip
    person.approved()
    path = f"/intakes/{person.case.intake_id}"
    version = person.lead.get(path).get_json()["version"]
    answers = {"answers": {"goals": ["Sleep again"]}}

    with ThreadPoolExecutor(2) as pool:
        erasing = pool.submit(erase)
        save = pool.submit(person.lead.patch, path, answers, version=version)
        said, answer = erasing.result(timeout=30), save.result(timeout=30)

    assert f"erased {person.case.client_id}" in said
    assert answer.status_code == 409, answer.json


@pytest.mark.parametrize("comes_first", ["erasure", "contact"])
@pytest.mark.parametrize("is_replaced", [False, True], ids=["one more", "another instead"])
def test_nothing_that_identifies_outlives_an_erasure(
    web: Web, site: TestSite, comes_first: str, *, is_replaced: bool
) -> None:
    """A number that is written down at the same moment is refused, or emptied with the rest."""
    person = retention.closed(web, site)
    person.approved()
    there, order = f"{person.client}/contacts", orders.contact_order(value="+447700900611")
    write = partial(person.case.coordinator.post, there, order)
    if is_replaced:
        [known] = person.case.coordinator.get(there).get_json()["data"]
        there = f"/contacts/{known['id']}/actions/replace"
        write = partial(person.case.coordinator.act, there, order, version=known["version"])
    acts = {"erasure": erase, "contact": write}
    order_of_acts = sorted(acts, key=lambda one: one != comes_first)

    found = both_wait(web, person.case.client_id, *(acts[one] for one in order_of_acts))

    said = dict(zip(order_of_acts, found, strict=True))
    assert f"erased {person.case.client_id}" in said["erasure"]
    wanted = (409,) if comes_first == "erasure" else (200, 201)
    assert said["contact"].status_code in wanted, said["contact"].json
    assert web.rows(IDENTIFYING, c=person.case.client_id) == []


def test_somebody_erased_is_nobody_to_compare_with(web: Web, site: TestSite) -> None:
    """Also where a look-up token of theirs was left behind by an earlier release."""
    who = orders.client_order()
    order = orders.intake_order(client=orders.reachable_client(**who), answers=orders.NO_RISK)
    person = retention.close(web, site, cases.handed_in(site, order))
    person.approved()
    known = web.rows("SELECT * FROM client_tokens WHERE client_id = :c",
                     c=person.case.client_id)  # fmt: skip
    erase()
    for one in known:
        web.run("INSERT INTO client_tokens (site_id, client_id, token) VALUES (:s, :c, :t)",
                s=site.id, c=person.case.client_id, t=one.token)  # fmt: skip

    answer = person.case.coordinator.post("/clients/match", who)

    assert answer.status_code == 200, answer.json
    assert answer.get_json() == {"candidates": []}


def test_a_place_and_its_case_end_at_once(web: Web, site: TestSite) -> None:
    """They lock case and programme in one order: the database has to break off neither."""
    there = programmes.programme(site, settings=["outpatient_cbt"], kind="cbt_clinic")
    case = moves.begun(web, site)
    place = programmes.asked(case, there)
    for action in ("offer", "accept", "start"):
        assert programmes.step(case, place, action).status_code == 200
    cases.at_ten(web, moves.FIRST_DAY)

    died, ended = both_wait(
        web,
        case.id,
        lambda: moves.move(case.lead, case, **{"to": "deceased"} | moves.DEATH),
        lambda: programmes.step(case, place, "end", reason="Went home"),
        hold=CASE,
    )

    assert died.status_code == 200, died.json
    expect_problem(ended, 409, "conflict")
    [row] = web.rows("SELECT state FROM placements WHERE id = :i", i=place)
    assert row.state == "ended"
