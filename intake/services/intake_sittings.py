"""How is a draft saved while somebody types, without an event for every key?

A sitting is one person at the same parts of one draft, without a pause longer than an unused
session lasts. Its first save is a save as any: it has its event. Those that follow make a version
each, so that nobody overwrites what they haven't read, but no event: the one that stands names who,
when it began and which parts, and covers the versions up to that of the next event. Another person,
another part or a longer pause begins the next sitting.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.errors import PreconditionFailed
from intake.models import Intake
from intake.services import (
    audit,
    cases,
    draft_risk,
    engine_input,
    identity,
    intake_answers,
    intake_views,
    intakes,
    sessions,
)
from intake.services.intake_answers import Place
from intake.services.intake_views import IntakeView
from intake.services.intakes import Draft

#: As long as a session lasts that nobody uses.
PAUSE = sessions.IDLE


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a part of a draft now; `emptied` are fields with nothing in them.

    `revision` is the count of saves that the page was filled in from.
    """

    revision: int
    answers: dict[str, Any] = field(default_factory=dict)
    emptied: tuple[Place, ...] = ()

    @property
    def parts(self) -> frozenset[str]:
        """The sections it is about."""
        return frozenset({*self.answers, *(section for section, _ in self.emptied)})


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it stands after a save: what the next one has to name, when it was, and whole."""

    version: int
    revision: int
    saved_at: dt.datetime
    view: IntakeView


def keep(
    session: Session, intake_id: uuid.UUID, typed: Typed, *, version: int, actor: Actor,
    now: dt.datetime,
) -> Kept:  # fmt: skip
    """Save what was typed; an answer that means immediate risk raises its alert with it.

    Raises as `intakes.save`; PreconditionFailed also when a colleague typed meanwhile.
    """
    draft = intakes.for_change(session, intake_id, version, actor, allows_own=True)
    intake = draft.intake
    is_own = intake.saved_by == actor.staff_id
    if not is_own and intake.draft_revision != typed.revision:
        raise PreconditionFailed(intake.version)
    if is_own and _goes_on(intake, typed, now):
        return _in_place(session, draft, typed, actor=actor, now=now)
    view = intakes.save_draft(
        session, draft, typed.answers, emptied=typed.emptied, actor=actor, now=now
    )
    return Kept(view.version, view.draft_revision, now, view)


def _goes_on(intake: Intake, typed: Typed, now: dt.datetime) -> bool:
    """Whether the event that stands says what this save would say."""
    if intake.saved_at is None or intake.sitting is None:
        return False
    return now - intake.saved_at <= PAUSE and typed.parts <= set(intake.sitting)


def _in_place(
    session: Session, draft: Draft, typed: Typed, *, actor: Actor, now: dt.datetime
) -> Kept:
    """Save without an event: the stored row stays as loaded, a copy takes the answers.

    What is sent again as it stands, as a button does right after the page saved itself, is no
    save: whoever has read the draft since goes on with the version they read.
    """
    intake, vault = draft.intake, identity.vault_of(session, draft.client)
    audit.go_on(session)
    merged = intakes.change(intake, typed.answers, typed.emptied, vault)
    if merged == intake_answers.opened(intake, vault):
        view = intake_views.view(intake, draft.case, vault)
        return Kept(intake.version, intake.draft_revision, now, view)
    copy = _copy(intake)
    intake_answers.store(copy, merged, vault)
    record, today = (
        engine_input.Record(draft.case, draft.client, copy),
        cases.local_date(now, actor),
    )
    draft_risk.raise_new(session, record, intake.answers, today=today, now=now)
    changed = session.execute(
        update(Intake)
        .where(
            Intake.id == intake.id,
            Intake.site_id == intake.site_id,
            Intake.version == intake.version,
            Intake.state == "draft",
        )
        .values(
            answers=copy.answers,
            sealed=copy.sealed,
            draft_revision=Intake.draft_revision + 1,
            version=Intake.version + 1,
            saved_at=now,
        )
        .returning(Intake.version, Intake.draft_revision)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if changed is None:
        raise PreconditionFailed(intake.version)
    view = intake_views.view(copy, draft.case, vault)
    return Kept(changed.version, changed.draft_revision, now, view)


def _copy(intake: Intake) -> Intake:
    """A row like it that no session knows."""
    return Intake(**{one.key: getattr(intake, one.key) for one in Intake.__table__.columns})
