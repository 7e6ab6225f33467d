"""What can the reader do next with a row of a board? By its kind, its state and whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Row

from intake.access import Permission, Scope
from intake.clinical.lifecycle import TERMINAL_STATES
from intake.services import relations
from intake.services.board_lanes import Reader
from intake.services.reminder_reasons import RESENT

P = Permission


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
    """A text that didn't arrive is sent again, or followed by a call, which is written down."""
    if row.state in RESENT and _may(row, reader, P.APPOINTMENT_WRITE):
        yield "resend"
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


def _disclosure_consent(row: Row[Any], reader: Reader) -> Iterator[str]:
    """Nobody prolongs a signature: another one is asked for."""
    if _may(row, reader, P.CONSENT_RECORD):
        yield "disclosure-consents"


def _outbound(row: Row[Any], reader: Reader) -> Iterator[str]:
    """After the end of a case nothing leaves; what left before still gets its result."""
    if not _may(row, reader, P.CARE_WRITE):
        return
    if row.state != "planned":
        yield "receive-result"
    elif row.Case.state not in TERMINAL_STATES:
        yield "send"
    yield "cancel"


def _plan(row: Row[Any], reader: Reader) -> Iterator[str]:
    """Looked at again, a plan is decided anew, or stays with another day of review."""
    if _may(row, reader, P.PLAN_DECIDE):
        yield "plans"


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
    "disclosure_consent": _disclosure_consent,
    "outbound_referral": _outbound,
    "plan": _plan,
}
