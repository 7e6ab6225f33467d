"""Signing in and out."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from intake.models import Membership, Staff
from intake.services import sign_in
from tests.support.web import TestSite, Web, counted, expect_problem

PASSWORD = "seven quiet herons at dusk"


@pytest.fixture
def address(web: Web, site: TestSite) -> str:
    """The sign-in name of somebody whose password is PASSWORD."""
    email = f"{uuid.uuid4()}@example.com"
    with Session(web.judge) as session, session.begin():
        staff = Staff(
            email=email, display_name="Sam", password_hash=sign_in.hash_password(PASSWORD)
        )
        session.add(staff)
        session.flush()
        session.add(Membership(site_id=site.id, staff_id=staff.id, role="counsellor"))
    return email


def _sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> int:
    body = {"email": email, "password": password}
    return client.post("/api/v1/session", json=body).status_code


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(web: Web, address: str) -> None:
    answer = web.app.test_client().post(
        "/api/v1/session", json={"email": address.upper(), "password": PASSWORD}
    )

    assert answer.status_code == 201
    assert answer.get_json() == {"next": "ready"}
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert PASSWORD not in answer.text


def test_me_tells_my_sites_and_roles(web: Web, site: TestSite, address: str) -> None:
    client = web.app.test_client()
    _sign_in(client, address)

    me = client.get("/api/v1/me").get_json()

    assert me["email"] == address
    assert [(one["id"], one["role"]) for one in me["sites"]] == [(str(site.id), "counsellor")]


@pytest.mark.parametrize("wrong", ["unknown", "password", "disabled"])
def test_every_failed_sign_in_has_the_same_answer(web: Web, address: str, wrong: str) -> None:
    if wrong == "disabled":
        web.run("UPDATE staff SET active = false WHERE email = :e", e=address)
    email = "nobody@example.com" if wrong == "unknown" else address
    password = "not the password at all" if wrong == "password" else PASSWORD

    answer = web.app.test_client().post(
        "/api/v1/session", json={"email": email, "password": password}
    )

    body = expect_problem(answer, 401, "authentication-required")
    assert body["detail"] == sign_in.WRONG
    assert "Set-Cookie" not in answer.headers


def test_a_failed_sign_in_is_counted_and_recorded(web: Web, address: str) -> None:
    client = web.app.test_client()

    answer = client.post("/api/v1/session", json={"email": address, "password": "wrong wrong"})

    assert web.rows("SELECT failed_count FROM staff WHERE email = :e", e=address)[0][0] == 1
    request_id = answer.get_json(force=True)["request_id"]
    events = web.rows(
        "SELECT outcome, outcome_code FROM audit_events WHERE request_id = :r", r=request_id
    )
    assert [tuple(row) for row in events] == [(4, "authentication-required")]


def test_after_ten_failures_one_has_to_wait(web: Web, address: str) -> None:
    web.run("UPDATE staff SET failed_count = 12, failed_at = now() WHERE email = :e", e=address)

    answer = web.app.test_client().post(
        "/api/v1/session", json={"email": address, "password": PASSWORD}
    )

    expect_problem(answer, 429, "rate-limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 5


def test_old_failures_are_forgotten(web: Web, address: str) -> None:
    web.run(
        "UPDATE staff SET failed_count = 12, failed_at = now() - interval '1 hour'"
        " WHERE email = :e",
        e=address,
    )
    client = web.app.test_client()
    _sign_in(client, address, "wrong wrong wrong")

    assert web.rows("SELECT failed_count FROM staff WHERE email = :e", e=address)[0][0] == 1


def test_signing_out_ends_the_session_at_once(web: Web, address: str) -> None:
    client = web.app.test_client()
    _sign_in(client, address)
    cookie = client.get_cookie("intake")
    assert cookie is not None

    assert client.delete("/api/v1/session").status_code == 204

    stolen = web.app.test_client()
    stolen.set_cookie("intake", cookie.value)
    expect_problem(stolen.get("/api/v1/me"), 401, "authentication-required")


def test_a_fourth_session_ends_the_oldest(web: Web, address: str) -> None:
    clients = [web.app.test_client() for _ in range(4)]
    for client in clients:
        assert _sign_in(client, address) == 201

    codes = [client.get("/api/v1/me").status_code for client in clients]

    assert codes == [401, 200, 200, 200]


@pytest.mark.parametrize(
    ("column", "age"),
    [("seen_at", dt.timedelta(minutes=16)), ("created_at", dt.timedelta(hours=13))],
)
def test_a_session_ends_when_idle_or_old(
    web: Web, address: str, column: str, age: dt.timedelta
) -> None:
    client = web.app.test_client()
    _sign_in(client, address)
    web.run(
        f"UPDATE staff_sessions SET {column} = now() - :age WHERE staff_id ="  # noqa: S608 - our own column names
        " (SELECT id FROM staff WHERE email = :e)",
        age=age,
        e=address,
    )

    expect_problem(client.get("/api/v1/me"), 401, "authentication-required")


def test_a_disabled_person_is_out_at_once(web: Web, address: str) -> None:
    client = web.app.test_client()
    _sign_in(client, address)

    web.run("UPDATE staff SET active = false WHERE email = :e", e=address)

    expect_problem(client.get("/api/v1/me"), 401, "authentication-required")


def test_somebody_with_two_sites_names_the_one_of_the_request(
    web: Web, site: TestSite, address: str
) -> None:
    other = web.site()
    web.run(
        "INSERT INTO memberships (site_id, staff_id, role, version)"
        " SELECT :s, id, 'auditor', 1 FROM staff WHERE email = :e",
        s=other.id,
        e=address,
    )
    client = web.app.test_client()
    _sign_in(client, address)

    body = expect_problem(client.get("/api/v1/cases"), 400, "bad-request")
    assert "X-Site-Id" in body["detail"]
    assert client.get("/api/v1/cases", headers={"X-Site-Id": str(site.id)}).status_code == 200
    as_auditor = client.get("/api/v1/clients", headers={"X-Site-Id": str(other.id)})
    expect_problem(as_auditor, 403, "forbidden")


def test_a_request_from_another_page_is_refused(web: Web, address: str) -> None:
    client = web.app.test_client()
    body = {"email": address, "password": PASSWORD}

    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        expect_problem(client.post("/api/v1/session", json=body, headers=headers), 403, "csrf")


def test_being_signed_in_costs_one_statement(web: Web, site: TestSite) -> None:
    person = site.person("counsellor")

    with counted(web) as sent:
        person.get("/cases")

    assert [one for one in sent if "open_request" in one] == sent[:1]
