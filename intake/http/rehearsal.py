"""What does a request with a test key do? Everything but last: it is undone before the answer.

Nothing of ours leaves the process before the commit, and what sends is a row in a table: undone, it
reaches nobody. Shown is shown, though, so every look at a record stays in the trail, the look that
a change affords included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.access import Actor
from intake.services import audit


def answered(session: Session, actor: Actor, answer: Callable[[], Response]) -> Response:
    """The finished answer; for a test key, all that it wrote is undone and recorded as tried."""
    if not actor.is_test:
        return answer()
    tried = session.begin_nested()
    response = answer()
    session.flush()
    events = [_tried(event) for event in audit.collected(session)]
    tried.rollback()
    audit.replace_collected(session, events)
    return response


def _tried(event: audit.Event) -> audit.Event:
    """A read as it was; an act as one that was tried, without the row that it didn't change."""
    if event.action == "R":
        return event
    return replace(event, subtype="try_out", action="R", row=None, fields=())
