"""The intake assessment: registering a referral, saving the draft, handing it in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.crypto import Vault
from intake.errors import (
    Conflict,
    FieldError,
    NotFound,
    PreconditionFailed,
    ValidationFailed,
)
from intake.models import Case, Client, Intake
from intake.services import (
    audit,
    cases,
    clients,
    draft_risk,
    engine_input,
    identity,
    intake_answers,
    intake_views,
    relations,
)
from intake.services.audit import Event
from intake.services.cases import Referral
from intake.services.clients import NewClient
from intake.services.intake_answers import Place
from intake.services.intake_views import IntakeView

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft to be changed, with its case and person; `pages` are marks kept with its sitting."""

    intake: Intake
    case: Case
    client: Client
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewIntake:
    """A referral to register: for a person on record (`client_id`) or a new one (`client`)."""

    referral: Referral
    client_id: uuid.UUID | None = None
    client: NewClient | None = None
    answers: Answers = field(default_factory=dict)


def register(session: Session, order: NewIntake, *, actor: Actor, now: dt.datetime) -> IntakeView:
    """Register a referral: a case in state `referred` and its draft intake, together.

    Raises Duplicate, ValidationFailed or NotFound; Conflict when the person has an open case.
    """
    intake_answers.check(order.answers)
    client, similar = _person(session, order, actor=actor, now=now)
    identity.refuse_erased(client)
    vault = identity.vault_of(session, client)
    case = cases.open_case(session, client, order.referral, vault=vault, actor=actor, now=now)
    intake = Intake(site_id=actor.site_id, case_id=case.id, author_id=actor.staff_id)
    intake.state, intake.draft_revision, intake.saved_at = "draft", 1, now
    intake.saved_by, intake.saved_from, intake.sitting = actor.staff_id, 1, sorted(order.answers)
    intake_answers.store(intake, order.answers, vault)
    session.add(intake)
    audit.record(
        session,
        Event("intake", "create", "C", row=intake, client_id=client.id, sensitivity="P2"),
    )
    session.flush()
    record, today = engine_input.Record(case, client, intake), cases.local_date(now, actor)
    draft_risk.raise_new(session, record, None, today=today, now=now)
    return replace(intake_views.view(intake, case, vault), similar=similar)


def save(
    session: Session, intake_id: uuid.UUID, answers: Answers, *, version: int, actor: Actor,
    now: dt.datetime,
) -> IntakeView:  # fmt: skip
    """Save part of a draft: given fields replace, absent ones stay.

    An answer that means immediate risk raises its alert with this very save. Raises NotFound,
    PreconditionFailed, Conflict once submitted, ValidationFailed.
    """
    draft = for_change(session, intake_id, version, actor)
    return save_draft(session, draft, answers, actor=actor, now=now)


def save_draft(
    session: Session, draft: Draft, answers: Answers, *, emptied: Collection[Place] = (),
    actor: Actor, now: dt.datetime,
) -> IntakeView:  # fmt: skip
    """As `save`, of a draft that was read to be changed; `emptied` are answers taken back."""
    intake, case, client = draft.intake, draft.case, draft.client
    before, vault = intake.answers, identity.vault_of(session, client)
    merged = change(intake, answers, emptied, vault)
    intake_answers.store(intake, merged, vault)
    record, today = engine_input.Record(case, client, intake), cases.local_date(now, actor)
    draft_risk.raise_new(session, record, before, today=today, now=now)
    parts = sorted({*answers, *(section for section, _ in emptied)})
    if intake.saved_by != actor.staff_id:
        intake.saved_by, intake.saved_from = actor.staff_id, intake.version
    intake.draft_revision += 1
    intake.saved_at, intake.sitting = now, [*parts, *draft.pages]
    act = Event("intake", "save", "U", row=intake, client_id=client.id, fields=tuple(parts))
    audit.record(session, replace(act, sensitivity="P2"))
    session.flush()
    return intake_views.view(intake, case, vault)


def change(
    intake: Intake, answers: Answers, emptied: Collection[Place], vault: Vault
) -> dict[str, Any]:
    """All answers as they are after a save. Raises ValidationFailed for what can't be held."""
    intake_answers.check(answers)
    merged = intake_answers.merge(intake_answers.opened(intake, vault), answers)
    return intake_answers.without(merged, emptied)


def read(session: Session, intake_id: uuid.UUID, *, actor: Actor) -> IntakeView:
    """An intake with its free text; the read is recorded. Raises as `relations.require`."""
    intake, case, client = _load(session, intake_id, actor, Permission.INTAKE_READ)
    audit.record(
        session, Event("intake", "read", "R", row=intake, client_id=client.id, sensitivity="P2")
    )
    return intake_views.view(intake, case, identity.vault_of(session, client))


def read_of_case(session: Session, case_id: uuid.UUID, *, actor: Actor) -> IntakeView:
    """The intake that a case began with, as `read`."""
    return read(session, of_case(session, case_id).id, actor=actor)


def of_case(session: Session, case_id: uuid.UUID) -> Intake:
    """The intake of a case. Raises NotFound."""
    intake = session.execute(select(Intake).where(Intake.case_id == case_id)).scalar_one_or_none()
    if intake is None:
        raise NotFound("intake")
    return intake


def _person(
    session: Session, order: NewIntake, *, actor: Actor, now: dt.datetime
) -> tuple[Client, int]:
    """The person referred, registered now or on record already; how many look like them."""
    if order.client is not None and order.client_id is None:
        made = clients.register(session, order.client, actor=actor, now=now)
        return made.client, made.similar
    if order.client_id is not None and order.client is None:
        return clients.get(session, order.client_id, stays=True), 0
    raise ValidationFailed(
        FieldError("/client", "one_of", "Send either client (a new person) or client_id.")
    )


def _load(
    session: Session, intake_id: uuid.UUID, actor: Actor, permission: Permission, *,
    is_locked: bool = False,
) -> tuple[Intake, Case, Client]:  # fmt: skip
    """An intake with its case and person, in one statement; locked, it is as stored then.

    Raises as `relations.require`.
    """
    query = (
        select(Intake, Case, Client)
        .join(Intake.case)
        .join(Case.client)
        .where(Intake.id == intake_id)
    )
    if is_locked:
        query = query.with_for_update(of=Intake).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("intake")
    # What was handed in is read by whoever has the case; its author learns that it is locked.
    is_open = row.Intake.state == "draft" or permission is Permission.INTAKE_WRITE
    author = row.Intake.author_id if is_open else None
    relations.require(session, actor, permission, row.Case, others=(author,), what="intake")
    return row.Intake, row.Case, row.Client


def for_change(
    session: Session, intake_id: uuid.UUID, version: int, actor: Actor, *, allows_own: bool = False
) -> Draft:
    """A draft to be changed. Raises NotFound, PreconditionFailed, Conflict.

    Waits for a save under way: the draft is locked, then its case, by everybody in this order.
    `allows_own` takes an older version that was followed by the actor's own saves alone: a page
    that saves by itself can't know of the one that is on its way.
    """
    intake, case, client = _load(session, intake_id, actor, Permission.INTAKE_WRITE, is_locked=True)
    if intake.version != version and not (allows_own and _is_own_since(intake, version, actor)):
        raise PreconditionFailed(intake.version)
    cases.require_open(session, case)
    if intake.state != "draft":
        if intake.state == "abandoned":
            raise Conflict("This draft was given up; the person's next referral begins anew.")
        raise Conflict("This intake was handed in; a later change is an amendment.")
    return Draft(intake, case, client)


def _is_own_since(intake: Intake, version: int, actor: Actor) -> bool:
    """Whether nobody else saved since that version."""
    if intake.saved_by != actor.staff_id or intake.saved_from is None:
        return False
    return intake.saved_from <= version < intake.version
