"""How does a worked example become requests to the API, and did they come out as expected?

The demo and the tests send these bodies, so both prove the same journey. A vignette carries no
names and no contact values: names are invented here, the number is given by the caller.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake.clinical import evaluation, instruments
from intake.clinical.facts import MISSING_WORDS
from intake.clinical.record_field import Field
from intake.clinical.record_sections import LISTS, SECTIONS
from intake.clinical.vignettes import Difference, compare, shipped

Body = dict[str, Any]
Vignette = Mapping[str, Any]

WORDING = "2026-01"
# Six of these people are in the demo; nobody real is meant.
NAMES = {
    "V01": ("Maya", "Linton"),
    "V02": ("Priya", "Harcourt"),
    "V03": ("Tom", "Aldous"),
    "V04": ("Ruth", "Penhale"),
    "V05": ("Joel", "Marchbank"),
    "V06": ("Kofi", "Wexford"),
    "V11": ("Isaac", "Thornbury"),
}
# What the clinician chose where it is not what the rules found feasible, or needs a reason.
CHOICES: Mapping[str, Body] = {
    "V04": {
        "chosen_setting": "outpatient_cbt",
        "override_code": "client_preference",
        "override_reason": "Wishes to stay at home near family; accepts close monitoring.",
    },
    "V05": {
        "chosen_setting": "inpatient",
        "override_code": "clinical_judgement_higher",
        "override_reason": "Lives alone with active thoughts; a safe place for four weeks.",
        "admission_on": "2027-01-18",
        "discharge_on": "2027-02-15",
    },
}
# What a vignette says nothing of, and an intake must have before it counts as complete.
ASKED_FOR_NOTHING: Mapping[str, Body] = {
    "referral": {"previous_treatment_episodes": {"status": "not_asked"}},
    "demographics": {
        "local_authority": {"status": "not_asked"},
        "postcode": {"status": "not_asked"},
    },
}
GOAL: Body = {
    "statement": "Four weeks without ketamine",
    "problem": "Uses when alone at the weekend",
    "domain": "use",
    "measure": "Days of use in four weeks",
    "baseline": "As at intake",
    "target": "None",
    "confidence": 6,
}
GOAL_WITHIN = dt.timedelta(days=84)
# Held by the case or by rows of their own.
ELSEWHERE = {"referral": {"source", "referral_date"}, "demographics": {"date_of_birth"}}


def examples() -> dict[str, Vignette]:
    """The shipped worked examples under their ids."""
    found: list[Vignette] = json.loads(shipped())["vignettes"]
    return {one["id"]: one for one in found}


def client_body(vignette: Vignette, phone: str) -> Body:
    """The person: invented name, birth date, `phone` on each safe channel, and consents."""
    intake = vignette["intake"]
    given_name, family_name = NAMES.get(vignette["id"], ("Alex", f"Example {vignette['id']}"))
    return {
        "given_name": given_name,
        "family_name": family_name,
        "date_of_birth": intake["demographics"]["date_of_birth"],
        "contacts": list(_contacts(intake["contact"], phone)),
        "consents": [
            {
                "purpose": purpose,
                "status": "given" if agreed else "refused",
                "wording_version": WORDING,
            }
            for purpose, agreed in intake["consent"].items()
        ],
    }


def referral_body(vignette: Vignette) -> Body:
    """Who referred, and when; a vignette says nothing of the urgency."""
    referral = vignette["intake"]["referral"]
    return {"source": referral["source"], "referral_date": referral["referral_date"]}


def answers_body(vignette: Vignette) -> Body:
    """The sections of the intake record, missing values said in the API's way."""
    intake = vignette["intake"]
    answers: Body = {name: intake[name] for name in LISTS if name in intake}
    for name, fields in SECTIONS.items():
        section = intake.get(name, {})
        kept = {
            one.name: _said(one, section[one.name])
            for one in fields
            if one.name in section
            and one.name not in ELSEWHERE.get(name, ())
            and (section[one.name] is not None or one.nullable)
        }
        if kept:
            answers[name] = kept
    for name, said in ASKED_FOR_NOTHING.items():
        answers[name] = {**said, **answers.get(name, {})}
    answers["referral"]["triage_date"] = intake["referral"]["referral_date"]
    # An empty list says neither that none are known nor that nobody asked.
    answers["allergies"] = answers.get("allergies") or {"status": "not_asked"}
    return answers


def assessment_bodies(vignette: Vignette) -> list[Body]:
    """One body for each instrument, answered or declined, in the order of the vignette."""
    return [
        {
            "instrument": code,
            "mode": "self" if instruments.get(code).rated_by == "client" else "interviewer",
            **({"declined": True} if answers == "declined" else {"answers": answers}),
        }
        for code, answers in vignette["intake"]["instruments"].items()
    ]


def plan_body(vignette: Vignette, recommendation_id: str) -> Body:
    """The clinician's decision: what is feasible, or the choice made for this example."""
    intake = vignette["intake"]
    body = {
        "recommendation_id": recommendation_id,
        "chosen_setting": vignette["expected"]["recommendation"]["feasible_setting"],
        "shared_decision": True,
        "decided_on": intake["plan_decision_date"],
    }
    decided_on = dt.date.fromisoformat(intake["plan_decision_date"])
    body["goals"] = [{**GOAL, "due_on": (decided_on + GOAL_WITHIN).isoformat()}]
    if intake.get("planned_admission_date"):
        body["admission_on"] = intake["planned_admission_date"]
    if intake.get("planned_discharge_date"):
        body["discharge_on"] = intake["planned_discharge_date"]
    return body | CHOICES.get(vignette["id"], {})


def expected_follow_up(vignette: Vignette, plan: Mapping[str, Any]) -> list[Body]:
    """The schedule for the setting chosen in `plan`: the vignette's own, unless it differs."""
    expected = vignette["expected"]
    if plan["chosen_setting"] == expected["recommendation"]["feasible_setting"]:
        return list(expected["follow_up"])
    items = evaluation.follow_up(
        evaluation.evaluate(vignette["intake"]),
        setting=plan["chosen_setting"],
        decided_on=dt.date.fromisoformat(plan["decided_on"]),
        admission_on=_day(plan.get("admission_on")),
        discharge_on=_day(plan.get("discharge_on")),
    )
    return [item.as_dict() for item in items]


def differences(expected: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Where `result` of a stored recommendation differs from a vignette's `expected`.

    Compared as `intake rules test` does, but for the schedule: before a decision there is none.
    """
    wanted = {key: value for key, value in expected.items() if key != "follow_up"}
    given = {key: value for key, value in result.items() if key != "follow_up"}
    return compare(wanted, given)


def follow_up_differences(
    expected: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> tuple[Difference, ...]:
    """Where stored follow-ups (`GET /cases/{id}/follow-ups`) differ from the expected schedule."""
    given = [
        {
            "code": row["code"],
            "label": row["label"],
            "due_by": row["due_by"],
            "proposed_date": row["proposed_on"],
        }
        for row in rows
    ]
    return compare({"follow_up": list(expected)}, {"follow_up": given})


def _contacts(contact: Mapping[str, Any], phone: str) -> Iterator[Body]:
    """The number on each safe channel, read back to the person; addresses are left out."""
    quiet_from, quiet_until = contact["quiet_hours"]
    for channel in contact["safe_channels"]:
        if channel in ("sms", "phone"):
            yield {
                "channel": channel,
                "value": phone,
                "is_safe": True,
                "is_preferred": channel == contact["preferred_channel"],
                "may_leave_message": contact["may_leave_message"],
                "may_identify_service": contact["may_identify_service"],
                "quiet_from": quiet_from,
                "quiet_until": quiet_until,
                "is_confirmed": True,
            }


def _said(field: Field, value: object) -> object:
    """The value, or why there is none; `unknown` stays where it is one of the choices."""
    if isinstance(value, str) and value in MISSING_WORDS and value not in field.choices:
        return {"status": value}
    return value


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
