"""What do reviewers ask of stored recommendations? Why one said so, and what new rules would say.

Nothing is changed here: an old result keeps the words and the rule set it was made with.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import rule_sets
from intake.clinical.rule_set import RuleSet
from intake.clinical.vignettes import Difference, as_json, compare
from intake.errors import NotFound, ValidationFailed
from intake.models import Case, Recommendation
from intake.services import audit, recommendations
from intake.services.audit import Event
from intake.services.recommendations import RecommendationView

# Rows read at once; a preview goes through all of them.
ROWS = 200
# What a reviewer is shown when it changes, but for the rule set's own name.
NAME = "rule_set"
COMPARED = ("status", "missing", "suggested_icd10cm", "recommendation", "alerts")


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A case by its reference, and the recommendation in force as it is stored."""

    reference: str
    recommendation: RecommendationView


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A case whose recommendation would change: each place, before and after.

    `refused` names the fields that keep the new rules from being applied at all.
    """

    case_id: uuid.UUID
    reference: str
    rule_set: str
    changes: tuple[Difference, ...]
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What another rule set would change, among so many recommendations in force."""

    rule_set: str
    compared: int
    changed: tuple[ChangedCase, ...]


def reasoning(session: Session, wanted: str, *, actor: Actor) -> Reasoning:
    """The newest recommendation of a case, by reference or id; the read is recorded.

    Raises NotFound for an unknown case, another site's, or one without a recommendation.
    """
    try:
        condition = Case.id == uuid.UUID(wanted)
    except ValueError:
        condition = Case.reference == wanted.upper()
    row = session.execute(select(Case.id, Case.reference).where(condition)).one_or_none()
    if row is None:
        raise NotFound("case")
    return Reasoning(row.reference, recommendations.read(session, row.id, actor=actor))


def preview(session: Session, version: str) -> Preview:
    """Apply another rule set to the stored inputs of every recommendation in force at this site.

    One event for the whole; nothing is stored. Raises NotFound for an unknown rule set.
    """
    rule_set = rule_sets.get(version)
    compared, changed = 0, []
    for row, reference in _in_force(session):
        compared += 1
        found = _changed(row, reference, rule_set)
        if found is not None:
            changed.append(found)
    audit.record(
        session,
        Event(
            "recommendation",
            "preview",
            "R",
            hits=compared,
            returned_ids=tuple(one.case_id for one in changed),
            sensitivity="P2",
        ),
    )
    return Preview(rule_set.id, compared, tuple(changed))


def _in_force(session: Session) -> Iterator[tuple[Recommendation, str]]:
    """The newest recommendation of each case with its reference, in the order of the references.

    By pages, so that memory and locks stay small; each row is forgotten once it is read.
    """
    after = ""
    while True:
        rows = session.execute(
            select(Recommendation, Case.reference)
            .join(Recommendation.case)
            .where(Recommendation.superseded_by.is_(None), Case.reference > after)
            .order_by(Case.reference)
            .limit(ROWS)
        ).all()
        for row in rows:
            yield row.Recommendation, row.reference
            session.expunge(row.Recommendation)
        if len(rows) < ROWS:
            return
        after = rows[-1].reference


def _changed(row: Recommendation, reference: str, rule_set: RuleSet) -> ChangedCase | None:
    """What the new rules would say otherwise than what is stored, if anything."""
    try:
        new = as_json(recommendations.evaluation_of(row, rule_set).as_dict())
    except ValidationFailed as error:
        wrong = ", ".join(field.pointer for field in error.fields)
        return ChangedCase(row.case_id, reference, row.rule_set, (), refused=wrong)
    changes = compare(_comparable(row.result), _comparable(new))
    return ChangedCase(row.case_id, reference, row.rule_set, changes) if changes else None


def _comparable(result: dict[str, Any]) -> dict[str, Any]:
    """The part of a result that is compared."""
    kept = {name: result[name] for name in COMPARED if name in result}
    suggestion = {key: value for key, value in result["recommendation"].items() if key != NAME}
    return kept | {"recommendation": suggestion}
