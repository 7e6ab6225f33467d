"""Does a case move only where the table says, by whom it says, and with what it needs?"""

from __future__ import annotations

from itertools import product

import pytest

from intake.clinical import lifecycle
from intake.clinical.discharge import DECLINE_REASONS, REASONS
from intake.clinical.lifecycle import MOVES, NEEDS, STATES, find_move, require
from intake.errors import InvalidTransition

IC, CO, CL = "intake_coordinator", "counsellor", "clinical_lead"
CARE, ALL = (CO, CL), (IC, CO, CL)

EXPECTED: dict[tuple[str | None, str], tuple[str, ...]] = {
    (None, "referred"): (IC, CL),
    ("referred", "intake"): ALL,
    ("referred", "declined"): (IC, CL),
    ("intake", "assessed"): CARE,
    ("intake", "declined"): (IC, CL),
    ("assessed", "plan_chosen"): CARE,
    ("plan_chosen", "active"): CARE,
    ("plan_chosen", "assessed"): CARE,
    ("active", "step_down"): CARE,
    ("step_down", "active"): CARE,
    ("active", "discharged"): CARE,
    ("step_down", "discharged"): CARE,
    ("plan_chosen", "transferred"): CARE,
    ("active", "transferred"): CARE,
    ("step_down", "transferred"): CARE,
    ("plan_chosen", "lost_to_follow_up"): (CL,),
    ("active", "lost_to_follow_up"): (CL,),
    ("step_down", "lost_to_follow_up"): (CL,),
    **{(state, "deceased"): (CL,) for state in STATES if state != "deceased"},
    ("discharged", "intake"): (IC, CL),
    ("transferred", "intake"): (IC, CL),
    ("lost_to_follow_up", "intake"): (IC, CL),
    ("declined", "intake"): (IC, CL),
}


@pytest.mark.parametrize(("origin", "target"), list(product((None, *STATES), STATES)))
def test_a_move_is_allowed_by_role_or_refused(origin: str | None, target: str) -> None:
    if (origin, target) in EXPECTED:
        assert find_move(origin, target).roles == EXPECTED[origin, target]
        assert target in lifecycle.allowed_targets(origin)
    else:
        with pytest.raises(InvalidTransition, match="can't move"):
            find_move(origin, target)
        assert target not in lifecycle.allowed_targets(origin)


def test_a_refusal_names_where_the_case_may_go() -> None:
    with pytest.raises(InvalidTransition, match="possible: intake, declined, deceased"):
        find_move("referred", "active")
    with pytest.raises(InvalidTransition, match="possible: nowhere"):
        find_move("deceased", "intake")


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.origin}-{move.target}")
def test_a_move_names_all_it_still_needs(move: lifecycle.Move) -> None:
    with pytest.raises(InvalidTransition) as refusal:
        require(move, frozenset())

    assert refusal.value.missing == move.needs
    assert set(move.needs) <= set(NEEDS)
    require(move, frozenset(move.needs))


def test_what_is_there_already_is_not_asked_for() -> None:
    move = find_move("plan_chosen", "active")

    with pytest.raises(InvalidTransition) as refusal:
        require(move, frozenset({"medical_clearance"}))

    assert refusal.value.missing == ("first_contact_or_admission",)


def test_every_need_is_asked_by_some_move() -> None:
    assert set(NEEDS) == {need for move in MOVES for need in move.needs}


def test_a_reopened_case_is_marked_and_a_death_is_final() -> None:
    reopening = [move for move in MOVES if move.event == "reopened"]

    assert {move.origin for move in reopening} == lifecycle.REOPENABLE_STATES
    assert lifecycle.allowed_targets("deceased") == ()
    assert {"deceased"} == lifecycle.TERMINAL_STATES - lifecycle.REOPENABLE_STATES


def test_a_discharge_needs_the_approval_of_a_clinical_lead() -> None:
    approved = {(move.origin, move.target): move.approver for move in MOVES if move.approver}

    assert approved == {("active", "discharged"): CL, ("step_down", "discharged"): CL}


@pytest.mark.parametrize(
    ("code", "teds", "ndtms"),
    [
        ("completed_drug_free", 1, "1"),
        ("completed_occasional_use", 1, "2"),
        ("dropped_out", 2, "6"),
        ("declined_by_client", 2, "12"),
        ("withdrawn_by_service", 3, "3"),
        ("transferred_not_custody", 4, "5"),
        ("transferred_custody", 4, "8"),
        ("incarcerated", 5, "8"),
        ("died", 6, "9"),
        ("moved_away", 7, "7"),
        ("no_appropriate_treatment", 7, "4"),
        ("inappropriate_referral", 7, "13"),
        ("other", 7, "10"),
        ("lost_contact", 2, "6"),
    ],
)
def test_a_discharge_reason_has_its_codes(code: str, teds: int, ndtms: str) -> None:
    found = next(one for one in REASONS if one.code == code)

    assert found.teds == teds
    assert found.ndtms.split()[0] == ndtms
    assert len(REASONS) == 14


def test_a_referral_is_declined_for_a_listed_reason() -> None:
    assert len(set(DECLINE_REASONS)) == 5
