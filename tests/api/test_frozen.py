"""An ended case stays as it is: every route that writes in a case refuses, or says why not."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.embedded.processes import wait_until
from tests.hostile.routes import Route, writes
from tests.makers import bookings, moves, opinions, orders, outbound, plans, programmes
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.makers.progress import note_order, screen_order, use_order
from tests.support.web import Caller, TestSite, Web, expect_problem

CASE = "/cases/<uuid:case_id>"
# What may still be written once a case has ended, and why.
STILL_OPEN = {
    f"POST {CASE}/transitions": "reopening and a death are moves from there",
    f"POST {CASE}/proposals": "a death entered in error is taken back",
    f"POST {CASE}/consents": "of the person, not of the episode",
    f"POST {CASE}/disclosure-consents": "an old record is disclosed later",
    f"POST {CASE}/disclosures": "an old record is disclosed later",
    f"POST {CASE}/break-glass-grants": "opens for reading only",
    "POST /alerts/<uuid:alert_id>/actions/acknowledge": "nobody's alert dies silently",
    "POST /alerts/<uuid:alert_id>/actions/close": "nobody's alert dies silently",
    "PATCH /tasks/<uuid:task_id>": "what was left to do is done",
    "POST /proposals/<uuid:proposal_id>/actions/approve": "a correction",
    "POST /proposals/<uuid:proposal_id>/actions/return": "a correction",
    "POST /proposals/<uuid:proposal_id>/actions/withdraw": "a correction",
    "POST /outbound-referrals/<uuid:referral_id>/actions/receive-result": "a result still arrives",
    "POST /outbound-referrals/<uuid:referral_id>/actions/cancel": "what was left open is settled",
    "POST /medication-reviews/<uuid:review_id>/actions/record-result": "an answer still arrives",
    "POST /medication-reviews/<uuid:review_id>/actions/cancel": "what was left open is settled",
    "POST /plans/<uuid:plan_id>/actions/return": "refused: it doesn't wait for a sign-off",
    "POST /plans/<uuid:plan_id>/actions/sign-off": "refused: it doesn't wait for one any more",
}
STILL_OPEN |= {f"POST {CASE}/referral/actions/{act}": "refused: the referral was decided"
               for act in ("take", "hand-back", "reassign", "triage")}  # fmt: skip
STILL_OPEN[f"POST {CASE}/tasks"] = "what is left to do is work, not record"
# Refused too: each is asked in the tests of its own kind, on rows of its own.
STILL_OPEN |= dict.fromkeys(
    (
        "PATCH /notes/<uuid:note_id>",
        "POST /notes/<uuid:note_id>/actions/sign",
        "POST /notes/<uuid:note_id>/actions/amend",
        "POST /use-entries/<uuid:entry_id>/actions/enter-in-error",
        "POST /drug-screens/<uuid:screen_id>/actions/confirm",
        "POST /drug-screens/<uuid:screen_id>/actions/enter-in-error",
        "POST /appointments/<uuid:appointment_id>/session-records",
        "PATCH /session-records/<uuid:record_id>",
        "POST /appointments/<uuid:appointment_id>/actions/correct",
        "POST /assessments/<uuid:assessment_id>/actions/amend",
    ),
    "asked in tests/api of its own kind",
)
ENDS = text("UPDATE cases SET state = 'discharged' WHERE id = :c")
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
# What takes no case at all.
ELSEWHERE = (
    *(
        "/session",
        "/me",
        "/clients",
        "/covers",
        "/handovers",
        "/programmes",
        "/break-glass-grants",
        "/instruments",
    ),
    *("/consents", "/disclosure-consents", "/disclosures", "/intakes", "/reminders", "/api-keys"),
    *("/contacts", "/account", "/staff", "/invites", "/erasures", "/holds", "/legal-holds"),
)


def name_of(route: Route) -> str:
    return f"{route.method} {route.rule.removeprefix('/api/v1')}"


def is_elsewhere(route: Route) -> bool:
    rule = route.rule.removeprefix("/api/v1")
    return rule.startswith(ELSEWHERE) and rule != "/intakes/<uuid:intake_id>/submit"


@pytest.fixture(scope="module")
def ended(web: Web) -> tuple[CaseOf, dict[str, str]]:
    """A discharged case with one of everything, arranged before it ended."""
    site = web.site()
    case = moves.begun(web, site)
    draft = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order("gad7"))
    note = case.counsellor.post(f"/cases/{case.id}/counselling-notes", {"text": "Of the day"})
    booked = bookings.book(case, local_start=f"{moves.FIRST_DAY}T15:00")
    plan = web.rows("SELECT id FROM plan_decisions WHERE case_id = :c", c=case.id)[0].id
    goal = web.rows("SELECT id FROM goals WHERE case_id = :c", c=case.id)[0].id
    there = programmes.programme(site, capacity=0, settings=["outpatient_cbt"])
    placement = programmes.asked(case, there)
    referral = outbound.planned(case)
    review = case.counsellor.post(f"/cases/{case.id}/medication-reviews", outbound.review_order())
    opinion = opinions.question(web, case, case.counsellor)
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=case.id)
    return case, {
        "case_id": case.id,
        "intake_id": case.intake_id,
        "assessment_id": draft.get_json().get("id", str(uuid.uuid4())),
        "note_id": note.get_json()["id"],
        "appointment_id": booked["id"],
        "plan_id": str(plan),
        "goal_id": str(goal),
        "referral_id": referral,
        "review_id": review.get_json()["id"],
        "programme_id": there,
        "opinion_id": opinion,
        "placement_id": placement,
    }


def body_of(route: Route, case: CaseOf) -> Any:
    worker = str(case.counsellor.staff_id)
    bodies: dict[str, Any] = {
        f"POST {CASE}/actions/assign": {"key_worker_id": worker},
        f"POST {CASE}/assessments": assessment_order(),
        f"POST {CASE}/plans": {
            "recommendation_id": str(uuid.uuid4()),
            "chosen_setting": "peer_support",
            "shared_decision": True,
        },
        f"POST {CASE}/second-opinions": {"asked_of": str(case.lead.staff_id), "question": "Why?"},
        "POST /second-opinions/<uuid:opinion_id>/actions/answer": {
            "opinion": "agree",
            "answer": "I would, too.",
        },
        f"POST {CASE}/medical-clearances": {"by": "Dr Ames", "outcome": "cleared"},
        f"POST {CASE}/counselling-notes": {"text": "One more"},
        f"POST {CASE}/notes": note_order(),
        f"POST {CASE}/use-entries": use_order(moves.FIRST_DAY),
        f"POST {CASE}/drug-screens": screen_order(),
        f"POST {CASE}/contact-attempts": {
            "channel": "phone",
            "outcome": "no_reply",
            "at": f"{moves.FIRST_DAY}T09:00:00+00:00",
        },
        "PATCH /counselling-notes/<uuid:note_id>": {"text": "Anew"},
        "PATCH /plans/<uuid:plan_id>": {"review_on": "2027-02-03"},
        f"POST {CASE}/outbound-referrals": outbound.outbound_order(),
        "PATCH /outbound-referrals/<uuid:referral_id>": {"recipient": "City Hospital"},
        "POST /outbound-referrals/<uuid:referral_id>/actions/send": outbound.WITHOUT_CONSENT,
        f"POST {CASE}/medication-reviews": outbound.review_order(),
        f"PUT {CASE}/safety-plan": outbound.SAFETY_PLAN,
        f"POST {CASE}/placements": programmes.placement_order(str(uuid.uuid4())),
        "POST /placements/<uuid:placement_id>/actions/decline": {"reason": "Too far"},
        "POST /placements/<uuid:placement_id>/actions/end": {"reason": "Went home"},
        "POST /placements/<uuid:placement_id>/actions/withdraw": {"reason": "Moves away"},
        "POST /plans/<uuid:plan_id>/goals": plans.GOAL,
        "PATCH /goals/<uuid:goal_id>": {"confidence": 2},
        "PATCH /intakes/<uuid:intake_id>": {"answers": orders.NO_RISK},
        "POST /appointments": bookings.booked_order(case, local_start="2027-03-01T10:00"),
        "POST /appointments/<uuid:appointment_id>/actions/move": {"minutes": 30},
        "POST /appointments/<uuid:appointment_id>/actions/cancel": {"reason": "unwell"},
        "POST /appointments/<uuid:appointment_id>/actions/attend": {},
        "POST /appointments/<uuid:appointment_id>/actions/no-show": {"reason": "unwell"},
    }
    return bodies.get(name_of(route))


def asked_by(route: Route, case: CaseOf) -> Caller:
    """Somebody whose role may, and whose case it is."""
    is_leads = "assign" in route.rule or "sign-off" in route.rule
    return case.lead if is_leads else case.counsellor


def test_every_write_in_an_ended_case_is_refused(
    web: Web, ended: tuple[CaseOf, dict[str, str]]
) -> None:
    case, ids = ended
    tried = tried_in(web)

    for route in tried:
        refused(route, ask(route, case, ids, version=version(web, route, ids)))
    assert len(tried) >= 15


def test_every_write_waits_for_an_ending_under_way(
    web: Web, ended: tuple[CaseOf, dict[str, str]]
) -> None:
    case, ids = ended
    tried = tried_in(web)
    for route in tried:
        web.run("UPDATE cases SET state = 'active' WHERE id = :c", c=case.id)
        seen = version(web, route, ids)
        with ThreadPoolExecutor(1) as pool, web.judge.connect() as judge:
            judge.execute(ENDS, {"c": case.id})
            answer = pool.submit(ask, route, case, ids, version=seen)
            assert wait_until(lambda: web.rows(WAITING)[0][0] == 1, seconds=20), name_of(route)
            judge.commit()

            refused(route, answer.result(timeout=20))
    assert len(tried) >= 15


def tried_in(web: Web) -> list[Route]:
    return [
        one for one in writes(web.app) if not is_elsewhere(one) and name_of(one) not in STILL_OPEN
    ]


def ask(route: Route, case: CaseOf, ids: dict[str, str], *, version: int) -> TestResponse:
    headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": f'"{version}"'}
    return asked_by(route, case).client.open(
        route.at(ids), method=route.method, json=body_of(route, case), headers=headers
    )


def refused(route: Route, answer: TestResponse) -> None:
    body = answer.get_json(force=True)
    assert answer.status_code == 409, (name_of(route), body)
    assert "has ended (discharged)" in body["detail"], name_of(route)


def version(web: Web, route: Route, ids: dict[str, str]) -> int:
    """The version of what the address names, so that only its state can refuse it."""
    tables = {
        "goal_id": "goals",
        "note_id": "counselling_notes",
        "appointment_id": "appointments",
        "plan_id": "plan_decisions",
        "assessment_id": "assessments",
        "intake_id": "intakes",
        "referral_id": "outbound_referrals",
        "review_id": "medication_reviews",
        "opinion_id": "tasks",
        "placement_id": "placements",
        "case_id": "cases",
    }
    for name, table in tables.items():
        if name in route.rule:
            rows = web.rows(f"SELECT version FROM {table} WHERE id = :i", i=ids[name])  # noqa: S608 - names above
            return int(rows[0].version) if rows else 1
    return 1


def test_a_draft_intake_of_an_ended_case_is_left_as_it_is(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    path, intake = f"/cases/{made['case_id']}/transitions", f"/intakes/{made['id']}"
    said = {"to": "declined", "decline_reason": "not_eligible"}
    done = coordinator.act(path, said, version=1)

    saved = coordinator.patch(intake, {"answers": orders.NO_RISK}, version=1)
    handed_in = coordinator.act(f"{intake}/submit", version=1)

    assert done.status_code == 200, done.json
    for answer in (saved, handed_in):
        assert "has ended (declined)" in expect_problem(answer, 409, "conflict")["detail"]
