"""Ways to reach a person: added, changed, replaced, ended."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.makers import bookings
from tests.support.web import TestSite, Web
from tests.web.pairs.case_work import Row, case_alone, sent
from tests.web.pairs.pair import Answers, Pair

NUMBER = {"channel": "phone", "value": "+44 7700 900456"}
ALLOWED = ("is_safe", "may_leave_message")


def reached(web: Web, site: TestSite) -> Row:
    """A number in use, and a visit whose reminders are planned to it."""
    row = case_alone(web, site)
    bookings.book(row.case)
    [found] = web.rows("SELECT id FROM contact_points WHERE client_id = :c", c=row.case.client_id)
    return Row(row.case, str(found.id), row.person)


def page(path: str, fields: dict[str, str], row: Row) -> Answers:
    """A form below the contacts of the case."""
    return sent(f"/cases/{row.case.id}/contacts/{path}", fields, row)


def add(row: Row) -> Answers:
    """One more."""
    path = f"/clients/{row.case.client_id}/contacts"
    return [row.person.post(path, NUMBER | {"is_safe": True})]


def put(row: Row) -> Answers:
    """What is allowed, said whole."""
    body = dict.fromkeys(ALLOWED, True) | {"quiet_from": "18:00", "quiet_until": "10:00"}
    return [row.person.put(f"/contacts/{row.id}", body, version=1)]


def act(name: str, body: dict[str, Any], row: Row) -> Answers:
    """Replaced, or ended."""
    return [row.person.act(f"/contacts/{row.id}/actions/{name}", body, version=1)]


TICKED = dict.fromkeys(ALLOWED, "true")
QUIET = {"quiet_from": "18:00", "quiet_until": "10:00"}
ENDED = {"reason": "not_theirs"}
PAIRS = (
    Pair(
        "console.contacts.create",
        "added",
        case_alone,
        partial(page, "new", NUMBER | {"is_safe": "true"}),
        add,
    ),
    Pair("console.contacts.change", "changed", reached, partial(page, "{id}", TICKED | QUIET), put),
    Pair(
        "console.contacts.supersede",
        "replaced",
        reached,
        partial(page, "{id}/replace", NUMBER | {"is_safe": "true"}),
        partial(act, "replace", NUMBER | {"is_safe": True}),
    ),
    Pair(
        "console.contacts.end",
        "ended",
        reached,
        partial(page, "{id}/end", ENDED),
        partial(act, "end", ENDED),
    ),
)
