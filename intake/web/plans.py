"""What do the rules suggest for a case, why, and what do clinician and person choose?"""

from __future__ import annotations

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import BadRequest, FieldError, NotFound, ValidationFailed
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.models.goals import GOAL_DOMAINS
from intake.models.plans import AGREED_HOW, CHANGE_CODES, OVERRIDE_CODES
from intake.schemas.plans import NewPlanIn, PlanReturnIn
from intake.services import (
    cases,
    free_places,
    plan_sign_off,
    plan_views,
    plans,
    recommendations,
    wishes,
)
from intake.services.pages import Wanted
from intake.services.recommendations import RecommendationView
from intake.web import (
    case_tabs,
    forms,
    list_places,
    pages,
    plan_choices,
    second_opinions,
    subjects,
    words,
)
from intake.web.screens import Screen

blp = Screen("plans", __name__)
SHOWN = Wanted(limit=50, after=None)
NO_COMMENT = "A sign-off keeps no comment. Return the choice with it, or empty this field."


@blp.page("/cases/<uuid:case_id>/recommendation")
@act(Permission.PLAN_READ)
def show(case_id: uuid.UUID) -> Response:
    """What the rules suggest with every reason, and what was decided so far."""
    now, subject = work(), subjects.of_case(case_id)
    decided = plan_views.list_page(now.session, case_id, list_places.wanted(), actor=now.actor)
    return pages.page(
        "plans/show.html",
        subject=subject,
        decided=decided.rows,
        places=list_places.places(decided, ".show", case_id=case_id, _anchor="decisions"),
        form=forms.form(),
        may_ask=now.actor.may(Permission.PLAN_PROPOSE),
        may_decide=now.actor.may(Permission.PLAN_DECIDE),
        **_beside(case_id, _newest(case_id)),
    )


@blp.form("/cases/<uuid:case_id>/recommendation", keeps=False)
@act(Permission.PLAN_PROPOSE, creates=True)
def ask(case_id: uuid.UUID) -> Response:
    """It is worked out from what is known now."""
    now = work()
    recommendations.compute(now.session, case_id, actor=now.actor, now=now.now)
    return pages.go("console.plans.show", case_id=case_id, done="recommendation_made")


@blp.page("/cases/<uuid:case_id>/plans/new")
@act(Permission.PLAN_DECIDE)
def new(case_id: uuid.UUID) -> Response:
    """The choice beside the reasons."""
    now, subject = work(), subjects.of_case(case_id)
    found = recommendations.read(now.session, case_id, actor=now.actor)
    places = free_places.find(now.session) if now.actor.may(Permission.PROGRAMME_READ) else ()
    return pages.page(
        "plans/new.html",
        subject=subject,
        form=forms.form({"decided_on": cases.local_date(now.now, now.actor)}),
        choices=plan_choices.choices(found, places),
        additions=plan_choices.additions(found),
        ways=words.options(words.MODES, AGREED_HOW),
        why=[(code, words.code(code)) for code in OVERRIDE_CODES],
        why_change=[(code, words.code(code)) for code in CHANGE_CODES],
        in_force=_in_force(case_id),
        domains=[(code, words.code(code)) for code in GOAL_DOMAINS],
        **_beside(case_id, found),
    )


@blp.form("/cases/<uuid:case_id>/plans/new")
@act(Permission.PLAN_DECIDE, creates=True)
def decide(case_id: uuid.UUID) -> Response:
    """The choice is stored with its reason."""
    now = work()
    # Nothing ticked is an answer: nothing is added.
    order = forms.load(NewPlanIn(), adjuncts=forms.values("adjuncts"))
    made = plans.decide(now.session, case_id, order, actor=now.actor, now=now.now)
    done = "plan_waits" if made.state == "awaiting_sign_off" else "plan_chosen"
    return pages.go("console.plans.decision", plan_id=made.id, done=done)


@blp.page("/plans/<uuid:plan_id>")
@act(Permission.PLAN_READ)
def decision(plan_id: uuid.UUID) -> Response:
    """One decision with its reason; a clinical lead answers somebody else's here."""
    now = work()
    plan = plan_views.read(now.session, plan_id, actor=now.actor)
    newest = _newest(plan.case_id)
    is_asked = plan.state == "awaiting_sign_off" and plan.decided_by != now.actor.staff_id
    return pages.page(
        "plans/decision.html",
        subject=subjects.of_case(plan.case_id),
        plan=plan,
        added=plan_choices.added(plan, newest),
        form=forms.form(version=plan.version),
        may_sign=is_asked and now.actor.may(Permission.PLAN_SIGN_OFF),
        **_beside(plan.case_id, newest),
    )


@blp.form("/plans/<uuid:plan_id>")
@act(Permission.PLAN_SIGN_OFF)
def answer(plan_id: uuid.UUID) -> Response:
    """A clinical lead agrees to somebody else's choice below a safety minimum, or returns it."""
    now, version = work(), form_parts.version()
    if forms.text("_do") == "return":
        said = forms.load(PlanReturnIn())["comment"]
        plan_sign_off.send_back(
            now.session, plan_id, said, version=version, actor=now.actor, now=now.now
        )
        done = "plan_returned"
    elif forms.text("_do") == "sign":
        if forms.text("comment"):
            raise ValidationFailed(FieldError("/comment", "not_kept", NO_COMMENT))
        plan_sign_off.sign_off(now.session, plan_id, version=version, actor=now.actor, now=now.now)
        done = "plan_signed_off"
    else:
        raise BadRequest("Choose one of the buttons below the decision.")
    return pages.go("console.plans.decision", plan_id=plan_id, done=done)


def _newest(case_id: uuid.UUID) -> RecommendationView | None:
    """The recommendation in force; None while nobody asked for one."""
    now = work()
    try:
        return recommendations.read(now.session, case_id, actor=now.actor)
    except NotFound:
        return None


def _in_force(case_id: uuid.UUID) -> str | None:
    """The setting of the open arm of treatment, if there is one."""
    now = work()
    found = plan_views.list_page(now.session, case_id, SHOWN, actor=now.actor).rows
    is_open = (one for one in found if one.in_force_from and not one.in_force_until)
    arm = next(is_open, None)
    return arm.chosen_setting if arm else None


def _beside(case_id: uuid.UUID, found: RecommendationView | None) -> dict[str, Any]:
    """What stands around a choice: tabs, the reasons, and what the person said they want."""
    now = work()
    said = None
    if now.actor.may(Permission.INTAKE_READ):
        said = wishes.read(now.session, case_id, actor=now.actor)
    return {
        "opinions": second_opinions.of_case(case_id),
        "ask": _ask(case_id, found),
        "tabs": case_tabs.of(case_id, "plan"),
        "found": found,
        "reasons": plan_choices.reasons(found.result) if found else None,
        "wishes": said,
    }


def _ask(case_id: uuid.UUID, found: RecommendationView | None) -> str:
    """Where a colleague is asked for a second opinion; empty for who decides on no plan."""
    is_there = found is not None and found.state == "complete"
    if not is_there or not work().actor.may(Permission.PLAN_DECIDE):
        return ""
    return url_for("console.second_opinions.new", case_id=case_id)
