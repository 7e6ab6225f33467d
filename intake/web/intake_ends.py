"""What is done when the caller is gone? The draft is kept, and somebody is asked to ring again."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.intakes import InterruptionIn
from intake.services import intake_ends, intakes
from intake.web import forms, pages, subjects, words
from intake.web.screens import Screen

blp = Screen("intake_ends", __name__)
NEXT_TRY = dt.timedelta(hours=1)


@blp.page("/intakes/<uuid:intake_id>/interrupt")
@act(Permission.INTAKE_WRITE)
def new(intake_id: uuid.UUID) -> Response:
    """Why it stopped, and when to ring again."""
    now = work()
    found = intakes.read(now.session, intake_id, actor=now.actor)
    again = words.local(now.now + NEXT_TRY, now.actor.time_zone)
    stored = {"call_back_at": again.strftime("%Y-%m-%dT%H:%M")}
    return pages.page(
        "intakes/interrupt.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        form=forms.form(stored, version=found.version),
    )


@blp.form("/intakes/<uuid:intake_id>/interrupt")
@act(Permission.INTAKE_WRITE)
def create(intake_id: uuid.UUID) -> Response:
    """The task to ring again is opened, for whoever keeps the draft."""
    now, version = work(), form_parts.version()
    order = forms.load(InterruptionIn(), call_back_at=_moment(forms.text("call_back_at")))
    intake_ends.interrupt(
        now.session, intake_id, order, version=version, actor=now.actor, now=now.now
    )
    return pages.go("console.intakes.show", intake_id=intake_id, done="call_back")


def _moment(said: str) -> str | None:
    """A time on the clock of the site with its offset; what isn't one is refused by the schema."""
    try:
        local = dt.datetime.fromisoformat(said)
    except ValueError:
        return said or None
    return local.replace(tzinfo=zoneinfo.ZoneInfo(work().actor.time_zone)).isoformat()
