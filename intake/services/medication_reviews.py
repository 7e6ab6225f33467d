"""Reviews of medicines: asked of a prescriber, with what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import Conflict, FieldError, NotFound, PreconditionFailed, ValidationFailed
from intake.models import Case, Client, MedicationReview
from intake.services import audit, cases, closed_cases, pages, relations, sealed_text
from intake.services.audit import Event
from intake.services.identity import vault_of

FIELD = "medication_reviews.sealed"
WORDS = ("asked_of", "question", "reviewed_by", "result", "cancel_reason")
# Product decision, as for any answer from another service.
ANSWER_WITHIN = dt.timedelta(days=28)
FURTHEST = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    """What is asked, of whom; `due_by` None means within four weeks."""

    medicine: str
    asked_of: str
    question: str
    due_by: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """What came of it, who did it and when."""

    outcome: str
    reviewed_by: str
    reviewed_on: dt.date
    result: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as staff read it."""

    id: uuid.UUID
    version: int
    state: str
    case_id: uuid.UUID
    medicine: str
    asked_on: dt.date
    due_by: dt.date
    reviewed_on: dt.date | None
    outcome: str | None
    asked_by: uuid.UUID
    created_at: dt.datetime
    asked_of: str
    question: str
    reviewed_by: str | None
    result: str | None
    cancel_reason: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A review, its case and its person's key."""

    row: MedicationReview
    case: Case
    vault: Vault


PLAIN = tuple(name for name in ReviewView.__dataclass_fields__ if name not in WORDS)


def ask(
    session: Session, case_id: uuid.UUID, order: NewReview, *, actor: Actor, now: dt.datetime
) -> ReviewView:
    """Ask for a review. Raises as `closed_cases.writable`, ValidationFailed."""
    today = cases.local_date(now, actor)
    due_by = order.due_by or today + ANSWER_WITHIN
    if not today <= due_by <= today + FURTHEST:
        message = "Enter today or a later day, within two years."
        raise ValidationFailed(FieldError("/due_by", "out_of_range", message))
    case, client = closed_cases.writable(session, case_id, actor, Permission.CARE_WRITE)
    row = MedicationReview(
        site_id=case.site_id,
        case_id=case.id,
        medicine=order.medicine,
        state="asked",
        asked_on=today,
        due_by=due_by,
        asked_by=actor.staff_id,
    )
    kept = Kept(row, case, vault_of(session, client))
    add_words(kept, asked_of=order.asked_of, question=order.question)
    session.add(row)
    note(session, kept, "create", "C")
    session.flush()
    return _view(kept)


def record_result(
    session: Session, review_id: uuid.UUID, order: ReviewResult, *, version: int, actor: Actor,
    now: dt.datetime,
) -> ReviewView:  # fmt: skip
    """Write down what came of it, also after the case has ended.

    Raises NotFound, PreconditionFailed, ValidationFailed, Conflict when it is answered or called
    off.
    """
    kept = _asked(session, review_id, version, actor)
    if not kept.row.asked_on <= order.reviewed_on <= cases.local_date(now, actor):
        message = "Enter a day from when it was asked for until today."
        raise ValidationFailed(FieldError("/reviewed_on", "out_of_range", message))
    row = kept.row
    row.state, row.outcome, row.reviewed_on = "done", order.outcome, order.reviewed_on
    add_words(kept, reviewed_by=order.reviewed_by, result=order.result)
    note(session, kept, "done", "U", fields=("state", "outcome", "reviewed_on", "result"))
    session.flush()
    return _view(kept)


def cancel(
    session: Session, review_id: uuid.UUID, reason: str, *, version: int, actor: Actor
) -> ReviewView:
    """Call it off, also after the case has ended. Raises as `record_result`."""
    kept = _asked(session, review_id, version, actor)
    kept.row.state = "cancelled"
    add_words(kept, cancel_reason=reason)
    note(session, kept, "cancel", "U", fields=("state", "cancel_reason"))
    session.flush()
    return _view(kept)


def list_page(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[ReviewView]:
    """The reviews of a case, the newest first; it is recorded. Raises as `relations.require`."""
    case, client = cases.get_with_client(session, case_id)
    relations.require(session, actor, Permission.CARE_READ, case)
    vault = vault_of(session, client)
    page = pages.fetch(
        session,
        select(MedicationReview.id.label("id"), MedicationReview).where(
            MedicationReview.case_id == case.id
        ),
        key=MedicationReview.__table__.c.id,
        wanted=wanted,
        show=lambda row: _view(Kept(row.MedicationReview, case, vault)),
    )
    shown = tuple(one.id for one in page.rows)
    audit.record_list(session, "medication_review", shown, client_id=client.id, sensitivity="P2")
    return page


def _asked(session: Session, review_id: uuid.UUID, version: int, actor: Actor) -> Kept:
    """A review that waits for its answer. Raises as `record_result`."""
    row = session.execute(
        select(MedicationReview, Case, Client)
        .join(MedicationReview.case)
        .join(Case.client)
        .where(MedicationReview.id == review_id)
    ).one_or_none()
    if row is None:
        raise NotFound("medication review")
    relations.require(session, actor, Permission.CARE_WRITE, row.Case, what="medication review")
    if row.MedicationReview.version != version:
        raise PreconditionFailed(row.MedicationReview.version)
    if row.MedicationReview.state != "asked":
        raise Conflict(f"This review is {row.MedicationReview.state}; ask for another one.")
    return Kept(row.MedicationReview, row.Case, vault_of(session, row.Client))


def add_words(kept: Kept, **words: str | None) -> None:
    """Add to the sealed words of a review."""
    said = {name: word for name, word in words.items() if word is not None}
    before = sealed_text.opened(FIELD, kept.row.id, kept.row.sealed, kept.vault)
    kept.row.sealed = sealed_text.seal(FIELD, kept.row.id, before | said, kept.vault)


def note(
    session: Session, kept: Kept, subtype: str, action: str, *, fields: tuple[str, ...] = ()
) -> None:
    """The event of one version of a review."""
    act = Event("medication_review", subtype, action, row=kept.row, client_id=kept.case.client_id)
    audit.record(session, replace(act, fields=fields, sensitivity="P2"))


def _view(kept: Kept) -> ReviewView:
    words = sealed_text.opened(FIELD, kept.row.id, kept.row.sealed, kept.vault)
    plain: dict[str, Any] = {name: getattr(kept.row, name) for name in PLAIN}
    said: dict[str, Any] = {name: words.get(name) for name in WORDS}
    return ReviewView(**plain, **said)
