"""Who did what with a person's record? The audit trail in sentences, for people to read.

Nothing clinical or personal is in it: times, colleagues, acts. The trail itself is read through
`read_audit` alone, which shows the site of the transaction and no other.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from intake.access import Actor, Permission, Role
from intake.services import audit, cases, pages, relations
from intake.services.access_words import outcome_in_words, what_was_done
from intake.services.audit import Event

#: The class of counselling notes
NOTES = "P3"
READ = text(
    "SELECT e.id, e.occurred_at, e.agent_id, e.agent_role, e.client_id, e.type, e.subtype,"
    " e.action, e.outcome, e.outcome_code, e.sensitivity, s.display_name"
    " FROM read_audit(:site, :client, NULL, NULL, NULL, NULL, :before, :limit) e"
    " LEFT JOIN staff s ON s.id = e.agent_id ORDER BY e.id DESC"
)
# A person's events, those of records merged into theirs included.
READ_PERSON = text(
    "SELECT e.id, e.occurred_at, e.agent_id, e.agent_role, e.client_id, e.type, e.subtype,"
    " e.action, e.outcome, e.outcome_code, e.sensitivity, s.display_name"
    " FROM clients c CROSS JOIN LATERAL"
    " read_audit(:site, c.id, NULL, NULL, NULL, NULL, :before, :limit) e"
    " LEFT JOIN staff s ON s.id = e.agent_id"
    " WHERE c.site_id = :site AND (c.id = :client OR c.merged_into = :client)"
    " ORDER BY e.id DESC LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One event: when (clinic time), who in which role, what in words, and how it ended.

    `staff_name` is empty for a service; `agent_role` names it then.
    """

    id: uuid.UUID
    at: dt.datetime
    staff_id: uuid.UUID | None
    staff_name: str | None
    role: str
    client_id: uuid.UUID | None
    what: str
    action: str
    outcome: str
    outcome_code: str | None


def of_case(
    session: Session, case_id: uuid.UUID, wanted: pages.Wanted, *, actor: Actor
) -> pages.Page[AccessLine]:
    """Acts on the record of a case's person, the newest first; reading it is an act itself.

    A person's earlier cases are included: identity and contacts are the same record. Lists in
    which the person was one of several are in the trail, but not here. That there are counselling
    notes is known to their author and the auditor alone. Who writes a draft sees no log: a
    referral of a person on record opens no earlier case. Raises as `relations.require`.
    """
    case = cases.get(session, case_id)
    relations.require(session, actor, Permission.ACCESS_LOG_READ, case)
    page = _page(session, case.site_id, wanted, client_id=case.client_id, reader=actor)
    audit.record(
        session,
        Event(
            "access_log",
            "read",
            "R",
            row=case,
            client_id=case.client_id,
            hits=len(page.rows),
            sensitivity="P4",
        ),
    )
    return page


def tail(session: Session, site_id: uuid.UUID, limit: int) -> list[AccessLine]:
    """The last acts at the site this transaction is set to, the oldest first; it is recorded."""
    page = _page(session, site_id, pages.Wanted(limit, None), client_id=None)
    audit.record(session, Event("audit", "tail", "R", hits=len(page.rows), sensitivity="P4"))
    return page.rows[::-1]


def _page(
    session: Session, site_id: uuid.UUID, wanted: pages.Wanted, *, client_id: uuid.UUID | None,
    reader: Actor | None = None,
) -> pages.Page[AccessLine]:  # fmt: skip
    """One page of the trail; the cursor is the identifier of the last event.

    One statement, and one more for each page of which the reader may not see every line.
    """
    batch = wanted.limit + 1
    values = {"site": site_id, "client": client_id, "before": wanted.after, "limit": batch}
    statement = READ if client_id is None else READ_PERSON
    found: list[Row[Any]] = []
    while True:
        read = session.execute(statement, values).all()
        found += [row for row in read if reader is None or _may_see(row, reader)]
        if len(read) < batch or len(found) > wanted.limit:
            break
        values["before"] = read[-1].id
    rows = found[: wanted.limit]
    return pages.Page(
        rows=[_line(row) for row in rows],
        has_more=len(found) > wanted.limit,
        last=rows[-1].id if rows else None,
    )


def _may_see(row: Row[Any], reader: Actor) -> bool:
    """Counselling notes (P3) are the author's own matter, and the auditor's."""
    is_own = row.agent_id == reader.staff_id
    return row.sensitivity != NOTES or is_own or reader.role is Role.AUDITOR


def _line(row: Row[Any]) -> AccessLine:
    return AccessLine(
        id=row.id,
        at=row.occurred_at,
        staff_id=row.agent_id,
        staff_name=row.display_name,
        role=row.agent_role,
        client_id=row.client_id,
        what=what_was_done(row.type, row.subtype),
        action=row.action,
        outcome=outcome_in_words(row.outcome),
        outcome_code=row.outcome_code,
    )
