"""How is a call written down? When, how, what came of it, and which tasks it finished."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Response

from intake.access import Actor, Permission
from intake.errors import BadRequest
from intake.http.unit_of_work import act, work
from intake.schemas.referrals import NewContactAttemptIn
from intake.services import contact_attempts, tasks
from intake.services.task_changes import TaskChange
from intake.services.task_views import TaskView
from intake.services.timelines import Wanted
from intake.web import case_cards, case_tabs, forms, pages
from intake.web.screens import Screen

blp = Screen("contact_attempts", __name__)
OPEN_TASKS = Wanted(limit=50, after=None)
CALLS = ("call_client", "call_back")
#: Which tasks were ticked, as "id version"; the form's own, since the schema is of the attempt.
TICKED = "_task"
CHANNELS = (
    ("phone", "By phone"),
    ("sms", "By text"),
    ("in_person", "In person"),
    ("email", "By e-mail"),
    ("post", "By post"),
)
OUTCOMES = (
    ("reached", "Spoke with the person", "Reminders that failed before need nothing more then."),
    ("no_reply", "No reply"),
    ("message_left", "Left a message", "Only where that is safe; never what the call is about."),
    ("wrong_contact", "The number is wrong"),
)


@blp.page("/cases/<uuid:case_id>/contact-attempts/new")
@act(Permission.REFERRAL_WORK)
def new(case_id: uuid.UUID) -> Response:
    """An empty form about a call made just now."""
    now = work()
    local = now.now.astimezone(ZoneInfo(now.actor.time_zone))
    stored = {"at": f"{local:%Y-%m-%dT%H:%M}", "channel": "phone"}
    return pages.page(
        "contact_attempts/new.html",
        subject=case_tabs.subject(case_id),
        form=forms.form(stored),
        channels=CHANNELS,
        outcomes=OUTCOMES,
        calls=[(_ticket(one), _words(one)) for one in _calls(case_id, now.actor)],
    )


@blp.form("/cases/<uuid:case_id>/contact-attempts/new")
@act(Permission.REFERRAL_WORK, creates=True)
def create(case_id: uuid.UUID) -> Response:
    """The call is written down once, and the tasks it finished are done with it."""
    now = work()
    order = forms.load(NewContactAttemptIn(), at=_moment(forms.text("at"), now.actor))
    contact_attempts.record(now.session, case_id, order, actor=now.actor, now=now.now)
    for task_id, version in map(_ticked, forms.values(TICKED)):
        done = TaskChange(state="done", note=order.note)
        tasks.change(now.session, task_id, done, version=version, actor=now.actor)
    return pages.go("console.cases.show", case_id=case_id, done="call_logged")


def _calls(case_id: uuid.UUID, actor: Actor) -> list[TaskView]:
    """Open tasks that ask for a call, for who may finish them."""
    if not actor.may(Permission.WORK_CLOSE):
        return []
    page = tasks.of_case(work().session, case_id, OPEN_TASKS, actor=actor, state="open")
    return [one for one in page.rows if one.kind in CALLS]


def _words(task: TaskView) -> str:
    title, text = case_cards.task_words(task)
    return f"{title}: {text}" if text else title


def _ticket(task: TaskView) -> str:
    return f"{task.id} {task.version}"


def _ticked(text: str) -> tuple[uuid.UUID, int]:
    """A task and the version shown. Raises BadRequest."""
    one, _, version = text.partition(" ")
    try:
        return uuid.UUID(one), int(version)
    except ValueError as error:
        raise BadRequest("The form names no task. Load the page again.") from error


def _moment(text: str, actor: Actor) -> str | None:
    """Wall time at the site as a moment; what isn't one is left to the schema to refuse."""
    try:
        there = dt.datetime.fromisoformat(text)
    except ValueError:
        return text or None
    if there.tzinfo is not None:
        return text
    return there.replace(tzinfo=ZoneInfo(actor.time_zone)).astimezone(dt.UTC).isoformat()
