"""A repeated create gets the first answer, whatever happens in between."""

from __future__ import annotations

import concurrent.futures
import uuid
from collections import Counter

from sqlalchemy import text

from intake.http.idempotency import lock_number
from tests.makers import orders
from tests.support.web import TestSite, Web, counted, expect_problem


def _rows(web: Web, site: TestSite) -> int:
    return len(web.rows("SELECT 1 FROM clients WHERE site_id = :s", s=site.id))


def test_a_repeated_request_gets_the_first_answer(web: Web, site: TestSite) -> None:
    person, key, order = site.person("counsellor"), str(uuid.uuid4()), orders.client_order()
    first = person.post("/clients", order, idempotency_key=key)

    with counted(web) as sent:
        again = person.post("/clients", order, idempotency_key=key)

    assert again.get_json() == first.get_json()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert _rows(web, site) == 1
    assert len(sent) == 3, sent


def test_a_key_belongs_to_one_request(web: Web, site: TestSite) -> None:
    person, key = site.person("counsellor"), str(uuid.uuid4())
    person.post("/clients", orders.client_order(), idempotency_key=key)

    other = person.post("/clients", orders.client_order(), idempotency_key=key)

    expect_problem(other, 422, "idempotency-key-reused")
    assert _rows(web, site) == 1


def test_a_refusal_is_not_kept(web: Web, site: TestSite) -> None:
    person, key = site.person("counsellor"), str(uuid.uuid4())
    order = orders.client_order(given_name=" ")
    assert person.post("/clients", order, idempotency_key=key).status_code == 422

    assert person.post("/clients", orders.client_order(), idempotency_key=key).status_code == 201
    assert _rows(web, site) == 1


def test_the_same_key_of_two_people_is_two_keys(web: Web, site: TestSite) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        person = site.person("counsellor")
        answer = person.post("/clients", orders.client_order(), idempotency_key=key)
        assert answer.status_code == 201

    assert _rows(web, site) == 2


def test_many_at_once_with_one_key_make_one_row(web: Web, site: TestSite) -> None:
    person, key, order = site.person("counsellor"), str(uuid.uuid4()), orders.client_order()
    callers = [web.app.test_client() for _ in range(8)]
    cookie = person.client.get_cookie("intake")
    assert cookie is not None
    for client in callers:
        client.set_cookie("intake", cookie.value)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda client: client.post(
                    "/api/v1/clients", json=order, headers={"Idempotency-Key": key}
                ),
                callers,
            )
        )

    codes = Counter(
        (answer.status_code, answer.headers.get("Idempotency-Replayed")) for answer in answers
    )
    assert codes[(201, None)] == 1, codes
    assert set(codes) <= {(201, None), (201, "true"), (409, None)}
    assert _rows(web, site) == 1


def test_the_stored_answer_is_sealed(web: Web, site: TestSite) -> None:
    made = site.person("counsellor").post("/clients", orders.client_order()).get_json()

    stored = web.rows("SELECT body FROM idempotency_keys WHERE site_id = :s", s=site.id)

    assert made["id"].encode() not in bytes(stored[0].body)


def test_access_is_checked_again_on_a_replay(web: Web, site: TestSite) -> None:
    person, key, order = site.person("counsellor"), str(uuid.uuid4()), orders.client_order()
    person.post("/clients", order, idempotency_key=key)
    web.run("UPDATE memberships SET role = 'auditor' WHERE staff_id = :s", s=person.staff_id)
    # Another role ends the session; the person signs in again.
    web.run("UPDATE staff_sessions SET revoked_at = NULL WHERE staff_id = :s", s=person.staff_id)

    expect_problem(person.post("/clients", order, idempotency_key=key), 403, "forbidden")


def test_while_the_first_request_runs_the_second_is_told_to_wait(web: Web, site: TestSite) -> None:
    person, key, order = site.person("counsellor"), str(uuid.uuid4()), orders.client_order()
    number = lock_number(site.id, person.staff_id, key)
    with web.judge.begin() as first:
        first.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})

        expect_problem(
            person.post("/clients", order, idempotency_key=key), 409, "idempotency-in-progress"
        )

    assert person.post("/clients", order, idempotency_key=key).status_code == 201
