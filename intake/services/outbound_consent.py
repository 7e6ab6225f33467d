"""May a referral leave? On an answer of the record, a signed consent, or for a stated emergency.

Judged as of the day it left, which may be written down later: a consent given since doesn't cover
it, and one withdrawn since doesn't undo it. On the day of a withdrawal itself nothing leaves.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

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


def allow(session: Session, kept: Kept, leave: Leave, *, sent_on: dt.date, zone: ZoneInfo) -> None:
    """Write down on what it left that day at the site. Raises ConsentRequired, ValidationFailed."""
    _check(leave)
    row = kept.row
    if leave.without_consent is not None:
        row.consent_basis = leave.without_consent
        add_words(kept, without_consent_reason=leave.without_consent_reason)
        return
    row.consent_basis = "consent"
    midnight = dt.datetime.combine(sent_on + dt.timedelta(days=1), dt.time(), zone)
    signed = leave.disclosure_consent_id
    if signed is not None:
        may = _was_live(session, kept, signed, sent_on=sent_on, midnight=midnight)
    else:
        client_id = kept.client.id
        said = consents.current(session, client_id, today=sent_on, before=midnight)
        may = outbound.is_covered(row.kind, said)
    if not may:
        raise ConsentRequired(NEEDED, "no_consent")
    row.disclosure_consent_id = signed


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


def _was_live(
    session: Session, kept: Kept, consent_id: uuid.UUID, *, sent_on: dt.date, midnight: dt.datetime
) -> bool:
    """Whether a signed consent of this very case counted until the end of that day."""
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
            DisclosureConsent.signed_on <= sent_on,
            or_(DisclosureConsent.expires_on.is_(None), DisclosureConsent.expires_on >= sent_on),
            or_(ConsentRevocation.id.is_(None), ConsentRevocation.revoked_at >= midnight),
        )
    )
    return found.first() is not None
