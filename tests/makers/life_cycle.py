"""What a model knows of a case, its notes and proposals, and all that can be said with a move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from intake.clinical import lifecycle
from tests.makers import bookings, moves, orders
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web


def everything_said(state: str, to: str, day: dt.date) -> dict[str, Any]:
    """All that can be said with a move."""
    today = day.isoformat()
    is_back = state in lifecycle.TERMINAL_STATES
    told: dict[tuple[bool, str], dict[str, Any]] = {
        (True, "intake"): {
            "reason": "Used again", "new_contact_date": today,
            "referral": orders.referral_order(referral_date=today),
        },
        (False, "intake"): {"triage_date": today},
        (False, "declined"): {"decline_reason": "client_declined"},
        (False, "assessed"): {"reason": "Wants to think"} if state == "plan_chosen" else {},
        (False, "active"): {"reason": "Used again"} if state == "step_down" else {},
        (False, "step_down"): {"intensity_lowered_on": today, "step_down_plan": "Fortnightly"},
        (False, "transferred"): {
            "receiving_service": "Northgate", "accepted_by": "Dr Ames",
            "transfer_date": today, "records_shared": "not_agreed",
        },
        (is_back, "deceased"): {"death_date": today, "death_source": "Letter of the coroner"},
    }  # fmt: skip
    return told.get((is_back, to), {})


def begun_at(web: Web, site: TestSite, where: str) -> CaseOf:
    """A case as far along as `referred`, `intake`, `plan_chosen`, `active`, or `ready` to end."""
    if where == "referred":
        web.set_clinic_time(bookings.MONDAY)
        coordinator = site.person("intake_coordinator")
        made = coordinator.post("/intakes", orders.intake_order()).get_json()
        return CaseOf(
            made["case_id"], made["client_id"], made["id"], coordinator,
            site.person("counsellor"), site.person("clinical_lead"),
        )  # fmt: skip
    if where == "intake":
        return bookings.a_case(web, site)
    if where == "plan_chosen":
        return moves.planned(web, site)
    case = moves.begun(web, site)
    if where == "ready":
        moves.exit_scores(case)
    return case


@dataclass
class Episode:
    """What the model knows of a case."""

    id: str
    state: str
    moves: int


@dataclass
class Note:
    """What the model knows of a note."""

    id: str
    author: str
    text: str
    version: int = 1
    is_signed: bool = False


@dataclass
class Proposal:
    """What the model knows of a proposal."""

    id: str
    kind: str
    case_id: str
    by: str
