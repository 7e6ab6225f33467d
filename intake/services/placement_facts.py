"""Does a programme take a person, by what is stored of them?"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from intake.clinical import eligibility
from intake.clinical.derived import full_years
from intake.clinical.eligibility import Person
from intake.errors import FieldError, ValidationFailed
from intake.models import Case, Client, Intake, PlanDecision, Programme, Recommendation
from intake.services import identity, plan_arms, programmes

SEXES = ("female", "male", "intersex")


def refuse_unfit(
    session: Session, case: Case, client: Client, programme: Programme, *, today: dt.date
) -> None:
    """Raises ValidationFailed with each barrier that is known; what is unknown bars nobody."""
    person = _person(session, case, client, today)
    found = [
        FieldError("/programme_id", "not_eligible", sentence)
        for sentence in eligibility.barriers(programmes.terms_of(programme), person)
    ]
    if found:
        raise ValidationFailed(*found)


def _person(session: Session, case: Case, client: Client, today: dt.date) -> Person:
    row = session.execute(
        select(Intake.answers, Recommendation.result, PlanDecision.chosen_setting)
        .select_from(Case)
        .outerjoin(Intake, Intake.case_id == Case.id)
        .outerjoin(
            Recommendation,
            and_(Recommendation.case_id == Case.id, Recommendation.superseded_by.is_(None)),
        )
        .outerjoin(
            PlanDecision,
            and_(PlanDecision.case_id == Case.id, plan_arms.is_open(PlanDecision)),
        )
        .where(Case.id == case.id)
    ).one()
    advice: dict[str, Any] = (row.result or {}).get("recommendation") or {}
    sex = ((row.answers or {}).get("demographics") or {}).get("sex_at_birth")
    known = (advice.get("recommended_setting"), row.chosen_setting)
    born = identity.opened(client, identity.vault_of(session, client)).date_of_birth
    return Person(
        settings=tuple(one for one in known if one is not None),
        sex_at_birth=sex if sex in SEXES else None,
        age=full_years(born, today),
        group_contraindicated=bool(advice.get("group_contraindicated")),
    )
