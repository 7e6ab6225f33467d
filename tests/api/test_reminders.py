"""Reminders: the list, and one explained to a coordinator."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from intake.services.reminder_views import NO_OUTCOME, OUTCOMES
from tests.makers.bookings import a_case, book
from tests.makers.cases import CaseOf
from tests.makers.orders import client_order, consent_order
from tests.support.web import TestSite, Web, counted, expect_problem

BEGUN = dt.datetime(2027, 1, 15, 10, tzinfo=dt.UTC)


def reminders_of(case: CaseOf, query: str = "") -> list[dict[str, Any]]:
    answer = case.coordinator.get(f"/reminders?case_id={case.id}&{query}")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def attempt(web: Web, reminder: dict[str, Any], n: int, outcome: str | None) -> None:
    """An attempt as the worker leaves it behind."""
    web.run(
        "INSERT INTO reminder_attempts (site_id, reminder_id, n, lease_token, idem_key, provider,"
        " started_at, finished_at, outcome, http_status) SELECT site_id, id, :n, :t, 'k', 'sms',"
        " :at, :done, :o, 503 FROM reminders WHERE id = :i",
        n=n, t=uuid.uuid4(), at=BEGUN, done=BEGUN if outcome else None, o=outcome,
        i=reminder["id"],
    )  # fmt: skip


def test_reminders_are_listed_the_soonest_first_with_their_reason(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    made = book(case, local_start="2027-01-25T14:30")
    path = f"/appointments/{made['id']}/actions/move"
    case.coordinator.act(path, {"local_start": "2027-01-18T10:00"}, version=1)

    found = reminders_of(case)

    assert [one["send_after"] for one in found] == sorted(one["send_after"] for one in found)
    assert {one["explanation"] for one in found} == {
        "It waits for its time.",
        "It is no longer needed. The appointment moved; another reminder tells its new time.",
    }
    assert [one["kind"] for one in reminders_of(case, "state=scheduled")] == [
        "changed",
        "d3",
        "d1",
    ]
    assert len(reminders_of(case, f"appointment_id={made['id']}&state=cancelled")) == 3


def test_pages_of_reminders_miss_none_and_cost_the_same(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    for day in (18, 19, 20):
        book(case, local_start=f"2027-01-{day}T10:00")
    seen: list[str] = []
    lengths: set[int] = set()
    path = f"/reminders?limit=2&case_id={case.id}"

    while path:
        with counted(web) as sent:
            page = case.lead.get(path)
        lengths.add(len(sent))
        seen.extend(one["id"] for one in page.get_json()["data"])
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1")

    assert seen == [one["id"] for one in reminders_of(case)]
    assert (len(seen), lengths) == (6, {3})


def test_one_is_explained_with_every_attempt(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    book(case)
    first = reminders_of(case)[0]
    outcomes = [*OUTCOMES, None]
    for n, outcome in enumerate(outcomes, start=1):
        attempt(web, first, n, outcome)
    web.run("UPDATE reminders SET state = 'sending', attempts = 7 WHERE id = :i", i=first["id"])

    with counted(web) as sent:
        answer = case.coordinator.get(f"/reminders/{first['id']}")

    body = answer.get_json()
    assert body["case_id"] == case.id
    assert [one["n"] for one in body["attempts"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [one["outcome"] for one in body["attempts"]] == outcomes
    assert [one["explanation"] for one in body["attempts"]] == [*OUTCOMES.values(), NO_OUTCOME]
    assert "A worker is sending it" in body["explanation"]
    assert len(sent) == 3, sent


def test_nothing_tells_to_whom_or_what(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    book(case)
    first = reminders_of(case)[0]
    attempt(web, first, 1, "accepted")

    text = case.coordinator.get(f"/reminders/{first['id']}").get_data(as_text=True)

    assert "7700900123" not in text
    assert not {"text", "to", "value", "contact_id", "idem_key"} & first.keys()
    assert "idem_key" not in text


def test_a_person_without_a_number_is_booked_and_not_reminded(web: Web, site: TestSite) -> None:
    person = client_order(consents=[consent_order("treatment")])
    case = a_case(web, site, client=person)

    made = book(case)

    assert made["state"] == "booked"
    assert reminders_of(case) == []


@pytest.mark.parametrize("role", ["peer_worker", "auditor", "administrator"])
def test_a_role_without_the_permission_reads_no_reminder(
    web: Web, site: TestSite, role: str
) -> None:
    case, person = a_case(web, site), site.person(role)
    book(case)

    expect_problem(person.get("/reminders"), 403, "forbidden")
    expect_problem(person.get(f"/reminders/{reminders_of(case)[0]['id']}"), 403, "forbidden")


def test_a_reminder_of_another_site_is_not_found(web: Web, site: TestSite) -> None:
    case, stranger = a_case(web, site), web.site().person("clinical_lead")
    book(case)

    expect_problem(stranger.get(f"/reminders/{reminders_of(case)[0]['id']}"), 404, "not-found")
    assert stranger.get(f"/reminders?case_id={case.id}").get_json()["data"] == []
