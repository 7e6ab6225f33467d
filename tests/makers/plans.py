"""Plan decisions, beside the recommendation of a worked example."""

from __future__ import annotations

from typing import Any

from tests.makers.cases import CaseOf

GOAL: dict[str, Any] = {
    "statement": "Four weeks without ketamine",
    "problem": "Uses when alone at the weekend",
    "domain": "use",
    "measure": "Days of use in four weeks",
    "due_on": "2027-12-31",
}
CHANGE = "She asked for it after we had talked it over."
REASON = "Cares for her mother and can't be away for weeks."


def plan_order(case: CaseOf, setting: str, **changes: Any) -> dict[str, Any]:
    """A choice; with code and reason where it isn't what was recommended."""
    found = case.recommend()
    recommended = found["result"]["recommendation"]["recommended_setting"]
    body = {
        "recommendation_id": found["id"],
        "chosen_setting": setting,
        "shared_decision": True,
        "goals": [GOAL],
    }
    if setting != recommended:
        body |= {"override_code": "carer_duties", "override_reason": REASON}
    if setting_in_force(case) not in (None, setting):
        body |= {"change_code": "client_preference", "change_reason": CHANGE}
    return body | changes


def setting_in_force(case: CaseOf) -> str | None:
    """The setting of the open arm, if there is one."""
    listed = case.counsellor.get(f"/cases/{case.id}/plans").get_json()["data"]
    arms = [one for one in listed if one["in_force_from"] and not one["in_force_until"]]
    return arms[0]["chosen_setting"] if arms else None


def decided(case: CaseOf, setting: str, **changes: Any) -> dict[str, Any]:
    """A decision taken by the counsellor: its id, state and version."""
    made = case.counsellor.post(f"/cases/{case.id}/plans", plan_order(case, setting, **changes))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body
