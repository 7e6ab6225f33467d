"""The access log: who opened a record, in sentences, and that reading it is an act too."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers.bookings import PSYCHOSIS, a_case, book
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem
from tests.support.wording import chosen


def log_of(case: CaseOf, reader: Caller) -> list[dict[str, Any]]:
    answer = reader.get(f"/cases/{case.id}/access-log?limit=100")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def test_the_log_tells_in_sentences_what_was_done_the_newest_first(
    web: Web, site: TestSite
) -> None:
    case, auditor = a_case(web, site), site.person("auditor")
    case.counsellor.get(f"/intakes/{case.intake_id}")
    made = book(case)
    case.lead.get(f"/appointments/{made['id']}")

    found = log_of(case, auditor)

    assert [one["what"] for one in found[:3]] == [
        "read an appointment",
        "booked an appointment",
        "read the intake",
    ]
    assert "handed in the intake" in [one["what"] for one in found]
    by = {one["what"]: one for one in found}["read the intake"]
    assert by["staff_id"] == str(case.counsellor.staff_id)
    assert (by["staff_name"], by["role"]) == ("Sam Test", "counsellor")
    assert (by["action"], by["outcome"]) == ("R", "done")


def test_reading_the_log_is_in_the_log(web: Web, site: TestSite) -> None:
    case, auditor = a_case(web, site), site.person("auditor")

    log_of(case, auditor)

    newest = log_of(case, case.lead)[0]
    assert (newest["what"], newest["staff_id"]) == ("read the access log", str(auditor.staff_id))


def test_the_log_holds_nothing_personal_or_clinical(web: Web, site: TestSite) -> None:
    case = a_case(web, site, answers=PSYCHOSIS)
    case.lead.get(f"/clients/{case.client_id}/contacts")

    answer = case.lead.get(f"/cases/{case.id}/access-log?limit=100")

    text = chosen(answer.get_data(as_text=True))
    for word in ("Maya", "Linton", "7700", "1997", "psychosis", "A09"):
        assert word not in text
    assert "read how the person can be reached" in text


def test_the_log_is_cut_into_pages_that_miss_nothing(web: Web, site: TestSite) -> None:
    case, auditor = a_case(web, site), site.person("auditor")
    for _ in range(5):
        case.counsellor.get(f"/cases/{case.id}")
    everything = [one["id"] for one in log_of(case, auditor)]
    seen: list[str] = []
    path = f"/cases/{case.id}/access-log?limit=4"

    while path:
        page = auditor.get(path)
        seen.extend(one["id"] for one in page.get_json()["data"])
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1")

    assert [one for one in seen if one in everything] == everything
    assert len(seen) == len(set(seen))


def test_the_log_costs_the_same_whatever_its_length(web: Web, site: TestSite) -> None:
    case, auditor = a_case(web, site), site.person("auditor")
    lengths = []
    for _ in range(3):
        with counted(web) as sent:
            log_of(case, auditor)
        lengths.append(len(sent))

    assert lengths == [4, 4, 4]


def test_the_log_is_of_one_person(web: Web, site: TestSite) -> None:
    case, other = a_case(web, site), a_case(web, site)
    before = log_of(case, case.lead)

    other.counsellor.get(f"/cases/{other.id}")
    other.counsellor.get(f"/intakes/{other.intake_id}")

    added = log_of(case, case.lead)[: -len(before)]
    assert [one["what"] for one in added] == ["read the access log"]


def test_a_key_worker_reads_who_opened_the_record(web: Web, site: TestSite) -> None:
    case = a_case(web, site)

    own = case.counsellor.get(f"/cases/{case.id}/access-log")
    other = site.person("counsellor").get(f"/cases/{case.id}/access-log")

    assert own.status_code == 200
    expect_problem(other, 403, "break-glass-required")


@pytest.mark.parametrize("role", ["intake_coordinator", "peer_worker", "administrator"])
def test_the_log_is_for_leads_and_auditors(web: Web, site: TestSite, role: str) -> None:
    case = a_case(web, site)

    expect_problem(site.person(role).get(f"/cases/{case.id}/access-log"), 403, "forbidden")


def test_the_log_of_another_site_is_not_found(web: Web, site: TestSite) -> None:
    case, stranger = a_case(web, site), web.site().person("auditor")

    expect_problem(stranger.get(f"/cases/{case.id}/access-log"), 404, "not-found")
    expect_problem(stranger.get(f"/cases/{uuid.uuid4()}/access-log"), 404, "not-found")


def test_nothing_is_shown_when_the_read_cannot_be_recorded(web: Web, site: TestSite) -> None:
    case, auditor = a_case(web, site), site.person("auditor")
    web.run("REVOKE INSERT ON audit_events FROM intake_api")
    try:
        answer = auditor.get(f"/cases/{case.id}/access-log")
    finally:
        web.run("GRANT INSERT ON audit_events TO intake_api")

    expect_problem(answer, 503, "audit-unavailable")
