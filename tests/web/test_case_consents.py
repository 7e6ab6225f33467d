"""Are consents told, given and withdrawn by page, with what follows from it?"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.makers import bookings, disclosures, orders
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

GIVEN = {"status": "given", "wording_version": "2026-01"}


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A case whose person agreed to treatment and reminders."""
    return bookings.a_case(web, site)


def listed(case: CaseOf) -> str:
    return text_of(pages_of(case.counsellor).get(f"/cases/{case.id}/consents"), 200)


def test_every_purpose_stands_there_asked_or_not(case: CaseOf) -> None:
    text = listed(case)

    for title in ("Treatment here", "Reminders of appointments", "Telling the GP", "Research"):
        assert title in text
    assert text.count("Nobody asked yet") == 5
    assert "Since 11 January 2027" in text
    assert "None was signed" in text
    assert f"/cases/{case.id}/consents" in text_of(
        pages_of(case.counsellor).get(f"/cases/{case.id}"), 200
    )


def test_withdrawing_says_what_follows_and_stops_reminders(case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/consents/reminders"
    shown = text_of(pages.get(path), 200)

    done = pages.send(path, status="withdrawn", wording_version="2026-01")

    assert "No reminder is sent from this moment, also none that is planned already." in shown
    assert "Refused" not in shown
    text = text_of(pages.get(done.location), 200)
    assert "Recorded. No reminder is sent from now on." in text
    assert "Withdrawn" in text
    again = text_of(pages.get(path), 200)
    assert "If it is withdrawn" not in again
    assert "Refused" in again


def test_it_ends_by_itself_and_says_so_before(web: Web, case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/consents/share_gp"
    text_of(pages.get(path), 200)
    until = {"expires_on-day": "20", "expires_on-month": "1", "expires_on-year": "2027"}

    pages.send(path, **GIVEN, **until)

    assert "Ends in 9 days" in listed(case)
    web.set_clinic_time(bookings.MONDAY + dt.timedelta(days=10))
    assert "Expired" in listed(case)


def test_a_page_that_was_open_gives_nothing_back(web: Web, case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/consents/reminders"
    text_of(pages.get(path), 200)
    withdrawn = orders.consent_order("reminders", status="withdrawn")
    case.coordinator.post(f"/cases/{case.id}/consents", withdrawn)

    stale = text_of(pages.send(path, **GIVEN), 412)

    assert "Withdrawn. Since 11 January 2027" in stale
    [newest] = web.rows(
        "SELECT status FROM consents WHERE client_id = :c AND purpose = 'reminders'"
        " ORDER BY decided_at DESC, id DESC LIMIT 1",
        c=case.client_id,
    )
    assert newest.status == "withdrawn"
    assert pages.send(path, **GIVEN).status_code == 303


def test_what_is_wrong_stays_in_the_form(case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/consents/share_gp"
    text_of(pages.get(path), 200)
    past = {"expires_on-day": "1", "expires_on-month": "1", "expires_on-year": "2027"}

    early = text_of(pages.send(path, **GIVEN, **past), 422)
    refused = text_of(pages.send(path, **(GIVEN | {"status": "refused"}), **past), 422)
    nothing = text_of(pages.send(path, wording_version="2026-01"), 422)

    assert "Enter today or a later day, or leave it out." in early
    assert "Only a consent that is given can expire." in refused
    assert "Choose what the person decided." in nothing
    text_of(pages.get(f"/cases/{case.id}/consents/everything"), 404)


def test_a_written_consent_is_revoked_with_how(case: CaseOf) -> None:
    order = disclosures.disclosure_consent_order()
    made = case.counsellor.post(f"/cases/{case.id}/disclosure-consents", order).get_json()
    pages = pages_of(case.counsellor)
    path = f"/cases/{case.id}/disclosure-consents/{made['id']}/revoke"
    assert path in listed(case)
    text_of(pages.get(path), 200)

    unsaid = pages.send(path)
    done = pages.send(path, how="spoken")

    text_of(unsaid, 422)
    text = text_of(pages.get(done.location), 200)
    assert "Revoked. Nothing leaves on this consent from now on." in text
    assert path not in text
    assert "It is revoked already." in text_of(pages.get(path), 200)


def test_the_auditor_reads_and_revokes_without_the_name(site: TestSite, case: CaseOf) -> None:
    order = disclosures.disclosure_consent_order()
    made = case.counsellor.post(f"/cases/{case.id}/disclosure-consents", order).get_json()
    pages = pages_of(site.person("auditor"))

    text = text_of(pages.get(f"/cases/{case.id}/consents"), 200)

    assert "Linton" not in text
    assert "/consents/reminders" not in text
    text_of(pages.get(f"/cases/{case.id}/consents/reminders"), 403)
    path = f"/cases/{case.id}/disclosure-consents/{made['id']}/revoke"
    text_of(pages.get(path), 200)
    assert pages.send(path, how="in_writing").status_code == 303


def test_the_wall_stands_before_the_pages(web: Web, site: TestSite, case: CaseOf) -> None:
    other = bookings.a_case(web, web.site(), client=orders.reachable_client())
    paths = (f"/cases/{case.id}/consents", f"/cases/{case.id}/consents/reminders")

    for path in paths:
        text_of(pages_of(site.person("counsellor")).get(path), 403)
        text_of(pages_of(site.person("peer_worker")).get(path), 403)
        text_of(pages_of(other.lead).get(path), 404)


def test_an_emergency_reads_and_records_nothing(site: TestSite, case: CaseOf) -> None:
    colleague = site.person("counsellor")
    why = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}
    colleague.post(f"/cases/{case.id}/break-glass-grants", why)
    pages = pages_of(colleague)

    text = text_of(pages.get(f"/cases/{case.id}/consents"), 200)

    assert "Treatment here" in text
    assert "/consents/reminders" not in text
    text_of(pages.get(f"/cases/{case.id}/consents/reminders"), 403)
