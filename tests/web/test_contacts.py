"""Are ways to reach somebody told, changed and ended by page, with nothing allowed by accident?"""

from __future__ import annotations

import pytest

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

NEW = "+44 7700 900456"


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A case with one safe number."""
    return bookings.a_case(web, site)


def way(web: Web, case: CaseOf) -> str:
    rows = web.rows(
        "SELECT id FROM contact_points WHERE client_id = :c AND ended_at IS NULL", c=case.client_id
    )
    return f"/cases/{case.id}/contacts/{rows[0].id}"


def test_the_list_says_what_is_allowed(case: CaseOf) -> None:
    text = text_of(pages_of(case.counsellor).get(f"/cases/{case.id}/contacts"), 200)

    assert "+447700900123" in text
    assert "Mobile. Text only, no voicemail, don&#39;t name the service" in text
    assert "No longer used" not in text
    assert "No reminder can be sent" not in text


def test_nothing_known_says_what_to_do(web: Web, case: CaseOf) -> None:
    pages, end = pages_of(case.counsellor), way(web, case) + "/end"
    text_of(pages.get(end), 200)

    done = pages.send(end, reason="not_theirs")

    text = text_of(pages.get(done.location), 200)
    assert "No way to reach them is known" in text
    assert "Not theirs any more" in text
    assert "It is no longer used." in text


def test_why_it_ends_is_asked(web: Web, case: CaseOf) -> None:
    pages, end = pages_of(case.counsellor), way(web, case) + "/end"
    before = text_of(pages.get(end), 200)

    text = text_of(pages.send(end), 422)

    assert "No other way is both safe and read back." in before
    assert "Choose why." in text


def test_unticking_takes_it_back(web: Web, case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), way(web, case)
    shown = text_of(pages.get(path), 200)

    pages.send(path, may_leave_message="true")

    assert 'name="is_safe" value="true" checked' in shown
    text = text_of(pages.get(f"/cases/{case.id}/contacts"), 200)
    assert "Nothing is sent there" in text
    assert "No reminder can be sent." in text


def test_another_number_begins_unticked(web: Web, case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), way(web, case) + "/replace"

    shown = text_of(pages.get(path), 200)

    assert " checked" not in shown.replace('value="sms" checked', "")
    assert "nothing that was allowed there goes over" in shown
    refused = text_of(pages.send(path, channel="sms", value="12"), 422)
    assert "Enter a telephone number with its country code" in refused
    pages.send(path, channel="sms", value=NEW)
    text = text_of(pages.get(f"/cases/{case.id}/contacts"), 200)
    assert "Replaced by another" in text
    assert "Not safe" in text


def test_somebody_else_was_quicker(web: Web, case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), way(web, case)
    text_of(pages.get(path), 200)
    contact = path.rpartition("/")[2]
    case.coordinator.put(f"/contacts/{contact}", {"is_safe": True}, version=1)

    stale = text_of(pages.send(path, is_safe="true"), 412)
    case.coordinator.act(f"/contacts/{contact}/actions/end", {"reason": "not_safe"}, version=2)

    assert "Somebody else changed this while you worked" in stale
    gone = text_of(pages.send(path, is_safe="true"), 409)
    assert "This way to reach the person is no longer in use." in gone
    assert "f-is_safe" not in gone


def test_the_wall_stands_before_the_pages(web: Web, site: TestSite, case: CaseOf) -> None:
    path, other = way(web, case), bookings.a_case(web, web.site())
    colleague, peer = site.person("counsellor"), site.person("peer_worker")

    for one in (path, f"{path}/replace", f"{path}/end", f"/cases/{case.id}/contacts"):
        text_of(pages_of(colleague).get(one), 403)
        text_of(pages_of(peer).get(one), 403)
        text_of(pages_of(other.lead).get(one), 404)
    elsewhere = bookings.a_case(web, site)
    wrong = path.replace(case.id, elsewhere.id)
    text_of(pages_of(case.lead).get(wrong), 404)
    text_of(pages_of(case.lead).get(f"/cases/{elsewhere.id}/contacts"), 200)


def test_an_emergency_reads_and_changes_nothing(web: Web, site: TestSite, case: CaseOf) -> None:
    colleague = site.person("counsellor")
    why = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}
    colleague.post(f"/cases/{case.id}/break-glass-grants", why)

    text = text_of(pages_of(colleague).get(f"/cases/{case.id}/contacts"), 200)

    assert "+447700900123" in text
    assert "/contacts/new" not in text
    assert way(web, case) not in text
    text_of(pages_of(colleague).get(way(web, case)), 403)
