"""Which instrument is meant, and what do answers score by the settings of a site?"""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake import errors
from intake.access import Actor
from intake.clinical import instruments, scoring
from intake.clinical.facts import known, section_of
from intake.clinical.instruments import Instrument
from intake.clinical.operator_wording import Wording, with_wording
from intake.clinical.scoring import Score
from intake.errors import FieldError, ValidationFailed
from intake.services import engine_input


@dataclass(frozen=True, slots=True)
class Trial:
    """Answers to score without keeping them; without a version the newest is meant."""

    answers: object
    version: str | None = None
    sex_at_birth: str | None = None


def catalogue() -> tuple[Instrument, ...]:
    """Every released version, by code."""
    return instruments.catalogue()


def get(code: str, version: str, *, wording: Wording | None = None) -> Instrument:
    """One released version, in the operator's registered wording if given. Raises NotFound."""
    return with_wording(instruments.get(code, version), wording)


def try_out(session: Session, code: str, order: Trial, *, actor: Actor) -> Score:
    """Score answers by the site's settings and keep nothing.

    Raises NotFound for an unknown instrument, ValidationFailed for its version or naming each
    wrong item (`/answers/3`).
    """
    instruments.get(code)
    instrument = chosen(code, order.version)
    return _score(session, actor.site_id, instrument, order.answers, order.sex_at_birth)


def score_for(
    session: Session, site_id: uuid.UUID, instrument: Instrument, answers: object, *,
    intake: Mapping[str, object],
) -> Score:  # fmt: skip
    """The score of a person's answers; the AUDIT-C cut-off goes by the intake's sex at birth.

    Raises ValidationFailed naming each wrong item (`/answers/3`).
    """
    sex = known(section_of(intake, "demographics").get("sex_at_birth"))
    return _score(session, site_id, instrument, answers, sex if isinstance(sex, str) else None)


def chosen(code: str, version: str | None) -> Instrument:
    """The instrument that a body names. Raises ValidationFailed saying what there is."""
    versions = [one.version for one in instruments.catalogue() if one.code == code]
    if not versions:
        codes = sorted({one.code for one in instruments.catalogue()})
        near = difflib.get_close_matches(code, codes, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(codes)}."
        message = f"There is no such instrument. {hint}"
        raise ValidationFailed(FieldError("/instrument", "unknown_instrument", message))
    try:
        return instruments.get(code, version)
    except errors.NotFound as error:
        message = f"There is no such version. There are: {', '.join(versions)}."
        raise ValidationFailed(FieldError("/version", "unknown_version", message)) from error


def _score(
    session: Session, site_id: uuid.UUID, instrument: Instrument, answers: object,
    sex_at_birth: str | None,
) -> Score:  # fmt: skip
    settings = engine_input.settings_of(session, site_id)
    return scoring.score(
        instrument,
        answers,
        sex_at_birth=sex_at_birth,
        settings=engine_input.engine_settings(settings),
    )
