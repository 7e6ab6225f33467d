"""Where does a person land after signing in, and what can they do from there?"""

from __future__ import annotations

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http.unit_of_work import act
from intake.web import pages
from intake.web.screens import Screen

blp = Screen("home", __name__)


@blp.page("/")
@act(Permission.SESSION_OWN)
def show() -> Response:
    """The next steps."""
    return pages.page("home.html")
