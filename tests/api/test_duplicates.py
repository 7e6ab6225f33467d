"""Who may be the same person: by sound, birth date and phone, masked; and who is not."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

import pytest

from intake.services import name_sounds
from tests.makers import bookings, orders, progress
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers

_phones = itertools.count(200)
WHY = {"reason": "Cousins; she showed her passport."}


def register(person: Caller, **changes: Any) -> dict[str, Any]:
    made = person.post("/clients", orders.client_order(**changes))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body


def phone() -> str:
    return f"+447700900{next(_phones)}"


def match(person: Caller, **sought: Any) -> list[dict[str, Any]]:
    body = {"given_name": "Ann", "family_name": "Other", "date_of_birth": "1960-01-01"} | sought
    answer = person.post("/clients/match", body)
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.get_json()["candidates"]
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Catherine", "Kathryn"),
        ("Muhammad", "Mohamed"),
        ("Łukasz", "Lucas"),
        ("Smith", "Schmidt"),
        ("Sean", "Shaun"),
        ("Юрий", "Yuri"),
        ("Müller", "Mueller"),
        ("Νίκος", "Nikos"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert name_sounds.codes(one) == name_sounds.codes(other)


@pytest.mark.parametrize(("one", "other"), [("Anna", "Joanna"), ("Mark", "Marta"), ("Lee", "Kay")])
def test_different_names_sound_different(one: str, other: str) -> None:
    assert name_sounds.codes(one) != name_sounds.codes(other)


def test_hits_say_why_and_come_the_most_alike_first(site: TestSite) -> None:
    person, number = site.person("intake_coordinator"), phone()
    born = {"date_of_birth": "1991-05-06"}
    sound = register(person, given_name="Kathryn", family_name="Smyth", **born)
    year = register(person, given_name="Kathryn", family_name="Smyth", date_of_birth="1991-12-31")
    called = register(
        person, given_name="Omar", family_name="Haddad", date_of_birth="1970-02-02",
        contacts=[orders.contact_order(value=number)],
    )  # fmt: skip
    register(person, given_name="Omar", family_name="Haddad", date_of_birth="1980-01-01")

    found = match(person, given_name="Catherine", family_name="Smith", phone=number, **born)

    assert [(one["client_id"], one["matched"]) for one in found] == [
        (sound["id"], "name sounds alike, born the same day"),
        (year["id"], "name sounds alike, born the same year"),
        (called["id"], "same phone"),
    ]
    assert found[0] == {
        "client_id": sound["id"], "initials": "K. S.", "birth_year": "1991",
        "matched": "name sounds alike, born the same day",
        "case_reference": None, "case_state": None, "last_contact_on": None,
    }  # fmt: skip


def test_hits_tell_the_newest_case_and_the_last_contact(web: Web, site: TestSite) -> None:
    """Met is who came or was reached, in any case; rung in vain is not."""
    number = phone()
    contacts = [orders.contact_order(value=number)]
    client = orders.reachable_client(contacts=contacts)
    case = bookings.a_case(web, site, client=client)
    person = case.coordinator

    [new] = match(person, phone=number)
    progress.attended(web, case, "2027-02-08")
    [came] = match(person, phone=number)
    for at, outcome in (("2027-03-01T23:30:00Z", "reached"), ("2027-03-05T10:00:00Z", "no_reply")):
        web.set_clinic_time(dt.datetime.fromisoformat(at) + dt.timedelta(hours=1))
        said = {"at": at, "channel": "phone", "outcome": outcome}
        assert person.post(f"/cases/{case.id}/contact-attempts", said).status_code == 201
    [reached] = match(person, phone=number)
    alike = person.get(f"/clients/{case.client_id}/similar").get_json()["candidates"]

    known = case.read()
    assert (new["case_reference"], new["case_state"]) == (known["reference"], known["state"])
    assert new["last_contact_on"] is None
    assert came["last_contact_on"] == "2027-02-08"
    assert reached["last_contact_on"] == "2027-03-01"
    assert alike == []


def test_at_most_five_are_shown_in_a_steady_number_of_statements(web: Web, site: TestSite) -> None:
    person, number, costs = site.person("intake_coordinator"), phone(), []
    for _ in range(7):
        register(person, contacts=[orders.contact_order(value=number)])
        with counted(web) as sent:
            found = match(person, phone=number)
        costs.append(len(sent))

    assert len(found) == 5
    assert set(costs) == {5}, costs  # door, tokens, people, their cases, event


def test_a_birth_date_alone_is_no_hit(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    register(person, given_name="Omar", family_name="Haddad", date_of_birth="1988-08-08")

    assert match(person, given_name="Li", family_name="Wen", date_of_birth="1988-08-08") == []


def test_somebody_alike_is_registered_with_a_warning(site: TestSite) -> None:
    person = site.person("intake_coordinator")
    register(person, given_name="Kathryn", family_name="Smyth")
    alike = orders.reachable_client(given_name="Catherine", family_name="Smith")

    made = person.post("/intakes", orders.intake_order(client=alike))

    assert (made.status_code, made.get_json()["similar"]) == (201, 1)


def test_another_sites_people_are_never_hits(web: Web, site: TestSite) -> None:
    number = phone()
    register(site.person("intake_coordinator"), contacts=[orders.contact_order(value=number)])

    assert match(web.site().person("intake_coordinator"), phone=number) == []


def test_a_wrong_phone_is_named(site: TestSite) -> None:
    body = orders.client_order(phone="12")

    answer = site.person("intake_coordinator").post("/clients/match", body)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/phone"}


def test_who_was_told_apart_is_not_asked_again(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    one = register(person, given_name="Kathryn", family_name="Smyth")
    other = register(person, given_name="Catherine", family_name="Smith")
    path = f"/clients/{one['id']}"
    before = person.get(f"{path}/similar").get_json()

    said = person.post(f"{path}/distinctions", WHY | {"other_id": other["id"]})

    assert said.status_code == 201, said.json
    after = person.get(f"{path}/similar").get_json()
    there = person.get(f"/clients/{other['id']}/similar").get_json()
    assert [hit["client_id"] for hit in before["candidates"]] == [other["id"]]
    assert (after["candidates"], there["candidates"]) == ([], [])
    assert [(one["client_id"], one["decided_by"], one["reason"]) for one in after["set_aside"]] == [
        (other["id"], str(person.staff_id), WHY["reason"])
    ]
    stored = web.rows("SELECT sealed FROM client_distinctions WHERE client_id = :c", c=one["id"])
    assert b"Cousins" not in bytes(stored[0].sealed)
    again = person.post(f"/clients/{other['id']}/distinctions", WHY | {"other_id": one["id"]})
    expect_problem(again, 409, "conflict")


def test_setting_an_exact_match_aside_is_remembered_with_its_reason(site: TestSite) -> None:
    person, order = site.person("intake_coordinator"), orders.client_order()
    first = register(person, **order)
    apart = {"not_duplicate_of": [first["id"]], "not_duplicate_reason": "Cousins, same day"}
    made = register(person, **order, **apart)

    seen = person.get(f"/clients/{made['id']}/similar").get_json()

    assert [(one["client_id"], one["reason"]) for one in seen["set_aside"]] == [
        (first["id"], "Cousins, same day")
    ]
    assert first["id"] not in [one["client_id"] for one in seen["candidates"]]


@pytest.mark.parametrize("other", ["same", "unknown", "elsewhere"])
def test_telling_apart_needs_another_person_of_this_site(
    web: Web, site: TestSite, other: str
) -> None:
    person = site.person("intake_coordinator")
    made = register(person)
    ids = {
        "same": made["id"],
        "unknown": str(uuid.uuid4()),
        "elsewhere": register(web.site().person("intake_coordinator"))["id"],
    }

    answer = person.post(f"/clients/{made['id']}/distinctions", WHY | {"other_id": ids[other]})

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/other_id"}


@pytest.mark.parametrize("has_case", [True, False])
def test_a_lead_is_asked_to_merge(site: TestSite, *, has_case: bool) -> None:
    person, lead = site.person("intake_coordinator"), site.person("clinical_lead")
    one, other = register(person), register(person)
    if has_case:
        person.post("/intakes", {"client_id": one["id"], "referral": orders.referral_order()})

    asked = person.post(
        f"/clients/{one['id']}/merge-requests",
        {"other_id": other["id"], "note": "Same tattoo, same sister."},
    )

    assert asked.status_code == 201, asked.json
    [task] = lead.get("/tasks").get_json()["data"]
    assert (task["kind"], task["source"], task["owner_id"]) == ("merge", "duplicate", None)
    assert "Same tattoo" in task["note"]
    assert other["id"] in task["note"]


def test_opening_a_hit_is_recorded(web: Web, site: TestSite) -> None:
    person = site.person("intake_coordinator")
    made = register(person)

    answer = person.get(f"/clients/{made['id']}")

    events = web.rows(
        "SELECT subtype, client_id FROM audit_events WHERE request_id = :r",
        r=answer.headers["X-Request-Id"],
    )
    assert [(row.subtype, str(row.client_id)) for row in events] == [("read", made["id"])]
