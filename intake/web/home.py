"""What needs somebody today? The page after signing in, and checking people in from it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import BadRequest
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.appointments import NoShowIn
from intake.schemas.boards import SCOPES
from intake.services import attendance, boards
from intake.web import forms, lanes, pages, words
from intake.web.screens import Screen

blp = Screen("home", __name__)
MINE, SITE = SCOPES
HOME = "console.home.show"
#: In the address, when the board shall not refresh itself.
PAUSED = "paused"


@blp.page("/")
@act(Permission.SESSION_OWN)
def show() -> Response:
    """Six lanes of what waits; the next steps for those whose role works with no case."""
    now = work()
    if not now.actor.may(Permission.WORK_READ):
        return pages.page("home/welcome.html")
    board = boards.today(now.session, is_mine=_scope() == MINE, actor=now.actor, now=now.now)
    shown: dict[str, Any] = {
        "day": words.long_day(board.day),
        "lanes": lanes.lanes(board, now.actor),
        "updated": words.clock_time(words.local(now.now, now.actor.time_zone)),
        "form": forms.form(),
        "is_paused": _is_paused(),
        "address": _address(_scope(), is_paused=_is_paused()),
        "views": [
            (label, _address(scope, is_paused=_is_paused()), scope == _scope())
            for scope, label in ((MINE, "Mine"), (SITE, "Whole site"))
        ],
        "place": place(),
        "other_pace": _address(_scope(), is_paused=not _is_paused()),
    }
    if pages.is_for_part():
        return pages.part("home/_board.html", **shown)
    return pages.page("home/show.html", **shown)


@blp.form("/", keeps=False)
@act(Permission.APPOINTMENT_ATTEND)
def attend() -> Response:
    """The person of one row is here, or didn't come."""
    now, wanted = work(), _appointment()
    version, actor = form_parts.version(), now.actor
    if forms.text("_act") == "check-in":
        attendance.check_in(now.session, wanted, version=version, actor=actor, now=now.now)
        done = "checked_in"
    elif forms.text("_act") == "no-show":
        reason = forms.load(NoShowIn())["reason"]
        attendance.miss(now.session, wanted, reason, version=version, actor=actor, now=now.now)
        done = "no_show"
    else:
        raise BadRequest("Choose one of the buttons of the row.")
    return pages.go(HOME, done=done, **place())


def place() -> dict[str, Any]:
    """Which board stands in the address of this request, for the way back to it."""
    return _place(_scope(), is_paused=_is_paused())


def _appointment() -> uuid.UUID:
    try:
        return uuid.UUID(forms.text("_appointment"))
    except ValueError as error:
        raise BadRequest("The form names no appointment. Load the page again.") from error


def _scope() -> str:
    """Whose work is shown; an unknown word in the address means one's own."""
    said = request.args.get("scope", MINE)
    return said if said in SCOPES else MINE


def _is_paused() -> bool:
    return request.args.get("refresh") == PAUSED


def _address(scope: str, *, is_paused: bool) -> str:
    """The board with that filter, so that it can be kept and Back works."""
    return url_for(HOME, **_place(scope, is_paused=is_paused))


def _place(scope: str, *, is_paused: bool) -> dict[str, Any]:
    """The filter as it stands in the address, which leaves out what is usual."""
    place = {} if scope == MINE else {"scope": scope}
    return place | {"refresh": PAUSED} if is_paused else place
