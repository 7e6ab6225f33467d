"""Signing in with a password, staying signed in, and signing out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from argon2 import PasswordHasher

from intake.http.extensions import limiter
from intake.services import passwords, sign_in
from tests.support.people import PASSWORD, Account, account
from tests.support.web import TestSite, Web, counted, expect_problem


@pytest.fixture
def sam(web: Web, site: TestSite) -> Account:
    """Somebody with a password and a second factor, not signed in."""
    with web.app.app_context():
        limiter.reset()
    return account(web, site)


def fail(web: Web, sam: Account, times: int, *, ago: str = "0 s") -> None:
    """As if that many passwords had been wrong, the last one that long ago."""
    Account(web, sam.email, sam.secret, sam.staff_id).give_password("wrong wrong wrong")
    web.run(
        "UPDATE sign_in_failures SET recent = :n, in_a_row = :n,"
        " failed_at = now() - CAST(:ago AS interval) WHERE failed_at > now() - interval '1 min'",
        n=times,
        ago=ago,
    )


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(sam: Account) -> None:
    sam.email = sam.email.upper()

    answer = sam.give_password()

    assert answer.status_code == 201
    assert answer.get_json() == {"next": "mfa"}
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert PASSWORD not in answer.text


def test_me_tells_my_sites_and_roles(sam: Account, site: TestSite) -> None:
    me = sam.sign_in().client.get("/api/v1/me").get_json()

    assert me["email"] == sam.email
    assert [(one["id"], one["role"]) for one in me["sites"]] == [(str(site.id), "counsellor")]


@pytest.mark.parametrize("wrong", ["unknown", "password", "disabled", "invited"])
def test_every_failed_sign_in_has_the_same_answer_and_work(
    web: Web, sam: Account, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wrong == "disabled":
        web.run("UPDATE staff SET active = false WHERE id = :i", i=sam.staff_id)
    if wrong == "invited":
        web.run("UPDATE staff SET password_hash = '!' WHERE id = :i", i=sam.staff_id)
    if wrong == "unknown":
        sam.email = "nobody@example.com"
    hashed = counting_hasher(monkeypatch)

    answer = sam.give_password("not the password at all" if wrong == "password" else PASSWORD)

    body = expect_problem(answer, 401, "authentication-required")
    assert body["detail"] == sign_in.WRONG
    assert "Set-Cookie" not in answer.headers
    assert hashed == ["verify"]


def counting_hasher(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each argon2 computation from here on; the product's hasher does the work."""
    passwords.matches(None, "warm up: the hash that nothing matches is made once")
    done: list[str] = []

    class Counting(type(passwords.HASHER)):  # type: ignore[misc] # the class of the instance
        def verify(self, *arguments: Any) -> bool:
            done.append("verify")
            return bool(super().verify(*arguments))

    monkeypatch.setattr(passwords, "HASHER", Counting())
    return done


def test_a_failed_sign_in_is_counted_and_recorded(web: Web, sam: Account) -> None:
    before = web.rows("SELECT coalesce(sum(in_a_row), 0) FROM sign_in_failures")[0][0]

    answer = sam.give_password("wrong wrong")

    after = web.rows("SELECT coalesce(sum(in_a_row), 0) FROM sign_in_failures")[0][0]
    assert after == before + 1
    request_id = answer.get_json(force=True)["request_id"]
    events = web.rows(
        "SELECT outcome, outcome_code FROM audit_events WHERE request_id = :r", r=request_id
    )
    assert [tuple(row) for row in events] == [(4, "authentication-required")]


@pytest.mark.parametrize("known", [True, False])
def test_after_ten_failures_one_has_to_wait_whether_known_or_not(
    web: Web, sam: Account, *, known: bool
) -> None:
    if not known:
        sam.email = f"x{sam.email}"
    fail(web, sam, 12)

    answer = sam.give_password()

    expect_problem(answer, 429, "rate-limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 5


def test_old_failures_slow_nobody_down_but_stay_counted(web: Web, sam: Account) -> None:
    fail(web, sam, 12, ago="1 hour")

    assert sam.give_password("wrong wrong wrong").status_code == 401
    counts = web.rows("SELECT recent, in_a_row FROM sign_in_failures ORDER BY failed_at DESC")
    assert tuple(counts[0]) == (1, 13)


def test_a_hundred_failures_in_a_row_need_an_administrator(web: Web, sam: Account) -> None:
    fail(web, sam, 100, ago="3 days")

    body = expect_problem(sam.give_password(), 429, "rate-limited")

    assert "administrator" in body["detail"]


def test_signing_in_completely_begins_to_count_anew(web: Web, sam: Account) -> None:
    web.run("DELETE FROM sign_in_failures")
    fail(web, sam, 9)

    sam.sign_in()

    assert web.rows("SELECT 1 FROM sign_in_failures") == []


def test_signing_out_ends_the_session_at_once(web: Web, sam: Account) -> None:
    stolen = web.app.test_client()
    stolen.set_cookie("intake", sam.sign_in().token())

    assert sam.client.delete("/api/v1/session").status_code == 204

    expect_problem(stolen.get("/api/v1/me"), 401, "authentication-required")


def test_a_fourth_session_ends_the_oldest(sam: Account) -> None:
    computers = [sam.another().sign_in() for _ in range(4)]

    assert [one.reaches() for one in computers] == [401, 200, 200, 200]


def test_who_has_the_password_alone_ends_nobodys_session(sam: Account) -> None:
    sam.sign_in()
    for _ in range(4):
        sam.another().give_password()

    assert sam.reaches() == 200


@pytest.mark.parametrize(
    ("column", "age"),
    [("seen_at", dt.timedelta(minutes=16)), ("created_at", dt.timedelta(hours=13))],
)
def test_a_session_ends_when_idle_or_old(
    web: Web, sam: Account, column: str, age: dt.timedelta
) -> None:
    sam.sign_in()
    web.run(
        f"UPDATE staff_sessions SET {column} = now() - :age WHERE staff_id = :i",  # noqa: S608 - our own column names
        age=age,
        i=sam.staff_id,
    )

    expect_problem(sam.client.get("/api/v1/me"), 401, "authentication-required")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE staff SET active = false WHERE id = :i",
        "UPDATE staff SET password_changed_at = now() WHERE id = :i",
        "UPDATE staff SET totp_secret = NULL, totp_confirmed_at = NULL WHERE id = :i",
        "UPDATE memberships SET role = 'auditor' WHERE staff_id = :i",
        "DELETE FROM memberships WHERE staff_id = :i",
    ],
    ids=["disabled", "password", "second-factor", "role", "left"],
)
def test_every_session_ends_when_what_it_was_opened_with_changes(
    web: Web, sam: Account, change: str
) -> None:
    computers = [sam.another().sign_in() for _ in range(2)]

    web.run(change, i=sam.staff_id)

    assert [one.reaches() for one in computers] == [401, 401]
    live = "SELECT 1 FROM staff_sessions WHERE staff_id = :i AND revoked_at IS NULL"
    assert web.rows(live, i=sam.staff_id) == []


def test_a_weaker_hash_is_renewed_and_ends_no_session(web: Web, sam: Account) -> None:
    sam.sign_in()
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    web.run("UPDATE staff SET password_hash = :h WHERE id = :i", h=weak, i=sam.staff_id)

    sam.another().give_password()

    [(stored,)] = web.rows("SELECT password_hash FROM staff WHERE id = :i", i=sam.staff_id)
    assert not passwords.needs_rehash(stored)
    assert sam.reaches() == 200


def test_somebody_with_two_sites_names_the_one_of_the_request(
    web: Web, site: TestSite, sam: Account
) -> None:
    other = web.site()
    web.run(
        "INSERT INTO memberships (site_id, staff_id, role, version) VALUES (:s, :i, 'auditor', 1)",
        s=other.id,
        i=sam.staff_id,
    )
    client = sam.sign_in().client

    body = expect_problem(client.get("/api/v1/cases"), 400, "bad-request")
    assert "X-Site-Id" in body["detail"]
    assert client.get("/api/v1/cases", headers={"X-Site-Id": str(site.id)}).status_code == 200
    as_auditor = client.get("/api/v1/clients", headers={"X-Site-Id": str(other.id)})
    expect_problem(as_auditor, 403, "forbidden")


def test_a_request_from_another_page_is_refused(sam: Account) -> None:
    body = {"email": sam.email, "password": PASSWORD}

    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = sam.client.post("/api/v1/session", json=body, headers=headers)
        expect_problem(answer, 403, "csrf")


@pytest.mark.parametrize(
    "body",
    [
        {"email": "\ud800@example.com", "password": PASSWORD},
        {"email": "sam\x00@example.com", "password": PASSWORD},
        {"email": "sam@example.com", "password": "\udfff is no character"},
    ],
)
def test_what_is_no_text_is_refused_not_failed(sam: Account, body: dict[str, str]) -> None:
    expect_problem(sam.client.post("/api/v1/session", json=body), 422, "validation-failed")


def test_being_signed_in_costs_one_statement(web: Web, site: TestSite) -> None:
    person = site.person("counsellor")

    with counted(web) as sent:
        person.get("/cases")

    assert [one for one in sent if "open_request" in one] == sent[:1]


def test_an_address_that_asks_too_often_has_to_wait(sam: Account) -> None:
    body = {"email": "x", "password": "x"}
    statuses = [sam.client.post("/api/v1/session", json=body).status_code for _ in range(61)]

    answer = sam.give_password()

    assert set(statuses[:60]) == {422}
    expect_problem(answer, 429, "rate-limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61  # rounded up
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answer = sam.client.post(
        "/api/v1/session",
        json={"email": sam.email, "password": PASSWORD},
        environ_overrides=elsewhere,
    )
    assert answer.status_code == 201
