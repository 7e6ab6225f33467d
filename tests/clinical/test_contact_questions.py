"""What was begun about contact and capacity has to be of use, and its words are sealed."""

from __future__ import annotations

from typing import Any

import pytest

from intake.clinical import completeness, contact_questions
from intake.clinical.intake_record import check_answers, missing_for_assessed, split_sealed
from intake.clinical.record_sections import SECTIONS

HERE = f"/answers/{contact_questions.SECTION}"
SISTER = {"name": "Ada", "may_contact_when": "emergency_only", "knows_about_treatment": False}


def section(**answers: Any) -> dict[str, Any]:
    return {contact_questions.SECTION: answers}


def missing(**answers: Any) -> set[str]:
    """What the section lacks, of all that the intake lacks."""
    lacking = {one.pointer for one in missing_for_assessed(section(**answers))}
    return {one.removeprefix(f"{HERE}/") for one in lacking if one.startswith(HERE)}


@pytest.mark.parametrize(
    ("answers", "lacks"),
    [
        ({}, set()),
        ({"preferred_time": "evening"}, set()),
        ({"emergency_contact": SISTER}, set()),
        (
            {"emergency_contact": {}},
            {"emergency_contact/name", "emergency_contact/may_contact_when"},
        ),
        ({"emergency_contact": {"name": "Ada"}}, {"emergency_contact/may_contact_when"}),
        ({"emergency_contact": SISTER | {"name": {"status": "declined"}}}, set()),
        ({"emergency_contact": {"status": "not_asked"}}, set()),
        ({"capacity_concern": False}, set()),
        ({"capacity_concern": {"status": "unknown"}}, set()),
        ({"capacity_concern": True}, {"capacity_note"}),
        ({"capacity_concern": True, "capacity_note": "Came straight from a party."}, set()),
        ({"capacity_concern": True, "capacity_note": {"status": "not_asked"}}, set()),
    ],
)
def test_what_was_begun_says_what_it_lacks(answers: dict[str, Any], lacks: set[str]) -> None:
    assert missing(**answers) == lacks


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({}, "untouched"),
        ({"emergency_contact": {"name": "Ada"}}, "started"),
        ({"safe_word": "heron"}, "complete"),
    ],
)
def test_the_section_counts_as_the_others_do(answers: dict[str, Any], state: str) -> None:
    found = {one.name: one.state for one in completeness.sections(section(**answers))}

    assert found[contact_questions.SECTION] == state


@pytest.mark.parametrize(
    ("answers", "pointer", "code"),
    [
        ({"preferred_time": "noon"}, "preferred_time", "not_a_choice"),
        ({"capacity_concern": 1}, "capacity_concern", "wrong_type"),
        ({"safe_word": ""}, "safe_word", "empty"),
        ({"emergency_contact": "Ada"}, "emergency_contact", "wrong_type"),
        (
            {"emergency_contact": {"may_contact_when": "always"}},
            "emergency_contact/may_contact_when",
            "not_a_choice",
        ),
        ({"emergency_contact": {"email": "x"}}, "emergency_contact", "unknown_field"),
    ],
)
def test_a_wrong_answer_is_named(answers: dict[str, Any], pointer: str, code: str) -> None:
    found = {one.pointer: one.code for one in check_answers(section(**answers))}

    assert found == {f"{HERE}/{pointer}": code}


def test_words_and_other_people_are_sealed() -> None:
    answers = {"safe_word": "heron", "who_not_to_contact": "Ben", "emergency_contact": SISTER}

    plain, sealed = split_sealed(section(preferred_time="am", capacity_concern=False, **answers))

    assert plain == section(preferred_time="am", capacity_concern=False)
    assert sealed == section(**answers)


def test_what_holds_free_text_is_sealed_as_a_whole() -> None:
    objects = [one for fields in SECTIONS.values() for one in fields if one.kind == "parts"]

    for one in objects:
        assert one.sealed == any(inner.kind == "text" for inner in one.fields), one.name
