"""A screen as engineers write them, on services of the API: a form that creates, one that edits."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.covers import NewCoverIn
from intake.schemas.tasks import TaskChangeIn
from intake.services import covers, tasks
from intake.web import forms, pages
from intake.web.screens import Screen

blp = Screen("sample", __name__, template_folder="templates")
STORED = "Call in the morning"


@blp.page("/sample/cover")
@act(Permission.COVER_ARRANGE)
def new() -> Response:
    """An empty form."""
    return pages.page("sample.html", form=forms.form())


@blp.form("/sample/cover")
@act(Permission.COVER_ARRANGE, creates=True)
def create() -> Response:
    """What is sent is stored once, and the next page is shown."""
    now = work()
    covers.arrange(now.session, forms.load(NewCoverIn()), actor=now.actor, now=now.now)
    return pages.go("console.sample.new")


@blp.page("/sample/tasks/<uuid:task_id>/<int:version>")
@act(Permission.WORK_CLOSE)
def edit(task_id: uuid.UUID, version: int) -> Response:
    """A form filled in from what is stored."""
    del task_id
    return pages.page("sample.html", form=forms.form({"note": STORED}, version=version))


@blp.form("/sample/tasks/<uuid:task_id>/<int:version>")
@act(Permission.WORK_CLOSE)
def change(task_id: uuid.UUID, version: int) -> Response:
    """What is sent replaces what the form was filled in from."""
    del version
    now = work()
    order = forms.load(TaskChangeIn())
    tasks.change(now.session, task_id, order, version=form_parts.version(), actor=now.actor)
    return pages.go("console.home.show")


@blp.page("/sample/cases")
@act(Permission.CASE_READ)
def read() -> Response:
    """A page about what the scope of a key may cover."""
    return pages.page("sample.html", form=forms.form())


@blp.page("/sample/broken")
@act(Permission.SESSION_OWN)
def broken() -> Response:
    """A defect of ours."""
    raise RuntimeError("Maya Linton, 07700 900417")
