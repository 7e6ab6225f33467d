"""Is a failed reminder sent again from Today, its case and its visit, and said why not?"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.makers import boards, bookings, orders
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import Pages, pages_of
from tests.web.test_pages import text_of

#: The Sunday before the visit, at noon.
NOON = dt.datetime(2027, 1, 17, 12, tzinfo=dt.UTC)
FORM = re.compile(r'action="(/reminders/[^"]+)"')


class Failed:
    """A case with one visit, whose first reminder failed."""

    def __init__(self, web: Web, site: TestSite, state: str = "dead") -> None:
        client = orders.reachable_client(given_name="Maya", family_name="Linton")
        self.case: CaseOf = bookings.a_case(web, site, client=client)
        self.visit = f"/appointments/{bookings.book(self.case)['id']}"
        self.at = f"/reminders/{boards.failed_reminder(web, self.visit[14:], state)}"
        self.home = f"/cases/{self.case.id}"
        self.pages: Pages = pages_of(self.case.counsellor)
        web.set_clinic_time(NOON)

    def shown(self, path: str) -> str:
        """A page as it is read."""
        return text_of(self.pages.get(path), 200)

    def again_from(self, path: str) -> str:
        """Press "Send again" on a page; where that led."""
        [address] = FORM.findall(self.shown(path))
        answer = self.pages.send(address.replace("&amp;", "&"))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return str(answer.location)


@pytest.fixture
def failed(web: Web, site: TestSite) -> Failed:
    return Failed(web, site)


def test_from_today_and_back_to_it(failed: Failed) -> None:
    board = failed.shown("/?scope=site&refresh=paused")
    assert 'aria-label="Send again: Maya Linton"' in board

    there = failed.again_from("/?scope=site&refresh=paused")

    assert there == "/?scope=site&refresh=paused&done=reminder_planned"
    said = failed.shown(there)
    assert "Planned: the reminder is sent again." in said
    assert "No failed reminders" in said


def test_from_the_case_whose_visit_says_planned(failed: Failed) -> None:
    before = failed.shown(failed.home)
    assert "Text, 3 days before: <b>failed</b>" in before
    assert "Send it again, or call the person, if it is safe to." in before

    there = failed.again_from(failed.home)

    after = failed.shown(there)
    assert there == f"{failed.home}?done=reminder_planned"
    assert "did not arrive" not in after
    assert "Text, sent again: <b>planned</b>" in after
    assert "<b>failed</b>" not in after


def test_from_the_visit(failed: Failed) -> None:
    text = failed.shown(failed.visit)
    assert f'href="{failed.home}/contact-attempts/new"' in text
    assert f'href="{failed.at}" aria-label="What happened: Text, 3 days before"' in text

    there = failed.again_from(failed.visit)

    assert there == f"{failed.visit}?done=reminder_planned"
    assert "Text, sent again: <b>planned</b>" in failed.shown(there)


def test_its_own_page_tells_all_and_then_that_it_was_sent_again(failed: Failed) -> None:
    text = failed.shown(failed.at)
    for said in ("Every attempt failed.", "No attempts", "Log a call", "Fri 15 Jan, 10:00"):
        assert said in text, said

    assert failed.pages.send(failed.at).location == f"{failed.home}?done=reminder_planned"

    after = failed.shown(failed.at)
    assert "Sent again" in after
    assert "It was sent again." in after
    assert "Log a call" not in after


def test_a_second_click_says_that_it_was_sent(failed: Failed) -> None:
    failed.shown(failed.at)
    failed.pages.send(failed.at)

    text = text_of(failed.pages.send(failed.at), 409)

    assert "This reminder needs nothing more. It was sent again." in text


def test_what_stands_against_it_is_said_on_its_page(web: Web, failed: Failed) -> None:
    web.run(
        "UPDATE contact_points SET is_safe = false WHERE client_id = :c", c=failed.case.client_id
    )
    failed.shown("/")

    text = text_of(failed.pages.send(f"{failed.at}?back=today"), 409)

    assert "Ask the person which number is safe for messages." in text
    assert '<form method="post">' in text


def test_what_may_have_arrived_is_only_called_about(web: Web, site: TestSite) -> None:
    unsure = Failed(web, site, "uncertain")

    for path in ("/", unsure.home, unsure.visit, unsure.at):
        text = unsure.shown(path)
        assert "Send again" not in text, path
        assert "Log a call" in text, path
    assert "so it isn&#39;t sent again" in text_of(unsure.pages.send(unsure.at), 409)


def test_a_call_is_told_beside_the_visit(failed: Failed) -> None:
    path = f"{failed.home}/contact-attempts/new"
    assert "Reminders that failed before need nothing more then." in failed.shown(path)

    failed.pages.send(path, at="2027-01-17T11:50", channel="phone", outcome="reached")

    assert "did not arrive" not in failed.shown(failed.home)
    assert "<b>failed, the person was told</b>" in failed.shown(failed.visit)
    assert "No failed reminders" in failed.shown("/")


def test_an_emergency_reads_and_sends_nothing(site: TestSite, failed: Failed) -> None:
    colleague = site.person("counsellor")
    pages = pages_of(colleague)
    grant = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}
    colleague.post(f"{failed.home}/break-glass-grants".removeprefix("/api/v1"), grant)

    text = text_of(pages.get(failed.home), 200)

    assert "did not arrive" in text
    assert "Send again" not in text
    assert pages.send(failed.at).status_code == 403
