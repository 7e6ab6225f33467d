"""Does what somebody typed and didn't send come back, to them alone, until it is sent?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest

from intake.http import forms
from intake.services.unsent_forms import OWNERS
from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import Pages, pages_of
from tests.web.pairs.intakes import BEGUN
from tests.web.test_pages import text_of

NEW, KEEP = "/intakes/new", "/unsent-forms"
TYPED = {
    "client__given_name": "Maya",
    "client__date_of_birth-day": "1",
    "referral__urgency": "urgent",
    "referral__reason": "Bladder pain",
}
EXPIRE = "UPDATE unsent_forms SET expires_at = now() - interval '1 second' WHERE staff_id = :s"
SAID = "You typed this before and did not send it"
#: Forms that aren't kept: nobody types there, it is a draft anyway, or it is a secret.
NOT_KEPT = {
    *("second_factor.check", "second_factor.check_recovery", "second_factor.make_secret"),
    *("session.check", "session.sign_out", "sites.choose", "break_glass.open_case", "home.attend"),
    *("intake_steps.save", "intake_person.decide", "intake_start.similar", "assessments.score"),
    *("assessments.sign", "appointments.attend", "progress_notes.create", "progress_notes.save"),
    *("plans.ask", "referrals.take", "unsent_forms.keep"),
    *("intake_consent.record", "progress_notes.amend", "proposals.withdraw", "reminders.resend"),
}


@pytest.fixture
def coordinator(site: TestSite) -> Caller:
    return site.person("intake_coordinator")


@pytest.fixture
def pages(web: Web, coordinator: Caller) -> Pages:
    """A coordinator's pages, with a new intake open."""
    web.set_clinic_time(bookings.MONDAY)
    found = pages_of(coordinator)
    assert SAID not in text_of(found.get(NEW), 200)
    return found


def kept(web: Web, who: Caller) -> list[tuple[object, ...]]:
    rows = web.rows(
        "SELECT address, client_id, sealed IS NOT NULL FROM unsent_forms WHERE staff_id = :s",
        s=who.staff_id,
    )
    return [tuple(row) for row in rows]


def again(who: Caller, address: str = NEW) -> str:
    """The page as somebody opens it anew."""
    return pages_of(who).get(address).get_data(as_text=True)


def test_it_comes_back_as_it_was_left(web: Web, coordinator: Caller, pages: Pages) -> None:
    answer = pages.save(KEEP, **TYPED)
    page = again(coordinator)

    assert "not sent yet" in text_of(answer, 200)
    assert SAID in page
    assert 'value="Maya"' in page
    assert "Bladder pain</textarea>" in page
    assert 'value="urgent" checked' in page
    assert kept(web, coordinator) == [(NEW, None, True)]


def test_nobody_else_sees_it(site: TestSite, pages: Pages) -> None:
    pages.save(KEEP, **TYPED)

    assert "Maya" not in again(site.person("intake_coordinator"))


def test_what_was_sent_does_not_come_back(web: Web, coordinator: Caller, pages: Pages) -> None:
    pages.save(KEEP, **BEGUN)
    late = Pages(pages.client, dict(pages.hidden))
    assert pages.send(NEW, **BEGUN).status_code == 303

    assert late.save(KEEP, **BEGUN).status_code == 200  # overtaken on its way
    assert SAID not in again(coordinator)
    assert kept(web, coordinator) == [(NEW, None, False)]


def test_what_was_refused_is_still_kept(coordinator: Caller, pages: Pages) -> None:
    pages.save(KEEP, **TYPED)

    assert pages.send(NEW, **TYPED).status_code == 422
    assert 'value="Maya"' in again(coordinator)


def test_it_can_be_thrown_away(web: Web, coordinator: Caller, pages: Pages) -> None:
    pages.save(KEEP, **TYPED)
    pages.get(NEW)
    answer = pages.send(KEEP, _do="clear")

    assert (answer.status_code, answer.location) == (303, NEW)
    assert SAID not in again(coordinator)
    assert kept(web, coordinator) == [(NEW, None, False)]


def test_the_next_form_is_kept_as_well(coordinator: Caller, pages: Pages) -> None:
    pages.save(KEEP, **TYPED)
    pages.send(KEEP, _do="clear")
    pages.get(NEW)
    pages.save(KEEP, client__given_name="Sam")

    assert 'value="Sam"' in again(coordinator)


def test_a_week_later_it_is_gone(web: Web, coordinator: Caller, pages: Pages) -> None:
    pages.save(KEEP, **TYPED)
    web.run(EXPIRE, s=coordinator.staff_id)

    assert SAID not in again(coordinator)


def test_one_event_for_a_sitting(web: Web, pages: Pages, coordinator: Caller) -> None:
    for name in ("M", "Ma", "Maya"):
        pages.save(KEEP, client__given_name=name)

    events = web.rows(
        "SELECT action, client_id FROM audit_events WHERE agent_id = :s AND type = 'unsent_form'",
        s=coordinator.staff_id,
    )
    assert [tuple(one) for one in events] == [("E", None)]


def test_only_a_form_of_ours_is_kept(pages: Pages) -> None:
    for address in ("/", "/unsent-forms", "//elsewhere.example/", "/nowhere", "/api/v1/cases"):
        pages.hidden[forms.ADDRESS] = address
        assert pages.save(KEEP, **TYPED).status_code == 404


def test_a_form_without_its_key_is_not_kept(pages: Pages) -> None:
    del pages.hidden[forms.KEY]

    assert pages.save(KEEP, **TYPED).status_code == 400


def test_it_is_known_which_forms_are_not_kept(web: Web) -> None:
    """A new form is kept unless somebody says why not."""
    found = {
        endpoint.removeprefix("console.")
        for endpoint, view in web.app.view_functions.items()
        if endpoint.startswith("console.")
        and any_posts(web, endpoint)
        and not getattr(view, "keeps", False)
    }

    assert found == NOT_KEPT


def test_of_each_form_it_is_known_whom_it_is_about(web: Web) -> None:
    """So that it is sealed with that person's key."""
    for rule in web.app.url_map.iter_rules():
        if getattr(web.app.view_functions[rule.endpoint], "keeps", False):
            named = {name for name in rule.arguments if name.endswith("_id")}
            assert not named or named & {"case_id", *OWNERS}, rule


def any_posts(web: Web, endpoint: str) -> bool:
    return any("POST" in (one.methods or ()) for one in web.app.url_map.iter_rules(endpoint))


@dataclass(frozen=True)
class Call:
    """A call to the person of a case that is being written down, and by whom."""

    case: CaseOf
    pages: Pages

    @property
    def address(self) -> str:
        """Where it is written down."""
        return f"/cases/{self.case.id}/contact-attempts/new"

    def again(self) -> str:
        """The page as its writer opens it anew."""
        return again(self.case.counsellor, self.address)


@pytest.fixture
def call(web: Web, site: TestSite) -> Call:
    """It is kept, and not sent."""
    found = Call(case := bookings.a_case(web, site), pages_of(case.counsellor))
    found.pages.get(found.address)
    found.pages.save(KEEP, channel="phone", note="Sounded tired", _task="one of them")
    return found


def test_it_is_sealed_with_the_key_of_whom_it_is_about(web: Web, call: Call) -> None:
    assert kept(web, call.case.counsellor) == [(call.address, uuid.UUID(call.case.client_id), True)]
    assert "Sounded tired</textarea>" in call.again()


def test_what_can_not_be_opened_is_not_in_the_way(web: Web, site: TestSite, call: Call) -> None:
    """Whoever moved a value: the form is empty and can be filled in anew."""
    other = bookings.a_case(web, site)
    web.run(
        "UPDATE unsent_forms SET client_id = :c WHERE staff_id = :s",
        c=other.client_id,
        s=call.case.counsellor.staff_id,
    )

    page = text_of(pages_of(call.case.counsellor).get(call.address), 200)
    assert "Sounded tired" not in page
    assert SAID not in page


def test_a_colleague_who_may_not_send_it_keeps_nothing(
    web: Web, site: TestSite, call: Call
) -> None:
    stranger = site.person("counsellor")
    pages = pages_of(stranger)
    pages.get(NEW)
    pages.hidden[forms.ADDRESS] = call.address

    assert pages.save(KEEP, note="Sounded tired").status_code == 403
    assert kept(web, stranger) == []


def test_a_note_begun_before_taking_an_alert_on_is_still_there(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)
    alert = web.rows("SELECT id FROM alerts WHERE case_id = :c", c=case.id)[0].id
    pages, address = pages_of(case.counsellor), f"/alerts/{alert}"
    pages.get(address)
    pages.save(KEEP, note="Rang the ward")

    assert pages.send(address, _do="take").status_code == 303
    assert "Rang the ward</textarea>" in again(case.counsellor, address)


def test_what_somebody_else_changed_meanwhile_is_shown(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)
    visit = bookings.book(case)
    pages, address = pages_of(case.counsellor), f"/appointments/{visit['id']}/move"
    pages.get(address)
    pages.save(KEEP, minutes="90")
    case.counsellor.act(f"/appointments/{visit['id']}/actions/move", {"minutes": 30}, version=1)

    page = again(case.counsellor, address)
    assert "Somebody changed what is stored since" in page
    assert "Stored now" in page
