"""A case with something in every card of its page: seven scores, visits, a plan, work to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.makers import boards, bookings, orders, progress
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.makers.plans import GOAL
from tests.support.web import Caller, TestSite, Web

#: The day on which the page is looked at: a Monday at ten.
TODAY = dt.datetime(2027, 6, 21, 9, 0, tzinfo=dt.UTC)
#: Day and answers of each PHQ-9; the last number is item 9.
MOODS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("2027-01-11", (3, 3, 3, 3, 3, 2, 2, 2, 1)),
    ("2027-02-08", (3, 3, 3, 2, 2, 2, 2, 2, 1)),
    ("2027-03-08", (2, 2, 2, 2, 2, 3, 2, 2, 0)),
    ("2027-04-05", (3, 2, 2, 2, 2, 3, 2, 2, 0)),
    ("2027-05-03", (2, 2, 2, 2, 2, 1, 1, 1, 0)),
    ("2027-05-31", (2, 2, 1, 1, 1, 1, 1, 1, 0)),
    ("2027-06-14", (1, 1, 1, 1, 1, 1, 1, 1, 0)),
)
TOTALS = [sum(answers) for _, answers in MOODS]
VISITS = (("2027-02-08", 9, 22), ("2027-03-08", 7, 14), ("2027-04-05", 8, 16), ("2027-05-31", 3, 4))


def full_case(web: Web, site: TestSite, worker: Caller | None = None) -> CaseOf:
    """The case, on the day after everything; `worker` becomes the key worker instead."""
    client = orders.reachable_client(given_name="Maya", family_name="Linton", pronouns="she/her")
    case = bookings.a_case(web, site, client=client)
    bookings.follow_up(web, site, case)
    _attended(web, case)
    web.set_clinic_time(TODAY - dt.timedelta(days=5))
    _done(case.counsellor.post(f"/cases/{case.id}/tasks", _task()))
    soon = bookings.book(case, local_start="2027-06-22T10:00")
    bookings.book(case, local_start="2027-07-06T10:00")
    web.set_clinic_time(TODAY)
    _measured(case)
    [plan] = web.rows("SELECT id FROM plan_decisions WHERE case_id = :c", c=case.id)
    _done(case.counsellor.post(f"/plans/{plan.id}/goals", GOAL | {"confidence": 7}))
    web.run("UPDATE cases SET state = 'active' WHERE id = :c", c=case.id)
    progress.signed_progress_note(case)
    boards.failed_reminder(web, soon["id"])
    if worker is not None:
        web.run("UPDATE cases SET key_worker_id = :k WHERE id = :c", k=worker.staff_id, c=case.id)
    return case


def _attended(web: Web, case: CaseOf) -> None:
    for day, craving, used in VISITS:
        visit = progress.attended(web, case, day)
        progress.session_record(case, visit, craving=craving, days_used_28=used)


def _measured(case: CaseOf) -> None:
    for day, answers in MOODS:
        _sign(case, assessment_order(answers=list(answers), assessed_on=day))
    for day, much in (("2027-01-11", 2), ("2027-04-05", 1)):
        _sign(case, assessment_order("gad7", answers=[much] * 7, assessed_on=day))


def _sign(case: CaseOf, order: dict[str, Any]) -> None:
    made = _done(case.counsellor.post(f"/cases/{case.id}/assessments", order))
    _done(case.counsellor.act(f"/assessments/{made['id']}/actions/sign", version=1))


def _task() -> dict[str, Any]:
    return {
        "kind": "other",
        "due_at": "2027-06-18T09:00:00Z",
        "note": "Call back about the referral to urology",
    }


def _done(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.json
    body: dict[str, Any] = answer.get_json()
    return body
