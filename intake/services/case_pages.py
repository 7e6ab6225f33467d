"""What does the page of a case show, all at once and no more than its reader may see?

A fixed number of statements, whatever the case holds. Each part is a card of its own: one whose
stored words can't be trusted says so and the others stay.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.errors import NotFound
from intake.models import Case
from intake.services import (
    audit,
    case_page_parts,
    case_page_query,
    cases,
    relations,
)
from intake.services.audit import Event
from intake.services.case_page_parts import Reading
from intake.services.case_page_shapes import Card, CasePage, CourseWanted

T = TypeVar("T")
P = Permission
# More than anybody looks at on one page; the pages behind the tabs show the rest.
TASKS, VISITS, GOALS = 20, 6, 20
MOOD = "phq9"
log = structlog.get_logger()


def read(
    session: Session, case_id: uuid.UUID, wanted: CourseWanted, *, actor: Actor, now: dt.datetime
) -> CasePage:
    """The page of a case; what was shown is recorded. Raises as `relations.require`.

    Whose role reads identities must have to do with the case, or have opened it in an emergency;
    other roles see the case without its person, as far as their permissions go.
    """
    today = cases.local_date(now, actor)
    row = session.execute(case_page_query.facts(case_id, today, actor)).one_or_none()
    if row is None:
        raise NotFound("case")
    needed = P.CLIENT_READ if actor.may(P.CLIENT_READ) else P.CASE_READ
    relations.require(session, actor, needed, row.Case, others=(row.draft_author,))
    page = case_page_parts.page(Reading(session, row, actor, now), wanted, today)
    _record(session, row.Case, page)
    return page


def _record(session: Session, case: Case, page: CasePage) -> None:
    """That the page was opened and which parts it showed; identity and contacts as themselves."""
    cards = tuple(
        name
        for name in CasePage.__dataclass_fields__
        if isinstance(card := getattr(page, name), Card) and card.value is not None
    )
    ids: list[uuid.UUID] = [
        row.id for card in (page.tasks, page.visits, page.goals) for row in card.value or ()
    ]
    if page.scores.value is not None:
        ids += page.scores.value.trends.assessments
    shown = {"client_id": case.client_id, "sensitivity": "P2", "fields": cards}
    audit.record(
        session,
        Event("case", "read", "R", row=case, hits=len(ids), returned_ids=tuple(ids), **shown),  # type: ignore[arg-type] # names and values of an event
    )
    for noun, is_shown in (
        ("client", page.person is not None),
        ("contact", page.contacts.value is not None),
    ):
        if is_shown:
            act = Event(noun, "read", "R", client_id=case.client_id, sensitivity="P1")
            audit.record(session, act)
