"""Merging two records of one person: all of it moves, nothing is lost, contradictions stay two."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from intake.models import Base
from tests.makers import bookings, orders
from tests.makers.bookings import a_case, book
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers

REASON = {"reason": "Same passport, typed twice."}


def another(person: Caller, **changes: Any) -> dict[str, Any]:
    """A second record of the same person, without a case."""
    made = person.post("/clients", orders.reachable_client(**changes))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body


def merged(case: CaseOf, survivor: str, other: str, *, version: int = 1, **changes: Any) -> Any:
    """The lead merges `other` into `survivor`, both as first read."""
    body = REASON | {"other_id": other, "other_version": 1} | changes
    return case.lead.act(f"/clients/{survivor}/merge", body, version=version)


def test_everything_of_the_other_record_moves(web: Web, site: TestSite) -> None:
    case = a_case(web, site, answers=bookings.PSYCHOSIS | {"goals": ["Sleep again"]})
    book(case)
    survivor = another(case.coordinator, given_name="Anouk")
    alert = case.lead.get(f"/alerts?case_id={case.id}").get_json()["data"][0]
    case.lead.act(f"/alerts/{alert['id']}/actions/close", {"note": "Crisis team came."},
                  version=alert["version"])  # fmt: skip

    done = merged(case, survivor["id"], case.client_id)

    assert done.status_code == 200, done.json
    assert done.get_json()["given_name"] == "Anouk"
    assert case.lead.get(f"/cases/{case.id}").get_json()["client_id"] == survivor["id"]
    read = case.lead.get(f"/intakes/{case.intake_id}").get_json()
    assert read["answers"]["goals"] == ["Sleep again"]
    assert case.lead.get(f"/alerts/{alert['id']}").get_json()["note"] == "Crisis team came."
    numbers = case.lead.get(f"/clients/{survivor['id']}/contacts").get_json()["data"]
    assert [one["value"] for one in numbers] == ["+447700900123", "+447700900123"]
    purposes = case.lead.get(f"/cases/{case.id}/consents").get_json()["data"]
    assert sorted(one["purpose"] for one in purposes) == ["reminders"] * 2 + ["treatment"] * 2
    for table in ("cases", "contact_points", "appointments", "reminders", "client_tokens"):
        left = web.rows(f"SELECT 1 FROM {table} WHERE client_id = :c", c=case.client_id)  # noqa: S608 - our own table names
        assert left == [], table


def test_what_was_sealed_stays_byte_for_byte(web: Web, site: TestSite) -> None:
    case = a_case(web, site, answers=orders.NO_RISK | {"goals": ["Sleep again"]})
    survivor = another(case.coordinator)
    before = web.rows("SELECT sealed FROM intakes WHERE id = :i", i=case.intake_id)

    merged(case, survivor["id"], case.client_id)

    assert web.rows("SELECT sealed FROM intakes WHERE id = :i", i=case.intake_id) == before


def test_what_is_written_afterwards_has_the_survivors_key(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    survivor = another(case.coordinator)
    merged(case, survivor["id"], case.client_id)
    order = {"kind": "review", "due_at": "2027-01-20T10:00:00+00:00", "note": "Read the letter."}

    made = case.lead.post(f"/cases/{case.id}/tasks", order)

    assert made.status_code == 201, made.json
    [task] = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    assert task["note"] == "Read the letter."
    web.run("UPDATE clients SET wrapped_key = '\\x00' WHERE id = :c", c=case.client_id)
    expect_problem(case.lead.get(f"/cases/{case.id}/tasks"), 409, "integrity-error")
    web.run("UPDATE clients SET absorbed = false WHERE id = :c", c=survivor["id"])
    assert case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"][0]["note"] == task["note"]


def test_the_other_record_is_gone_for_every_reader(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    survivor = another(case.coordinator)
    merged(case, survivor["id"], case.client_id)
    path = f"/clients/{case.client_id}"

    for answer in (
        case.lead.get(path),
        case.lead.get(f"{path}/contacts"),
        case.lead.patch(path, {"given_name": "X"}, version=2),
        case.lead.post(
            "/intakes", {"client_id": case.client_id, "referral": orders.referral_order()}
        ),
        merged(case, case.client_id, survivor["id"], version=2, other_version=2),
    ):
        expect_problem(answer, 404, "not-found")
    listed = case.lead.get("/clients").get_json()["data"]
    assert [one["id"] for one in listed] == [survivor["id"]]


def test_the_parts_chosen_are_taken_and_both_spellings_are_found(web: Web, site: TestSite) -> None:
    case = a_case(web, site, client=orders.reachable_client(given_name="Katharina"))
    theirs = case.lead.get(f"/clients/{case.client_id}").get_json()
    mine = orders.client_order(given_name="Pjotr", family_name="Vogel", date_of_birth="1971-01-02")
    survivor = another(case.coordinator, **mine)

    done = merged(
        case, survivor["id"], case.client_id, take=["family_name", "date_of_birth"]
    ).get_json()

    assert (done["given_name"], done["family_name"], done["date_of_birth"]) == (
        "Pjotr", theirs["family_name"], theirs["date_of_birth"],
    )  # fmt: skip
    names = ("given_name", "family_name", "date_of_birth")
    for spelling in (mine, {name: theirs[name] for name in names}):
        found = case.lead.post("/clients/match", spelling).get_json()["candidates"]
        assert survivor["id"] in [one["client_id"] for one in found]


def test_two_open_cases_are_named_and_nothing_is_merged(web: Web, site: TestSite) -> None:
    one, other = a_case(web, site), a_case(web, site)

    body = expect_problem(merged(one, one.client_id, other.client_id), 409, "conflict")

    references = web.rows("SELECT reference FROM cases WHERE id IN (:a, :b)", a=one.id, b=other.id)
    assert all(row.reference in body["detail"] for row in references)
    assert web.rows("SELECT 1 FROM client_merges WHERE surviving_id = :c", c=one.client_id) == []


def test_the_dead_and_the_living_are_not_merged(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    survivor = another(case.coordinator)
    web.run("UPDATE clients SET state = 'deceased' WHERE id = :c", c=survivor["id"])

    expect_problem(merged(case, survivor["id"], case.client_id), 409, "conflict")


@pytest.mark.parametrize("role", ["intake_coordinator", "counsellor", "auditor", "administrator"])
def test_only_a_lead_merges(web: Web, site: TestSite, role: str) -> None:
    case = a_case(web, site)
    survivor = another(case.coordinator)
    body = REASON | {"other_id": case.client_id, "other_version": 1}

    answer = site.person(role).act(f"/clients/{survivor['id']}/merge", body, version=1)

    expect_problem(answer, 403, "forbidden")


def test_stale_readers_and_strangers_merge_nothing(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    survivor = another(case.coordinator)["id"]
    there = another(web.site().person("intake_coordinator"))["id"]

    expect_problem(merged(case, survivor, case.client_id, version=9), 412, "precondition-failed")
    for changes, pointer in (
        ({"other_version": 9}, "/other_version"),
        ({"other_id": survivor}, "/other_id"),
        ({"other_id": there}, "/other_id"),
        ({"other_id": str(uuid.uuid4())}, "/other_id"),
    ):
        refused = merged(case, survivor, case.client_id, **changes)
        assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}
    expect_problem(merged(case, there, case.client_id), 404, "not-found")


def test_nothing_is_written_under_a_merged_record(web: Web, site: TestSite) -> None:
    """The database refuses it, whoever comes late."""
    case = a_case(web, site)
    merged(case, another(case.coordinator)["id"], case.client_id)

    point = (
        "INSERT INTO contact_points SELECT site_id, gen_random_uuid(), :m, channel, value, is_safe,"
        " is_preferred, may_leave_message, may_identify_service, quiet_from, quiet_until,"
        " time_zone, confirmed_at, needs_check, created_at, version FROM contact_points"
        " WHERE client_id = (SELECT client_id FROM cases WHERE id = :c) LIMIT 1"
    )
    for statement in ("UPDATE cases SET client_id = :m WHERE id = :c", point):
        with pytest.raises(Exception, match="merged into another"):
            web.run(statement, m=case.client_id, c=case.id)


def test_the_log_says_what_moved_and_why(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    survivor = another(case.coordinator)
    merged(case, survivor["id"], case.client_id, take=["given_name"])

    [line] = case.lead.get(f"/clients/{survivor['id']}/merges").get_json()["data"]

    assert (line["merged_id"], line["reason"]) == (case.client_id, REASON["reason"])
    [row] = web.rows("SELECT moved, sealed FROM client_merges WHERE merged_id = :c",
                     c=case.client_id)  # fmt: skip
    assert row.moved["cases"] == [case.id]
    assert {len(row.moved[name]) for name in ("contact_points", "consents")} == {1, 2}
    assert b"passport" not in bytes(row.sealed)


def test_every_version_has_its_event_and_the_access_log_is_whole(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    survivor = another(case.coordinator)
    merged(case, survivor["id"], case.client_id)

    for table in ("clients", "cases", "appointments"):
        gaps = web.rows(
            f"SELECT r.id FROM {table} r WHERE r.site_id = :s AND r.version <> (SELECT count(*)"  # noqa: S608 - our own table names
            " FROM audit_events e WHERE e.entity_id = r.id AND e.action <> 'R'"
            " AND e.entity_type = :t)",
            s=site.id, t=table,
        )  # fmt: skip
        assert gaps == [], table
    lines = case.lead.get(f"/cases/{case.id}/access-log?limit=100").get_json()["data"]
    said = {one["what"] for one in lines}
    assert {"handed in the intake", "merged two records of one person"} <= said


def test_merged_people_cost_a_list_one_statement_more(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    costs = []
    for _ in range(2):
        survivor, other = another(case.coordinator), another(case.coordinator)
        merged(case, survivor["id"], other["id"])
        with counted(web) as sent:
            case.lead.get("/clients")
        costs.append(len(sent))

    assert costs == [4, 4]  # door, people, keys of the absorbed, event


def test_every_table_that_names_a_person_moves_or_has_its_reason() -> None:
    """A table added later is met here, and somebody decides."""
    moved = {
        "appointments", "cases", "client_tokens", "consents", "contact_points", "legal_holds",
        "reminders",
    }  # fmt: skip
    # The trail is never changed; an erasure asked for refuses the merge, a decided one is history;
    # who was told apart stays told apart; what nobody sent yet opens with the key that sealed it.
    stays = {"audit_events", "erasures", "client_distinctions", "unsent_forms"}

    named = {name for name, table in Base.metadata.tables.items() if "client_id" in table.columns}

    assert named == moved | stays
