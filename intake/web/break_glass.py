"""How is a colleague's case opened in an emergency? With a reason, and others told."""

from __future__ import annotations

import uuid

from flask import request, url_for
from werkzeug.wrappers import Response

from intake import clock
from intake.access import Permission
from intake.errors import MfaRequired
from intake.http.unit_of_work import act, work
from intake.schemas.break_glass import LONGEST, NewGrantIn
from intake.services import break_glass
from intake.web import forms, pages
from intake.web.screens import Screen

blp = Screen("break_glass", __name__)
REASONS = (
    ("emergency", "An emergency of this person"),
    ("safeguarding", "Somebody is in danger"),
    ("colleague_absent", "The key worker is absent, and it can't wait"),
    ("other", "Another reason"),
)


@blp.page("/cases/<uuid:case_id>/emergency-access")
@act(Permission.BREAK_GLASS_OPEN)
def new(case_id: uuid.UUID) -> Response:
    """Why it is to be opened; a code is asked for first, so that nothing typed is lost to it."""
    return pages.page(
        "break_glass/new.html",
        case_id=case_id,
        form=forms.form(),
        reasons=REASONS,
        longest=LONGEST,
        needs_code=_needs_code(),
        code_at=url_for("console.second_factor.show", next=request.path),
    )


@blp.form("/cases/<uuid:case_id>/emergency-access", again_on=(MfaRequired,), keeps=False)
@act(Permission.BREAK_GLASS_OPEN, creates=True)
def open_case(case_id: uuid.UUID) -> Response:
    """The case is open for reading for an hour; the auditor and the key worker are told."""
    now = work()
    break_glass.open_for(
        now.session, case_id, forms.load(NewGrantIn()), actor=now.actor, now=now.now
    )
    return pages.go("console.cases.show", case_id=case_id, done="glass_broken")


def _needs_code() -> bool:
    """Whether the second factor was shown too long ago."""
    try:
        work().actor.require_fresh_mfa(clock.machine_now())
    except MfaRequired:
        return True
    return False
