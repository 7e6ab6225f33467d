"""Referrals to other services, reviews and safety plans, made through the API."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.makers.cases import CaseOf

SAFETY_PLAN = {
    "warning_signs": "Awake at four, pacing",
    "coping": "A walk along the canal",
    "professionals": "The crisis line",
    "making_safe": "Her sister keeps the tablets",
}
WITHOUT_CONSENT: dict[str, Any] = {
    "without_consent": "emergency",
    "without_consent_reason": "She can't pass water and won't wait for a form.",
}


def outbound_order(**changes: Any) -> dict[str, Any]:
    """A letter to a physiotherapist."""
    return {
        "kind": "physiotherapy",
        "due_by": "2027-02-10",
        "recipient": "Physiotherapy, City Hospital",
        "request": "Weak legs since December",
    } | changes


def planned(case: CaseOf, **changes: Any) -> str:
    """A planned referral; its id."""
    path = f"/cases/{case.id}/outbound-referrals"
    made = case.counsellor.post(path, outbound_order(**changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def send(case: CaseOf, referral: str, *, version: int = 1, **said: Any) -> TestResponse:
    """Ask for it to leave."""
    path = f"/outbound-referrals/{referral}/actions/send"
    return case.counsellor.act(path, said, version=version)


def sent(case: CaseOf, **changes: Any) -> str:
    """One that left in an emergency; its id. It is at version 2."""
    referral = planned(case, **changes)
    answer = send(case, referral, **WITHOUT_CONSENT)
    assert answer.status_code == 200, answer.json
    return referral


def read(case: CaseOf, referral: str) -> dict[str, Any]:
    """One of them as the counsellor reads it."""
    body: dict[str, Any] = case.counsellor.get(f"/outbound-referrals/{referral}").get_json()
    return body


def review_order(**changes: Any) -> dict[str, Any]:
    """A question about an antidepressant."""
    return {
        "medicine": "antidepressant",
        "asked_of": "Dr Ames, the practice",
        "question": "PHQ-9 of 16: would an antidepressant help?",
    } | changes
