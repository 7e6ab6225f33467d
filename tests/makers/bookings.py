"""Appointments, alerts and tasks of a case, made through the API."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from tests.makers import cases, orders
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web

#: A Monday at ten in the morning in London, in winter: wall time is UTC.
MONDAY = dt.datetime(2027, 1, 11, 10, tzinfo=dt.UTC)
#: What a complete recommendation says, as far as it is read.
SUGGESTED: dict[str, Any] = {
    "recommended_setting": "outpatient_cbt",
    "feasible_setting": "outpatient_cbt",
    "total_points": 8,
    "floors": [],
    "ceiling": None,
    "adjuncts": [],
}
PSYCHOSIS = orders.NO_RISK | {"mental_health": {"psychosis_current": True}}


def booked_order(case: CaseOf, **changes: Any) -> dict[str, Any]:
    """An hour with the counsellor, on the Monday a week after."""
    return {
        "case_id": case.id,
        "staff_id": str(case.counsellor.staff_id),
        "kind": "session",
        "mode": "in_person",
        "local_start": "2027-01-18T10:00",
        "minutes": 60,
    } | changes


def a_case(web: Web, site: TestSite, **changes: Any) -> CaseOf:
    """A case whose intake was handed in on that Monday."""
    web.set_clinic_time(MONDAY)
    return cases.handed_in(site, orders.intake_order(**{"answers": orders.NO_RISK} | changes))


def book(case: CaseOf, **changes: Any) -> dict[str, Any]:
    """A booked appointment: id, state and version."""
    made = case.coordinator.post("/appointments", booked_order(case, **changes))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body


def follow_up(web: Web, site: TestSite, case: CaseOf, code: str = "O1") -> str:
    """An obligation of an agreed plan; arranged in the database, because the plan isn't the point.

    Returns its identifier.
    """
    ids = {"s": site.id, "c": case.id, "w": case.counsellor.staff_id}
    made = {name: str(uuid.uuid4()) for name in ("advice", "plan", "follow_up")}
    web.run(
        "INSERT INTO recommendations (site_id, id, case_id, rule_set, status, inputs, inputs_hash,"
        " result, computed_at, computed_by, created_at) VALUES (:s, :advice, :c, 'KDS-1.0',"
        " 'complete', '{}', '\\x00', CAST(:result AS jsonb), now(), :w, now())",
        **ids, **made, result=json.dumps({"recommendation": SUGGESTED}),
    )  # fmt: skip
    web.run(
        "INSERT INTO plan_decisions (site_id, id, case_id, recommendation_id, state,"
        " recommended_setting, feasible_setting, chosen_setting, matches_recommendation,"
        " shared_decision, decided_on, review_on, in_force_from, decided_by, created_at, version)"
        " VALUES (:s, :plan, :c,"
        " :advice, 'agreed', 'outpatient_cbt', 'outpatient_cbt', 'outpatient_cbt', true, true,"
        " '2027-01-11', '2027-02-08', '2027-01-11', :w, now(), 1)",
        **ids, **made,
    )  # fmt: skip
    web.run(
        "INSERT INTO follow_ups (site_id, id, case_id, plan_decision_id, code, label, due_by,"
        " proposed_on, is_hard, state, created_at, version) VALUES (:s, :follow_up, :c, :plan,"
        " :code, 'First session', '2027-01-18', '2027-01-18', false, 'planned', now(), 1)",
        **ids, **made, code=code,
    )  # fmt: skip
    return made["follow_up"]


def live(web: Web, appointment: dict[str, Any]) -> list[tuple[str, int]]:
    """Kind and schedule of the reminders that are still to be sent, in their order."""
    rows = web.rows(
        "SELECT kind, schedule_no FROM reminders WHERE appointment_id = :a"
        " AND state = 'scheduled' ORDER BY send_after, schedule_no",
        a=appointment["id"],
    )
    return [(row.kind, row.schedule_no) for row in rows]
