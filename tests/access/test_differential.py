"""Does a site answer the same whether its neighbour is empty or full?

The same traffic runs at two new sites: the first while the other site has nothing, the second after
it was filled with the same people, numbers, times and keys. Identifiers, times and cursors are
replaced in the order in which they appear; everything else must be equal, refusals included.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.hostile.routes import everything
from tests.makers import bookings, cases, disclosures, orders
from tests.makers.assessments import assessment_order
from tests.support.web import Caller, TestSite, Web

PLACEHOLDERS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d:\d\d)"
    r"|[0-9a-f]{64}"
)
CURSOR = re.compile(r'("next_cursor": |cursor=)"?[\w-]+')
SHOWN_HEADERS = ("Content-Type", "ETag", "Location", "Link", "Retry-After", "Allow")
CLIENT: dict[str, Any] = {
    "given_name": "Noor",
    "family_name": "Abernathy",
    "date_of_birth": "1991-05-04",
    "contacts": [orders.contact_order()],
    "consents": [orders.consent_order("treatment"), orders.consent_order("reminders")],
}
BOARDS = (
    "/today?scope=site",
    "/today",
    "/worklists/open_alerts",
    "/caseload",
    "/caseload?scope=site",
    "/worklists/unowned_tasks?scope=site",
)
LISTS = (
    *("/clients", "/cases", "/intakes", "/alerts", "/tasks", "/appointments", "/reminders"),
    *("/covers", "/break-glass-grants"),
)
OF_A_CASE = (
    *("consents", "recommendation", "disclosure-consents", "disclosures", "counselling-notes"),
    *("access-log", "plans", "follow-ups"),
)
ROLES = ("intake_coordinator", "counsellor", "peer_worker", "clinical_lead", "auditor")


class Transcript:
    """What a site answered, comparable with what another site answered."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.lines: list[str] = []
        self.known: dict[str, str] = {}

    def note(self, what: str, answer: TestResponse) -> TestResponse:
        """Keep status, headers and body, placeholders in the place of what is never the same."""
        headers = {name: answer.headers.get(name) for name in SHOWN_HEADERS}
        body = json.dumps(answer.get_json(silent=True, force=True), sort_keys=True)
        said = CURSOR.sub(r"\1…", f"{answer.status_code} {json.dumps(headers)} {body}")
        plain = PLACEHOLDERS.sub(self._place, said)
        self.lines.append(f"{what}: {plain}")
        return answer

    def _place(self, found: re.Match[str]) -> str:
        if "T" in found[0]:
            return "<time>"
        return self.known.setdefault(found[0], f"<{len(self.known)}>")


def traffic(web: Web, site: TestSite, foreign: dict[str, str]) -> list[str]:
    """One day at a site; `foreign` are ids of another site, or unknown ones."""
    web.set_clinic_time(bookings.MONDAY)
    script = Transcript()
    order = {"client": CLIENT, "referral": orders.referral_order(), "answers": bookings.PSYCHOSIS}
    case = cases.handed_in(site, order)
    people = {role: site.person(role) for role in ROLES}
    clerk, lead = case.coordinator, case.lead
    key = "the-same-key-at-both"
    script.note("duplicate", clerk.post("/clients", CLIENT))
    script.note("match", clerk.post("/clients/match", orders.client_order(**{
        name: CLIENT[name] for name in ("given_name", "family_name", "date_of_birth")
    })))  # fmt: skip
    for _ in range(2):
        script.note(
            "key", clerk.post("/appointments", bookings.booked_order(case), idempotency_key=key)
        )
    script.note("clash", lead.post("/appointments", bookings.booked_order(case)))
    path = f"/cases/{case.id}/assessments"
    script.note("assessment", case.counsellor.post(path, assessment_order()))
    script.note("recommendation", case.counsellor.post(f"/cases/{case.id}/recommendation"))
    for name, answer in _kept_apart(case, people["counsellor"]):
        script.note(name, answer)
    for role, person in people.items():
        for name, answer in _reads(person, case, foreign):
            script.note(f"{role} {name}", answer)
    for name, answer in _foreign_writes(web, lead, foreign):
        script.note(name, answer)
    return script.lines


def _reads(
    person: Caller, case: cases.CaseOf, foreign: dict[str, str]
) -> Iterator[tuple[str, TestResponse]]:
    for path in LISTS:
        yield path, person.get(f"{path}?limit=1")
        if path in ("/alerts", "/tasks", "/appointments", "/reminders"):
            yield f"{path} elsewhere", person.get(f"{path}?case_id={foreign['case_id']}")
    for path in BOARDS:
        yield path, person.get(path)
    for ids in ({"case_id": case.id, "client_id": case.client_id}, foreign):
        yield "case", person.get(f"/cases/{ids['case_id']}")
        yield "timeline", person.get(f"/cases/{ids['case_id']}/timeline?types=transition,alert")
        yield "client", person.get(f"/clients/{ids['client_id']}")
        for name in OF_A_CASE:
            yield name, person.get(f"/cases/{ids['case_id']}/{name}")


def _kept_apart(case: cases.CaseOf, colleague: Caller) -> Iterator[tuple[str, TestResponse]]:
    """A disclosure, a counselling note, a cover and an emergency access."""
    path = f"/cases/{case.id}"
    consent = disclosures.disclosure_consent_order()
    yield "consent", case.coordinator.post(f"{path}/disclosure-consents", consent)
    yield "released", case.lead.post(f"{path}/disclosures", disclosures.disclosure_order())
    yield "note", case.counsellor.post(f"{path}/counselling-notes", {"text": "Of the estuary"})
    why = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}
    yield "break-glass", colleague.post(f"{path}/break-glass-grants", why)
    cover = {
        "staff_id": str(colleague.staff_id),
        "for_staff_id": str(case.counsellor.staff_id),
        "from_on": "2027-02-01",
        "until_on": "2027-02-02",
    }
    yield "cover", case.lead.post("/covers", cover)


def _foreign_writes(
    web: Web, lead: Caller, foreign: dict[str, str]
) -> Iterator[tuple[str, TestResponse]]:
    """Every route with an id in its address, called with ids from elsewhere, and some in bodies."""
    for route in everything(web.app):
        if "<uuid:" in route.rule:
            headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid.uuid4())}
            answer = lead.client.open(
                route.at(foreign), method=route.method, json={}, headers=headers
            )
            yield str(route), answer
    order = {
        "case_id": foreign["case_id"],
        "staff_id": foreign["staff_id"],
        "kind": "session",
        "mode": "in_person",
        "local_start": "2027-01-18T10:00",
        "minutes": 60,
    }
    yield "book elsewhere", lead.post("/appointments", order)
    yield "book with a stranger", lead.post("/intakes", {
        "client_id": foreign["client_id"], "referral": orders.referral_order(),
    })  # fmt: skip


def filled(web: Web) -> dict[str, str]:
    """A neighbour with the very same person, times and keys; the ids of what it has."""
    site = web.site()
    web.set_clinic_time(bookings.MONDAY)
    order = {"client": CLIENT, "referral": orders.referral_order(), "answers": bookings.PSYCHOSIS}
    case = cases.handed_in(site, order)
    key = "the-same-key-at-both"
    made = case.coordinator.post(
        "/appointments", bookings.booked_order(case), idempotency_key=key
    ).get_json()
    return {
        "case_id": case.id,
        "client_id": case.client_id,
        "intake_id": case.intake_id,
        "appointment_id": made["id"],
        "staff_id": str(case.counsellor.staff_id),
    }


def test_a_full_neighbour_changes_no_answer(web: Web) -> None:
    nobody = {name: str(uuid.uuid4()) for name in ("case_id", "client_id", "intake_id")}
    nobody |= {"appointment_id": str(uuid.uuid4()), "staff_id": str(uuid.uuid4())}

    empty = traffic(web, web.site(), nobody)
    full = traffic(web, web.site(), filled(web))

    assert len(empty) > 100
    assert [pair for pair in zip(empty, full, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.slow
def test_a_difference_would_be_seen(web: Web) -> None:
    """The control: a site that has one person more answers otherwise."""
    nobody = {name: str(uuid.uuid4()) for name in ("case_id", "client_id", "intake_id")}
    nobody |= {"appointment_id": str(uuid.uuid4()), "staff_id": str(uuid.uuid4())}
    site = web.site()
    site.person("intake_coordinator").post("/clients", orders.client_order())

    assert traffic(web, web.site(), nobody) != traffic(web, site, nobody)
