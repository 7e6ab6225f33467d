"""How is one step of an intake asked, and saved while somebody types?

While typing only what the record takes is saved, and nothing is said to be wrong; "Save and
continue" and "Save and add a row" name what is. Going elsewhere never loses what was typed, or says
how much of it couldn't be kept. Beside the questions of every
step stands the quick note, for what belongs to none of them.
"""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.clinical import quick_note
from intake.errors import NotFound
from intake.http.unit_of_work import act, work
from intake.services import intakes
from intake.services.intake_views import IntakeView
from intake.web import (
    forms,
    intake_keeping,
    intake_outline,
    intake_progress,
    intake_ways,
    pages,
    record_questions,
    subjects,
    words,
)
from intake.web.intake_outline import Step
from intake.web.screens import Screen

blp = Screen("intake_steps", __name__)
#: What the buttons of a step do after saving.
CONTINUE, MORE, CALLER_GONE = "next", "more", "hung_up"


@blp.page("/intakes/<uuid:intake_id>/steps/<slug>")
@act(Permission.INTAKE_WRITE)
def show(intake_id: uuid.UUID, slug: str) -> Response:
    """One step with what is stored; what was handed in is read on its last page."""
    now, step = work(), _step(slug)
    found = intakes.read(now.session, intake_id, actor=now.actor)
    if found.state != "draft":
        return pages.go("console.intake_check.show", intake_id=intake_id)
    form = forms.form(intake_keeping.shown(slug, found.answers))
    return pages.page(
        "intakes/step.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        step=step,
        number=intake_outline.STEPS.index(step) + 1,
        before=intake_outline.before(slug),
        steps=intake_progress.lines(found),
        form=form,
        groups=record_questions.groups(slug, form),
        facts=_facts(found, slug),
        saved=_saved_at(found),
        note_mark=intake_keeping.mark(quick_note.of(found.answers)),
        seen=intake_keeping.seen(slug, found.answers),
        page_name=intake_keeping.new_page(),
    )


@blp.form("/intakes/<uuid:intake_id>/steps/<slug>", keeps=False)
@act(Permission.INTAKE_WRITE)
def save(intake_id: uuid.UUID, slug: str) -> Response:
    """A step is saved: by itself while somebody types, or by one of its buttons."""
    step, wanted = _step(slug), forms.text("_do")
    said = intake_keeping.said(slug)
    if wanted in (CONTINUE, MORE) and not pages.is_for_part():
        intake_keeping.refuse_wrong(said)
    kept = intake_keeping.keep(intake_id, slug, said.without_wrong())
    if pages.is_for_part():
        return intake_keeping.saved(kept, said, slug)
    left = intake_keeping.not_kept(said) or None
    if wanted == CALLER_GONE:
        return pages.go("console.intake_ends.new", intake_id=intake_id, not_kept=left)
    if wanted == MORE:
        return pages.go(".show", intake_id=intake_id, slug=slug, _anchor="rows")
    following = intake_outline.after(step.slug)
    if wanted == CONTINUE and following is not None:
        return pages.go(".show", intake_id=intake_id, slug=following.slug)
    if wanted == CONTINUE:
        return pages.go("console.intake_check.show", intake_id=intake_id)
    return pages.go("console.intakes.show", intake_id=intake_id, done="draft_kept", not_kept=left)


def _step(slug: str) -> Step:
    """The step of that name. Raises NotFound."""
    found = intake_outline.BY_SLUG.get(slug)
    if found is None:
        raise NotFound("step")
    return found


def _facts(found: IntakeView, slug: str) -> list[tuple[str, str]]:
    """What stands above the questions: who called, who it is, how to reach them."""
    return intake_ways.rows(slug, found)


def _saved_at(found: IntakeView) -> str:
    """When it was saved last, for the line that tells it; the day, where that isn't today."""
    if found.saved_at is None:
        return ""
    now = work()
    there = words.local(found.saved_at, now.actor.time_zone)
    is_today = there.date() == words.local(now.now, now.actor.time_zone).date()
    return f"Draft saved {'' if is_today else words.day(there) + ', '}{words.clock_time(there)}"
