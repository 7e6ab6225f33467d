"""For which member of staff does a command show a person's record? Named, permitted, recorded.

Access to the terminal is the credential. The role of the person named decides what may be done,
and the trail shows that person, with the operating-system user beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click
from sqlalchemy.orm import Session

from intake.access import Actor, Permission
from intake.cli import stack
from intake.cli.refusals import refusals
from intake.cli.staff import find_site
from intake.database import SET_SITE
from intake.errors import IntakeError
from intake.services import audit, members
from intake.services.audit import Context, Event

AS_HELP = "E-mail address of the active member of staff who asks; the read is recorded as theirs."
SITE_HELP = "The site's name or id; needed where the person works at several."
SITE = click.option("--site", default=None, help=SITE_HELP)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, where, and for what: `noun` is what the trail calls it."""

    email: str
    site: str | None
    permission: Permission
    noun: str


@contextmanager
def acting(asked: Asked) -> Iterator[tuple[Session, Actor]]:
    """One transaction as that person at that site; a refusal leaves its event all the same.

    Raises a ClickException (status 2) with the refusal as one sentence.
    """
    known: list[Context] = []
    with refusals():
        try:
            with stack.transaction() as session:
                actor = _enter(session, asked)
                known.append(audit.context_of(session))
                actor.require(asked.permission)
                yield session, actor
        except IntakeError as error:
            _note_refusal(asked.noun, error, known)
            raise


def _enter(session: Session, asked: Asked) -> Actor:
    """Set the transaction and its events to the person and the site. Raises NotFound, Forbidden."""
    site_id = find_site(session, asked.site).id if asked.site is not None else None
    actor = members.acting(session, asked.email, site_id)
    session.execute(SET_SITE, {"site": str(actor.site_id)})
    session.info["audit_context"] = replace(
        audit.context_of(session),
        site_id=actor.site_id,
        agent_id=actor.staff_id,
        agent_role=actor.role.value,
        purpose="TREAT",
    )
    return actor


def _note_refusal(noun: str, error: IntakeError, known: list[Context]) -> None:
    """The event of a refusal: the transaction that was refused took its own with it."""
    code = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
    with stack.transaction() as session:
        if known:
            session.execute(SET_SITE, {"site": str(known[0].site_id)})
            session.info["audit_context"] = known[0]
        audit.record(session, audit.with_refusal(Event(noun, "refused", "E"), code))
