"""Does a case move only where the table says, by whom it says, and with what it needs?"""

from __future__ import annotations

from itertools import product

import pytest

from intake.access import Role
from intake.clinical import discharge, instruments, lifecycle
from intake.clinical.discharge import DECLINE_REASONS, REASONS
from intake.clinical.lifecycle import MOVES, STATES, check, correction, find_move, require
from intake.clinical.move_needs import EFFECTS, NEEDS
from intake.errors import Forbidden, InvalidTransition, NotFound

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


# What each move needs, from the specification; in the order a refusal shows.
NEEDED: dict[tuple[str | None, str], set[str]] = {
    (None, "referred"): {"referral_fields", "duplicate_check"},
    ("referred", "intake"): {"triage", "triage_not_before_referral", "treatment_consent"},
    ("intake", "assessed"): {
        *("intake_complete", "instruments_done", "critical_alerts_acknowledged", "assessor"),
    },
    ("assessed", "plan_chosen"): {
        *("complete_recommendation", "plan_decision", "goal", "key_worker", "follow_up"),
        "sign_off",
    },
    ("plan_chosen", "active"): {"first_contact_or_admission", "medical_clearance"},
    ("plan_chosen", "assessed"): {"withdrawal_reason"},
    ("active", "step_down"): {
        *("stay_or_intensity_ended", "step_down_plan", "step_down_booked"),
        "recent_review_scores",
    },
    ("step_down", "active"): {"step_up_reason", "new_recommendation"},
}
# And what each needs whatever the state it starts from.
NEEDED_FOR: dict[str, set[str]] = {
    "declined": {"decline_reason", "decline_attempts"},
    "discharged": {
        *("discharge_reason", "discharge_date", "exit_scores", "relapse_plan", "gp_letter"),
        *("alerts_closed_or_handed_over", "approval"),
    },
    "transferred": {"receiving_service", "accepted_by", "transfer_date", "records_shared"},
    "lost_to_follow_up": {"three_missed", "attempts", "sought_long_enough", "no_open_alerts"},
    "deceased": {"death_date", "death_source"},
    "intake": {"new_contact_date", "reopening_reason", "new_referral"},
}
PAIRS = list(product((None, *STATES), STATES))
EVERYTHING = frozenset(NEEDS)


@pytest.mark.parametrize(("origin", "target"), PAIRS)
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


@pytest.mark.parametrize(("origin", "target"), PAIRS)
def test_only_the_listed_roles_make_a_move_that_lacks_nothing(
    origin: str | None, target: str
) -> None:
    allowed = EXPECTED.get((origin, target), ())
    refusal = Forbidden if allowed else InvalidTransition

    for role in Role:
        if role in allowed:
            assert check(origin, target, role=role, fulfilled=EVERYTHING).target == target
        else:
            with pytest.raises(refusal):
                check(origin, target, role=role, fulfilled=EVERYTHING)


def test_a_refusal_names_who_may() -> None:
    with pytest.raises(Forbidden, match="declined is for the intake coordinator or clinical lead"):
        check("referred", "declined", role=CO, fulfilled=EVERYTHING)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.origin}-{move.target}")
def test_a_move_needs_what_is_specified_and_each_of_it(move: lifecycle.Move) -> None:
    needed = NEEDED.get((move.origin, move.target)) or NEEDED_FOR[move.target]

    assert set(move.needs) == needed
    for need in needed:
        with pytest.raises(InvalidTransition, match=NEEDS[need].split(",")[0]) as refusal:
            check(move.origin, move.target, role=move.roles[0], fulfilled=EVERYTHING - {need})
        assert refusal.value.missing == (need,)


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


def test_every_need_and_effect_is_of_some_move() -> None:
    moves = (*MOVES, correction("deceased", "active"))

    assert set(NEEDS) == {need for move in moves for need in move.needs}
    assert set(EFFECTS) == {effect for move in moves for effect in move.effects}


def test_what_happens_with_a_move() -> None:
    effects = {move.target: move.effects for move in MOVES if move.effects}

    assert effects == {
        "transferred": ("stop_reminders",),
        "lost_to_follow_up": ("stop_reminders",),
        "deceased": ("stop_reminders", "incident_review"),
        "intake": ("new_episode",),
    }
    assert find_move("referred", "intake").effects == ()


@pytest.mark.parametrize("before", [one for one in STATES if one != "deceased"])
def test_a_death_entered_in_error_is_taken_back_by_two_people(before: str) -> None:
    move = correction("deceased", before)

    assert (move.target, move.roles, move.event) == (before, (CL,), "corrected")
    assert move.needs == ("correction_reason", "second_person")


@pytest.mark.parametrize(("origin", "before"), [("discharged", "active"), ("deceased",) * 2])
def test_nothing_but_a_death_is_taken_back(origin: str, before: str) -> None:
    with pytest.raises(InvalidTransition, match="Only a death"):
        correction(origin, before)


def test_the_exit_set_is_measured_and_the_required_instruments_exist() -> None:
    codes = {one.code for one in instruments.catalogue()}

    assert set(lifecycle.EXIT_SET) - codes == {"days_used_28"}
    assert set(lifecycle.INSTRUMENTS) <= codes
    assert set(lifecycle.DECLINED_BY_LEAD_ONLY) <= set(lifecycle.INSTRUMENTS)


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
    found = discharge.reason(code)

    assert discharge.teds_reason(code) == found.teds == teds
    assert found.ndtms.split()[0] == ndtms
    assert len(REASONS) == 14


def test_custody_that_ends_the_treatment_has_a_code_of_its_own() -> None:
    changed = {
        one.code: discharge.teds_reason(one.code, ended_by_custody=True)
        for one in REASONS
        if discharge.teds_reason(one.code, ended_by_custody=True) != one.teds
    }

    assert changed == {"transferred_custody": 5}
    with pytest.raises(NotFound):
        discharge.reason("tired_of_it")


def test_a_referral_is_declined_for_a_listed_reason() -> None:
    listed = {"not_eligible", "client_declined", "no_contact", "duplicate", "referred_elsewhere"}

    assert set(DECLINE_REASONS) == listed
