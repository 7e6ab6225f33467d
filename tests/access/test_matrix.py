"""May each role do each act to its own, a colleague's, another site's and an unknown record?

`matrix.csv` has one line for each route and role. Its signs were typed from the matrix of the
design, expanded once, compared with the answers and frozen: a difference is now a decision.
`ok` means that access was granted: a change is sent with a version nobody read, so it ends with
412 and nothing changes. The whole table is slow; a sample of it is always run.
"""

from __future__ import annotations

import csv
import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from intake.access import SCOPES, Permission, Role, Scope
from tests.access import care
from tests.hostile.routes import Route, everything
from tests.makers import (
    api_keys,
    bookings,
    disclosures,
    moves,
    orders,
    plans,
    programmes,
)
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.makers.progress import (
    note_order,
    screen_order,
    session_record,
    signed_progress_note,
    use_order,
    used,
)
from tests.support.web import Caller, TestSite, Web

FILE = Path(__file__).with_name("matrix.csv")
INSTRUMENT = {"code": "phq9", "version": "1", "name": "open_alerts"}
WHOSE = ("own", "unrelated", "other_site", "unknown")
NEVER_READ = '"999"'
SAMPLE = 60
CASE = "/cases/<uuid:case_id>"
NOTE = {"text": "Spoke of the estuary."}
#: Both kinds of notes call it note_id in their addresses.
OWN_NOTE = "counselling_note_id"
# Their body can't be right; it is looked at after the case.
READ_BEFORE_THE_BODY = (f"POST {CASE}/plans",)
# What was opened by one line must not help the next.
SPEND = (
    "UPDATE break_glass_grants SET granted_at = granted_at - interval '2 h',"
    " expires_at = expires_at - interval '2 h' WHERE staff_id = :p"
)
QUERIES = {"DELETE /intakes/<uuid:intake_id>": "?reason=client_declined"}
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /clients/<uuid:client_id>": {"pronouns": "she/her"},
    "POST /clients/match": orders.client_order(),
    "POST /clients/<uuid:client_id>/holds": {"reason": "Inquest by the coroner"},
    "POST /clients/<uuid:client_id>/erasures": {"reason": "client_request"},
    "PATCH /intakes/<uuid:intake_id>": {"answers": {}},
    "POST /cases/<uuid:case_id>/assessments": assessment_order(),
    f"POST {CASE}/referral/actions/triage": {"triaged_on": "2027-01-04", "route": "phone"},
    f"POST {CASE}/contact-attempts": {
        "at": "2027-01-11T09:00:00+00:00",
        "channel": "phone",
        "outcome": "no_reply",
    },
    f"POST {CASE}/tasks": {
        "kind": "review",
        "due_at": "2027-01-12T09:00:00+00:00",
        "note": "Read the letter.",
    },
    "POST /intakes/<uuid:intake_id>/actions/interrupt": {
        "reason": "Hung up",
        "call_back_at": "2027-01-12T09:00:00+00:00",
    },
    "POST /cases/<uuid:case_id>/consents": orders.consent_order("reminders"),
    "POST /appointments/<uuid:appointment_id>/actions/move": {"minutes": 30},
    "POST /appointments/<uuid:appointment_id>/actions/cancel": {"reason": "unwell"},
    "POST /appointments/<uuid:appointment_id>/actions/attend": {},
    "POST /appointments/<uuid:appointment_id>/actions/no-show": {},
    "POST /alerts/<uuid:alert_id>/actions/close": {"note": "Spoke to her."},
    "PATCH /tasks/<uuid:task_id>": {"note": "Called."},
    "POST /assessments/<uuid:assessment_id>/actions/amend": {
        "reason": "Two were swapped",
        "answers": [0] * 9,
    },
    "POST /appointments/<uuid:appointment_id>/actions/correct": {
        "status": "noshow",
        "reason": "Another person came",
    },
    f"POST {CASE}/notes": note_order(),
    "PATCH /notes/<uuid:note_id>": {"minutes": 5},
    "POST /notes/<uuid:note_id>/actions/amend": note_order(),
    f"POST {CASE}/use-entries": use_order("2027-01-11"),
    "POST /use-entries/<uuid:entry_id>/actions/enter-in-error": {"reason": "A mistake"},
    f"POST {CASE}/drug-screens": screen_order(),
    "POST /drug-screens/<uuid:screen_id>/actions/confirm": {"results": {"ketamine": "negative"}},
    "POST /drug-screens/<uuid:screen_id>/actions/enter-in-error": {"reason": "A mistake"},
    "POST /appointments/<uuid:appointment_id>/session-records": {"craving": 3},
    "PATCH /session-records/<uuid:record_id>": {"craving": 3},
    f"POST {CASE}/transitions": moves.DEATH,
    f"POST {CASE}/medical-clearances": {"by": "Dr Ames", "outcome": "cleared"},
    f"POST {CASE}/proposals": moves.DISCHARGE,
    "POST /plans/<uuid:plan_id>/goals": plans.GOAL,
    "PATCH /goals/<uuid:goal_id>": {"confidence": 3},
    "POST /proposals/<uuid:proposal_id>/actions/return": {"comment": "Not yet."},
    "POST /handovers/<uuid:handover_id>/actions/refuse": {"reason": "No room."},
    **care.BODIES,
    "POST /break-glass-grants/<uuid:grant_id>/review": {"outcome": "justified"},
    f"POST {CASE}/disclosure-consents": disclosures.disclosure_consent_order(),
    "POST /disclosure-consents/<uuid:consent_id>/actions/revoke": {"how": "in_writing"},
    f"POST {CASE}/disclosures": disclosures.disclosure_order(),
    f"POST {CASE}/counselling-notes": NOTE,
    "PATCH /counselling-notes/<uuid:note_id>": NOTE,
    f"POST {CASE}/break-glass-grants": {
        "reason_code": "emergency",
        "justification": "The ward asks what was taken and when.",
    },
}


@dataclass(frozen=True)
class World:
    """Three furnished cases and one person for each role of the first site."""

    web: Web
    people: dict[str, Caller]
    ids: dict[str, dict[str, str]]
    routes: dict[str, Route]


def lines() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def name_of(route: Route) -> str:
    return f"{route.method} {route.rule.removeprefix('/api/v1')}"


def is_bound(route: Route) -> bool:
    """Whether it needs a role at a site; the others are about the signed-in person alone."""
    return route.permission not in (None, Permission.SESSION_OWN)


def furnish(web: Web, site: TestSite, name: str) -> dict[str, str]:
    """A case with one of everything that has an address of its own."""
    client = orders.reachable_client(given_name=name)
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS, client=client)
    bookings.follow_up(web, site, case)
    made = bookings.book(case)
    assessed = case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order()).get_json()
    path = f"/cases/{case.id}/break-glass-grants"
    grant = site.person("counsellor").post(path, BODIES[f"POST {CASE}/break-glass-grants"])
    worker = case.counsellor.staff_id
    web.run("UPDATE tasks SET owner_id = :w WHERE case_id = :c", w=worker, c=case.id)
    found = {
        "case_id": case.id,
        "client_id": case.client_id,
        "intake_id": case.intake_id,
        "appointment_id": made["id"],
        "assessment_id": assessed["id"],
        "grant_id": grant.get_json()["id"],
        "erasure_id": an_erasure(web, site, case),
    } | progress(web, case)
    found |= _moving(web, case) | care.furnish(case)
    for noun, table in (
        ("plan_id", "plan_decisions"),
        ("alert_id", "alerts"),
        ("task_id", "tasks"),
    ):
        rows = web.rows(f"SELECT id FROM {table} WHERE case_id = :c LIMIT 1", c=case.id)  # noqa: S608 - names above
        found[noun] = str(rows[0].id)
    found["key_id"] = str(api_keys.program(site).key_id)
    reminders = web.rows("SELECT id FROM reminders WHERE appointment_id = :a", a=made["id"])
    lead = site.person("clinical_lead")
    hold = lead.post(f"/clients/{case.client_id}/holds", {"reason": "Inquest by the coroner"})
    found |= {"reminder_id": str(reminders[0].id), "hold_id": hold.get_json()["id"]}
    return found | leaving(case)


def an_erasure(web: Web, site: TestSite, case: CaseOf) -> str:
    """One that was asked for while the case seemed closed; its identifier."""
    change = "UPDATE cases SET state = :s WHERE id = :c"
    [before] = web.rows("SELECT state FROM cases WHERE id = :c", c=case.id)
    web.run(change, s="discharged", c=case.id)
    path = f"/clients/{case.client_id}/erasures"
    made = site.person("clinical_lead").post(path, {"reason": "client_request"})
    web.run(change, s=before.state, c=case.id)
    return str(made.get_json()["id"])


def progress(web: Web, case: CaseOf) -> dict[str, str]:
    """A note, an entry of the use log, a screen and a record of a visit that took place."""
    visit = bookings.book(case, local_start="2027-01-18T14:00")["id"]
    web.run("UPDATE appointments SET status = 'fulfilled' WHERE id = :i", i=visit)
    screen = case.counsellor.post(f"/cases/{case.id}/drug-screens", screen_order())
    return {
        "note_id": signed_progress_note(case),
        "entry_id": used(case, "2027-01-10")[0],
        "screen_id": str(screen.get_json()["id"]),
        "record_id": session_record(case, visit, craving=3),
    }


def leaving(case: CaseOf) -> dict[str, str]:
    """What may leave the case, what did, and what never does: a counselling note."""
    consent = disclosures.consented(case)
    order = disclosures.disclosure_order()
    released = case.lead.post(f"/cases/{case.id}/disclosures", order).get_json()
    note = case.counsellor.post(f"/cases/{case.id}/counselling-notes", NOTE).get_json()
    return {"consent_id": consent, "disclosure_id": released["id"], OWN_NOTE: note["id"]}


def _moving(web: Web, case: CaseOf) -> dict[str, str]:
    """A goal, a handover, and a proposal put there, because a real one needs more."""
    plan = web.rows("SELECT id FROM plan_decisions WHERE case_id = :c", c=case.id)[0].id
    goal = case.counsellor.post(f"/plans/{plan}/goals", plans.GOAL).get_json()["id"]
    worker, proposal = case.counsellor.staff_id, str(uuid.uuid4())
    web.run(
        "INSERT INTO case_proposals (site_id, id, case_id, kind, state, facts, sealed,"
        " proposed_by, proposed_at, created_at, version) VALUES (:s, :i, :c, 'discharge',"
        " 'proposed', '{}', '\\x00', :w, now(), now(), 1)",
        s=case.lead.site.id, i=proposal, c=case.id, w=worker,
    )  # fmt: skip
    other = case.lead.site.person("counsellor").staff_id
    order = {"from_staff_id": str(worker), "to_staff_id": str(other), "case_ids": [case.id]}
    handover = case.lead.post("/handovers", order).get_json()["id"]
    return {"goal_id": goal, "proposal_id": proposal, "handover_id": handover}


@pytest.fixture(scope="module")
def world(web: Web) -> World:
    here, there = web.site(), web.site()
    return World(
        web=web,
        people={role.value: here.person(role) for role in Role},
        ids={
            "own": furnish(web, here, "Olga"),
            "unrelated": furnish(web, here, "Una"),
            "other_site": furnish(web, there, "Tara"),
            "unknown": {},
        },
        routes={name_of(one): one for one in everything(web.app)},
    )


def make_own(world: World, role: str) -> None:
    """Give the first case to the person of that role; a coordinator's waits for its handover."""
    ids, person = world.ids["own"], world.people[role].staff_id
    worker = None if role == Role.INTAKE_COORDINATOR else person
    change = world.web.run
    change("UPDATE cases SET key_worker_id = :p WHERE id = :c", p=worker, c=ids["case_id"])
    change("UPDATE intakes SET author_id = :p WHERE id = :i", p=person, i=ids["intake_id"])
    change("UPDATE handovers SET to_staff_id = :p WHERE id = :h", p=person, h=ids["handover_id"])
    change("UPDATE tasks SET owner_id = :p WHERE case_id = :c", p=person, c=ids["case_id"])
    change("UPDATE assessments SET assessed_by = :p WHERE case_id = :c", p=person, c=ids["case_id"])
    if role == Role.COUNSELLOR:
        note = world.people[role].post(f"/cases/{ids['case_id']}/counselling-notes", NOTE)
        ids[OWN_NOTE] = note.get_json()["id"]


def ask(world: World, action: str, role: str, whose: str) -> str:
    """What becomes of a request: `ok`, or status and code of the refusal."""
    route, person, ids = world.routes[action], world.people[role], world.ids[whose]
    if "/counselling-notes/" in action and OWN_NOTE in ids:
        ids = ids | {"note_id": ids[OWN_NOTE]}
    address = route.at(INSTRUMENT | ids) + QUERIES.get(action, "")
    headers = {"If-Match": NEVER_READ, "Idempotency-Key": str(uuid.uuid4())}
    body = BODIES.get(action, _body(world, action, ids))
    answer = person.client.open(address, method=route.method, json=body, headers=headers)
    assert answer.status_code < 500, (action, role, whose, answer.get_data(as_text=True))
    if answer.status_code in (401, 403, 404):
        return f"{answer.status_code} {answer.get_json(force=True)['code']}"
    if answer.status_code == 422 and action == "POST /appointments":
        fields = {one["pointer"] for one in answer.get_json(force=True)["errors"]}
        return "422 /case_id" if "/case_id" in fields else "ok"
    judged_too_early = answer.status_code == 422 and action not in READ_BEFORE_THE_BODY
    return "422" if judged_too_early else "ok"


def _body(world: World, action: str, ids: dict[str, str]) -> dict[str, Any] | None:
    """A body that names somebody or something."""
    colleague = str(world.people["counsellor"].staff_id)
    case, other = ids.get("case_id", str(uuid.uuid4())), _another_person(world, ids)
    bodies: dict[str, dict[str, Any]] = {
        "POST /api-keys": api_keys.order(),
        "POST /clients": orders.client_order(),
        "POST /intakes": orders.intake_order(),
        "POST /cases/<uuid:case_id>/actions/assign": {"key_worker_id": colleague},
        "POST /clients/<uuid:client_id>/contacts": orders.contact_order(),
        "POST /clients/<uuid:client_id>/distinctions": {
            "other_id": other,
            "reason": "Cousins, as they say.",
        },
        "POST /clients/<uuid:client_id>/merge-requests": {
            "other_id": other,
            "note": "Same sister.",
        },
        "POST /clients/<uuid:client_id>/merge": {
            "other_id": other,
            "other_version": 1,
            "reason": "Same passport.",
        },
        f"POST {CASE}/referral/actions/reassign": {"taken_by": colleague},
        "POST /cases/<uuid:case_id>/plans": {
            "recommendation_id": str(uuid.uuid4()),
            "chosen_setting": "peer_support",
            "shared_decision": True,
        },
        "POST /appointments": {
            "case_id": case,
            "staff_id": colleague,
            "kind": "session",
            "mode": "in_person",
            "local_start": "2027-01-19T10:00",
            "minutes": 30,
        },
        "POST /handovers": {
            "from_staff_id": str(world.people["clinical_lead"].staff_id),
            "to_staff_id": colleague,
            "case_ids": [case],
        },
        f"POST {CASE}/placements": programmes.placement_order(
            ids.get("programme_id", str(uuid.uuid4()))
        ),
        "POST /covers": {
            "staff_id": colleague,
            "for_staff_id": str(world.people["clinical_lead"].staff_id),
            "from_on": "2027-02-01",
            "until_on": "2027-02-02",
        },
    }
    return bodies.get(action)


def _another_person(world: World, ids: dict[str, str]) -> str:
    """Somebody of the same site, for what is said about two records."""
    here = world.ids["own"]
    return (world.ids["unrelated"] if ids is here else here)["client_id"]


def judged(world: World, chosen: list[dict[str, str]]) -> Iterator[str]:
    """Every cell that isn't as written."""
    for role in Role:
        make_own(world, role.value)
        for line in (one for one in chosen if one["role"] == role.value):
            for whose in WHOSE:
                expected = line[whose]
                if expected == "-":
                    continue
                found = ask(world, line["action"], role.value, whose)
                if line["action"].endswith("break-glass-grants"):
                    world.web.run(SPEND, p=world.people[role.value].staff_id)
                if found != expected:
                    yield f"{line['action']} {role.value} {whose}: {found}, not {expected}"


def test_every_route_that_needs_a_role_is_in_the_matrix(web: Web) -> None:
    needed = {name_of(one) for one in everything(web.app) if is_bound(one)}

    assert sorted((one["action"], one["role"]) for one in lines()) == sorted(
        (action, role.value) for action in needed for role in Role
    )


def test_a_sample_of_the_matrix_is_as_written(world: World) -> None:
    ranked = sorted(
        lines(), key=lambda one: hashlib.sha256(f"{one['action']}{one['role']}".encode()).digest()
    )

    wrong = list(judged(world, ranked[:SAMPLE]))

    assert wrong == [], "\n".join(wrong)


# It grows with the routes: a minute and a half on an idle machine of two cores.
@pytest.mark.timeout(900)
@pytest.mark.slow
def test_the_whole_matrix_is_as_written(world: World) -> None:
    wrong = list(judged(world, lines()))

    assert wrong == [], "\n".join(wrong)


def test_no_grant_opens_a_write(web: Web) -> None:
    writes = {one.permission for one in everything(web.app) if one.method != "GET"}
    by_grant = {one for (_, one), scope in SCOPES.items() if scope is Scope.CASELOAD_OR_GRANT}

    assert by_grant
    assert by_grant.isdisjoint(writes)
