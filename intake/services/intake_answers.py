"""The answers of an intake: checked, stored in two parts, and put together again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from intake.clinical import intake_record
from intake.crypto import Vault
from intake.errors import ValidationFailed
from intake.models import Case, Intake

FIELD = "intakes.sealed"
#: A section and its field, or None where the section is a list.
Place = tuple[str, str | None]


def check(answers: Mapping[str, Any]) -> None:
    """Refuse what the record doesn't know or can't hold. Raises ValidationFailed."""
    found = intake_record.check_answers(answers, pointer="/answers")
    if found:
        raise ValidationFailed(*found)


def merge(stored: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers with the given ones: field by field in a section, a list as a whole."""
    merged = dict(stored)
    for name, section in given.items():
        before = merged.get(name)
        if isinstance(section, dict) and isinstance(before, dict):
            merged[name] = {**before, **section}
        else:
            merged[name] = section
    return merged


def without(answers: Mapping[str, Any], emptied: Collection[Place]) -> dict[str, Any]:
    """Answers less those taken back; of a section that is a list the whole."""
    left = {name: dict(one) if isinstance(one, dict) else one for name, one in answers.items()}
    for section, name in emptied:
        inside = left.get(section)
        if name is None:
            left.pop(section, None)
        elif isinstance(inside, dict):
            inside.pop(name, None)
    return left


def store(intake: Intake, answers: Mapping[str, Any], vault: Vault) -> None:
    """Structured values in plain, free text sealed."""
    structured, free_text = intake_record.split_sealed(answers)
    intake.answers = structured
    intake.sealed = vault.seal(FIELD, intake.id, json.dumps(free_text)) if free_text else None


def opened(intake: Intake, vault: Vault) -> dict[str, Any]:
    """All answers, free text opened and back in its place."""
    free_text = vault.open_optional(FIELD, intake.id, intake.sealed)
    return merge(intake.answers, json.loads(free_text) if free_text else {})


def with_referral(intake: Intake, case: Case, vault: Vault) -> dict[str, Any]:
    """All answers with the referral and its triage as the case holds them."""
    referral = {
        "source": case.referral_source,
        "referral_date": case.referral_date.isoformat(),
        "urgency": case.referral_urgency,
    }
    if case.triaged_on is not None:
        referral["triage_date"] = case.triaged_on.isoformat()
    return merge(opened(intake, vault), {"referral": referral})
