"""What does a person do when thoughts of suicide come? Their plan: read, written, on paper."""

from __future__ import annotations

import datetime as dt
import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.models.cases import TERMINAL_STATES
from intake.schemas.outbound import SafetyPlanIn
from intake.services import colleagues, safety_plans
from intake.services.pages import Wanted
from intake.services.safety_plans import PARTS, SafetyView
from intake.web import case_tabs, forms, pages, words
from intake.web.screens import Screen

blp = Screen("safety_plans", __name__)
SHOW = "console.safety_plans.show"
VERSIONS = Wanted(limit=50, after=None)
LONGEST = 4000
#: Heading and hint of each part, in the order they are gone through; the paper has headings.
WORDS = {
    "warning_signs": ("Warning signs", "Thoughts, moods or situations that say it is beginning."),
    "coping": ("What I can do myself", "What takes the mind off it, without anybody else."),
    "people": ("People and places", "Who is good company, and where it is easier to be."),
    "professionals": ("Whom I can call", "Names and numbers, also for nights and weekends."),
    "making_safe": ("Making things safer", "What is out of reach, and who keeps it."),
}
NEEDED = ("warning_signs", "coping", "professionals")
#: Looked at again after three months: a decision of the product, no published interval.
OLD_AFTER = dt.timedelta(days=90)


@blp.page("/cases/<uuid:case_id>/safety-plan")
@act(Permission.CARE_READ)
def show(case_id: uuid.UUID) -> Response:
    """The plan that counts, how old it is, and what it was before."""
    now, subject = work(), case_tabs.named(case_id)
    found = _versions(case_id)
    staff = colleagues.who_may(now.session, Permission.CARE_WRITE, actor=now.actor)
    names = {one.id: one.name for one in staff}
    is_open = subject.case.state not in TERMINAL_STATES and case_id not in now.actor.grants
    return pages.page(
        "safety_plans/show.html",
        subject=subject,
        tabs=case_tabs.of(case_id, "safety"),
        plan=found[0] if found else None,
        rows=rows(found[0]) if found else (),
        written=[(_title(one, names), rows(one)) for one in found],
        is_old=bool(found) and is_old(found[0].age_days),
        may_write=is_open and now.actor.may(Permission.CARE_WRITE),
    )


@blp.page("/cases/<uuid:case_id>/safety-plan/write")
@act(Permission.CARE_WRITE)
def write_form(case_id: uuid.UUID) -> Response:
    """Empty the first time; else what counts now, to be gone through again with the person."""
    found = _versions(case_id)
    stored = {one: getattr(found[0], one) or "" for one in PARTS} if found else {}
    return pages.page(
        "safety_plans/write.html",
        subject=case_tabs.subject(case_id),
        form=forms.form(stored, version=found[0].version if found else 0),
        parts=[(one, *WORDS[one], one not in NEEDED) for one in PARTS],
        longest=LONGEST,
        is_first=not found,
    )


@blp.form("/cases/<uuid:case_id>/safety-plan/write")
@act(Permission.CARE_WRITE, creates=True)
def write(case_id: uuid.UUID) -> Response:
    """One more version, which counts from now on."""
    now, version = work(), form_parts.version()
    order = forms.load(SafetyPlanIn())
    safety_plans.write(now.session, case_id, order, version=version, actor=now.actor, now=now.now)
    return pages.go(SHOW, case_id=case_id, done="safety_plan_written")


@blp.page("/cases/<uuid:case_id>/safety-plan/paper")
@act(Permission.CARE_READ)
def paper(case_id: uuid.UUID) -> Response:
    """What the person takes home: their words and a day; no name, no service, no number."""
    now = work()
    found = safety_plans.read(now.session, case_id, actor=now.actor, now=now.now)
    return pages.page(
        "safety_plans/paper.html",
        case_id=case_id,
        rows=rows(found),
        written_on=words.long_day(found.written_on),
    )


def rows(plan: SafetyView) -> tuple[tuple[str, str], ...]:
    """Heading and words of each part that is there."""
    return tuple((WORDS[one][0], text) for one in PARTS if (text := getattr(plan, one)))


def is_old(age_days: int) -> bool:
    """Whether it is time to go through it again."""
    return age_days > OLD_AFTER.days


def _versions(case_id: uuid.UUID) -> list[SafetyView]:
    """Every version, the newest first; the read is recorded. Raises as `relations.require`."""
    now = work()
    return list(
        safety_plans.list_page(now.session, case_id, VERSIONS, actor=now.actor, now=now.now).rows
    )


def _title(plan: SafetyView, names: dict[uuid.UUID, str]) -> str:
    who = names.get(plan.written_by, "")
    said = f"Version {plan.version}, {words.long_day(plan.written_on)}"
    return f"{said}, {who}" if who else said
