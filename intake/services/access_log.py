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

from intake.access import Actor, Permission
from intake.services import audit, pages, relations
from intake.services.access_words import outcome_in_words, what_was_done
from intake.services.audit import Event

READ = text(
    "SELECT e.id, e.occurred_at, e.agent_id, e.agent_role, e.client_id, e.type, e.subtype,"
    " e.action, e.outcome, e.outcome_code, s.display_name"
    " FROM read_audit(:site, :client, NULL, NULL, NULL, NULL, :before, :limit) e"
    " LEFT JOIN staff s ON s.id = e.agent_id ORDER BY e.id DESC"
)
# A person's events, those of records merged into theirs included.
READ_PERSON = text(
    "SELECT e.id, e.occurred_at, e.agent_id, e.agent_role, e.client_id, e.type, e.subtype,"
    " e.action, e.outcome, e.outcome_code, s.display_name"
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
    which the person was one of several are in the trail, but not here. Raises NotFound.
    """
    case = relations.case(session, case_id, actor, Permission.ACCESS_LOG_READ)
    page = _page(session, case.site_id, wanted, client_id=case.client_id)
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
    session: Session, site_id: uuid.UUID, wanted: pages.Wanted, *, client_id: uuid.UUID | None
) -> pages.Page[AccessLine]:
    """One page of the trail; the cursor is the identifier of the last event."""
    values = {
        "site": site_id,
        "client": client_id,
        "before": wanted.after,
        "limit": wanted.limit + 1,
    }
    statement = READ if client_id is None else READ_PERSON
    found = session.execute(statement, values).all()
    rows = found[: wanted.limit]
    return pages.Page(
        rows=[_line(row) for row in rows],
        has_more=len(found) > wanted.limit,
        last=rows[-1].id if rows else None,
    )


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
