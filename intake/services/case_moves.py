"""Does a case move on by itself? When an act fulfils the last need, and the actor may move it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, replace

from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import lifecycle, readiness
from intake.clinical.case_facts import Known, Said
from intake.models import Case, Client
from intake.services import cases, move_facts
from intake.services.cases import Move

NOTHING_SAID = Said()


def advance(
    session: Session, case: Case, client: Client, onward: Move, *, actor: Actor, now: dt.datetime
) -> bool:
    """Make a move for which nothing is missing, else leave the case where it is; whether it moved.

    What is still missing is told by `transition_views.possible`; whoever may, moves it later. The
    key worker that `onward` names is set in any case.
    """
    move = lifecycle.find_move(case.state, onward.to_state)
    known = move_facts.gather(session, case, client, actor=actor, now=now).known
    if onward.key_worker_id is not None:
        case.key_worker_id = onward.key_worker_id
        known = replace(known, has_key_worker=True)
    found = readiness.fulfilled(known, NOTHING_SAID)
    if actor.role not in move.roles:
        return False
    if not found.issuperset(move.needs):
        return False
    cases.move(session, case, onward, fulfilled=found, actor=actor, now=now)
    return True


def needs(
    session: Session, case: Case, client: Client, said: Said, *, actor: Actor, now: dt.datetime
) -> frozenset[str]:
    """Which needs are fulfilled by what is stored of a case and what was said."""
    known = move_facts.gather(session, case, client, actor=actor, now=now).known
    return readiness.fulfilled(known, said)


def snapshot(known: Known, said: Said) -> bytes:
    """SHA-256 of everything a move was judged by."""
    judged = {"known": asdict(known), "said": asdict(said)}
    return hashlib.sha256(json.dumps(judged, sort_keys=True, default=_plain).encode()).digest()


def _plain(value: object) -> object:
    """Days as text, sets in an order."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
