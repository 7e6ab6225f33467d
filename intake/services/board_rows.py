"""How does one row of a board read, and what can the reader do with it next?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from intake.access import Permission, Scope
from intake.clinical import completeness
from intake.clinical.completeness import COMPLETE
from intake.models import Case
from intake.services import intake_answers, referrals, relations
from intake.services.alert_answers import RULES
from intake.services.board_lanes import Lane, Reader
from intake.services.identity import opened, vault_of
from intake.services.reminder_reasons import in_words

P = Permission


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One thing that waits. `kind` says what, and with it what `code`, `detail` and `at` mean.

    `name` is the person's, for those who may read identities; `days` is how long it has waited.
    """

    kind: str
    id: uuid.UUID
    version: int | None
    state: str | None
    code: str | None
    detail: str | None
    words: str | None
    at: dt.datetime | None
    day: dt.date | None
    due_on: dt.date | None
    days: int | None
    is_overdue: bool
    owner_id: uuid.UUID | None
    about_id: uuid.UUID | None
    case_id: uuid.UUID | None
    case_reference: str | None
    case_state: str | None
    key_worker_id: uuid.UUID | None
    client_id: uuid.UUID | None
    name: str | None
    sections_complete: int | None
    sections_total: int | None
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Since when, or until when, a row is judged."""

    days: int | None
    is_overdue: bool
    due_on: dt.date | None = None


def view(session: Session, lane: Lane, row: Row[Any], reader: Reader) -> BoardRow:
    """One row with its case, its person's name where permitted, and its next steps."""
    case: Case | None = row.Case
    waiting = _waiting(lane.kind, row, reader)
    complete, total = _sections(session, row)
    return BoardRow(
        kind=lane.kind,
        id=row.id,
        version=row.version,
        state=row.state,
        code=row.code,
        detail=row.detail,
        words=_words(lane.kind, row),
        at=row.at,
        day=row.day,
        due_on=waiting.due_on,
        days=waiting.days,
        is_overdue=waiting.is_overdue,
        owner_id=row.owner_id,
        about_id=row.about_id,
        case_id=row.case_id,
        case_reference=case.reference if case else None,
        case_state=case.state if case else None,
        key_worker_id=case.key_worker_id if case else None,
        client_id=case.client_id if case else None,
        name=name_of(session, row, reader),
        sections_complete=complete,
        sections_total=total,
        actions=tuple(ACTIONS[lane.kind](row, reader)),
    )


def name_of(session: Session, row: Row[Any], reader: Reader) -> str | None:
    """The person's name, for whoever may read the identity of this very case's person."""
    if row.Case is None or row.Client.wrapped_key is None:
        return None
    author = row.owner_id if row.Intake is not None else None
    if not relations.is_related(reader.actor, P.CLIENT_READ, row.Case, others=(author,)):
        return None
    person = opened(row.Client, vault_of(session, row.Client))
    return f"{person.preferred_name or person.given_name} {person.family_name}"


def _words(kind: str, row: Row[Any]) -> str | None:
    """What staff read of it, where the code alone says too little."""
    if kind == "alert":
        rule = RULES.get(row.code)
        return rule.when.sentence if rule else None
    if kind == "reminder":
        return in_words(row.state, row.code)
    words: str | None = row.words
    return words


def _waiting(kind: str, row: Row[Any], reader: Reader) -> _Waiting:
    """How long it has waited or is overdue, in days at the site, and whether that is too long."""
    if kind == "referral":
        until = row.Case.triaged_on or reader.today
        due = referrals.due_on(row.Case)
        return _Waiting((until - row.Case.referral_date).days, until > due, due)
    if kind == "follow_up":
        return _Waiting((reader.today - row.day).days, is_overdue=True, due_on=row.day)
    if kind == "consent":
        return _Waiting(None, is_overdue=False, due_on=row.day)
    if kind in ("note", "draft", "grant"):
        return _Waiting((reader.now - row.at).days, is_overdue=kind == "note")
    return _Waiting(None, is_overdue=kind != "reminder" and row.at <= reader.now)


def _sections(session: Session, row: Row[Any]) -> tuple[int | None, int | None]:
    """How many sections of a draft lack nothing, and how many there are."""
    if row.Intake is None or row.Client.wrapped_key is None:
        return None, None
    answers = intake_answers.with_referral(row.Intake, row.Case, vault_of(session, row.Client))
    sections = completeness.sections(answers)
    return sum(one.state == COMPLETE for one in sections), len(sections)


def _may(row: Row[Any], reader: Reader, permission: Permission, *, is_owners: bool = False) -> bool:
    """Whether the reader may do it in the row's case; its owner counts where `is_owners`."""
    if row.Case is None:
        return reader.actor.may(permission)
    others = (row.owner_id,) if is_owners else ()
    return relations.is_related(reader.actor, permission, row.Case, others=others)


def _alert(row: Row[Any], reader: Reader) -> Iterator[str]:
    if _may(row, reader, P.ALERT_CLOSE):
        yield from ("acknowledge", "close") if row.state == "open" else ("close",)


def _visit(row: Row[Any], reader: Reader) -> Iterator[str]:
    """Arrival until it is known, absence once it has begun."""
    is_booked = row.state == "booked"
    if _may(row, reader, P.APPOINTMENT_ATTEND, is_owners=True):
        yield from ("check-in", "attend") if is_booked else ("attend",)
        if is_booked and row.at <= reader.now:
            yield "no-show"
    if is_booked and _may(row, reader, P.APPOINTMENT_WRITE, is_owners=True):
        yield from ("move", "cancel")


def _follow_up(row: Row[Any], reader: Reader) -> Iterator[str]:
    if _may(row, reader, P.APPOINTMENT_WRITE):
        yield "book"


def _reminder(row: Row[Any], reader: Reader) -> Iterator[str]:
    """A text that didn't arrive is followed by a call, which is written down."""
    if _may(row, reader, P.REFERRAL_WORK):
        yield "contact-attempts"


def _referral(row: Row[Any], reader: Reader) -> Iterator[str]:
    if not _may(row, reader, P.REFERRAL_WORK):
        return
    if row.owner_id is None:
        yield "take"
    elif row.owner_id in reader.mine:
        yield "hand-back"
    if row.Case.triaged_on is None:
        yield "triage"


def _draft(row: Row[Any], reader: Reader) -> Iterator[str]:
    if _may(row, reader, P.INTAKE_WRITE, is_owners=True):
        yield from ("resume", "interrupt", "submit")


def _note(row: Row[Any], reader: Reader) -> Iterator[str]:
    if row.owner_id == reader.actor.staff_id:
        yield from ("resume", "sign")


def _task(row: Row[Any], reader: Reader) -> Iterator[str]:
    """Some close what is theirs or nobody's, and see the rest."""
    is_own = row.owner_id is None or row.owner_id in reader.mine
    if reader.actor.scope(P.WORK_CLOSE) is Scope.OWN:
        may = is_own and _may(row, reader, P.WORK_READ, is_owners=True)
    else:
        may = _may(row, reader, P.WORK_CLOSE, is_owners=True)
    if may:
        yield from ("take", "done") if row.owner_id is None else ("done",)


def _grant(row: Row[Any], reader: Reader) -> Iterator[str]:
    if row.owner_id != reader.actor.staff_id:
        yield "review"


def _consent(row: Row[Any], reader: Reader) -> Iterator[str]:
    if _may(row, reader, P.CONSENT_RECORD):
        yield "consents"


# By kind, the last part of the address of each act that is open to the reader now.
ACTIONS: Mapping[str, Callable[[Row[Any], Reader], Iterator[str]]] = {
    "alert": _alert,
    "appointment": _visit,
    "follow_up": _follow_up,
    "reminder": _reminder,
    "referral": _referral,
    "draft": _draft,
    "note": _note,
    "task": _task,
    "grant": _grant,
    "consent": _consent,
}
