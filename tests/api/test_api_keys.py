"""Who makes API keys, what is shown and stored of them, and how do they end?"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging

import pytest

from intake import clock
from intake.access import KEY_SCOPES, Role
from tests.makers import api_keys, orders
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

YEAR = dt.timedelta(days=366)
WRONG = "authentication-required"


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
def test_only_an_administrator_makes_keys_and_who_supervises_sees_them(
    site: TestSite, role: Role
) -> None:
    person = site.person(role)

    expect_problem(person.post("/api-keys", api_keys.order()), 403, "forbidden")
    supervises = role in (Role.CLINICAL_LEAD, Role.AUDITOR)
    assert person.get("/api-keys").status_code == (200 if supervises else 403)


def test_who_supervises_is_told_of_a_new_key(web: Web, site: TestSite) -> None:
    told = {site.person(role).staff_id for role in (Role.CLINICAL_LEAD, Role.AUDITOR)}
    site.person("counsellor")
    api_keys.program(site, "case:read", role=Role.CLINICAL_LEAD)
    web.run("DELETE FROM staff_notices WHERE site_id = :s", s=site.id)

    site.person("administrator").post("/api-keys", api_keys.order())

    rows = web.rows("SELECT staff_id, kind, path FROM staff_notices WHERE site_id = :s", s=site.id)
    assert {one.staff_id for one in rows} == told
    assert {(one.kind, one.path) for one in rows} == {("api_key", "/api-keys")}


def test_a_key_is_shown_once_and_stored_as_its_hash(web: Web, site: TestSite) -> None:
    person, body = site.person("administrator"), api_keys.order()

    made = person.post("/api-keys", body, idempotency_key="the-same-key-twice")
    again = person.post("/api-keys", body, idempotency_key="the-same-key-twice")

    token = made.get_json()["token"]
    assert (made.status_code, made.get_json()["state"]) == (201, "live")
    assert token.startswith("itk_live_")
    assert len(token) == len("itk_live_") + 43
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.get_json() == made.get_json() | {"token": None}
    kept = web.rows("SELECT token_hash FROM api_keys WHERE id = :i", i=made.get_json()["id"])
    assert kept[0].token_hash == hashlib.sha256(token.encode()).digest()


def test_a_new_key_works_and_is_listed_without_its_token(site: TestSite) -> None:
    person = site.person("administrator")
    made = person.post("/api-keys", api_keys.order(is_test=True)).get_json()
    program = api_keys.holding(site, made["token"], made["id"])

    assert program.get("/cases").status_code == 200
    listed = person.get("/api-keys").get_json()["data"]

    assert made["token"].startswith("itk_test_")
    assert made["token"] not in str(listed)
    assert [(one["id"], one["is_test"], one["state"], one["role"]) for one in listed] == [
        (made["id"], True, "live", "intake_coordinator")
    ]
    assert listed[0]["scopes"] == ["case:read", "intake:write"]
    assert listed[0]["created_by"] == str(person.staff_id)
    assert listed[0]["last_used_at"] is not None


def test_making_a_key_needs_a_fresh_second_factor(web: Web, site: TestSite) -> None:
    person = site.person("administrator")
    web.run(
        "UPDATE staff_sessions SET mfa_at = mfa_at - interval '6 min' WHERE staff_id = :s",
        s=person.staff_id,
    )

    expect_problem(person.post("/api-keys", api_keys.order()), 401, "mfa-required")
    assert web.rows("SELECT 1 FROM api_keys WHERE site_id = :s", s=site.id) == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": (clock.machine_now() + YEAR * 1.01).isoformat()}, "/expires_at"),
        ({"expires_at": None}, "/expires_at"),
        ({"role": "administrator"}, "/role"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["api_key:manage"]}, "/scopes/0"),
        ({"scopes": ["case:read", "counselling_note:own"]}, "/scopes/1"),
        ({"role": "auditor", "scopes": ["case:read", "client:read"]}, "/scopes/1"),
        ({"name": "  "}, "/name"),
        ({"token": "itk_live_mine"}, "/token"),
    ],
)
def test_a_key_beyond_the_rules_is_not_made(
    site: TestSite, changes: dict[str, object], pointer: str
) -> None:
    refused = site.person("administrator").post("/api-keys", api_keys.order(**changes))

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {pointer}


def test_a_key_lives_for_a_year_at_most_and_only_with_an_end(site: TestSite) -> None:
    body = api_keys.order(expires_at=(clock.machine_now() + YEAR).isoformat())

    assert site.person("administrator").post("/api-keys", body).status_code == 201


def test_what_stays_with_people_is_never_offered() -> None:
    nouns = {one.value.partition(":")[0] for one in KEY_SCOPES}
    acts = {one.value for one in KEY_SCOPES}

    assert nouns.isdisjoint({"api_key", "break_glass", "counselling_note", "disclosure", "session"})
    assert acts.isdisjoint({"plan:decide", "plan:sign_off", "assessment:write", "cover:arrange"})


def test_a_revoked_key_is_refused_from_the_next_request_on(site: TestSite) -> None:
    person, program = site.person("administrator"), api_keys.program(site)
    assert program.get("/cases").status_code == 200

    path = f"/api/v1/api-keys/{program.key_id}"
    done = [person.client.delete(path).status_code for _ in range(2)]

    assert done == [204, 204]
    expect_problem(program.client.get("/api/v1/cases", headers=program.headers), 401, WRONG)
    assert person.get("/api-keys").get_json()["data"][0]["state"] == "revoked"


def test_a_key_of_another_site_is_not_there_to_be_revoked(web: Web, site: TestSite) -> None:
    program = api_keys.program(web.site())

    refused = site.person("administrator").client.delete(f"/api/v1/api-keys/{program.key_id}")

    expect_problem(refused, 404, "not-found")
    assert program.get("/cases").status_code == 200


def test_a_key_ends_by_the_clock(web: Web, site: TestSite) -> None:
    program = api_keys.program(site)
    age = "UPDATE api_keys SET created_at = created_at - :a, expires_at = expires_at - :a"
    web.run(f"{age} WHERE id = :i", a=dt.timedelta(hours=23, minutes=59), i=program.key_id)
    before = program.get("/cases").status_code

    web.run(f"{age} WHERE id = :i", a=dt.timedelta(minutes=1), i=program.key_id)

    assert before == 200
    expect_problem(program.get("/cases"), 401, WRONG)
    listed = site.person("administrator").get("/api-keys").get_json()["data"]
    assert listed[0]["state"] == "expired"


def test_use_is_noted_every_five_minutes_and_costs_no_statement(web: Web, site: TestSite) -> None:
    program = api_keys.program(site)
    used = "SELECT last_used_at FROM api_keys WHERE id = :i"
    with counted(web) as sent:
        program.get("/cases")
    first = web.rows(used, i=program.key_id)
    program.get("/cases")
    second = web.rows(used, i=program.key_id)
    web.run("UPDATE api_keys SET last_used_at = last_used_at - interval '5 min'")
    program.get("/cases")

    assert len(sent) == 3, sent
    assert first == second
    assert web.rows(used, i=program.key_id) > first


def test_acts_with_a_key_are_recorded_as_the_keys(web: Web, site: TestSite) -> None:
    person, program = site.person("administrator"), api_keys.program(site)
    made = program.post("/clients", orders.client_order())
    assert made.status_code == 201, made.get_json()
    person.client.delete(f"/api/v1/api-keys/{program.key_id}")

    trail = web.rows(
        "SELECT e.type, e.subtype, s.display_name FROM audit_events e JOIN staff s"
        " ON s.id = e.agent_id WHERE e.agent_id = :k OR e.entity_id = :k ORDER BY e.id",
        k=program.key_id,
    )

    assert ("client", "create", "Website (API key)") in trail
    assert ("api_key", "revoke", "Sam Test") in trail


def test_the_token_is_in_no_log_no_event_and_no_table(
    web: Web, site: TestSite, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = site.person("administrator")
    made = person.post("/api-keys", api_keys.order()).get_json()
    program = api_keys.holding(site, made["token"], made["id"])
    program.post("/intakes", orders.intake_order())
    program.get("/clients")
    secret = made["token"].removeprefix("itk_live_")

    tables = web.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables:
        dumped = web.rows(f'SELECT t::text AS row FROM "{table}" t')  # noqa: S608 - names above
        assert not any(secret in one.row for one in dumped), table

    assert len(tables) > 20
    printed = capfd.readouterr()
    assert secret not in printed.out + printed.err + caplog.text
