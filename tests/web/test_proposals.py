"""Is a discharge proposed, found and decided on by page, and is it said what a loss still lacks?"""

from __future__ import annotations

import re

import pytest

from tests.makers import moves, plans
from tests.makers.cases import CaseOf, assessed, at_ten
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import pages_of
from tests.web.pairs.decisions import DISCHARGE_FORM
from tests.web.test_pages import text_of


def page(person: Caller, path: str, status: int = 200) -> str:
    return text_of(pages_of(person).get(path), status)


@pytest.fixture
def ready(web: Web, site: TestSite) -> CaseOf:
    """A case that lacks nothing for its discharge."""
    case = moves.begun(web, site)
    moves.exit_scores(case)
    return case


def test_a_discharge_goes_from_proposal_to_decision(ready: CaseOf) -> None:
    outlook = page(ready.counsellor, f"/cases/{ready.id}/transitions")
    assert "Propose it" in outlook
    pages, path = pages_of(ready.counsellor), f"/cases/{ready.id}/proposals/new/discharge"
    assert "Still missing in the record" not in text_of(pages.get(path), 200)

    made = pages.send(path, **DISCHARGE_FORM)

    assert made.location.endswith("?done=proposed")
    here = made.location.partition("?")[0]
    text = text_of(pages.get(made.location), 200)
    assert "A clinical lead is asked to decide on it." in text
    for said in ("Completed drug free", "20 January 2027", "Calls us on the first day of use."):
        assert said in text, said
    assert "Take it back" in text
    assert "Agree or return" not in text
    waiting = page(ready.lead, "/proposals")
    assert f'href="/cases/{ready.id}/proposals"' in waiting
    assert "Decide on a discharge" in waiting
    assert here in page(ready.lead, f"/cases/{ready.id}/proposals")
    lead = pages_of(ready.lead)
    assert "Agree or return" in text_of(lead.get(here), 200)

    done = lead.send(here, _do="approve")

    assert done.location == f"{here}?done=proposal_approved"
    assert "Agreed to" in text_of(lead.get(done.location), 200)
    assert ready.read()["state"] == "discharged"
    assert "Nothing waits for a decision" in page(ready.lead, "/proposals")


def test_what_is_missing_is_said(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/proposals/new/discharge"
    text_of(pages.get(path), 200)

    refused = text_of(pages.send(path, **DISCHARGE_FORM | {"craving": ""}), 409)

    assert "the exit set" in refused
    assert "Calls us on the first day of use." in refused
    text_of(pages.send(path, **DISCHARGE_FORM | {"craving": "11"}), 422)
    page(case.counsellor, f"/cases/{case.id}/proposals/new/holiday", 404)


def test_a_proposal_returned_says_why(ready: CaseOf) -> None:
    path = f"/proposals/{moves.proposed(ready)['id']}"
    lead = pages_of(ready.lead)
    lead.get(path)

    short = text_of(lead.send(path, _do="return", comment=""), 422)
    unknown = lead.send(path, _do="burn")
    done = lead.send(path, _do="return", comment="Speak with her brother first.")

    assert '<a href="#f-comment">Say what should be done first.</a>' in short
    assert unknown.status_code == 400
    assert done.status_code == 303
    text = page(ready.counsellor, path)
    assert "Returned" in text
    assert "Speak with her brother first." in text


def test_nobody_decides_on_their_own(ready: CaseOf) -> None:
    made = ready.lead.post(f"/cases/{ready.id}/proposals", moves.DISCHARGE).get_json()
    path, pages = f"/proposals/{made['id']}", pages_of(ready.lead)

    assert "Agree or return" not in text_of(pages.get(path), 200)
    text_of(pages.send(path, _do="approve", _version="1"), 403)
    assert ready.read()["state"] == "active"
    done = pages.send(f"{path}/withdraw", _version="1")
    assert done.location == f"{path}?done=proposal_withdrawn"


def test_proposals_are_for_whom_the_api_gives_them(site: TestSite, ready: CaseOf) -> None:
    made = moves.proposed(ready)["id"]

    for path in ("/proposals", f"/proposals/{made}", f"/cases/{ready.id}/proposals"):
        page(ready.coordinator, path, 403)
    page(site.person("counsellor"), f"/proposals/{made}", 403)
    assert "Nothing waits" in page(site.person("counsellor"), "/proposals")


def test_tasks_lead_to_their_decision(web: Web, site: TestSite, ready: CaseOf) -> None:
    moves.proposed(ready)
    [task] = ready.lead.get(f"/cases/{ready.id}/tasks?state=open").get_json()["data"]
    below = assessed(web, site, "V11")
    plans.decided(below, "outpatient_cbt")

    assert f'href="/cases/{ready.id}/proposals"' in page(ready.lead, f"/tasks/{task['id']}")
    listed = ready.lead.get("/worklists/waiting_decisions?scope=site").get_json()["rows"]
    waiting = page(ready.lead, "/proposals")
    assert [one["code"] for one in listed] == ["sign_off", "approve_discharge"]
    links = re.findall(r'<li class="task".*?<a href="([^"]+)"', waiting, re.DOTALL)
    assert links == [f"/cases/{below.id}/recommendation", f"/cases/{ready.id}/proposals"]


def test_a_loss_tells_what_counts_so_far(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    moves.missed(web, case, "2027-01-27", "2027-02-03")
    at_ten(web, "2027-02-04")
    for day, channel in (("2027-01-25", "phone"), ("2027-02-03", "phone"), ("2027-02-04", "sms")):
        said = {"at": f"{day}T09:00:00Z", "channel": channel, "outcome": "no_reply"}
        made = case.counsellor.post(f"/cases/{case.id}/contact-attempts", said)
        assert made.status_code == 201, made.json

    text = page(case.lead, f"/cases/{case.id}/transitions")

    lost = text[text.index('id="lost_to_follow_up"') :]
    lost = lost[: lost.index("</section>")]
    assert "2 missed visits in a row since Wed 27 Jan, sought until Wed 10 Feb" in lost
    assert "<b>2 of 3</b>" in lost
    assert "Wed 3 Feb, by phone" in lost
    assert "Thu 4 Feb, by text" in lost
    assert "25 Jan" not in lost
    assert "3 missed appointments in a row" in lost
    assert f'href="/cases/{case.id}/contact-attempts/new"' in lost
    api = case.lead.get(f"/cases/{case.id}/transitions/possible").get_json()["sought"]
    assert [one["channel"] for one in api["attempts"]] == ["phone", "sms"]
    assert (api["missed_in_a_row"], api["first_missed_on"]) == (2, "2027-01-27")
