"""Where can a case go from here, what is missing for it, and how is it moved?"""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import NotFound
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.transitions import TransitionIn
from intake.services import transition_views, transitions
from intake.services.transition_views import Outlook
from intake.web import case_tabs, case_words, forms, move_fields, pages, words
from intake.web.screens import Screen

blp = Screen("transitions", __name__)


@blp.page("/cases/<uuid:case_id>/transitions")
@act(Permission.CASE_MOVE)
def show(case_id: uuid.UUID) -> Response:
    """Every move from here, with what it still lacks and whose it is."""
    now = work()
    subject, found = case_tabs.subject(case_id), _outlook(case_id)
    return pages.page(
        "transitions/show.html",
        subject=subject,
        state=case_words.toned(case_words.STATES, found.state),
        sought=move_fields.sought(found),
        may_propose=now.actor.may(Permission.PROPOSAL_MAKE),
        may_call=now.actor.may(Permission.REFERRAL_WORK),
        may_correct=found.state == "deceased" and now.actor.may(Permission.PROPOSAL_DECIDE),
        moves=[
            (
                one,
                case_words.move(found.state, one.to),
                ", ".join(words.role(role).lower() for role in one.roles),
                move_fields.stored(one, approved=True),
                move_fields.can_be_said(one),
            )
            for one in found.moves
        ],
    )


@blp.page("/cases/<uuid:case_id>/transitions/<to>")
@act(Permission.CASE_MOVE)
def new(case_id: uuid.UUID, to: str) -> Response:
    """The form of one move: what is said with it, and what else is missing."""
    subject, found = case_tabs.subject(case_id), _outlook(case_id)
    move = next((one for one in found.moves if one.to == to), None)
    if move is None:
        raise NotFound("move")
    return pages.page(
        "transitions/new.html",
        subject=subject,
        title=case_words.move(found.state, to),
        fields=move_fields.of(move),
        stored=move_fields.stored(move),
        form=forms.form(version=found.version),
        may=move.may and move_fields.can_be_said(move),
    )


@blp.form("/cases/<uuid:case_id>/transitions/<to>")
@act(Permission.CASE_MOVE)
def make(case_id: uuid.UUID, to: str) -> Response:
    """The case is moved; a refusal lists what is missing. Reopening leads to the new case."""
    now, version = work(), form_parts.version()
    order = forms.load(TransitionIn(), to=to)
    moved = transitions.make(
        now.session, case_id, order, version=version, actor=now.actor, now=now.now
    )
    return pages.go("console.cases.show", case_id=moved.id, done="case_moved")


def _outlook(case_id: uuid.UUID) -> Outlook:
    now = work()
    return transition_views.possible(now.session, case_id, actor=now.actor, now=now.now)
