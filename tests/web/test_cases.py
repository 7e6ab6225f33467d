"""Does the page of a case show what the API knows, to those who may see it, in few statements?"""

from __future__ import annotations

import re

import pytest

from intake.services.course_sources import SOURCES
from intake.web import course_lines
from tests.makers import case_pages
from tests.makers.case_pages import TOTALS
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

#: Above what every page costs: who is signed in, the head of the page, the trail.
MOST_STATEMENTS = 8


@pytest.fixture
def full(web: Web, site: TestSite) -> CaseOf:
    """A case with something in every card."""
    return case_pages.full_case(web, site)


def page_of(case: CaseOf, caller: Caller, query: str = "", status: int = 200) -> str:
    return text_of(pages_of(caller).get(f"/cases/{case.id}{query}"), status)


def cards(text: str) -> set[str]:
    return set(re.findall(r'<section class="card[^"]*"[^>]* id="([^"]+)"', text))


def test_everything_of_a_case_is_on_one_page(full: CaseOf) -> None:
    text = page_of(full, full.counsellor)

    assert cards(text) == {
        "next", "progress", "timeline", "appointments", "plan", "glance", "safety", "consents",
    }  # fmt: skip
    for said in (
        "Maya Linton",
        "30 years",
        "Born 14 March 1997",
        "+447700900123",
        "Text only, no voicemail",
        "Overdue 3 days",
        "Call back about the referral to urology",
        "The reminder for Tue 22 Jun, 10:00 did not arrive.",
        "Four weeks without ketamine",
        "Attended 4 of 4",
        "Viewing is recorded.",
    ):
        assert said in text, said


def test_the_page_costs_few_statements_however_much_it_shows(web: Web, full: CaseOf) -> None:
    pages = pages_of(full.counsellor)
    with counted(web) as any_page:
        text_of(pages.get("/styleguide"), 200)
    with counted(web) as case_page:
        text_of(pages.get(f"/cases/{full.id}"), 200)

    assert len(case_page) - len(any_page) <= MOST_STATEMENTS, case_page


def test_the_chart_and_its_table_have_the_same_numbers(full: CaseOf) -> None:
    text = page_of(full, full.counsellor)

    table = text[text.index("Show as a table") :]
    numbers = re.findall(r'<td class="num">(\d+)</td>', table[: table.index("</table>")])
    assert [int(one) for one in numbers] == TOTALS
    wide = text[text.index("chart-wide") : text.index("chart-narrow")]
    assert wide.count('class="dot"') == len(TOTALS)
    assert wide.count('class="flag"') == 2
    api = full.counsellor.get(f"/cases/{full.id}/scores?instrument=phq9").get_json()
    [series] = api["series"]
    assert [one["total"] for part in series["segments"] for one in part["points"]] == TOTALS


def test_the_switch_and_the_filter_stand_in_the_address(full: CaseOf) -> None:
    text = page_of(full, full.counsellor, "?measure=craving&show=messages")

    assert 'aria-current="true">Craving' in text
    assert 'aria-current="true">Messages' in text
    assert "PHQ-9: 22" not in text
    assert f"/cases/{full.id}?measure=craving&amp;show=scores#timeline" in text
    assert "Craving, February 2027 to May 2027" in text
    assert "PHQ-9" in page_of(full, full.counsellor, "?measure=nothing&show=nothing&before=x_y")


def test_what_came_before_is_a_link_away(full: CaseOf) -> None:
    pages = pages_of(full.counsellor)
    seen: list[str] = []
    path = f"/cases/{full.id}"
    while path:
        text = text_of(pages.get(path), 200)
        seen += re.findall(r"<li><span class=\"tl-ic.*?<strong>(.*?)</strong>", text)
        older = re.search(r'rel="next" href="([^"]+)"', text)
        path = older[1].replace("&amp;", "&").partition("#")[0] if older else ""

    assert seen.count("Intake handed in") == 1
    assert len([one for one in seen if one.startswith("PHQ-9")]) == len(TOTALS)
    assert len(seen) > 12


def test_a_colleague_is_asked_for_a_reason_first(site: TestSite, full: CaseOf) -> None:
    text = page_of(full, site.person("counsellor"), status=403)

    assert "This is a colleague&#39;s case" in text
    assert "Maya" not in text


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("intake_coordinator", {"progress", "glance", "plan", "safety"}),
        ("auditor", {"progress", "glance", "plan", "safety", "next", "timeline", "appointments"}),
    ],
)
def test_each_role_sees_its_own_part(
    site: TestSite, full: CaseOf, role: str, hidden: set[str]
) -> None:
    text = page_of(full, site.person(role))

    assert cards(text).isdisjoint(hidden)
    assert ("Maya Linton" in text) is (role == "intake_coordinator")
    assert "PHQ-9: 22" not in text


def test_what_was_shown_is_in_the_trail(web: Web, full: CaseOf) -> None:
    page_of(full, full.counsellor)

    events = web.rows(
        "SELECT type, subtype, fields, sensitivity FROM audit_events WHERE request_id ="
        " (SELECT request_id FROM audit_events ORDER BY id DESC LIMIT 1) ORDER BY id"
    )
    assert [(one.type, one.subtype) for one in events] == [
        ("case", "read"), ("client", "read"), ("contact", "read"),
    ]  # fmt: skip
    assert events[0].sensitivity == "P2"
    assert {"scores", "goals", "tasks", "course"} <= set(events[0].fields)


def test_one_broken_card_leaves_the_others(web: Web, full: CaseOf) -> None:
    web.run("UPDATE goals SET sealed = '\\x01' || sealed WHERE case_id = :c", c=full.id)

    text = page_of(full, full.counsellor)

    assert "The goals can&#39;t be shown:" in text or "The goals can't be shown:" in text
    assert "Four weeks without ketamine" not in text
    assert "Call back about the referral to urology" in text


def test_who_has_seen_the_record_is_a_page(full: CaseOf) -> None:
    page_of(full, full.counsellor)

    text = page_of(full, full.counsellor, "/access-history")

    assert "Read the person&#39;s identity" in text
    assert "Sam Test" in text
    page_of(full, full.coordinator, "/access-history", status=403)


def test_every_kind_of_entry_has_words() -> None:
    """What has none is shown by its codes."""
    assert set(course_lines.KINDS) == set(SOURCES)
