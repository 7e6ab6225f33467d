"""May a referral leave? On an answer of the record, a signed consent, or for a stated emergency."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from intake.clinical import outbound
from intake.errors import ConsentRequired, FieldErrors
from intake.models import ConsentRevocation, DisclosureConsent
from intake.services import consents
from intake.services.outbound_views import Kept, add_words
from intake.services.plan_orders import SHORTEST_REASON

# Consents that cover a service elsewhere: counselling notes and proceedings are signed apart.
COVERING = ("tpo_single", "specific")
NEEDED = (
    "The person hasn't agreed that this service is told. Record their consent, name a signed "
    "consent to disclosure, or say why it leaves without (safeguarding, emergency)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """On what a referral leaves where the record's own answer doesn't cover it."""

    disclosure_consent_id: uuid.UUID | None = None
    without_consent: str | None = None
    without_consent_reason: str | None = None


def allow(session: Session, kept: Kept, leave: Leave, *, today: dt.date) -> None:
    """Write down on what it leaves. Raises ConsentRequired, ValidationFailed."""
    _check(leave)
    row = kept.row
    if leave.without_consent is not None:
        row.consent_basis = leave.without_consent
        add_words(kept, without_consent_reason=leave.without_consent_reason)
        return
    row.consent_basis = "consent"
    if leave.disclosure_consent_id is not None:
        if not _is_live(session, kept, leave.disclosure_consent_id, today):
            raise ConsentRequired(NEEDED, "no_consent")
        row.disclosure_consent_id = leave.disclosure_consent_id
    elif not outbound.is_covered(row.kind, consents.current(session, kept.client.id, today=today)):
        raise ConsentRequired(NEEDED, "no_consent")


def _check(leave: Leave) -> None:
    """A reason goes with leaving without consent, and with nothing else."""
    errors = FieldErrors()
    said = leave.without_consent_reason
    if leave.without_consent is not None:
        if len(said or "") < SHORTEST_REASON:
            message = f"Say why, in {SHORTEST_REASON} characters or more."
            errors.add("/without_consent_reason", "reason_too_short", message)
        if leave.disclosure_consent_id is not None:
            message = "Leave this out, or name no consent."
            errors.add("/without_consent", "with_consent", message)
    elif said is not None:
        message = "Say without_consent too: safeguarding or emergency."
        errors.add("/without_consent", "required", message)
    errors.raise_if_any()


def _is_live(session: Session, kept: Kept, consent_id: uuid.UUID, today: dt.date) -> bool:
    """Whether a signed consent of this very case counts today."""
    found = session.execute(
        select(DisclosureConsent.id)
        .outerjoin(
            ConsentRevocation,
            and_(
                ConsentRevocation.site_id == DisclosureConsent.site_id,
                ConsentRevocation.consent_id == DisclosureConsent.id,
            ),
        )
        .where(
            DisclosureConsent.id == consent_id,
            DisclosureConsent.case_id == kept.case.id,
            DisclosureConsent.kind.in_(COVERING),
            DisclosureConsent.signed_on <= today,
            or_(DisclosureConsent.expires_on.is_(None), DisclosureConsent.expires_on >= today),
            ConsentRevocation.id.is_(None),
        )
    )
    return found.first() is not None
