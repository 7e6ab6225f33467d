"""Is the safety plan written, gone through again and printed, and does the paper tell nothing?"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.makers import bookings, outbound
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

PLAN = outbound.SAFETY_PLAN
#: What a page has around its content; the style sheet takes it from the paper.
PAPER = re.compile(r'<div class="paper">.*?</div>\n</div>\n<div', re.DOTALL)
CHROME = re.compile(
    r"<head>.*</head>|<header.*?</header>|<nav.*?</nav>|<dl class=.keys.*", re.DOTALL
)


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A case without a safety plan."""
    return bookings.a_case(web, site)


def test_there_is_none_and_the_next_step_leads_to_it(case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/safety-plan"

    text = text_of(pages.get(path), 200)

    assert "There is none yet" in text
    assert f"{path}/write" in text
    assert f"{path}/paper" not in text
    assert f'href="{path}/write"' in text_of(pages.get(f"/cases/{case.id}"), 200)
    text_of(pages.get(f"{path}/paper"), 404)


def test_it_is_written_and_gone_through_again(case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/safety-plan"
    text_of(pages.get(f"{path}/write"), 200)

    gap = text_of(pages.send(f"{path}/write", coping="A walk"), 422)
    first = pages.send(f"{path}/write", **PLAN)
    again = text_of(pages.get(f"{path}/write"), 200)
    pages.send(f"{path}/write", **(PLAN | {"coping": "Ring Joe"}))

    assert "Write down at least one warning sign." in gap
    assert ">A walk</textarea>" in gap
    assert "The plan is saved" in text_of(pages.get(first.location), 200)
    assert PLAN["coping"] in again
    text = text_of(pages.get(path), 200)
    assert text.index("Version 2") < text.index("Ring Joe") < text.index("What it was before")
    assert text.index("What it was before") < text.index(PLAN["coping"])


def test_two_people_writing_at_once_lose_nothing(case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/safety-plan"
    text_of(pages.get(f"{path}/write"), 200)
    case.lead.put(path, PLAN | {"coping": "Swim"}, version=0)

    stale = text_of(pages.send(f"{path}/write", **PLAN), 412)

    assert "Stored now: <b>Swim</b>" in stale
    assert pages.send(f"{path}/write", **PLAN).status_code == 303


def test_an_old_one_asks_to_be_looked_at(case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/safety-plan"
    old = {"written_on": "2026-10-12"}
    case.counsellor.put(path, PLAN | old, version=0)

    assert "Look at it again" in text_of(pages.get(f"/cases/{case.id}"), 200)
    assert "This plan is 91 days old." in text_of(pages.get(path), 200)
    case.counsellor.put(path, PLAN | {"written_on": "2026-10-13"}, version=1)
    assert "Look at it again" not in text_of(pages.get(f"/cases/{case.id}"), 200)
    assert dt.date(2027, 1, 11) - dt.date(2026, 10, 13) == dt.timedelta(days=90)


def test_the_paper_tells_nothing_about_a_service(case: CaseOf) -> None:
    path = f"/cases/{case.id}/safety-plan"
    case.counsellor.put(path, PLAN, version=0)
    reference = case.read()["reference"]

    whole = text_of(pages_of(case.counsellor).get(f"{path}/paper"), 200)

    assert "<title>My plan</title>" in whole
    [paper] = PAPER.findall(whole)
    for words in ("My plan", "Warning signs", PLAN["making_safe"], "11 January 2027"):
        assert words in paper
    for telling in (reference, "Linton", "Maya", "Sam", "Clinic", "Intake", "afety plan", "case"):
        assert telling not in paper
    around = CHROME.sub("", whole).replace(paper, "")
    for telling in (reference, "Linton", "Maya"):
        assert telling not in around


def test_nothing_is_written_in_a_case_that_has_ended(web: Web, case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/safety-plan"
    text_of(pages.get(f"{path}/write"), 200)
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=case.id)

    text_of(pages.send(f"{path}/write", **PLAN), 409)

    assert f"{path}/write" not in text_of(pages.get(path), 200)
    assert f"{path}/write" not in text_of(pages.get(f"/cases/{case.id}"), 200)


def test_the_wall_stands_before_the_pages(web: Web, site: TestSite, case: CaseOf) -> None:
    path = f"/cases/{case.id}/safety-plan"
    case.counsellor.put(path, PLAN, version=0)
    other = bookings.a_case(web, web.site())

    for one in (path, f"{path}/write", f"{path}/paper"):
        text_of(pages_of(site.person("counsellor")).get(one), 403)
        text_of(pages_of(site.person("peer_worker")).get(one), 403)
        text_of(pages_of(site.person("auditor")).get(one), 403)
        text_of(pages_of(other.lead).get(one), 404)


def test_an_emergency_reads_it_and_writes_nothing(site: TestSite, case: CaseOf) -> None:
    path, colleague = f"/cases/{case.id}/safety-plan", site.person("counsellor")
    case.counsellor.put(path, PLAN, version=0)
    why = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}
    colleague.post(f"/cases/{case.id}/break-glass-grants", why)
    pages = pages_of(colleague)

    text = text_of(pages.get(path), 200)

    assert PLAN["coping"] in text
    assert f"{path}/write" not in text
    pages.get(f"{path}/write")
    text_of(pages.send(f"{path}/write", **PLAN), 403)
