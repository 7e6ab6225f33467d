"""Do the lists of a case show the newest first, and all of them page by page?"""

from __future__ import annotations

import re

import pytest

from intake.web import list_places
from tests.makers import bookings, plans, progress
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf, assessed
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

ROW = re.compile(r'<a [^>]*href="(/(?:appointments|notes|assessments|plans)/[0-9a-f-]{36})"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows make a page."""
    monkeypatch.setattr(list_places, "SHOWN", 2)


def walked(case: CaseOf, path: str) -> list[list[str]]:
    """The addresses of the rows of each page, from the first on."""
    pages, found = pages_of(case.counsellor), []
    while path:
        text = text_of(pages.get(path), 200)
        listed = text[text.index("<main") :]
        found.append([one for one in ROW.findall(listed) if not one.endswith("/new")])
        assert ("First page" in listed) is ("cursor=" in path)
        following = NEXT.search(listed)
        path = following.group(1).partition("#")[0] if following else ""
    return found


def test_visits_are_listed_from_the_last_to_the_first(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    days = ("2027-01-19", "2027-01-18", "2027-01-21", "2027-01-20", "2027-01-22")
    made = {
        day: f"/appointments/{bookings.book(case, local_start=f'{day}T10:00')['id']}"
        for day in days
    }

    found = walked(case, f"/cases/{case.id}/appointments")

    order = [made[day] for day in sorted(days, reverse=True)]
    assert found == [order[:2], order[2:4], order[4:]]


def test_notes_and_assessments_are_all_reached(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    notes = [f"/notes/{progress.drafted_note(case)}" for _ in range(3)]
    asked = [
        case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()) for _ in range(3)
    ]
    answers = [f"/assessments/{one.get_json()['id']}" for one in asked]

    found = walked(case, f"/cases/{case.id}/notes")
    scored = walked(case, f"/cases/{case.id}/assessments")

    assert found == [notes[:0:-1], notes[:1]]
    assert scored == [answers[:0:-1], answers[:1]]


def test_decisions_are_all_reached(
    web: Web, site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_places, "SHOWN", 1)
    case = assessed(web, site, "V01")
    made = [plans.decided(case, "inpatient")["id"] for _ in range(2)]

    found = walked(case, f"/cases/{case.id}/recommendation")

    assert found == [[f"/plans/{one}"] for one in reversed(made)]
