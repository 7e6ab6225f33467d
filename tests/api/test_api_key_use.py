"""What does a key open, and what stays shut to it?"""

from __future__ import annotations

import uuid

import pytest
from werkzeug.test import TestResponse

from intake.access import KEY_SCOPES, SCOPES, Permission, Role
from tests.access.test_differential import Transcript
from tests.hostile.routes import everything
from tests.makers import api_keys, bookings, cases, orders
from tests.support.web import TestSite, Web, expect_problem

PREFIX = "/api/v1"
ELSEWHERE = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}


def everything_of(role: Role) -> tuple[str, ...]:
    return tuple(sorted(one.value for one in KEY_SCOPES if (role, one) in SCOPES))


def test_a_key_does_what_its_scopes_say_and_no_more(site: TestSite) -> None:
    reader = api_keys.program(site, "client:read")
    writer = api_keys.program(site, "client:create")

    made = writer.post("/clients", orders.client_order())
    refused = [
        reader.post("/clients", orders.client_order()),
        writer.get(f"/clients/{made.get_json()['id']}"),
        reader.get("/cases"),
    ]

    assert made.status_code == 201
    assert reader.get(f"/clients/{made.get_json()['id']}").get_json()["given_name"]
    for answer in refused:
        problem = expect_problem(answer, 403, "forbidden")
        assert "scopes" in problem["detail"]


def test_a_scope_that_the_role_lost_is_lost_to_the_key(web: Web, site: TestSite) -> None:
    program = api_keys.program(site, "client:read", "case:read")
    web.run("UPDATE memberships SET role = 'auditor' WHERE staff_id = :k", k=program.key_id)

    expect_problem(program.get("/clients"), 403, "forbidden")
    assert program.get("/cases").status_code == 200


@pytest.mark.parametrize("role", [Role.CLINICAL_LEAD, Role.COUNSELLOR, Role.AUDITOR])
def test_what_is_for_people_is_refused_whatever_the_key(
    web: Web, site: TestSite, role: Role
) -> None:
    program = api_keys.program(site, *everything_of(role), role=role)
    web.run(
        "UPDATE api_keys SET scopes = :all WHERE id = :k",
        all=[one.value for one in Permission],
        k=program.key_id,
    )
    told = {"me"}

    opened = [
        str(route)
        for route in everything(web.app)
        if route.permission is not None and route.permission not in KEY_SCOPES
        if route.endpoint.partition(".")[2] not in told
        if _ask(program, route.method, route.at({})).status_code != 403
    ]

    assert opened == []


def _ask(program: api_keys.Program, method: str, path: str) -> TestResponse:
    headers = program.headers | {"Idempotency-Key": str(uuid.uuid4()), "If-Match": '"1"'}
    return program.client.open(path, method=method, json={}, headers=headers)


def test_a_key_learns_who_it_is(site: TestSite) -> None:
    program = api_keys.program(site)

    told = program.get("/me").get_json()

    assert (told["id"], told["display_name"]) == (str(program.key_id), "Website (API key)")
    assert [(one["id"], one["role"]) for one in told["sites"]] == [
        (str(site.id), "intake_coordinator")
    ]


def test_wrong_expired_and_revoked_keys_get_one_answer(web: Web, site: TestSite) -> None:
    expired, revoked = api_keys.program(site), api_keys.program(site)
    web.run(
        "UPDATE api_keys SET created_at = created_at - interval '2 d',"
        " expires_at = expires_at - interval '2 d' WHERE id = :k",
        k=expired.key_id,
    )
    web.run("UPDATE api_keys SET revoked_at = now() WHERE id = :k", k=revoked.key_id)
    tokens = (expired.token, revoked.token, f"itk_live_{'x' * 43}", "nonsense", " ", "\xff")
    client = web.app.test_client()

    answers = [
        client.get(f"{PREFIX}/cases", headers={"Authorization": f"Bearer {token}"})
        for token in tokens
    ]

    for answer in answers:
        expect_problem(answer, 401, "authentication-required")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert len({_without_its_number(answer) for answer in answers}) == 1


def _without_its_number(answer: TestResponse) -> str:
    """Headers and body, but for the number of the request and the clock of the rate limit."""
    number = answer.headers["X-Request-Id"]
    headers = [pair for pair in answer.headers if not pair[0].startswith("RateLimit-")]
    return f"{answer.status} {headers} {answer.get_data(as_text=True)}".replace(number, "")


def test_a_key_is_judged_alone_whoever_is_signed_in(web: Web, site: TestSite) -> None:
    person, program = site.person("clinical_lead"), api_keys.program(site, "case:read")

    wrong = person.get("/cases", authorization="Bearer itk_live_wrong")
    narrow = person.get("/clients", authorization=program.headers["Authorization"])
    right = person.get("/cases", authorization=program.headers["Authorization"])
    other_scheme = person.get("/clients", authorization="Basic QTpi")

    expect_problem(wrong, 401, "authentication-required")
    expect_problem(narrow, 403, "forbidden")
    assert (right.status_code, other_scheme.status_code) == (200, 200)
    agents = web.rows(
        "SELECT agent_id FROM audit_events WHERE request_id = :r",
        r=right.headers["X-Request-Id"],
    )
    assert {one.agent_id for one in agents} == {program.key_id}


def test_a_key_needs_no_proof_of_origin_but_signing_in_does(site: TestSite) -> None:
    program = api_keys.program(site)
    session = {"email": "a@example.com", "password": "seven quiet herons"}

    made = program.client.post(
        f"{PREFIX}/clients",
        json=orders.client_order(),
        headers=program.headers | ELSEWHERE | {"Idempotency-Key": str(uuid.uuid4())},
    )
    signing_in = program.client.post(
        f"{PREFIX}/session", json=session, headers=program.headers | ELSEWHERE
    )

    assert made.status_code == 201
    expect_problem(signing_in, 403, "csrf")


def test_another_site_is_not_there_known_or_not(web: Web, site: TestSite) -> None:
    program, there = api_keys.program(site), web.site()
    case = cases.handed_in(there)

    named = [program.get("/cases", x_site_id=str(one)) for one in (there.id, uuid.uuid4())]
    row = program.get(f"/cases/{case.id}")

    for answer in (*named, row):
        expect_problem(answer, 404, "not-found")
    assert named[0].get_json(force=True)["detail"] == named[1].get_json(force=True)["detail"]
    assert program.get("/cases", x_site_id=str(site.id)).status_code == 200


def test_a_colleagues_case_is_not_there_for_a_key(site: TestSite) -> None:
    case = cases.handed_in(site)
    program = api_keys.program(site, "client:read", role=Role.COUNSELLOR)

    expect_problem(program.get(f"/clients/{case.client_id}"), 404, "not-found")


def test_a_key_is_nobody_that_one_books_or_writes_to(web: Web, site: TestSite) -> None:
    api_keys.program(site, "case:read", role=Role.CLINICAL_LEAD)
    program = api_keys.program(site, "case:read", role=Role.AUDITOR)
    case = bookings.a_case(web, site)
    path = f"/cases/{case.id}/break-glass-grants"
    reason = {"reason_code": "emergency", "justification": "The ward asks what was taken."}

    opened = site.person("counsellor").post(path, reason)

    assert opened.status_code == 201
    told = web.rows("SELECT staff_id FROM staff_notices WHERE site_id = :s", s=site.id)
    assert program.key_id not in {one.staff_id for one in told}


def test_a_key_signs_nobody_in(web: Web, site: TestSite) -> None:
    program = api_keys.program(site)
    address = f"key-{program.key_id}@keys.invalid"

    for password in ("!", program.token):
        answer = web.app.test_client().post(
            f"{PREFIX}/session", json={"email": address, "password": password}
        )
        expect_problem(answer, 401, "authentication-required")


def test_what_may_still_be_asked_is_told_and_bounded(site: TestSite) -> None:
    program, other = api_keys.program(site), api_keys.program(site)
    first = program.get("/cases")

    for _ in range(599):
        last = program.client.get("/healthz", headers=program.headers)
    refused = program.client.get(f"{PREFIX}/cases", headers=program.headers)

    told = [int(first.headers[f"RateLimit-{name}"]) for name in ("Limit", "Remaining")]
    assert told == [600, 599]
    assert 0 < int(first.headers["RateLimit-Reset"]) <= 61
    assert last.headers["RateLimit-Remaining"] == "0"
    expect_problem(refused, 429, "rate-limited")
    assert int(refused.headers["Retry-After"]) >= 1
    assert other.get("/cases").status_code == 200
    assert "RateLimit-Limit" not in site.person("auditor").get("/cases").headers


def test_a_full_neighbour_changes_no_answer_to_a_key(web: Web) -> None:
    neighbour = web.site()
    empty = traffic(web, neighbour, str(uuid.uuid4()))
    case = web.rows("SELECT id FROM cases WHERE site_id = :s", s=neighbour.id)[0]

    full = traffic(web, web.site(), str(case.id))

    assert len(empty) == 7
    assert empty == full


CLIENT = orders.client_order(given_name="Noor", family_name="Abernathy", date_of_birth="1991-05-04")


def traffic(web: Web, site: TestSite, foreign: str) -> list[str]:
    """What a program does in a day, and a look elsewhere."""
    web.set_clinic_time(bookings.MONDAY)
    script, program = Transcript(), api_keys.program(site)
    order = {"client": CLIENT, "referral": orders.referral_order()}
    for _ in range(2):
        answer = program.post("/intakes", order, idempotency_key="the-same-key-at-both")
        script.note("refer", answer)
    script.note("again", program.post("/intakes", order))
    script.note("list", program.get("/cases"))
    script.note("elsewhere", program.get(f"/cases/{foreign}"))
    script.note("not mine", program.get("/appointments"))
    script.note("me", program.get("/me/sessions"))
    return script.lines
