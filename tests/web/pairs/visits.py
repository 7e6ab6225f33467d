"""Booking, moving and cancelling a visit, and what became of it."""

from __future__ import annotations

import datetime as dt
from functools import partial

from tests.makers import boards, bookings
from tests.support.web import TestSite, Web
from tests.web.pairs.case_work import Row, case_alone, sent
from tests.web.pairs.home import LATE
from tests.web.pairs.pair import Answers, Pair

MOVED = "2027-01-19T09:30"
DAY_BEFORE = dt.datetime(2027, 1, 17, 12, tzinfo=dt.UTC)


def booked(web: Web, site: TestSite) -> Row:
    """A visit a week ahead."""
    row = case_alone(web, site)
    return Row(row.case, bookings.book(row.case)["id"], row.person)


def failed(web: Web, site: TestSite) -> Row:
    """A visit of which a reminder failed, the day before."""
    row = booked(web, site)
    web.set_clinic_time(DAY_BEFORE)
    return Row(row.case, boards.failed_reminder(web, row.id), row.person)


def resend_by_api(row: Row) -> Answers:
    """The same action."""
    return [row.person.post(f"/reminders/{row.id}/actions/resend")]


def over(web: Web, site: TestSite) -> Row:
    """The same, an hour and a half after it began."""
    row = booked(web, site)
    web.set_clinic_time(LATE)
    return row


def book_by_page(row: Row) -> Answers:
    """The form."""
    order = bookings.booked_order(row.case)
    fields = {name: str(value) for name, value in order.items() if name != "case_id"}
    return sent("/cases/{id}/appointments/new", fields, row)


def book_by_api(row: Row) -> Answers:
    """The call."""
    return [row.person.post("/appointments", bookings.booked_order(row.case))]


def act(name: str, body: dict[str, str], row: Row) -> Answers:
    """One action of the visit."""
    return [row.person.act(f"/appointments/{row.id}/actions/{name}", body, version=1)]


def attend_pair(name: str, fields: dict[str, str]) -> Pair:
    """A button of the page of a visit that is over."""
    form = partial(sent, "/appointments/{id}", {"_act": name, **fields})
    return Pair("console.appointments.attend", name, over, form, partial(act, name, fields))


PAIRS = (
    Pair("console.appointments.book", "book", case_alone, book_by_page, book_by_api),
    Pair(
        "console.appointments.move",
        "move",
        booked,
        partial(sent, "/appointments/{id}/move", {"local_start": MOVED}),
        partial(act, "move", {"local_start": MOVED}),
    ),
    Pair(
        "console.appointments.cancel",
        "cancel",
        booked,
        partial(sent, "/appointments/{id}/cancel", {"reason": "client_cancelled"}),
        partial(act, "cancel", {"reason": "client_cancelled"}),
    ),
    Pair(
        "console.reminders.resend",
        "resend",
        failed,
        partial(sent, "/reminders/{id}", {}),
        resend_by_api,
    ),
    attend_pair("check-in", {}),
    attend_pair("attend", {}),
    attend_pair("no-show", {"reason": "forgot"}),
)
