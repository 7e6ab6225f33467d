"""Does what was refused come back whole, and replace nothing that a colleague stored meanwhile?"""

from __future__ import annotations

import pytest

from tests.makers import bookings
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import pages_of
from tests.web.pairs.intakes import DraftOf, draft

BORN = {"date_of_birth-day": "14", "date_of_birth-month": "3", "date_of_birth-year": "1997"}
MAYA = BORN | {"given_name": "Maya", "family_name": "Linton"}


@pytest.fixture
def one(web: Web, site: TestSite) -> DraftOf:
    """A draft of Maya Linton's."""
    return draft(web, site)


def correct(one: DraftOf, **changes: str) -> None:
    """A colleague's correction of the person."""
    path = f"/clients/{one.made['client_id']}"
    colleague = one.coordinator.site.person("intake_coordinator")
    assert colleague.patch(path, changes, version=1).status_code == 200


def named(one: DraftOf) -> str:
    """The family name, as everybody reads it now."""
    read = one.coordinator.get(f"/clients/{one.made['client_id']}").get_json()
    return str(read["family_name"])


def test_a_mistake_put_right_does_not_replace_a_colleagues_change(one: DraftOf) -> None:
    address = f"{one.path}/person"
    pages = one.pages(address)
    correct(one, family_name="Lynton")

    assert pages.send(address, **MAYA | {"date_of_birth-day": "32"}).status_code == 422
    refused = pages.send(address, **MAYA)

    assert refused.status_code == 412
    assert "Stored now: <b>Lynton</b>" in refused.get_data(as_text=True)
    assert named(one) == "Lynton"


def test_sent_again_on_purpose_it_does(one: DraftOf) -> None:
    address = f"{one.path}/person"
    pages = one.pages(address)
    correct(one, family_name="Lynton")
    pages.send(address, **MAYA)

    assert pages.send(address, **MAYA).status_code == 303
    assert named(one) == "Linton"


def test_a_step_that_a_colleague_changed_does_not_save_itself(web: Web, one: DraftOf) -> None:
    address = f"{one.path}/steps/use"
    pages = one.pages(address)
    web.run(
        "UPDATE intakes SET version = 2, saved_by = :p WHERE id = :i",
        p=one.counsellor.staff_id,
        i=one.made["id"],
    )

    page = pages.send(address, **{"_do": "next", "answers.substance_use.days_used_30": "30"})

    assert page.status_code == 412
    assert "data-keeps" not in page.get_data(as_text=True)


def test_a_closed_alert_gives_the_note_back_to_be_copied(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)
    alert = web.rows("SELECT id, version FROM alerts WHERE case_id = :c", c=case.id)[0]
    pages, address = pages_of(case.counsellor), f"/alerts/{alert.id}"
    pages.get(address)
    close = f"{address}/actions/close"
    assert (
        case.lead.act(close, {"note": "Spoke with them"}, version=alert.version).status_code == 200
    )

    page = pages.send(address, _do="close", note="Rang the ward")

    assert page.status_code in (409, 412)
    assert "Rang the ward" in page.get_data(as_text=True)


def test_an_intake_handed_in_meanwhile_is_no_redirection(web: Web, one: DraftOf) -> None:
    """Its step can't be shown any more: what was typed is, to be copied."""
    address = f"{one.path}/steps/use"
    pages = one.pages(address)
    web.run("UPDATE intakes SET state = 'abandoned' WHERE id = :i", i=one.made["id"])

    typed = {"_do": "next", "answers.substance_use.binge_trigger": "Payday"}
    page = pages.send(address, **typed)

    assert page.status_code == 409
    assert "Location" not in page.headers
    assert "Payday" in page.get_data(as_text=True)


def test_an_unseen_letter_of_a_pasted_text_is_taken(web: Web, site: TestSite) -> None:
    """As the API takes it: text from other programs holds such letters."""
    case = bookings.a_case(web, site)
    pages, address = pages_of(case.counsellor), f"/cases/{case.id}/contact-attempts/new"
    pages.get(address)
    said = {"at": "2027-01-11T09:00", "channel": "phone", "outcome": "reached"}

    assert pages.send(address, **said, note="Called \ufffd twice").status_code == 303


@pytest.mark.parametrize("lost", ["site", "second factor", "session"])
def test_who_is_not_all_the_way_in_loses_nothing(web: Web, one: DraftOf, lost: str) -> None:
    address = f"{one.path}/person"
    pages = one.pages(address)
    lose(web, one.coordinator, lost)

    page = pages.send(address, **MAYA | {"given_name": "Mayra"})
    part = pages.save(address, **MAYA)

    assert 'value="Mayra"' in page.get_data(as_text=True)
    assert "Location" not in page.headers
    assert part.status_code == 401


def lose(web: Web, who: Caller, what: str) -> None:
    """A session that ended, one without its second factor, or somebody of two sites at none."""
    if what == "site":
        web.run(
            "INSERT INTO memberships (site_id, staff_id, role, version)"
            " VALUES (:s, :p, 'intake_coordinator', 1)",
            s=web.site().id,
            p=who.staff_id,
        )
    elif what == "session":
        web.run("DELETE FROM staff_sessions WHERE staff_id = :s", s=who.staff_id)
    else:
        web.run("UPDATE staff_sessions SET mfa_at = NULL WHERE staff_id = :s", s=who.staff_id)


def test_no_password_stands_on_a_page_that_tells_of_an_error(web: Web) -> None:
    pages = pages_of(web.site().person("counsellor"))
    pages.client.delete_cookie("intake")
    pages.get("/sign-in")
    web.run("REVOKE ALL ON staff FROM intake_api")
    try:
        page = pages.send("/sign-in", email="jo@example.com", password="Correct horse 99")
    finally:
        web.run("GRANT SELECT, INSERT, UPDATE ON staff TO intake_api")

    shown = page.get_data(as_text=True)
    assert page.status_code >= 500
    assert "jo@example.com" in shown
    assert "Correct horse 99" not in shown
