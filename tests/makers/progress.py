"""Notes, the use log, screens and session records of a case, made through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.support.web import Caller, Web

SOAP = {
    "subjective": "Slept badly",
    "objective": "Tired, clear in thought",
    "assessment": "Craving after the visit of a friend",
    "plan": "Call on Friday",
}


def note_order(**changes: Any) -> dict[str, Any]:
    """A whole SOAP note."""
    return {"format": "soap", "sections": SOAP} | changes


def drafted_note(case: CaseOf, author: Caller | None = None, **changes: Any) -> str:
    """A draft, of the counsellor unless somebody else is named; its id."""
    made = (author or case.counsellor).post(f"/cases/{case.id}/notes", note_order(**changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def signed_progress_note(case: CaseOf, author: Caller | None = None, **changes: Any) -> str:
    """A signed note; its id."""
    note = drafted_note(case, author, **changes)
    signed = (author or case.counsellor).act(f"/notes/{note}/actions/sign", version=1)
    assert signed.status_code == 200, signed.json
    return note


def use_order(used_on: str, **changes: Any) -> dict[str, Any]:
    """A day on which ketamine was used."""
    return {"used_on": used_on, "substance": "ketamine"} | changes


def used(case: CaseOf, *days: str, **changes: Any) -> list[str]:
    """Days of use written down; the ids of the entries."""
    ids = []
    for day in days:
        made = case.counsellor.post(f"/cases/{case.id}/use-entries", use_order(day, **changes))
        assert made.status_code == 201, made.json
        ids.append(str(made.get_json()["id"]))
    return ids


def screen_order(**changes: Any) -> dict[str, Any]:
    """A sample of the Monday morning."""
    return {
        "collected_at": "2027-01-11T09:00:00Z",
        "is_observed": True,
        "results": {"ketamine": "positive", "norketamine": "negative"},
    } | changes


def attended(web: Web, case: CaseOf, day: str = "2027-01-18") -> str:
    """A visit at ten that took place; it is eleven on that day now. Its id."""
    made = bookings.book(case, local_start=f"{day}T10:00")
    web.set_clinic_time(dt.datetime.fromisoformat(f"{day}T11:00:00+00:00"))
    done = case.counsellor.act(f"/appointments/{made['id']}/actions/attend", {}, version=1)
    assert done.status_code == 200, done.json
    return str(made["id"])


def session_record(case: CaseOf, appointment_id: str, **said: Any) -> str:
    """What was asked at a visit; its id."""
    path = f"/appointments/{appointment_id}/session-records"
    made = case.counsellor.post(path, said)
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def broken_glass(case: CaseOf, person: Caller) -> None:
    """An emergency opens the case to somebody, for reading."""
    order = {
        "reason_code": "emergency",
        "justification": "The ward where she lies asks what was taken and when.",
    }
    made = person.post(f"/cases/{case.id}/break-glass-grants", order)
    assert made.status_code == 201, made.json
