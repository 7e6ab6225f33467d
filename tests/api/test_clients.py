"""People treated: register, find, read, correct; and what another site may not see."""

from __future__ import annotations

import uuid

import pytest

from tests.makers import orders
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def test_a_person_is_stored_unreadable_and_read_again(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    order = orders.client_order(given_name="Anouk", preferred_name="Nou", pronouns="she/her")
    made = person.post("/clients", order).get_json()

    read = person.get(f"/clients/{made['id']}").get_json()

    assert {name: read[name] for name in order} == order
    row = web.rows("SELECT * FROM clients WHERE id = :i", i=made["id"])[0]
    assert all(b"Anouk" not in value for value in row if isinstance(value, bytes))


def test_a_registration_sends_one_statement_per_table(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    person.post("/clients", orders.reachable_client())

    with counted(web) as sent:
        person.post("/clients", orders.reachable_client())

    # door, key, duplicate check; clients, tokens, contacts, consents; event, answer
    assert len(sent) == 9, sent


def test_a_correction_reads_the_rows_it_changes_and_no_more(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    made = person.post("/clients", orders.client_order()).get_json()

    with counted(web) as sent:
        answer = person.patch(f"/clients/{made['id']}", {"family_name": "Okoro"}, version=1)

    assert answer.status_code == 200, answer.json
    # door; the person; clients, tokens out, tokens in; event
    assert len(sent) == 6, "\n".join(sent)


def test_a_corrected_name_is_found_under_its_new_spelling_only(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    order = orders.client_order()
    made = person.post("/clients", order).get_json()
    person.patch(f"/clients/{made['id']}", {"given_name": "Mia"}, version=1)

    def found(sought: dict[str, object]) -> list[dict[str, str]]:
        hits: list[dict[str, str]] = person.post("/clients/match", sought).get_json()["candidates"]
        return hits

    assert found(order)[0]["matched"] == "name sounds alike, born the same day"
    [hit] = found(order | {"given_name": "mia"})
    assert (hit["client_id"], hit["matched"]) == (made["id"], "name and date of birth")


def test_optional_parts_are_cleared_by_null_and_left_alone_when_absent(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    made = person.post(
        "/clients", orders.client_order(preferred_name="Mo", pronouns="they/them")
    ).get_json()

    changed = person.patch(f"/clients/{made['id']}", {"preferred_name": None}, version=1).get_json()

    assert (changed["preferred_name"], changed["pronouns"]) == (None, "they/them")


def test_contact_points_are_opened_for_staff_and_sealed_in_the_table(
    web: Web, site: TestSite
) -> None:
    person = site.person("intake_coordinator")
    made = person.post("/clients", orders.reachable_client()).get_json()

    points = person.get(f"/clients/{made['id']}/contacts").get_json()["data"]

    assert [(one["channel"], one["value"], one["is_safe"]) for one in points] == [
        ("sms", "+447700900123", True)
    ]
    stored = web.rows("SELECT value FROM contact_points WHERE client_id = :i", i=made["id"])
    assert b"7700900123" not in bytes(stored[0].value)


def test_another_site_sees_nothing_of_a_person(web: Web, site: TestSite) -> None:
    made = site.person("intake_coordinator").post("/clients", orders.client_order()).get_json()
    stranger = web.site().person("clinical_lead")

    for answer in (
        stranger.get(f"/clients/{made['id']}"),
        stranger.patch(f"/clients/{made['id']}", {"given_name": "X"}, version=1),
        stranger.get(f"/clients/{made['id']}/contacts"),
        stranger.get(f"/clients/{uuid.uuid4()}"),
    ):
        expect_problem(answer, 404, "not-found")
    assert stranger.get("/clients").get_json()["data"] == []
    order = {"client_id": made["id"], "referral": orders.referral_order()}
    expect_problem(stranger.post("/intakes", order), 404, "not-found")


def test_the_same_person_at_two_sites_is_no_duplicate(web: Web, site: TestSite) -> None:
    order = orders.client_order()
    for place in (site, web.site()):
        answer = place.person("intake_coordinator").post("/clients", order)
        assert answer.status_code == 201


@pytest.mark.parametrize("role", ["peer_worker", "auditor", "administrator"])
def test_roles_without_the_permission_are_refused_before_any_look(
    web: Web, site: TestSite, role: str
) -> None:
    person = site.person(role)

    with counted(web) as sent:
        answer = person.get(f"/clients/{uuid.uuid4()}")

    expect_problem(answer, 403, "forbidden")
    assert not [one for one in sent if "clients" in one]


def test_a_refusal_leaves_its_event(web: Web, site: TestSite) -> None:
    answer = site.person("auditor").get(f"/clients/{uuid.uuid4()}")

    request_id = answer.get_json(force=True)["request_id"]
    events = web.rows(
        "SELECT outcome, outcome_code, agent_role FROM audit_events WHERE request_id = :r",
        r=request_id,
    )
    assert [tuple(row) for row in events] == [(4, "forbidden", "auditor")]


def test_a_list_records_whom_it_showed(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    ids = {person.post("/clients", orders.client_order()).get_json()["id"] for _ in range(2)}

    answer = person.get("/clients")

    events = web.rows(
        "SELECT subtype, hits, returned_ids FROM audit_events WHERE request_id = :r",
        r=answer.headers["X-Request-Id"],
    )
    assert [(row.subtype, row.hits) for row in events] == [("list", 2)]
    assert {str(one) for one in events[0].returned_ids} == ids


def test_a_future_birth_is_refused(site: TestSite) -> None:
    person = site.person("intake_coordinator")

    body = expect_problem(
        person.post("/clients", orders.client_order(date_of_birth="2099-01-01")),
        422,
        "validation-failed",
    )

    assert pointers(body) == {"/date_of_birth"}


def test_when_the_audit_trail_cannot_be_written_nothing_is_done_or_shown(web: Web) -> None:
    site = web.site()
    person = site.person("intake_coordinator")
    made = person.post("/clients", orders.client_order(given_name="Canary")).get_json()
    web.run("REVOKE INSERT ON audit_events FROM intake_api")
    try:
        answers = [
            person.get(f"/clients/{made['id']}"),
            person.get("/clients"),
            person.post("/clients", orders.client_order()),
            person.patch(f"/clients/{made['id']}", {"given_name": "Other"}, version=1),
            person.get(f"/clients/{uuid.uuid4()}"),
        ]
    finally:
        web.run("GRANT INSERT ON audit_events TO intake_api")

    for answer in answers:
        expect_problem(answer, 503, "audit-unavailable")
        assert "Canary" not in answer.text
        assert answer.headers["Retry-After"]
    rows = web.rows("SELECT version FROM clients WHERE site_id = :s", s=site.id)
    assert [row.version for row in rows] == [1]


def test_a_correction_of_an_old_version_is_refused_and_changes_nothing(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    path = f"/clients/{person.post('/clients', orders.client_order()).get_json()['id']}"
    assert person.patch(path, {"given_name": "Ann"}, version=1).status_code == 200

    late = person.patch(path, {"given_name": "Eve"}, version=1)

    expect_problem(late, 412, "precondition-failed")
    assert late.headers["ETag"] == '"2"'
    assert person.get(path).get_json()["given_name"] == "Ann"
