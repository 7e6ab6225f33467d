"""How is a colleague asked for a second opinion, and how do they give it?"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.second_opinions import NewQuestionIn, OpinionIn
from intake.services import colleagues, recommendations, second_opinions
from intake.services.second_opinions import SecondOpinion
from intake.web import case_tabs, forms, pages, plan_choices, subjects, words
from intake.web.screens import Screen

blp = Screen("second_opinions", __name__)
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Line:
    """A question as a card shows it; `tone` is of its badge, `href` leads to it while it waits."""

    who: str
    badge: str
    tone: str
    question: str
    answer: str
    when: str
    href: str


@blp.page("/cases/<uuid:case_id>/second-opinions/new")
@act(Permission.PLAN_DECIDE)
def new(case_id: uuid.UUID) -> Response:
    """Whom to ask, and what, beside the reasons."""
    now, subject = work(), subjects.of_case(case_id)
    found = recommendations.read(now.session, case_id, actor=now.actor)
    return pages.page(
        "second_opinions/new.html",
        subject=subject,
        form=forms.form(),
        found=found,
        reasons=plan_choices.reasons(found.result),
        wishes=None,
        staff=[
            (str(one.id), f"{one.name}, {words.role(one.role).lower()}")
            for one in _staff()
            if one.id != now.actor.staff_id
        ],
    )


@blp.form("/cases/<uuid:case_id>/second-opinions/new")
@act(Permission.PLAN_DECIDE, creates=True)
def ask(case_id: uuid.UUID) -> Response:
    """The colleague has a task that leads to the question."""
    now, order = work(), forms.load(NewQuestionIn())
    second_opinions.ask(now.session, case_id, order, actor=now.actor, now=now.now)
    return pages.go("console.plans.show", case_id=case_id, done="opinion_asked")


@blp.page("/second-opinions/<uuid:opinion_id>")
@act(Permission.PLAN_READ)
def show(opinion_id: uuid.UUID) -> Response:
    """The question beside the suggestion; who was asked answers here."""
    now = work()
    found = second_opinions.read(now.session, opinion_id, actor=now.actor)
    question = found.question
    return pages.page(
        "second_opinions/show.html",
        subject=case_tabs.named(found.recommendation.case_id),
        line=lines([question])[0],
        due=words.moment(question.due_at, now.actor.time_zone),
        may_answer=question.state == OPEN and question.asked_of == now.actor.staff_id,
        form=forms.form(version=question.version),
        options=list(words.OPINION_CHOICES),
        found=found.recommendation,
        reasons=plan_choices.reasons(found.recommendation.result),
        wishes=None,
    )


@blp.form("/second-opinions/<uuid:opinion_id>")
@act(Permission.PLAN_DECIDE)
def answer(opinion_id: uuid.UUID) -> Response:
    """The opinion stands beside the suggestion; who gave it may have nothing more to do there."""
    now, version = work(), form_parts.version()
    second_opinions.answer(
        now.session,
        opinion_id,
        forms.load(OpinionIn()),
        version=version,
        actor=now.actor,
        now=now.now,
    )
    return pages.go("console.home.show", done="opinion_given")


def of_case(case_id: uuid.UUID) -> list[Line]:
    """The second opinions that stand beside a plan."""
    now = work()
    return lines(second_opinions.list_for(now.session, case_id, actor=now.actor))


def lines(found: Sequence[SecondOpinion]) -> list[Line]:
    """Questions and answers in words, with the names of colleagues."""
    if not found:
        return []
    zone, names = work().actor.time_zone, {one.id: one.name for one in _staff()}
    return [
        Line(
            who=names.get(one.asked_of, "A colleague") if one.asked_of else "A colleague",
            badge=_badge(one)[0],
            tone=_badge(one)[1],
            question=one.question,
            answer=one.answer or "",
            when=words.moment(one.answered_at or one.created_at, zone),
            href=url_for("console.second_opinions.show", opinion_id=one.id),
        )
        for one in found
    ]


def _badge(one: SecondOpinion) -> tuple[str, str]:
    """Word and tone; to disagree is no fault."""
    if one.opinion is not None:
        return words.OPINIONS[one.opinion], "ok" if one.opinion == "agree" else "info"
    return ("Asked", "warn") if one.state == OPEN else ("Not asked any more", "")


def _staff() -> tuple[colleagues.Colleague, ...]:
    now = work()
    return colleagues.who_may(now.session, Permission.PLAN_DECIDE, actor=now.actor)
