"""Somebody comes back: a new episode with a number of its own; the old one stays as it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Actor
from intake.clinical import lifecycle
from intake.errors import Conflict
from intake.models import Case, Intake
from intake.services import audit, cases, move_making
from intake.services.audit import Event
from intake.services.cases import Referral
from intake.services.identity import vault_of
from intake.services.move_making import Judged


def refuse_other_open(session: Session, case: Case) -> None:
    """An ended case is left alone while the person has another one. Raises Conflict."""
    found = session.execute(
        select(Case.reference).where(
            Case.client_id == case.client_id, Case.state.not_in(lifecycle.TERMINAL_STATES)
        )
    ).first()
    if found is not None:
        raise Conflict(f"This person has an open case ({found.reference}); continue there.")


def begin(session: Session, judged: Judged, *, actor: Actor, now: dt.datetime) -> Case:
    """The new case in state `intake` with an empty draft intake; its first move is the reopening.

    Within 90 days the old referral counts, from the day of the new contact on.
    """
    asked, old = judged.asked, judged.asked.case
    vault = vault_of(session, asked.client)
    referral = replace(asked.order.referral or _as_before(judged), reopens=old.id)
    case = cases.open_case(session, asked.client, referral, vault=vault, actor=actor, now=now)
    onward = move_making.onward(judged)
    case.state = onward.to_state
    row = cases.note_move(session, case, old.state, onward, actor=actor, now=now)
    move_making.seal(session, row, asked)
    intake = Intake(site_id=case.site_id, case_id=case.id, author_id=actor.staff_id, answers={})
    intake.state, intake.draft_revision = "draft", 1
    session.add(intake)
    act = Event("intake", "create", "C", row=intake, client_id=case.client_id, sensitivity="P2")
    audit.record(session, act)
    audit.record(session, Event("case", "reopen", "R", row=old, client_id=old.client_id))
    return case


def _as_before(judged: Judged) -> Referral:
    """The referral of the earlier episode, made anew by the person's return."""
    old, back = judged.asked.case, judged.asked.order.facts["new_contact_date"]
    return Referral(old.referral_source, back, old.referral_urgency)
