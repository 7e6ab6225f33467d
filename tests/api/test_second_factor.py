"""Showing a second factor: set-up, codes that work once, recovery codes, freshness of tokens."""

from __future__ import annotations

import threading
import time

import pyotp
import pytest

from intake.http.extensions import limiter
from tests.support.people import Account, account
from tests.support.web import TestSite, Web, expect_problem

CLOSED = ("/api/v1/me", "/api/v1/me/sessions", "/api/v1/cases", "/api/v1/clients")


@pytest.fixture
def sam(web: Web, site: TestSite) -> Account:
    """Somebody with a password and a second factor, not signed in."""
    with web.app.app_context():
        limiter.reset()
    return account(web, site)


@pytest.fixture
def newcomer(web: Web, site: TestSite) -> Account:
    """Somebody whose second factor isn't set up yet."""
    with web.app.app_context():
        limiter.reset()
    return account(web, site, second_factor=False)


def set_up(person: Account) -> list[str]:
    """From the password to being signed in for the first time; the recovery codes."""
    person.give_password()
    made = person.client.post("/api/v1/session/mfa/setup").get_json()
    person.secret = made["secret"]
    codes: list[str] = person.show(code=person.code()).get_json()["recovery_codes"]
    return codes


def test_the_password_alone_opens_the_second_factor_only(sam: Account) -> None:
    sam.give_password()

    for path in CLOSED:
        expect_problem(sam.client.get(path), 401, "mfa-required")
    assert sam.client.delete("/api/v1/session").status_code == 204


def test_every_route_but_a_few_asks_for_the_second_factor(web: Web) -> None:
    open_ = {
        endpoint
        for endpoint, view in web.app.view_functions.items()
        if getattr(view, "needs_mfa", True) is False
    }

    assert open_ == {
        "session.show_second_factor",
        "session.set_up_second_factor",
        "session.close_session",
        "console.session.sign_out",
        "console.second_factor.show",
        "console.second_factor.check",
        "console.second_factor.show_recovery",
        "console.second_factor.check_recovery",
        "console.second_factor.explain",
        "console.second_factor.make_secret",
    }


def test_a_code_replaces_the_token(web: Web, sam: Account) -> None:
    sam.give_password()
    before = sam.token()

    answer = sam.show(code=sam.code())

    assert (answer.status_code, answer.get_json()) == (201, {"next": "ready", "recovery_codes": []})
    assert sam.token() != before
    assert sam.reaches() == 200
    thief = web.app.test_client()
    thief.set_cookie("intake", before)
    expect_problem(thief.get("/api/v1/me"), 401, "authentication-required")


def test_a_code_shown_later_makes_the_proof_fresh_again(web: Web, sam: Account) -> None:
    sam.sign_in()
    old = "UPDATE staff_sessions SET mfa_at = now() - interval '1 hour' WHERE staff_id = :i"
    web.run(old, i=sam.staff_id)

    assert sam.show(code=sam.code()).status_code == 201

    fresh = "SELECT mfa_at > now() - interval '1 min' FROM staff_sessions WHERE staff_id = :i"
    assert [tuple(row) for row in web.rows(fresh, i=sam.staff_id)] == [(True,)]


def test_a_code_works_once(sam: Account) -> None:
    code = sam.code()
    sam.give_password()
    assert sam.show(code=code).status_code == 201
    again = sam.another()
    again.give_password()

    expect_problem(again.show(code=code), 401, "mfa-required")


def test_eight_at_once_with_one_code_let_one_in(sam: Account) -> None:
    computers = [sam.another() for _ in range(8)]
    for one in computers[5:]:  # three sessions of a password live at a time
        one.give_password()
    for at, one in enumerate(computers[:5]):
        one.client.set_cookie("intake", computers[5 + at % 3].token())
    code, statuses, gate = sam.code(), [], threading.Barrier(8)

    def show(one: Account) -> None:
        gate.wait(timeout=20)
        statuses.append(one.show(code=code).status_code)

    threads = [threading.Thread(target=show, args=(one,)) for one in computers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(statuses) == [201] + [401] * 7


def test_an_older_code_is_refused_after_a_newer_one(sam: Account) -> None:
    totp, now = pyotp.TOTP(sam.secret), time.time()
    sam.give_password()
    assert sam.show(code=totp.at(now)).status_code == 201

    expect_problem(sam.show(code=totp.at(now - 30)), 401, "mfa-required")


@pytest.mark.parametrize("offset", [-90, 90])
def test_codes_of_other_times_are_refused(sam: Account, offset: int) -> None:
    sam.give_password()

    expect_problem(
        sam.show(code=pyotp.TOTP(sam.secret).at(time.time() + offset)), 401, "mfa-required"
    )


def test_wrong_codes_are_counted_apart_and_slow_the_next(web: Web, sam: Account) -> None:
    web.run("DELETE FROM sign_in_failures")
    sam.give_password()
    for _ in range(10):
        sam.show(recovery_code="0000-0000-0000-0000")
    # The right password doesn't give ten tries more.
    sam.give_password()

    expect_problem(sam.show(code=sam.code()), 429, "rate-limited")
    assert [tuple(row) for row in web.rows("SELECT recent FROM sign_in_failures")] == [(10,)]


def test_setting_up_shows_secret_and_picture_and_the_first_code_recovery_codes(
    newcomer: Account,
) -> None:
    assert newcomer.give_password().get_json() == {"next": "mfa_setup"}

    made = newcomer.client.post("/api/v1/session/mfa/setup").get_json()
    newcomer.secret = made["secret"]
    shown = newcomer.show(code=newcomer.code()).get_json()

    assert made["otpauth_uri"].startswith("otpauth://totp/Intake:")
    assert made["secret"] in made["otpauth_uri"]
    assert made["qr_svg"].startswith("<svg")
    assert len(set(shown["recovery_codes"])) == 10
    assert newcomer.reaches() == 200


def test_nothing_of_a_second_factor_is_stored_in_plain(web: Web, newcomer: Account) -> None:
    codes = set_up(newcomer)

    stored = web.rows(
        "SELECT s.totp_secret, c.code_hash FROM staff s JOIN recovery_codes c"
        " ON c.staff_id = s.id WHERE s.id = :i",
        i=newcomer.staff_id,
    )

    assert len(stored) == 10
    for sealed, code_hash in stored:
        assert newcomer.secret.encode() not in sealed
        assert all(code.replace("-", "").encode() not in code_hash for code in codes)


def test_a_second_factor_in_use_is_not_shown_or_replaced(sam: Account) -> None:
    sam.give_password()

    expect_problem(sam.client.post("/api/v1/session/mfa/setup"), 409, "conflict")


def test_a_set_up_that_no_code_confirmed_begins_anew(newcomer: Account) -> None:
    newcomer.give_password()
    first, second = (
        newcomer.client.post("/api/v1/session/mfa/setup").get_json()["secret"] for _ in range(2)
    )

    assert first != second
    newcomer.secret = first
    expect_problem(newcomer.show(code=newcomer.code()), 401, "mfa-required")
    newcomer.secret = second
    assert newcomer.show(code=newcomer.code()).status_code == 201


def test_a_recovery_code_works_once_however_it_is_typed(newcomer: Account) -> None:
    code = set_up(newcomer)[3]
    lost = newcomer.another()
    lost.give_password()

    assert lost.show(recovery_code=code.upper().replace("-", " ")).status_code == 201
    again = newcomer.another()
    again.give_password()
    expect_problem(again.show(recovery_code=code), 401, "mfa-required")


def test_somebody_elses_recovery_code_is_refused(newcomer: Account, sam: Account) -> None:
    code = set_up(newcomer)[0]
    sam.give_password()

    expect_problem(sam.show(recovery_code=code), 401, "mfa-required")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"code": "123456", "recovery_code": "0" * 16},
        {"code": "12345"},
        {"code": "\uff11" * 6},
    ],
)
def test_one_proof_is_sent_in_its_shape(sam: Account, body: dict[str, str]) -> None:
    sam.give_password()

    expect_problem(sam.show(**body), 422, "validation-failed")
