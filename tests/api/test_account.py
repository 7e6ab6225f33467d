"""My account: its sessions, another password, and the link with which it begins."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from intake.http.extensions import limiter
from intake.models import Staff
from intake.services import accounts
from tests.support.people import PASSWORD, Account, account
from tests.support.web import TestSite, Web, expect_problem, pointers

NEW = "eleven kettles under the bridge"


@pytest.fixture
def sam(web: Web, site: TestSite) -> Account:
    """Somebody with a password and a second factor, signed in."""
    with web.app.app_context():
        limiter.reset()
    return account(web, site).sign_in()


def invited(web: Web, sam: Account) -> str:
    """The token of a fresh link."""
    with Session(web.judge) as session, session.begin():
        session.info.update(audit_events=[], keyring=web.app.config["KEYS"].current())
        return accounts.invite(session, session.get_one(Staff, sam.staff_id))


def accept(sam: Account, token: str, password: str = NEW) -> TestResponse:
    """Use a link, without being signed in."""
    body = {"token": token, "password": password}
    return sam.another().client.post("/api/v1/invites/accept", json=body)


def test_my_sessions_are_listed_without_their_tokens(sam: Account) -> None:
    sam.another().sign_in()

    answer = sam.client.get("/api/v1/me/sessions")

    found = answer.get_json()["data"]
    assert [one["current"] for one in found] == [False, True]
    assert sam.token() not in answer.text


def test_one_of_my_sessions_is_ended(sam: Account) -> None:
    left_open = sam.another().sign_in()
    ids = [one["id"] for one in left_open.client.get("/api/v1/me/sessions").get_json()["data"]]

    assert sam.client.delete(f"/api/v1/me/sessions/{ids[0]}").status_code == 204

    assert (left_open.reaches(), sam.reaches()) == (401, 200)


def test_somebody_elses_session_is_unknown_to_me(web: Web, site: TestSite, sam: Account) -> None:
    other = account(web, site).sign_in()
    theirs = other.client.get("/api/v1/me/sessions").get_json()["data"][0]["id"]

    for unknown in (theirs, uuid.uuid4()):
        answer = sam.client.delete(f"/api/v1/me/sessions/{unknown}")
        expect_problem(answer, 404, "not-found")
    assert other.reaches() == 200


def change(sam: Account, *, current: str = PASSWORD, new: str = NEW) -> TestResponse:
    body = {"current_password": current, "password": new}
    return sam.client.post("/api/v1/me/password", json=body)


def test_another_password_ends_every_session(sam: Account) -> None:
    elsewhere = sam.another().sign_in()

    assert change(sam).status_code == 204

    assert (sam.reaches(), elsewhere.reaches()) == (401, 401)
    assert sam.give_password().status_code == 401
    assert sam.give_password(NEW).status_code == 201


def test_the_present_password_is_asked_for_and_guesses_are_counted(web: Web, sam: Account) -> None:
    web.run("DELETE FROM sign_in_failures")

    expect_problem(change(sam, current="some other one"), 401, "authentication-required")

    assert [tuple(row) for row in web.rows("SELECT in_a_row FROM sign_in_failures")] == [(1,)]
    assert sam.reaches() == 200


@pytest.mark.parametrize(
    "poor",
    [
        "elevenchars",
        "x" * 129,
        "password123456",
        "Football2024!!",
        "ketamine-clinic-1",
    ],
)
def test_a_password_that_is_short_endless_or_common_is_refused(sam: Account, poor: str) -> None:
    body = expect_problem(change(sam, new=poor), 422, "validation-failed")

    assert pointers(body) == {"/password"}


def test_a_link_sets_a_password_once(web: Web, sam: Account) -> None:
    token = invited(web, sam)

    assert accept(sam, token).get_json() == {"next": "sign_in"}

    assert sam.reaches() == 401
    assert sam.give_password(NEW).status_code == 201
    expect_problem(accept(sam, token), 401, "authentication-required")


def test_a_link_is_void_when_old_replaced_or_of_a_closed_account(web: Web, sam: Account) -> None:
    replaced, token = invited(web, sam), invited(web, sam)
    expect_problem(accept(sam, replaced), 401, "authentication-required")

    web.run("UPDATE invites SET expires_at = now()")
    expect_problem(accept(sam, token), 401, "authentication-required")

    closed = invited(web, sam)
    web.run("UPDATE staff SET active = false WHERE id = :i", i=sam.staff_id)
    expect_problem(accept(sam, closed), 401, "authentication-required")


def test_a_poor_password_does_not_use_the_link_up(web: Web, sam: Account) -> None:
    token = invited(web, sam)

    expect_problem(accept(sam, token, "password123456"), 422, "validation-failed")

    assert accept(sam, token).status_code == 200


def test_a_new_link_lets_somebody_in_after_a_hundred_failures(web: Web, sam: Account) -> None:
    web.run("DELETE FROM sign_in_failures")
    sam.another().give_password("wrong wrong wrong")
    web.run("UPDATE sign_in_failures SET in_a_row = 100, recent = 100")
    assert sam.another().give_password().status_code == 429

    accept(sam, invited(web, sam))

    assert sam.another().give_password(NEW).status_code == 201
