"""Does choosing a plan on a page show reasons, ask for one's own, and store what the API does?"""

from __future__ import annotations

import pytest

from tests.makers.cases import CaseOf, assessed, handed_in
from tests.makers.plans import GOAL, REASON, decided
from tests.makers.programmes import programme
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

CHOICE = {"chosen_setting": "outpatient_cbt", "shared_decision": "true"}
WHY = {"override_code": "carer_duties", "override_reason": REASON}


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """A case of frequent binges, for which the rules suggest a stay."""
    return assessed(web, site, "V01")


def test_a_choice_otherwise_needs_its_reason_and_is_stored(case: CaseOf) -> None:
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/plans/new"
    asked = f"/cases/{case.id}/recommendation"
    assert "No recommendation yet" in text_of(pages.get(asked), 200)
    made = pages.send(asked)
    shown = text_of(pages.get(made.location), 200)
    assert "How sure: <strong>high</strong>" in shown
    assert "Binges often" in shown
    assert "Rules KDS-1.0" in shown
    choice = text_of(pages.get(path), 200)
    assert " checked" not in choice[choice.index("<main") : choice.index("</main")]

    refused = text_of(pages.send(path, **CHOICE), 422)
    assert "Say why not inpatient: choose a code." in refused
    assert 'href="#f-override_reason"' in refused
    done = pages.send(path, **CHOICE, **WHY)

    assert done.status_code == 303
    assert "Cares for her mother" in text_of(pages.get(done.location), 200)
    (line,) = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"]
    stored = case.counsellor.get(f"/plans/{line['id']}").get_json()
    assert (stored["chosen_setting"], stored["override_code"], stored["override_reason"]) == (
        "outpatient_cbt",
        "carer_duties",
        REASON,
    )


def test_a_goal_is_whole_or_not_there(case: CaseOf) -> None:
    case.recommend()
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/plans/new"
    pages.get(path)
    goal = {f"goals.0.{name}": str(value) for name, value in GOAL.items()}
    part = {name: goal[name] for name in ("goals.0.statement",)}

    refused = text_of(pages.send(path, **CHOICE, **WHY, **part), 422)
    assert 'href="#f-goals-0-problem"' in refused
    done = pages.send(path, **CHOICE, **WHY, **goal)

    assert done.status_code == 303
    plan = done.location.partition("?")[0]
    (kept,) = case.counsellor.get(f"{plan}/goals").get_json()["data"]
    assert kept["statement"] == GOAL["statement"]
    assert case.read()["state"] == "plan_chosen"


def test_the_places_of_a_setting_stand_on_its_card(web: Web, site: TestSite, case: CaseOf) -> None:
    ward = programme(site, name="North ward", capacity=3)
    programme(site, name="Old ward", is_open=False)
    programme(site, name="Detox", is_experienced_in_dissociatives=False, kind="detox_centre")
    case.recommend()
    web.run(
        "INSERT INTO placements (id, site_id, case_id, programme_id, state, urgency, waits_since,"
        " gap_setting, takes_inexperienced, asked_by, sealed, created_at, version)"
        " SELECT gen_random_uuid(), p.site_id, :c, p.id, 'offered', 'routine', now(),"
        " 'outpatient_cbt', false, :s, '', now(), 1 FROM programmes p WHERE p.id = :p",
        c=case.id,
        s=case.counsellor.staff_id,
        p=ward,
    )

    text = text_of(pages_of(case.counsellor).get(f"/cases/{case.id}/plans/new"), 200)

    assert "North ward: 2 of 3 places free; staff know dissociative drugs." in text
    assert "Detox: 1 of 1 place free; staff don&#39;t know dissociative drugs." in text
    assert "Old ward" not in text


def test_a_lead_signs_off_or_returns_what_is_unsafe(web: Web, site: TestSite) -> None:
    case = assessed(web, site, "V11")
    made = decided(case, "outpatient_cbt")
    path, pages = f"/plans/{made['id']}", pages_of(case.lead)
    assert "Sign off" not in text_of(pages_of(case.counsellor).get(path), 200)
    assert "waits for a clinical lead" in text_of(pages.get(path), 200)

    assert pages.send(path, _do="burn").status_code == 400
    assert 'href="#f-comment"' in text_of(pages.send(path, _do="return"), 422)
    returned = pages.send(path, _do="return", comment="A bed is free since noon.")

    assert "A bed is free since noon." in text_of(pages.get(returned.location), 200)
    again = f"/plans/{decided(case, 'outpatient_cbt')['id']}"
    pages.get(again)
    kept = text_of(pages.send(again, _do="sign", comment="Agreed by telephone."), 422)
    assert "A sign-off keeps no comment." in kept
    assert "Agreed by telephone." in kept
    assert pages.send(again, _do="sign", comment="").status_code == 303
    stored = case.lead.get(again).get_json()
    assert (stored["state"], stored["signed_off_by"]) == ("agreed", str(case.lead.staff_id))


def test_a_task_about_a_decision_leads_to_it(web: Web, site: TestSite) -> None:
    case = assessed(web, site, "V11")
    made = decided(case, "outpatient_cbt")
    [task] = web.rows("SELECT id FROM tasks WHERE case_id = :c AND kind = 'sign_off'", c=case.id)
    link = f'href="/plans/{made["id"]}"'

    assert link in text_of(pages_of(case.lead).get(f"/tasks/{task.id}"), 200)
    # After the handover a coordinator sees the task and not the plan.
    assert link not in text_of(pages_of(case.coordinator).get(f"/tasks/{task.id}"), 200)
    case.lead.act(f"/plans/{made['id']}/actions/return", {"comment": "A bed is free."}, version=1)
    [again] = web.rows(
        "SELECT id FROM tasks WHERE case_id = :c AND kind = 'decide_again'", c=case.id
    )
    assert link in text_of(pages_of(case.counsellor).get(f"/tasks/{again.id}"), 200)


def test_who_may_not_decide_sees_the_reasons_only(case: CaseOf) -> None:
    case.recommend()

    text_of(pages_of(case.lead).get(f"/cases/{case.id}/recommendation"), 200)
    text_of(pages_of(case.coordinator).get(f"/cases/{case.id}/plans/new"), 403)


def test_what_is_missing_is_named(site: TestSite) -> None:
    case = handed_in(site)
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/recommendation"
    pages.get(path)

    pages.send(path)

    text = text_of(pages.get(path), 200)
    assert "No setting yet" in text
    assert "Needed first: dsm5" in text
    assert "Choose a plan" not in text


def test_additions_are_chosen_one_by_one(web: Web, site: TestSite) -> None:
    """Suggested ones are marked and none is ticked; referrals are prepared for those chosen."""
    case = assessed(web, site, "V04")
    case.recommend()
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/plans/new"
    text = text_of(pages.get(path), 200)
    assert " checked" not in text[text.index("<main") : text.index("</main")]
    assert "Suggested. " in text
    said = {"chosen_setting": "outpatient_cbt", "shared_decision": "true", **WHY}

    # A box ticked twice over, one of them not suggested.
    done = pages.client.post(path, data=pages.hidden | said | {"adjuncts": ["J02", "J05"]})

    assert done.status_code == 303, done.get_data(as_text=True)[:3000]
    shown = text_of(pages.get(done.location), 200)
    assert "Physiotherapy" in shown[shown.index("Added") :]
    assert "Urology referral" in shown[shown.index("Suggested, not added") :]
    planned = web.rows("SELECT adjunct FROM outbound_referrals WHERE case_id = :c", c=case.id)
    assert {one.adjunct for one in planned} == {"J02", "J05"}


def test_nothing_ticked_adds_nothing(web: Web, site: TestSite) -> None:
    case = assessed(web, site, "V04")
    case.recommend()
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/plans/new"
    pages.get(path)

    done = pages.send(path, chosen_setting="outpatient_cbt", shared_decision="false", **WHY)

    assert done.status_code == 303
    assert web.rows("SELECT 1 FROM outbound_referrals WHERE case_id = :c", c=case.id) == []
    line = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"][0]
    assert line["adjuncts"] == []


def test_how_it_was_agreed_is_whole_or_not_there(case: CaseOf) -> None:
    case.recommend()
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/plans/new"
    pages.get(path)
    day = {"agreed_on-day": "11", "agreed_on-month": "1", "agreed_on-year": "2027"}

    alone = text_of(pages.send(path, **CHOICE, **WHY, **day), 422)
    undated = text_of(pages.send(path, **CHOICE, **WHY, agreed_how="video"), 422)
    not_shared = CHOICE | {"shared_decision": "false"}
    apart = text_of(pages.send(path, **not_shared, **WHY, **day, agreed_how="video"), 422)
    done = pages.send(path, **CHOICE, **WHY, **day, agreed_how="video")

    assert 'href="#f-agreed_how"' in alone
    assert 'href="#f-agreed_on"' in undated
    assert "Leave this out, or say that you decided together" in apart
    assert done.status_code == 303
    assert "Yes, on 11 January 2027, by video" in text_of(pages.get(done.location), 200)


def test_an_opinion_stands_beside_the_plan(site: TestSite, case: CaseOf) -> None:
    case.recommend()
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/second-opinions/new"
    other = site.person("counsellor")
    text_of(pages.get(path), 200)
    refused = text_of(pages.send(path), 422)
    assert "Choose a colleague." in refused
    assert (
        pages.send(path, asked_of=str(other.staff_id), question="Below a bed?").status_code == 303
    )
    [task] = other.get("/tasks").get_json()["data"]
    theirs, link = pages_of(other), f"/second-opinions/{task['id']}"

    assert f'href="{link}"' in text_of(theirs.get(f"/tasks/{task['id']}"), 200)
    question = text_of(theirs.get(link), 200)
    assert "Below a bed?" in question
    assert "Binges often" in question
    assert f"Case {case.read()['reference']}" in question
    assert "Say why, in words." in text_of(theirs.send(link, opinion="agree"), 422)
    given = theirs.send(link, opinion="disagree", answer="Her sister is at home.")

    assert given.location == "/?done=opinion_given"
    for page in ("recommendation", "plans/new"):
        text = text_of(pages.get(f"/cases/{case.id}/{page}"), 200)
        assert "Her sister is at home." in text
        assert "Disagrees" in text
    assert "Second opinion" in text_of(pages.get(f"/cases/{case.id}"), 200)
    text_of(pages_of(case.coordinator).get(path), 403)
