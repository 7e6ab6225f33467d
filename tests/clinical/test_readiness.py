"""Is each need of a move fulfilled by what fulfils it, and by no date that can't be true?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from intake.clinical import lifecycle
from intake.clinical.case_facts import Attempt, Known, Said
from intake.clinical.move_needs import NEEDS, SAID
from intake.clinical.readiness import CHECKS, WORDS, fulfilled, triaged_on

TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
EXIT = dict.fromkeys(lifecycle.EXIT_INSTRUMENTS, TODAY - DAY)
KNOWN = Known(today=TODAY, state_since=TODAY - 20 * DAY, referral_date=TODAY - 60 * DAY)
NOTHING = Said()
TOLD = Said(days_used_28=0, craving="declined", discharge_date=TODAY)
THREE = tuple(("noshow", "session", TODAY - days * DAY) for days in (1, 8, 15))
TRIES = tuple(Attempt(TODAY - days * DAY, "phone") for days in (1, 8, 15))


def is_fulfilled(need: str, known: Known, said: Said) -> bool:
    return need in fulfilled(known, said)


@pytest.mark.parametrize(
    ("need", "known", "said", "expected"),
    [
        ("triage", {"handed_in_on": TODAY}, {}, True),
        ("triage", {"visits": (("fulfilled", "intake", TODAY),)}, {}, True),
        ("triage", {"visits": (("noshow", "intake", TODAY),)}, {}, False),
        ("triage", {}, {"triage_date": TODAY}, True),
        ("triage", {}, {"triage_date": TODAY + DAY}, False),
        ("triage_not_before_referral", {}, {"triage_date": TODAY - 60 * DAY}, True),
        ("triage_not_before_referral", {}, {"triage_date": TODAY - 61 * DAY}, False),
        ("treatment_consent", {"consents": {"treatment": "given"}}, {}, True),
        ("treatment_consent", {"consents": {"treatment": "withdrawn"}}, {}, False),
        ("treatment_consent", {"consents": {"treatment": "expired"}}, {}, False),
        ("decline_attempts", {}, {"decline_reason": "not_eligible"}, True),
        ("decline_attempts", {}, {"decline_reason": "no_contact", "attempts": TRIES}, True),
        ("decline_attempts", {}, {"decline_reason": "no_contact", "attempts": TRIES[:2]}, False),
        ("decline_attempts", {}, {"attempts": TRIES}, False),
        ("critical_alerts_acknowledged", {"unanswered_alerts": {"A02"}}, {}, True),
        ("critical_alerts_acknowledged", {"unanswered_alerts": {"A09"}}, {}, False),
        ("sign_off", {"plan_state": "agreed"}, {}, True),
        ("sign_off", {"plan_state": "awaiting_sign_off"}, {}, False),
        ("plan_decision", {"plan_state": "awaiting_sign_off"}, {}, True),
        ("medical_clearance", {}, {}, True),
        ("medical_clearance", {"clearance_required": True}, {}, False),
        ("medical_clearance", {"clearance_required": True, "clearance": "not_cleared"}, {}, False),
        ("medical_clearance", {"clearance_required": True, "clearance": "cleared"}, {}, True),
        ("stay_or_intensity_ended", {}, {"stay_ended_on": TODAY}, True),
        ("stay_or_intensity_ended", {}, {"intensity_lowered_on": TODAY - 21 * DAY}, False),
        ("step_down_booked", {"schedule": {"X1": "booked", "X2": "done"}}, {}, True),
        ("step_down_booked", {"schedule": {"X1": "booked", "X2": "planned"}}, {}, False),
        ("gp_letter", {"consents": {"share_gp": "given"}}, {"gp_letter": "sent"}, True),
        ("gp_letter", {"consents": {"share_gp": "given"}}, {"gp_letter": "not_agreed"}, False),
        ("gp_letter", {}, {"gp_letter": "sent"}, False),
        ("gp_letter", {}, {"gp_letter": "not_agreed"}, True),
        ("records_shared", {}, {"records_shared": "disclosed"}, False),
        ("records_shared", {"has_disclosure": True}, {"records_shared": "disclosed"}, True),
        ("records_shared", {}, {"records_shared": "not_agreed"}, True),
        ("alerts_closed_or_handed_over", {"open_priorities": ("medium",)}, {}, True),
        ("alerts_closed_or_handed_over", {"open_priorities": ("high",)}, {}, False),
        ("death_date", {}, {"death_date": TODAY}, True),
        ("death_date", {}, {"death_date": TODAY + DAY}, False),
        ("new_contact_date", {}, {"new_contact_date": TODAY - 21 * DAY}, False),
        ("new_referral", {"state_since": TODAY - 90 * DAY}, {"new_contact_date": TODAY}, True),
        ("new_referral", {"state_since": TODAY - 91 * DAY}, {"new_contact_date": TODAY}, False),
        ("new_referral", {"state_since": TODAY - 91 * DAY}, {"has_referral": True}, True),
    ],
)
def test_a_need_is_fulfilled_by_this_and_not_by_that(
    need: str, known: dict[str, Any], said: dict[str, Any], *, expected: bool
) -> None:
    assert is_fulfilled(need, replace(KNOWN, **known), Said(**said)) == expected


def test_words_fulfil_by_being_there() -> None:
    for need, name in WORDS.items():
        assert is_fulfilled(need, KNOWN, Said(words=frozenset({name})))
        assert not is_fulfilled(need, KNOWN, NOTHING)


def test_a_first_contact_is_attended_after_the_decision() -> None:
    decided = replace(KNOWN, decided_on=TODAY - 5 * DAY, plan_setting="inpatient")
    for kind, day, expected in (
        ("session", TODAY, True),
        ("admission", TODAY - 5 * DAY, True),
        ("session", TODAY - 6 * DAY, False),
        ("review", TODAY, False),
    ):
        known = replace(decided, visits=(("fulfilled", kind, day),))
        assert is_fulfilled("first_contact_or_admission", known, NOTHING) == expected
    admitted = Said(admitted_on=TODAY)
    assert is_fulfilled("first_contact_or_admission", decided, admitted)
    outpatient = replace(decided, plan_setting="outpatient_cbt")
    assert not is_fulfilled("first_contact_or_admission", outpatient, admitted)


@pytest.mark.parametrize("code", lifecycle.EXIT_INSTRUMENTS)
def test_the_exit_set_is_measured_since_the_decision_and_lately(code: str) -> None:
    known = replace(KNOWN, decided_on=TODAY - 40 * DAY, signed=EXIT)

    assert is_fulfilled("exit_scores", known, TOLD)
    for signed in (
        {one: day for one, day in EXIT.items() if one != code},
        EXIT | {code: TODAY - 29 * DAY},
    ):
        assert not is_fulfilled("exit_scores", replace(known, signed=signed), TOLD)
    just_decided = replace(known, decided_on=TODAY)
    assert not is_fulfilled("exit_scores", just_decided, TOLD)
    assert not is_fulfilled("exit_scores", known, replace(TOLD, craving=None))
    assert is_fulfilled("exit_scores", known, replace(TOLD, days_used_28=28))


def test_review_scores_are_two_weeks_old_at_most() -> None:
    for days, expected in ((14, True), (15, False)):
        signed = dict.fromkeys(lifecycle.EXIT_INSTRUMENTS, TODAY - days * DAY)
        found = is_fulfilled("recent_review_scores", replace(KNOWN, signed=signed), NOTHING)
        assert found == expected


def test_attempts_count_once_and_since_the_first_missed_visit() -> None:
    known = replace(KNOWN, visits=THREE)

    assert is_fulfilled("attempts", known, Said(attempts=TRIES))
    for attempts in (TRIES[:2] * 3, (*TRIES[:2], Attempt(TODAY - 16 * DAY, "phone"))):
        assert not is_fulfilled("attempts", known, Said(attempts=attempts))
    assert is_fulfilled("three_missed", known, NOTHING)
    came = replace(known, visits=(THREE[0], ("fulfilled", "session", TODAY - 2 * DAY), *THREE[1:]))
    assert not is_fulfilled("three_missed", came, NOTHING)


def test_a_triage_said_counts_before_one_on_record() -> None:
    known = replace(KNOWN, handed_in_on=TODAY, triage_date=TODAY - 3 * DAY)

    assert triaged_on(known, NOTHING) == TODAY - 3 * DAY
    assert triaged_on(known, Said(triage_date=TODAY - DAY)) == TODAY - DAY


def test_every_need_but_those_of_the_registration_can_be_fulfilled() -> None:
    elsewhere = {"referral_fields", "duplicate_check"}
    of_absence = {"three_missed", "attempts", "sought_long_enough", "no_open_alerts"}

    assert set(CHECKS) | set(WORDS) | of_absence | elsewhere == set(NEEDS)
    assert set(CHECKS) & set(WORDS) == set()
    assert set(SAID) <= set(NEEDS)
