"""Which intakes are there, and how far is each? The list, and one intake as a list of its steps."""

from __future__ import annotations

import uuid

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import paging
from intake.http.unit_of_work import act, work
from intake.services import intake_views, intakes
from intake.web import intake_progress, pages, subjects
from intake.web.screens import Screen

blp = Screen("intakes", __name__)
DRAFT = "draft"
STATES = ((DRAFT, "Drafts"), ("submitted", "Handed in"), ("abandoned", "Given up"))
SHOWN = 50


@blp.page("/intakes")
@act(Permission.INTAKE_READ)
def show_list() -> Response:
    """Drafts to go on with, or those handed in; the filter stands in the address."""
    now, state = work(), _state()
    wanted = paging.wanted({"limit": SHOWN, "cursor": request.args.get("cursor")})
    page = intake_views.list_page(now.session, wanted, actor=now.actor, state=state)
    following = paging.envelope(page)[0]["page"]["next_cursor"]
    return pages.page(
        "intakes/list.html",
        rows=page.rows,
        state=state,
        more=url_for(".show_list", state=state, cursor=following) if following else "",
        me=now.actor.staff_id,
        views=[(label, url_for(".show_list", state=one), one == state) for one, label in STATES],
        may_write=now.actor.may(Permission.INTAKE_WRITE),
    )


@blp.page("/intakes/<uuid:intake_id>")
@act(Permission.INTAKE_READ)
def show(intake_id: uuid.UUID) -> Response:
    """One intake as the list of its steps."""
    now = work()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    return pages.page(
        "intakes/show.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        steps=intake_progress.lines(found),
        is_draft=found.state == DRAFT,
    )


def _state() -> str:
    """Which are listed; an unknown word in the address means drafts."""
    said = request.args.get("state", DRAFT)
    return said if said in dict(STATES) else DRAFT
