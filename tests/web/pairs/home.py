"""Checking in, and not coming: the buttons of the board of the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from tests.makers import bookings, orders
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.pairs.pair import Answers, Pair

LATE = dt.datetime(2027, 1, 18, 11, 30, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Visit:
    """Somebody expected an hour ago."""

    case: CaseOf
    id: str


def visit(web: Web, site: TestSite) -> Visit:
    """Booked for ten; it is half past eleven."""
    case = bookings.a_case(web, site)
    made = bookings.book(case)
    web.set_clinic_time(LATE)
    return Visit(case, made["id"])


def by_page(act: str, one: Visit) -> Answers:
    """A button of the row."""
    pages = pages_of(one.case.counsellor)
    pages.get("/")
    return [pages.send("/", _appointment=one.id, _act=act)]


def by_api(act: str, one: Visit) -> Answers:
    """The same action."""
    return [one.case.counsellor.act(f"/appointments/{one.id}/actions/{act}", {}, version=1)]


def referral(web: Web, site: TestSite) -> Visit:
    """A referral that nobody has taken."""
    web.set_clinic_time(LATE)
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    lead = site.person("clinical_lead")
    return Visit(CaseOf(made["case_id"], "", made["id"], coordinator, lead, lead), "")


def take_by_page(one: Visit) -> Answers:
    """The button of the row."""
    pages = pages_of(one.case.coordinator)
    pages.get(f"/cases/{one.case.id}/referral")
    return [pages.send(f"/cases/{one.case.id}/referral")]


def take_by_api(one: Visit) -> Answers:
    """The same action."""
    return [one.case.coordinator.act(f"/cases/{one.case.id}/referral/actions/take", version=1)]


PAIRS = (
    *(
        Pair("console.home.attend", act, visit, partial(by_page, act), partial(by_api, act))
        for act in ("check-in", "no-show")
    ),
    Pair("console.referrals.take", "take", referral, take_by_page, take_by_api),
)
