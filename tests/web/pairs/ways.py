"""What a person allows and plans: ways to reach them, consents, their safety plan."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.makers import bookings, disclosures, orders, outbound
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


def consented(web: Web, site: TestSite) -> Row:
    """A written consent to disclosure."""
    row = case_alone(web, site)
    order = disclosures.disclosure_consent_order()
    made = row.person.post(f"/cases/{row.id}/disclosure-consents", order)
    return Row(row.case, made.get_json()["id"], row.person)


def answer(purpose: str, body: dict[str, str], row: Row) -> Answers:
    """One more answer."""
    order = orders.consent_order(purpose) | body
    return [row.person.post(f"/cases/{row.id}/consents", order)]


def revoke_by_page(row: Row) -> Answers:
    """The form below the case."""
    path = f"/cases/{row.case.id}/disclosure-consents/{row.id}/revoke"
    return sent(path, {"how": "spoken"}, row)


def revoke(row: Row) -> Answers:
    """The same."""
    path = f"/disclosure-consents/{row.id}/actions/revoke"
    return [row.person.act(path, {"how": "spoken"}, version=1)]


def planned(web: Web, site: TestSite) -> Row:
    """A safety plan in its first version."""
    row = case_alone(web, site)
    row.person.put(f"/cases/{row.id}/safety-plan", outbound.SAFETY_PLAN, version=0)
    return row


def write(version: int, row: Row) -> Answers:
    """A whole plan."""
    path = f"/cases/{row.id}/safety-plan"
    return [row.person.put(path, outbound.SAFETY_PLAN, version=version)]


TICKED = dict.fromkeys(ALLOWED, "true")
QUIET = {"quiet_from": "18:00", "quiet_until": "10:00"}
GIVEN = {"status": "given", "wording_version": "2026-01"}
UNTIL = {"expires_on-day": "30", "expires_on-month": "6", "expires_on-year": "2027"}
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
        "console.consents.record",
        "given for a while",
        case_alone,
        partial(sent, "/cases/{id}/consents/share_gp", GIVEN | UNTIL),
        partial(answer, "share_gp", {"expires_on": "2027-06-30"}),
    ),
    Pair(
        "console.consents.record",
        "withdrawn",
        case_alone,
        partial(sent, "/cases/{id}/consents/reminders", GIVEN | {"status": "withdrawn"}),
        partial(answer, "reminders", {"status": "withdrawn"}),
    ),
    Pair("console.consents.revoke", "revoked", consented, revoke_by_page, revoke),
    *(
        Pair(
            "console.safety_plans.write",
            name,
            world,
            partial(sent, "/cases/{id}/safety-plan/write", outbound.SAFETY_PLAN),
            partial(write, version),
        )
        for name, world, version in (("first", case_alone, 0), ("again", planned, 1))
    ),
    Pair(
        "console.contacts.end",
        "ended",
        reached,
        partial(page, "{id}/end", ENDED),
        partial(act, "end", ENDED),
    ),
)
