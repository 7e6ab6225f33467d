"""Which cases are there? The list for those whose role reads no caseload."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import paging
from intake.http.unit_of_work import act, work
from intake.services import cases, shown_names
from intake.web import case_words, pages
from intake.web.screens import Screen

blp = Screen("case_list", __name__)
SHOW = "console.case_list.show"
SHOWN = 50
#: The filter: each state of an open case, and all.
STATES = ("referred", "intake", "assessed", "plan_chosen", "active", "step_down", "discharged")


@blp.page("/cases")
@act(Permission.CASE_READ)
def show() -> Response:
    """Cases one may see, the newest first; the filter and the page stand in the address."""
    now, state, cursor = work(), _state(), request.args.get("cursor")
    wanted = paging.wanted({"limit": SHOWN, "cursor": cursor})
    found = cases.list_page(now.session, wanted, actor=now.actor, state=state)
    names = shown_names.of_cases(now.session, (one.id for one in found.rows), actor=now.actor)
    following = paging.cursor_of(found.last) if found.has_more and found.last else ""
    return pages.page(
        "case_list/show.html",
        rows=[
            (one, names[one.id].shown, *case_words.toned(case_words.STATES, one.state))
            for one in found.rows
        ],
        views=[("All", url_for(SHOW), state is None)]
        + [(case_words.STATES[one][0], url_for(SHOW, state=one), one == state) for one in STATES],
        me=now.actor.staff_id,
        first=url_for(SHOW, **_place(state)) if cursor else "",
        more=url_for(SHOW, **_place(state), cursor=following) if following else "",
    )


def _state() -> str | None:
    """Which are listed; an unknown word in the address means all."""
    said = request.args.get("state")
    return said if said in STATES else None


def _place(state: str | None) -> dict[str, Any]:
    return {} if state is None else {"state": state}
