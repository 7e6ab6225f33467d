"""Is a visit booked, moved and cancelled by form as by the API, and what is said about a clash?"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import Pages, pages_of
from tests.web.test_pages import text_of


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A counsellor's case on a Monday at ten; nothing is booked."""
    return bookings.a_case(web, site)


def order(case: CaseOf, **changes: str) -> dict[str, str]:
    return {
        "kind": "session",
        "mode": "in_person",
        "local_start": "2027-01-18T10:00",
        "minutes": "60",
        "staff_id": str(case.counsellor.staff_id),
    } | changes


def opened(case: CaseOf, path: str = "") -> tuple[Pages, str]:
    pages = pages_of(case.counsellor)
    path = path or f"/cases/{case.id}/appointments/new"
    text_of(pages.get(path), 200)
    return pages, path


def visits(case: CaseOf) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = case.counsellor.get(
        f"/appointments?case_id={case.id}"
    ).get_json()["data"]
    return listed


def test_booking_by_page_makes_what_the_api_makes(web: Web, case: CaseOf) -> None:
    pages, path = opened(case)

    sent = pages.send(path, **order(case))

    assert sent.location == f"/cases/{case.id}?done=booked"
    [made] = visits(case)
    assert (made["local_start"], made["status"], made["minutes"]) == (
        "2027-01-18T10:00",
        "booked",
        60,
    )
    assert {kind for kind, _ in bookings.live(web, made)} == {"d3", "d1"}
    again = pages.send(path, **order(case))
    assert again.location == sent.location
    assert len(visits(case)) == 1


def test_what_is_missing_is_said_at_its_field(case: CaseOf) -> None:
    pages, path = opened(case)

    text = text_of(pages.send(path, **order(case, local_start="", minutes="")), 422)

    assert "Choose a day and a time." in text
    assert "Say how many minutes it lasts." in text
    late = text_of(pages.send(path, **order(case, local_start="2027-01-04T10:00")), 422)
    assert "Choose a time that lies ahead." in late


def test_a_clash_offers_free_times_nearby(case: CaseOf) -> None:
    bookings.book(case)
    pages, path = opened(case)

    clash = text_of(pages.send(path, **order(case, local_start="2027-01-18T10:30")), 409)

    assert "already has an appointment in that time" in clash
    free = re.findall(r'name="_instead" value="([^"]+)"', clash)
    assert free == ["2027-01-18T09:00", "2027-01-18T11:00", "2027-01-18T11:30", "typed"]
    taken = pages.send(path, **order(case, local_start="2027-01-18T10:30", _instead=free[1]))
    assert taken.status_code == 303
    assert {one["local_start"] for one in visits(case)} == {"2027-01-18T10:00", free[1]}


def clashed(case: CaseOf) -> tuple[Pages, str]:
    """The form after its time was taken."""
    bookings.book(case)
    pages, path = opened(case)
    text_of(pages.send(path, **order(case, local_start="2027-01-18T10:30")), 409)
    return pages, path


def test_who_chose_a_free_time_and_typed_another_is_asked_which_counts(case: CaseOf) -> None:
    pages, path = clashed(case)
    both = order(case, local_start="2027-01-20T15:00", _instead="2027-01-18T11:00")

    asked = text_of(pages.send(path, **both), 422)
    before = visits(case)
    taken = pages.send(path, **both | {"_instead": "typed"})

    assert 'href="#f-_instead"' in asked
    assert "You chose a free time and typed another one below." in asked
    offered = re.findall(r'name="_instead" value="([^"]+)"', asked)
    assert offered == ["2027-01-18T09:00", "2027-01-18T11:00", "2027-01-18T11:30", "typed"]
    assert 'value="2027-01-20T15:00"' in asked
    assert not re.search(r'name="_instead"[^>]* checked', asked)
    assert len(before) == 1
    assert taken.status_code == 303
    assert visits(case)[1]["local_start"] == "2027-01-20T15:00"


def test_the_free_time_counts_when_it_is_chosen_again(case: CaseOf) -> None:
    pages, path = clashed(case)
    both = order(case, local_start="2027-01-20T15:00", _instead="2027-01-18T11:00")

    text_of(pages.send(path, **both), 422)
    pages.send(path, **both)

    assert {one["local_start"] for one in visits(case)} == {"2027-01-18T10:00", "2027-01-18T11:00"}


def test_free_times_stay_while_something_else_is_wrong(case: CaseOf) -> None:
    pages, path = clashed(case)
    wrong = {"minutes": "9999999999999", "staff_id": "nobody", "local_start": "soon"}

    for name, value in wrong.items():
        changed = {"local_start": "2027-01-18T10:30", "_instead": "2027-01-18T11:00"}
        text = text_of(pages.send(path, **order(case, **changed | {name: value})), 422)
        assert "The time below" in text, name

    assert len(visits(case)) == 1


def test_the_obligation_of_the_plan_is_chosen_with_it(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    follow_up = bookings.follow_up(web, site, case)
    pages, path = opened(case)
    chosen = text_of(pages.get(f"{path}?follow_up_id={follow_up}"), 200)

    assert f'<option value="{follow_up}" selected>' in chosen
    pages.send(path, **order(case, follow_up_id=follow_up))
    assert visits(case)[0]["follow_up_id"] == follow_up


def test_a_visit_is_moved_from_the_version_shown(case: CaseOf) -> None:
    made = bookings.book(case)
    pages, path = opened(case, f"/appointments/{made['id']}/move")
    new = {name: value for name, value in order(case).items() if name != "kind"}

    moved = pages.send(path, **new | {"local_start": "2027-01-19T09:30"})
    stale = text_of(pages.send(path, **new | {"local_start": "2027-01-20T09:30"}), 412)

    assert moved.location == f"/cases/{case.id}?done=visit_moved"
    assert visits(case)[0]["local_start"] == "2027-01-19T09:30"
    assert 'value="2027-01-20T09:30"' in stale
    assert "Stored now: <b>2027-01-19T09:30</b>" in stale


def test_a_clash_while_moving_leaves_its_own_time_free(case: CaseOf) -> None:
    first = bookings.book(case, local_start="2027-01-18T13:00")
    bookings.book(case, local_start="2027-01-18T14:00")
    pages, path = opened(case, f"/appointments/{first['id']}/move")

    clash = text_of(
        pages.send(path, local_start="2027-01-18T13:30", minutes="", staff_id="", mode=""), 409
    )

    assert re.findall(r'name="_instead" value="([^"]+)"', clash) == [
        "2027-01-18T12:00",
        "2027-01-18T12:30",
        "2027-01-18T13:00",
        "typed",
    ]


def test_a_visit_is_cancelled_with_its_reason(case: CaseOf) -> None:
    made = bookings.book(case)
    pages, path = opened(case, f"/appointments/{made['id']}/cancel")

    unsaid = text_of(pages.send(path), 422)
    done = pages.send(path, reason="client_cancelled")

    assert "Say why it is cancelled." in unsaid
    assert done.location == f"/cases/{case.id}?done=visit_cancelled"
    assert visits(case)[0]["status"] == "cancelled"
    listed = text_of(pages.get(f"/cases/{case.id}/appointments"), 200)
    assert "Cancelled: the person cancelled" in listed


def test_what_became_of_a_visit_is_said_on_its_page(web: Web, case: CaseOf) -> None:
    made = bookings.book(case, local_start="2027-01-11T11:00")
    pages, path = opened(case, f"/appointments/{made['id']}")

    here = pages.send(path, _act="check-in")
    web.set_clinic_time(bookings.MONDAY.replace(hour=13))
    shown = text_of(pages.get(path), 200)
    done = pages.send(path, _act="attend")

    assert here.location == f"/cases/{case.id}?done=checked_in"
    assert "It took place" in shown
    assert done.location == f"/cases/{case.id}?done=attended"
    assert visits(case)[0]["status"] == "fulfilled"
    text_of(pages.send(path, _act="burn"), 400)


def test_a_missed_visit_asks_somebody_to_call(web: Web, case: CaseOf) -> None:
    made = bookings.book(case, local_start="2027-01-11T11:00")
    web.set_clinic_time(bookings.MONDAY.replace(hour=13))
    pages, path = opened(case, f"/appointments/{made['id']}")

    assert pages.send(path, _act="no-show", reason="forgot").status_code == 303

    assert visits(case)[0]["status"] == "noshow"
    assert "Call the person" in text_of(pages.get(f"/cases/{case.id}"), 200)


def test_a_peer_worker_sees_the_visit_and_no_name(web: Web, site: TestSite, case: CaseOf) -> None:
    peer = site.person("peer_worker")
    web.run("UPDATE cases SET key_worker_id = :k WHERE id = :c", k=peer.staff_id, c=case.id)
    made = bookings.book(case)
    pages = pages_of(peer)

    text = text_of(pages.get(f"/appointments/{made['id']}"), 200)

    assert "Case C-2027" in text
    assert "Maya" not in text
    assert "/move" not in text
    text_of(pages.get(f"/appointments/{made['id']}/move"), 403)
