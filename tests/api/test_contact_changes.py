"""Does a way to reach somebody change, get replaced and end, with nothing allowed by accident?"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.makers import bookings, orders
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, expect_problem, pointers

OLD, NEW = "+447700900123", "+44 7700 900456"
ALLOWED = {"is_safe": True, "is_preferred": True, "may_leave_message": True}


@dataclass(frozen=True)
class Way:
    """A way to reach the person of a case, as it is read."""

    web: Web
    case: CaseOf
    person: Caller
    id: str

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/contacts/{self.id}"

    def replace(self, order: dict[str, Any], *, version: int) -> TestResponse:
        """Another number instead."""
        return self.person.act(f"{self.path}/actions/replace", order, version=version)

    def read(self) -> dict[str, Any]:
        """As it stands."""
        body: dict[str, Any] = self.person.get(self.path).get_json()
        return body

    def listed(self, which: str = "contacts") -> list[dict[str, Any]]:
        """All in use, or all that ended."""
        path = f"/clients/{self.case.client_id}/{which}"
        found: list[dict[str, Any]] = self.person.get(path).get_json()["data"]
        return found

    def planned(self) -> list[tuple[str, int]]:
        """Contact and version of what is still to be sent, without repetition."""
        rows = self.web.rows(
            "SELECT DISTINCT contact_id, contact_version FROM reminders"
            " WHERE client_id = :c AND state = 'scheduled'",
            c=self.case.client_id,
        )
        return [(str(row.contact_id), row.contact_version) for row in rows]


@pytest.fixture
def way(web: Web, site: TestSite) -> Way:
    """A safe number that was read back, and a visit with reminders planned to it."""
    case = bookings.a_case(web, site)
    bookings.book(case)
    listed = case.counsellor.get(f"/clients/{case.client_id}/contacts").get_json()["data"]
    return Way(web, case, case.counsellor, listed[0]["id"])


def test_what_is_not_said_is_not_allowed(way: Way) -> None:
    before = way.read()

    changed = way.person.put(way.path, {"may_leave_message": True}, version=1)

    assert changed.status_code == 200, changed.json
    body = changed.get_json()
    assert (before["is_safe"], body["is_safe"], body["is_preferred"]) == (True, False, False)
    assert (body["may_leave_message"], body["version"]) == (True, 2)
    assert body["confirmed_at"] == before["confirmed_at"]


def test_reading_it_back_clears_the_doubt(web: Web, way: Way) -> None:
    web.run("UPDATE contact_points SET needs_check = true WHERE id = :i", i=way.id)

    way.person.put(way.path, ALLOWED, version=1)
    still = way.read()["needs_check"]
    way.person.put(way.path, ALLOWED | {"is_confirmed": True}, version=2)

    assert (still, way.read()["needs_check"]) == (True, False)


def test_planned_reminders_follow_what_may_be_used(way: Way) -> None:
    assert way.planned() == [(way.id, 1)]

    way.person.put(way.path, ALLOWED, version=1)

    assert way.planned() == [(way.id, 2)]


def test_planned_reminders_stay_behind_where_nothing_may_be_used(way: Way) -> None:
    way.person.put(way.path, {}, version=1)

    assert way.planned() == [(way.id, 1)]


def test_half_of_the_quiet_hours_is_no_answer(way: Way) -> None:
    half = way.person.put(way.path, ALLOWED | {"quiet_from": "20:00"}, version=1)
    whole = way.person.put(
        way.path, ALLOWED | {"quiet_from": "18:00", "quiet_until": "10:00"}, version=1
    )

    assert pointers(expect_problem(half, 422, "validation-failed")) == {"/quiet_until"}
    assert whole.status_code == 200


def test_another_number_begins_with_nothing_allowed(way: Way) -> None:
    quiet = {"quiet_from": "18:00", "quiet_until": "10:00"}
    way.person.put(way.path, ALLOWED | quiet, version=1)

    made = way.replace({"channel": "sms", "value": NEW}, version=2)

    assert made.status_code == 200, made.json
    [now] = way.listed()
    assert (now["id"], now["value"]) == (made.get_json()["id"], "+447700900456")
    flags = ("is_safe", "is_preferred", "may_leave_message", "may_identify_service")
    assert [now[name] for name in flags] == [False] * 4
    assert now["confirmed_at"] is None
    assert (now["quiet_from"], now["quiet_until"]) == ("18:00:00", "10:00:00")
    [old] = way.listed("ended-contacts")
    assert (old["id"], old["value"], old["ended_reason"]) == (way.id, OLD, "replaced")
    assert (old["is_safe"], old["is_preferred"]) == (False, False)
    assert way.planned() == [(way.id, 2)]  # the gate holds them back, and asks for a call


def test_a_replaced_number_takes_the_planned_reminders_over_once_it_may_be_used(way: Way) -> None:
    order = orders.contact_order(value=NEW)

    made = way.replace(order, version=1).get_json()

    assert way.planned() == [(made["id"], 1)]


def test_what_was_tried_once_keeps_its_number(web: Web, way: Way) -> None:
    web.run(
        "INSERT INTO reminder_attempts (site_id, reminder_id, n, lease_token, idem_key, provider,"
        " started_at) SELECT site_id, id, 1, gen_random_uuid(), 'k', 'sms_http', now()"
        " FROM reminders WHERE contact_id = :c ORDER BY send_after LIMIT 1",
        c=way.id,
    )

    made = way.replace(orders.contact_order(value=NEW), version=1).get_json()

    assert sorted(way.planned()) == sorted([(way.id, 1), (made["id"], 1)])


def test_an_ended_one_is_history_and_changes_no_more(web: Web, way: Way) -> None:
    other = orders.contact_order(value=NEW)
    made = way.person.post(f"/clients/{way.case.client_id}/contacts", other).get_json()

    ended = way.person.act(f"{way.path}/actions/end", {"reason": "not_theirs"}, version=1)

    assert ended.status_code == 200, ended.json
    assert ended.get_json()["ended_reason"] == "not_theirs"
    assert [one["id"] for one in way.listed()] == [made["id"]]
    assert way.planned() == [(made["id"], 1)]
    for answer in (
        way.person.put(way.path, ALLOWED, version=2),
        way.person.act(f"{way.path}/actions/end", {"reason": "not_safe"}, version=2),
        way.replace(other, version=2),
    ):
        expect_problem(answer, 409, "conflict")
    acts = web.rows(
        "SELECT subtype FROM audit_events WHERE entity_id = :i AND action = 'U'", i=way.id
    )
    assert [row.subtype for row in acts] == ["end"]


def test_nothing_is_planned_to_what_has_ended(way: Way) -> None:
    way.person.act(f"{way.path}/actions/end", {"reason": "not_theirs"}, version=1)

    made = bookings.book(way.case, local_start="2027-01-20T10:00")

    assert bookings.live(way.web, made) == []


def test_a_number_of_somebody_else_finds_the_person_no_more(way: Way) -> None:
    sought = {"given_name": "Ann", "family_name": "Other", "date_of_birth": "1960-01-01"}
    sought["phone"] = OLD

    def found() -> bool:
        hits = way.person.post("/clients/match", sought).get_json()["candidates"]
        return way.case.client_id in {one["client_id"] for one in hits}

    order = orders.contact_order(channel="phone")
    again = way.person.post(f"/clients/{way.case.client_id}/contacts", order).get_json()
    way.person.act(f"{way.path}/actions/end", {"reason": "entered_in_error"}, version=1)
    still = found()
    path = f"/contacts/{again['id']}/actions/end"
    way.person.act(path, {"reason": "entered_in_error"}, version=1)

    assert (still, found()) == (True, False)


def test_a_number_that_was_theirs_still_finds_the_person(way: Way) -> None:
    way.person.act(f"{way.path}/actions/end", {"reason": "not_theirs"}, version=1)

    sought = {"given_name": "Ann", "family_name": "Other", "date_of_birth": "1960-01-01"}
    hits = way.person.post("/clients/match", sought | {"phone": OLD}).get_json()["candidates"]

    assert way.case.client_id in {one["client_id"] for one in hits}


def test_a_version_nobody_read_changes_nothing(way: Way) -> None:
    for answer in (
        way.person.put(way.path, ALLOWED, version=7),
        way.person.act(f"{way.path}/actions/end", {"reason": "not_safe"}, version=7),
        way.replace(orders.contact_order(), version=7),
    ):
        expect_problem(answer, 412, "precondition-failed")
    assert [one["version"] for one in way.listed()] == [1]


def test_another_site_and_a_colleague_meet_the_wall(web: Web, site: TestSite, way: Way) -> None:
    stranger, colleague = web.site().person("clinical_lead"), site.person("counsellor")

    expect_problem(stranger.get(way.path), 404, "not-found")
    expect_problem(stranger.put(way.path, ALLOWED, version=1), 404, "not-found")
    expect_problem(colleague.put(way.path, ALLOWED, version=1), 403, "break-glass-required")
    expect_problem(way.person.get(f"/contacts/{uuid.uuid4()}"), 404, "not-found")


def test_a_replaced_number_is_not_named_safe_to_the_rules(web: Web, way: Way) -> None:
    way.person.act(f"{way.path}/actions/end", {"reason": "not_safe"}, version=1)

    with pytest.raises(Exception, match="ended_unsafe"):
        web.run("UPDATE contact_points SET is_safe = true WHERE id = :i", i=way.id)
    [row] = web.rows("SELECT ended_at FROM contact_points WHERE id = :i", i=way.id)
    assert isinstance(row.ended_at, dt.datetime)
