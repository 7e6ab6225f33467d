"""How is a draft saved while somebody types, without an event for every key?

A sitting is one person at the same parts of one draft, without a pause longer than an unused
session lasts. Its first save is a save as any: it has its event. Those that follow make a version
each, so that nobody overwrites what they haven't read, but no event: the one that stands names who,
when it began and which parts, and covers the versions up to that of the next event. Another person,
another part or a longer pause begins the next sitting.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
#: Before the name of the page that saved last, which stands among the parts of a sitting.
PAGE = "page:"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows of some places, as `mark` tells it."""

    places: tuple[Place, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a part of a draft now; `emptied` are fields with nothing in them.

    `page` is a random name of the page it was typed on, `seen` what that page showed there.
    """

    page: str
    seen: tuple[Seen, ...] = ()
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
    saved_at: dt.datetime
    view: IntakeView


def mark(answers: Mapping[str, Any], places: Iterable[Place]) -> str:
    """What tells the answers at some places from others there, without saying them."""
    found = [_at(answers, *one) for one in places]
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def keep(
    session: Session, intake_id: uuid.UUID, typed: Typed, *, version: int, actor: Actor,
    now: dt.datetime,
) -> Kept:  # fmt: skip
    """Save what was typed; an answer that means immediate risk raises its alert with it.

    Raises as `intakes.save`; PreconditionFailed also when another page of the same person changed
    what this one shows.
    """
    draft = intakes.for_change(session, intake_id, version, actor, allows_own=True)
    intake = draft.intake
    _refuse_overtaken(session, draft, typed)
    if intake.saved_by == actor.staff_id and _goes_on(intake, typed, now):
        return _in_place(session, draft, typed, actor=actor, now=now)
    shown = replace(draft, pages=(PAGE + typed.page,))
    view = intakes.save_draft(
        session, shown, typed.answers, emptied=typed.emptied, actor=actor, now=now
    )
    return Kept(view.version, now, view)


def _at(answers: Mapping[str, Any], section: str, name: str | None) -> object:
    inside = answers.get(section)
    if name is None:
        return inside
    return inside.get(name) if isinstance(inside, Mapping) else None


def _refuse_overtaken(session: Session, draft: Draft, typed: Typed) -> None:
    """Raises PreconditionFailed when a page would put back what it doesn't know has changed.

    It knows of its own saves, also of one whose answer is still on its way.
    """
    if PAGE + typed.page in (draft.intake.sitting or ()):
        return
    stored = intake_answers.opened(draft.intake, identity.vault_of(session, draft.client))
    if any(mark(stored, one.places) != one.mark for one in typed.seen):
        raise PreconditionFailed(draft.intake.version)


def _goes_on(intake: Intake, typed: Typed, now: dt.datetime) -> bool:
    """Whether the event that stands says what this save would say."""
    if intake.saved_at is None or intake.sitting is None:
        return False
    return now - intake.saved_at <= PAUSE and typed.parts <= _parts(intake)


def _parts(intake: Intake) -> set[str]:
    """The parts that the event of the present sitting names."""
    return {one for one in intake.sitting or () if not one.startswith(PAGE)}


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
        return Kept(intake.version, now, intake_views.view(intake, draft.case, vault))
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
            sitting=[*sorted(_parts(intake)), PAGE + typed.page],
            saved_at=now,
        )
        .returning(Intake.version)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if changed is None:
        raise PreconditionFailed(intake.version)
    return Kept(changed, now, intake_views.view(copy, draft.case, vault))


def _copy(intake: Intake) -> Intake:
    """A row like it that no session knows."""
    return Intake(**{one.key: getattr(intake, one.key) for one in Intake.__table__.columns})
