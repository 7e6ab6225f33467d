"""Which answers of a draft can't wait for it to be handed in? Alerts raised while it is saved.

Critical and high alerts are raised by the save that first makes them true, in its transaction, with
their task. What an earlier save raised isn't raised again by the next one: somebody may have dealt
with it meanwhile. Medium and low ones come when the intake is handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from intake.clinical.alerts import Alert
from intake.clinical.evaluation import draft_alerts
from intake.errors import FieldError, ValidationFailed
from intake.services import alerts, engine_input
from intake.services.engine_input import Record

IMMEDIATE = frozenset({"critical", "high"})
Answers = Mapping[str, Any]


def raise_new(
    session: Session, record: Record, before: Answers | None, *, today: dt.date, now: dt.datetime
) -> None:
    """Raise what the stored answers of a draft make true and `before` (None: no draft) didn't."""
    found = _immediate(engine_input.assemble(session, record, on=today, channels=()))
    known = {one.code for one in _immediate(_as_it_was(session, record, before, today))}
    fresh = tuple(one for one in found if one.code not in known)
    alerts.raise_for(session, record.case, fresh, now=now)


def _as_it_was(
    session: Session, record: Record, before: Answers | None, today: dt.date
) -> dict[str, Any]:
    """The engine's input with the answers as they were; nothing where there was no draft."""
    if before is None:
        return {}
    whole = engine_input.assemble(session, record, on=today, channels=())
    kept = {name: whole[name] for name in whole if name not in record.intake.answers}
    demographics = {**before.get("demographics", {}), **_age(whole)}
    return {**kept, **before, "demographics": demographics}


def _age(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {"age_at_intake": whole["demographics"]["age_at_intake"]}


def _immediate(intake: Mapping[str, Any]) -> tuple[Alert, ...]:
    """The alerts that can't wait. A field that can't be true hides none that doesn't need it."""
    try:
        found = draft_alerts(intake)
    except ValidationFailed as error:
        found = draft_alerts(_without(intake, error.fields))
    return tuple(one for one in found if one.priority in IMMEDIATE)


def _without(intake: Mapping[str, Any], wrong: tuple[FieldError, ...]) -> dict[str, Any]:
    """The input less the fields that are wrong; they are named when the intake is handed in."""
    reduced = {
        name: dict(part) if isinstance(part, Mapping) else part for name, part in intake.items()
    }
    for one in wrong:
        _, section, *rest = one.pointer.split("/")
        if rest and isinstance(reduced.get(section), dict):
            reduced[section].pop(rest[0], None)
        else:
            reduced.pop(section, None)
    return reduced
