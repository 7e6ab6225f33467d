"""Is a person erased for good, by two people, while everything around stays readable?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from intake.cli import main, stack
from intake.services.audit import canonical
from tests.makers import bookings, canary, cases, orders, retention
from tests.makers.retention import Closed
from tests.support.databases import Database
from tests.support.web import TestSite, Web, expect_problem

#: A person whose every text is one that nothing else holds.
WORDED: dict[str, Any] = {
    "client": orders.reachable_client(
        given_name=canary.NAMES[0],
        family_name=canary.NAMES[1],
        contacts=[orders.contact_order(value="+44 7700 900987")],
    ),
    "answers": bookings.PSYCHOSIS | {"demographics": {"address": f"1 {canary.TEXTS[0]}"}},
    "referral": orders.referral_order(reason=canary.TEXTS[1]),
}
LEASE = ", lease_token = gen_random_uuid(), lease_until = now(), lease_owner = 'w'"
CACHED = (stack.settings, stack.engine, stack.keys)


@pytest.fixture(autouse=True)
def commands(module_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands of this process use this file's database."""
    for name, value in module_database.environment.items():
        monkeypatch.setenv(name, value)
    for one in CACHED:
        one.cache_clear()
    yield
    stack.engine().dispose()
    for one in CACHED:
        one.cache_clear()


def run(*arguments: str) -> tuple[int, str]:
    """`intake erasures run …`: exit status and everything it says."""
    done = CliRunner().invoke(main, ["erasures", "run", *arguments])
    return done.exit_code, done.output


def erased(web: Web, site: TestSite, *, booked: bool = False, **changes: Any) -> Closed:
    """Somebody who was erased."""
    person = retention.closed(web, site, booked=booked, **changes)
    person.approved()
    assert run("--apply")[0] == 0
    return person


def test_nothing_that_identifies_is_left(web: Web, site: TestSite) -> None:
    person = erased(web, site, booked=True)
    client = person.case.client_id

    [row] = web.rows("SELECT * FROM clients WHERE id = :c", c=client)
    assert (row.state, row.version, row.birth_year) == ("erased", 2, 1997)
    assert {row.wrapped_key, row.given_name, row.family_name, row.date_of_birth} == {None}
    assert {row.preferred_name, row.pronouns, row.sealed} == {None}
    assert web.rows("SELECT 1 FROM client_tokens WHERE client_id = :c", c=client) == []
    [contact] = web.rows("SELECT value, is_safe FROM contact_points WHERE client_id = :c", c=client)
    assert tuple(contact) == (None, False)
    [erasure] = web.rows("SELECT state, version FROM erasures WHERE client_id = :c", c=client)
    assert tuple(erasure) == ("done", 3)


def test_every_read_of_somebody_erased_still_answers(web: Web, site: TestSite) -> None:
    person = erased(web, site, booked=True, **WORDED)
    case, lead = person.case, site.person("clinical_lead")

    known = lead.get(person.client)

    assert known.status_code == 200
    assert known.get_json() | {"created_at": None} == {
        "id": case.client_id,
        "version": 2,
        "state": "erased",
        "given_name": None,
        "family_name": None,
        "preferred_name": None,
        "pronouns": None,
        "date_of_birth": None,
        "created_at": None,
    }
    paths = (
        "/clients",
        f"{person.client}/contacts",
        f"{person.client}/holds",
        f"{person.client}/erasures",
        "/cases",
        "/intakes",
        f"/cases/{case.id}",
        f"/intakes/{case.intake_id}",
        f"/cases/{case.id}/assessments",
        f"/cases/{case.id}/plans",
        f"/cases/{case.id}/consents",
        f"/cases/{case.id}/follow-ups",
        f"/cases/{case.id}/tasks",
        f"/cases/{case.id}/access-log",
        f"/alerts?case_id={case.id}",
        f"/tasks?case_id={case.id}",
        f"/reminders?case_id={case.id}",
        f"/appointments?case_id={case.id}",
    )
    answers = {path: lead.get(path) for path in paths}
    codes = {path: answer.status_code for path, answer in answers.items()}
    assert {path: code for path, code in codes.items() if code not in (200, 404)} == {}
    assert codes["/clients"] == codes[f"/intakes/{case.intake_id}"] == 200
    assert {path for path, answer in answers.items() if canary.seen(answer.text)} == set()


def test_the_words_are_read_until_then(web: Web, site: TestSite) -> None:
    """The control of the test above."""
    person = retention.closed(web, site, booked=True, **WORDED)

    read = [
        site.person("clinical_lead").get(path).text
        for path in (
            person.client,
            f"{person.client}/contacts",
            f"/intakes/{person.case.intake_id}",
        )
    ]

    assert all(canary.seen(text) for text in read)


def test_counselling_notes_go_with_the_person(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    author, path = case.counsellor, f"/cases/{case.id}/counselling-notes"
    note = author.post(path, {"text": "Mo spoke of the harbour."}).get_json()["id"]
    person = retention.close(web, site, case)
    assert "harbour" in author.get(f"/counselling-notes/{note}").text
    person.approved()
    assert run("--apply")[0] == 0

    expect_problem(author.get(f"/counselling-notes/{note}"), 404, "not-found")
    expect_problem(author.post(path, {"text": "And one more."}), 409, "conflict")
    keys = web.rows("SELECT wrapped_key FROM counselling_note_keys")
    assert [row.wrapped_key for row in keys] == [None]


@pytest.mark.parametrize("state", ["leased", "sending", "uncertain"])
def test_a_reminder_under_way_finds_nobody(web: Web, site: TestSite, *, state: str) -> None:
    """Whoever holds it asks again just before it leaves, and there is no number any more."""
    person = retention.closed(web, site, booked=True)
    person.approved()
    client = person.case.client_id
    lease = "" if state == "uncertain" else LEASE
    web.run(f"UPDATE reminders SET state = :s {lease} WHERE client_id = :c", s=state, c=client)  # noqa: S608 - ours

    assert run("--apply")[0] == 0

    [facts] = web.rows(
        "SELECT k.state, p.value, p.is_safe FROM clients k"
        " JOIN contact_points p ON p.client_id = k.id WHERE k.id = :c",
        c=client,
    )
    assert tuple(facts) == ("erased", None, False)
    rows = web.rows("SELECT DISTINCT state FROM reminders WHERE client_id = :c", c=client)
    assert [row.state for row in rows] == [state]


def test_reminders_are_cancelled_with_their_reason(web: Web, site: TestSite) -> None:
    person = erased(web, site, booked=True)

    rows = web.rows(
        "SELECT DISTINCT state, state_reason FROM reminders WHERE client_id = :c",
        c=person.case.client_id,
    )
    assert [tuple(row) for row in rows] == [("cancelled", "client_erased")]


def test_nothing_can_be_added_to_somebody_erased(web: Web, site: TestSite) -> None:
    person = erased(web, site)
    lead, case = person.lead, person.case

    for answer in (
        lead.patch(person.client, {"given_name": "Maya"}, version=2),
        lead.post(f"{person.client}/holds", {"reason": "Too late"}),
        lead.post(f"{person.client}/erasures", {"reason": "client_request"}),
        lead.post(f"/cases/{case.id}/consents", orders.consent_order()),
        lead.post("/intakes", {"client_id": case.client_id, "referral": orders.referral_order()}),
    ):
        expect_problem(answer, 409, "conflict")


def test_the_same_person_may_come_back_as_somebody_new(site: TestSite) -> None:
    order = orders.client_order()
    first = site.person("clinical_lead").post("/clients", order).get_json()["id"]
    lead, auditor = site.person("clinical_lead"), site.person("auditor")
    made = lead.post(f"/clients/{first}/erasures", {"reason": "registered_in_error"})
    auditor.act(f"/erasures/{made.get_json()['id']}/actions/approve", version=1)
    run("--apply")

    again = lead.post("/clients", order)

    assert again.status_code == 201
    assert again.get_json()["id"] != first


def test_a_hold_stops_it_at_every_step(web: Web, site: TestSite) -> None:
    asked, agreed = retention.closed(web, site), retention.closed(web, web.site())
    erasure = asked.erasure()
    agreed.approved()
    asked.hold()
    agreed.hold()

    expect_problem(
        asked.lead.post(f"{asked.client}/erasures", {"reason": "client_request"}),
        409,
        "legal-hold",
    )
    expect_problem(
        asked.auditor.act(f"/erasures/{erasure}/actions/approve", version=1), 409, "legal-hold"
    )
    code, said = run("--apply")
    assert (code, "A legal hold stands" in said) == (1, True)
    rows = web.rows(
        "SELECT wrapped_key IS NULL AS gone FROM clients WHERE id IN (:a, :b)",
        a=asked.case.client_id,
        b=agreed.case.client_id,
    )
    assert [row.gone for row in rows] == [False, False]
    web.run("UPDATE erasures SET state = 'refused' WHERE state = 'approved'")


def test_an_open_case_and_a_second_request_are_refused(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    person.erasure()

    again = person.lead.post(f"{person.client}/erasures", {"reason": "client_request"})

    assert "under way" in expect_problem(again, 409, "conflict")["detail"]
    web.run("UPDATE cases SET state = 'intake' WHERE id = :c", c=person.case.id)
    still_open = person.lead.post(f"{person.client}/erasures", {"reason": "client_request"})
    assert "open case" in expect_problem(still_open, 409, "conflict")["detail"]


def test_a_refused_erasure_erases_nothing(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    erasure = person.erasure()

    refused = person.auditor.act(f"/erasures/{erasure}/actions/refuse", version=1)

    assert refused.get_json()["state"] == "refused"
    expect_problem(
        person.auditor.act(f"/erasures/{erasure}/actions/approve", version=2), 409, "conflict"
    )
    run("--apply")
    assert person.lead.get(person.client).get_json()["given_name"] == "Maya"


def test_whoever_asked_or_agreed_may_still_stop_it(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    withdrawn, lead = person.approved(), site.person("clinical_lead")

    answer = lead.act(f"/erasures/{withdrawn}/actions/withdraw", version=2).get_json()
    refused = person.approved()
    person.auditor.act(f"/erasures/{refused}/actions/refuse", version=2)

    assert (answer["state"], answer["withdrawn_by"]) == ("withdrawn", str(lead.staff_id))
    expect_problem(
        person.auditor.act(f"/erasures/{withdrawn}/actions/approve", version=3), 409, "conflict"
    )
    run("--apply")
    assert person.lead.get(person.client).get_json()["given_name"] == "Maya"


@pytest.mark.parametrize("days", [29, 31])
def test_an_agreement_lasts_thirty_days(web: Web, site: TestSite, *, days: int) -> None:
    person = retention.closed(web, site)
    erasure = person.approved()
    web.run(
        "UPDATE erasures SET decided_at = decided_at - make_interval(days => :d) WHERE id = :i",
        d=days,
        i=erasure,
    )

    code, said = run("--apply")

    assert (code, "30 days ago" in said) == ((1, True) if days > 30 else (0, False))
    state = person.lead.get(person.client).get_json()["state"]
    assert state == ("active" if days > 30 else "erased")
    web.run("UPDATE erasures SET state = 'refused' WHERE state = 'approved'")


def test_who_came_back_after_the_request_is_not_erased(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    erasure = person.approved()
    web.set_clinic_time(bookings.MONDAY + dt.timedelta(days=1))
    again = person.lead.post(
        "/intakes", {"client_id": person.case.client_id, "referral": orders.referral_order()}
    )
    assert again.status_code == 201, again.json
    web.run("UPDATE cases SET state = 'discharged' WHERE client_id = :c", c=person.case.client_id)

    code, said = run("--apply")

    assert (code, "came back" in said) == (1, True)
    assert person.lead.get(person.client).get_json()["given_name"] == "Maya"
    person.lead.act(f"/erasures/{erasure}/actions/withdraw", version=2)


def test_the_command_only_counts_unless_told(web: Web, site: TestSite) -> None:
    person = retention.closed(web, site)
    person.approved()

    code, said = run()

    assert code == 0
    assert said.startswith("1 approved, 0 erased")
    assert person.lead.get(person.client).get_json()["given_name"] == "Maya"
    carried_out = run("--apply")[1]
    assert "1 approved, 1 erased" in carried_out
    assert f"erased {person.case.client_id}" in carried_out


def test_an_older_stored_answer_is_still_repeated(site: TestSite) -> None:
    caller, key, order = site.person("clinical_lead"), str(uuid.uuid4()), orders.client_order()
    first = caller.post("/clients", order, idempotency_key=key)
    path = f"/clients/{first.get_json()['id']}/erasures"
    made = caller.post(path, {"reason": "client_request"}).get_json()["id"]
    site.person("auditor").act(f"/erasures/{made}/actions/approve", version=1)
    run("--apply")

    again = caller.post("/clients", order, idempotency_key=key)

    assert (again.status_code, again.get_json()) == (201, first.get_json())


def test_every_event_still_carries_its_mac_and_every_version_its_event(
    web: Web, site: TestSite
) -> None:
    person = erased(web, site, booked=True)
    keys = web.app.config["KEYS"].current()

    events = web.rows("SELECT * FROM audit_events")

    assert len(events) > 10
    for event in events:
        row = dict(event._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        mac = bytes(row.pop("mac"))
        assert keys.audit_mac(canonical(row), row["mac_key_id"]) == mac
    versions = [
        (row.subtype, row.entity_version)
        for row in events
        if str(row.entity_id) == person.case.client_id and row.action != "R"
    ]
    assert sorted(versions, key=lambda one: one[1]) == [("create", 1), ("erase", 2)]
