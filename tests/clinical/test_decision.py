"""Does a choice ask for a signature exactly when it is unsafe, and show what speaks against it?"""

from __future__ import annotations

from typing import Any

import pytest

from intake.clinical.decision import Circumstances, cautions, fired_floors, needs_sign_off
from intake.clinical.evaluation import evaluate, from_facts
from tests.clinical.examples import BINGES, SEVERE
from tests.clinical.people import an_intake, somebody

CONSENTED = Circumstances(consents_to_treatment=True)


def codes(setting: str, known: Circumstances = CONSENTED, **changes: Any) -> set[str]:
    """The cautions about a choice."""
    found = cautions(from_facts(somebody(**changes)), setting=setting, known=known)
    return {one.code for one in found}


@pytest.mark.parametrize("rule", ["F1", "F2", "F3", "F4", "F5", "F6", "F7"])
@pytest.mark.parametrize("chosen", ["outpatient_cbt", "peer_support"])
def test_a_choice_below_a_safety_floor_needs_a_signature(rule: str, chosen: str) -> None:
    assert needs_sign_off({rule: "inpatient", "F9": "outpatient_cbt"}, chosen)
    assert not needs_sign_off({rule: "inpatient"}, "inpatient")


@pytest.mark.parametrize(
    "fired", [{}, {"F7": "outpatient_cbt"}, {"F8": "inpatient"}, {"F9": "outpatient_cbt"}]
)
def test_other_floors_need_none(fired: dict[str, str]) -> None:
    assert not needs_sign_off(fired, "peer_support")


def test_outpatient_treatment_in_psychosis_and_opioid_dependence_needs_a_signature() -> None:
    fired = fired_floors(evaluate(an_intake("V11")))

    assert needs_sign_off(fired, "outpatient_cbt")
    assert not needs_sign_off(fired, "inpatient")


def test_an_incomplete_evaluation_has_no_floors_to_compare_with() -> None:
    assert fired_floors(evaluate({})) == {}


@pytest.mark.parametrize(
    ("setting", "known", "changes", "code"),
    [
        ("inpatient", Circumstances(consents_to_treatment=None), {}, "no_consent"),
        ("inpatient", Circumstances(consents_to_treatment=False), {}, "no_consent"),
        (
            "inpatient",
            Circumstances(consents_to_treatment=True, sole_carer_without_childcare=True),
            {},
            "sole_carer",
        ),
        ("outpatient_cbt", CONSENTED, {"opioid_dependence": True}, "safety_floor_open"),
        ("outpatient_cbt", Circumstances(intoxicated=True), {}, "intoxicated"),
        ("outpatient_cbt", CONSENTED, {"moca_total": 17}, "moca_low"),
        ("outpatient_cbt", CONSENTED, {"psychosis_current": True}, "group_unsuitable"),
        ("peer_support", CONSENTED, {"cssrs_band": "high"}, "group_unsuitable"),
        ("peer_support", Circumstances(risk_of_violence=True), {}, "violence"),
        ("peer_support", Circumstances(abuser_in_same_group=True), {}, "abuser_in_group"),
        (
            "peer_support",
            Circumstances(programme_knows_dissociatives=False),
            {},
            "programme_without_experience",
        ),
    ],
)
def test_a_caution_is_shown(
    setting: str, known: Circumstances, changes: dict[str, Any], code: str
) -> None:
    assert code in codes(setting, known, **changes)


@pytest.mark.parametrize("setting", ["inpatient", "outpatient_cbt", "peer_support"])
def test_nothing_speaks_against_a_choice_when_nothing_is_the_matter(setting: str) -> None:
    assert codes(setting) == set()


def test_binges_and_moca_18_are_no_caution() -> None:
    assert codes("outpatient_cbt", **SEVERE, **BINGES, moca_total=18) == set()
