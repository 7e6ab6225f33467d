"""How is a discharge proposed, or a death taken back, and how does somebody else decide on it?"""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import BadRequest, NotFound
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.models.proposals import PROPOSAL_KINDS
from intake.schemas.proposals import NewProposalIn, ReturnIn
from intake.schemas.transitions import LONGEST
from intake.services import boards, cases, colleagues, proposal_views, proposals, transition_views
from intake.services.pages import Wanted
from intake.services.proposal_views import ProposalView
from intake.web import case_tabs, forms, move_fields, pages, proposal_words, words
from intake.web.reading import INTEGER
from intake.web.screens import Screen

blp = Screen("proposals", __name__)
SHOWN = Wanted(limit=50, after=None)
SHOW, OF_CASE = "console.proposals.show", "console.proposals.of_case"
WAITING = "waiting_decisions"


@blp.page("/proposals")
@act(Permission.PROPOSAL_READ)
def show_list() -> Response:
    """What waits for a clinical lead's decision, the soonest due first."""
    now = work()
    found = boards.worklist(now.session, WAITING, is_mine=False, actor=now.actor, now=now.now)
    return pages.page(
        "proposals/list.html",
        lines=[proposal_words.waiting(one, now.actor.time_zone) for one in found.rows],
        has_more=found.has_more,
    )


@blp.page("/cases/<uuid:case_id>/proposals")
@act(Permission.PROPOSAL_READ)
def of_case(case_id: uuid.UUID) -> Response:
    """Proposals of a case, the newest first."""
    now, subject = work(), case_tabs.subject(case_id)
    found = proposal_views.list_page(now.session, case_id, SHOWN, actor=now.actor)
    names = _names()
    return pages.page(
        "proposals/of_case.html",
        subject=subject,
        rows=[
            (
                one,
                proposal_words.KINDS[one.kind],
                f"By {names.get(one.proposed_by, 'somebody who left')}, "
                + words.moment(one.proposed_at, now.actor.time_zone),
                *proposal_words.STATES[one.state],
            )
            for one in found.rows
        ],
    )


@blp.page("/cases/<uuid:case_id>/proposals/new/<kind>")
@act(Permission.PROPOSAL_MAKE)
def new(case_id: uuid.UUID, kind: str) -> Response:
    """What is said with a proposal, beside what the record still lacks for it."""
    now, subject = work(), case_tabs.subject(_of_kind(case_id, kind))
    found = transition_views.possible(now.session, case_id, actor=now.actor, now=now.now)
    move = next((one for one in found.moves if one.to == "discharged"), None)
    return pages.page(
        "proposals/new.html",
        subject=subject,
        kind=kind,
        title=proposal_words.PROPOSE[kind],
        form=forms.form({"discharge_date": cases.local_date(now.now, now.actor)}),
        stored=move_fields.stored(move, approved=True) if move and kind == "discharge" else (),
        longest=LONGEST,
        why=proposal_words.DISCHARGE_REASONS,
        letters=proposal_words.LETTERS,
        not_said=proposal_words.NOT_SAID,
    )


@blp.form("/cases/<uuid:case_id>/proposals/new/<kind>")
@act(Permission.PROPOSAL_MAKE, creates=True)
def propose(case_id: uuid.UUID, kind: str) -> Response:
    """The proposal waits for somebody else; a refusal lists what is missing."""
    now = work()
    days, craving = _told("days_used_28"), _told("craving")
    order = forms.load(NewProposalIn(), kind=kind, days_used_28=days, craving=craving)
    made = proposals.propose(now.session, case_id, **order, actor=now.actor, now=now.now)
    return pages.go(SHOW, proposal_id=made.id, done="proposed")


@blp.page("/proposals/<uuid:proposal_id>")
@act(Permission.PROPOSAL_READ)
def show(proposal_id: uuid.UUID) -> Response:
    """One proposal in full; who didn't make it decides on it here."""
    now, found = work(), _read(proposal_id)
    is_open, is_own = found.state == "proposed", found.proposed_by == now.actor.staff_id
    return pages.page(
        "proposals/show.html",
        found=found,
        subject=case_tabs.subject(found.case_id),
        title=proposal_words.KINDS[found.kind],
        state=proposal_words.STATES[found.state],
        rows=proposal_words.rows(found, _names(), now.actor.time_zone),
        form=forms.form(version=found.version),
        may_decide=is_open and not is_own and now.actor.may(Permission.PROPOSAL_DECIDE),
        may_withdraw=is_open and is_own and now.actor.may(Permission.PROPOSAL_WITHDRAW),
        longest=LONGEST,
    )


@blp.form("/proposals/<uuid:proposal_id>")
@act(Permission.PROPOSAL_DECIDE)
def decide(proposal_id: uuid.UUID) -> Response:
    """Agreed to, and the case moves with it; or returned with a comment."""
    now, version = work(), form_parts.version()
    if forms.text("_do") == "approve":
        proposals.approve(now.session, proposal_id, version=version, actor=now.actor, now=now.now)
        done = "proposal_approved"
    elif forms.text("_do") == "return":
        said = forms.load(ReturnIn())["comment"]
        proposals.send_back(
            now.session, proposal_id, said, version=version, actor=now.actor, now=now.now
        )
        done = "proposal_returned"
    else:
        raise BadRequest("Choose one of the buttons below the proposal.")
    return pages.go(SHOW, proposal_id=proposal_id, done=done)


@blp.page("/proposals/<uuid:proposal_id>/withdraw")
@act(Permission.PROPOSAL_WITHDRAW)
def withdraw_form(proposal_id: uuid.UUID) -> Response:
    """Asked once more before one's own proposal is taken back."""
    found = _read(proposal_id)
    return pages.page(
        "proposals/withdraw.html",
        found=found,
        subject=case_tabs.subject(found.case_id),
        title=proposal_words.KINDS[found.kind],
        form=forms.form(version=found.version),
    )


@blp.form("/proposals/<uuid:proposal_id>/withdraw", keeps=False)
@act(Permission.PROPOSAL_WITHDRAW)
def withdraw(proposal_id: uuid.UUID) -> Response:
    """One's own proposal is taken back, and its task with it."""
    now, version = work(), form_parts.version()
    proposals.withdraw(now.session, proposal_id, version=version, actor=now.actor)
    return pages.go(SHOW, proposal_id=proposal_id, done="proposal_withdrawn")


def _of_kind(case_id: uuid.UUID, kind: str) -> uuid.UUID:
    """The case, where the address names a kind there is. Raises NotFound."""
    if kind not in PROPOSAL_KINDS:
        raise NotFound("proposal")
    return case_id


def _told(name: str) -> int | str | dict[str, str] | None:
    """A number as told, or why there is none; what is neither is left to the schema."""
    said, why = forms.text(name), forms.text(f"{name}.status")
    if why and not said:
        return {"status": why}
    return int(said) if INTEGER.match(said) else said or None


def _read(proposal_id: uuid.UUID) -> ProposalView:
    return proposal_views.read(work().session, proposal_id, actor=work().actor)


def _names() -> dict[uuid.UUID, str]:
    """Who may propose here, by name; oneself is "you"."""
    now = work()
    found = colleagues.who_may(now.session, Permission.PROPOSAL_MAKE, actor=now.actor)
    return {one.id: "you" if one.id == now.actor.staff_id else one.name for one in found}
