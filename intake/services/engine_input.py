"""What the rule set is given: the record as stored, put together as one plain object.

Shape: the worked examples (`intake/vignettes/`). Names, contact values and free text are not in
it, nor the date of birth: the age at intake is all the rules need, and a stored recommendation
identifies nobody.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from intake import site_settings
from intake.clinical.derived import full_years
from intake.clinical.scoring import EngineSettings
from intake.models import Assessment, Case, Client, ContactPoint, Intake, SiteSetting
from intake.services import identity

# How the engine's input says that a person chose not to answer an instrument.
DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one episode of care."""

    case: Case
    client: Client
    intake: Intake


@dataclass(frozen=True, slots=True)
class Signed:
    """Signed answers, or the word `declined`, and the version of the instrument they were given to.

    Answers are scored by that version for good, whatever is released later.
    """

    answers: Any
    version: str


NOTHING_SIGNED: Mapping[str, Signed] = MappingProxyType({})


def assemble(
    session: Session,
    record: Record,
    *,
    on: dt.date,
    channels: Sequence[str],
    signed: Mapping[str, Signed] = NOTHING_SIGNED,
) -> dict[str, Any]:
    """The engine's input: stored answers, age on that day, safe channels, instrument answers."""
    client, intake, case = record.client, record.intake, record.case
    person = identity.opened(client, identity.vault_of(session, client))
    return {
        **intake.answers,
        "intake_date": on.isoformat(),
        "referral": {
            **intake.answers.get("referral", {}),
            "source": case.referral_source,
            "referral_date": case.referral_date.isoformat(),
        },
        "demographics": {
            **intake.answers.get("demographics", {}),
            "age_at_intake": full_years(person.date_of_birth, on),
        },
        "contact": {"safe_channels": list(channels)},
        "instruments": {code: one.answers for code, one in signed.items()},
        "instrument_versions": {code: one.version for code, one in signed.items()},
    }


def signed_answers(session: Session, case_id: uuid.UUID) -> dict[str, Signed]:
    """The newest signed assessment of each instrument; a draft doesn't count."""
    found = session.execute(
        select(
            Assessment.instrument,
            Assessment.instrument_version,
            Assessment.answers,
            Assessment.declined,
        )
        .where(Assessment.case_id == case_id, Assessment.state == "signed")
        .ext(distinct_on(Assessment.instrument))
        .order_by(
            Assessment.instrument,
            Assessment.assessed_on.desc(),
            Assessment.signed_at.desc(),
            Assessment.id.desc(),
        )
    )
    return {
        row.instrument: Signed(DECLINED if row.declined else row.answers, row.instrument_version)
        for row in found
    }


def safe_channels(session: Session, client_id: uuid.UUID) -> list[str]:
    """The channels a person declared safe."""
    found = session.execute(
        select(ContactPoint.channel)
        .where(ContactPoint.client_id == client_id, ContactPoint.is_safe)
        .distinct()
        .order_by(ContactPoint.channel)
    )
    return list(found.scalars())


def settings_of(session: Session, site_id: uuid.UUID) -> site_settings.SiteSettings:
    """The settings of a site, defaults filled in."""
    rows = session.execute(
        select(SiteSetting.key, SiteSetting.value).where(SiteSetting.site_id == site_id)
    )
    return site_settings.from_stored({row.key: row.value for row in rows})


def engine_settings(settings: site_settings.SiteSettings) -> EngineSettings:
    """The three settings of a site that the engine knows."""
    return EngineSettings(
        dsm_count_withdrawal=settings.dsm_count_withdrawal,
        audit_c_cutoff_male=settings.audit_c_cutoff_male,
        audit_c_cutoff_other=settings.audit_c_cutoff_other,
    )
