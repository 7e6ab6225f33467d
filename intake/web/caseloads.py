"""How do one's cases stand? The caseload as a table, the most pressing first."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission, Scope
from intake.http import paging
from intake.http.unit_of_work import act, work
from intake.schemas.boards import SCOPES
from intake.services import caseloads
from intake.services.caseload_shapes import CaseloadSearch
from intake.web import caseload_lines, pages, words
from intake.web.screens import Screen

blp = Screen("caseloads", __name__)
MINE, SITE = SCOPES
SHOW = "console.caseloads.show"
SHOWN = 50


@blp.page("/caseload")
@act(Permission.PROGRESS_READ)
def show() -> Response:
    """Open cases, one's own or the site's; the filter and the page stand in the address."""
    now, scope, cursor = work(), _scope(), request.args.get("cursor")
    search = CaseloadSearch(is_mine=scope == MINE, limit=SHOWN, after=paging.after(cursor))
    found = caseloads.read(now.session, search, actor=now.actor, now=now.now)
    sees_all = now.actor.scope(Permission.PROGRESS_READ) is Scope.SITE
    return pages.page(
        "caseloads/show.html",
        lines=[caseload_lines.line(one) for one in found.rows],
        count=words.many(found.count, "open case"),
        is_capped=found.is_capped,
        is_mine=scope == MINE,
        views=[
            (label, url_for(SHOW, **_place(one)), one == scope)
            for one, label in ((MINE, "Mine"), (SITE, "Whole site"))
            if sees_all
        ],
        first=url_for(SHOW, **_place(scope)) if cursor else "",
        more=url_for(SHOW, **_place(scope), cursor=paging.cursor_of(found.last))
        if found.last
        else "",
    )


def _scope() -> str:
    """Whose cases are shown; an unknown word in the address means one's own."""
    said = request.args.get("scope", MINE)
    return said if said in SCOPES else MINE


def _place(scope: str) -> dict[str, Any]:
    """The filter as it stands in the address, which leaves out what is usual."""
    return {} if scope == MINE else {"scope": scope}
