"""Covers: for some days, one person's cases are another's too."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem, pointers


def order(who: Caller, case: CaseOf, **changes: Any) -> dict[str, Any]:
    return {
        "staff_id": str(who.staff_id),
        "for_staff_id": str(case.counsellor.staff_id),
        "from_on": "2027-01-12",
        "until_on": "2027-01-13",
    } | changes


def test_a_cover_opens_the_cases_of_a_colleague_on_its_days(web: Web, site: TestSite) -> None:
    case, substitute = bookings.a_case(web, site), site.person("counsellor")

    with counted(web) as sent:
        made = case.lead.post("/covers", order(substitute, case))

    assert made.status_code == 201, made.json
    assert len(sent) == 6, sent  # door, key, people, cover, event, answer
    seen = []
    for day in (11, 12, 13, 14):
        web.set_clinic_time(dt.datetime(2027, 1, day, 10, tzinfo=dt.UTC))
        seen.append(substitute.get(f"/intakes/{case.intake_id}").status_code)
        listed = len(substitute.get("/clients").get_json()["data"])
        assert listed == (seen[-1] == 200)
    assert seen == [403, 200, 200, 403]
    assert case.lead.get("/covers").get_json()["data"][0]["state"] == "over"


def test_who_covers_may_also_write(web: Web, site: TestSite) -> None:
    case, substitute = bookings.a_case(web, site), site.person("counsellor")
    case.lead.post("/covers", order(substitute, case, from_on="2027-01-11"))

    answer = substitute.post(f"/cases/{case.id}/recommendation")

    assert answer.status_code == 201, answer.json


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"until_on": "2027-01-11"}, "/until_on"),
        ({"from_on": "2026-01-01", "until_on": "2026-01-02"}, "/until_on"),
        ({"until_on": "2029-01-01"}, "/until_on"),
    ],
)
def test_a_cover_has_days_in_order_that_are_not_over(
    web: Web, site: TestSite, changes: dict[str, str], pointer: str
) -> None:
    case = bookings.a_case(web, site)

    answer = case.lead.post("/covers", order(site.person("counsellor"), case, **changes))

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {pointer}


def test_nobody_covers_themselves_or_a_stranger(web: Web, site: TestSite) -> None:
    case, stranger = bookings.a_case(web, site), web.site().person("counsellor")
    own = order(case.counsellor, case)
    theirs = order(site.person("counsellor"), case, for_staff_id=str(stranger.staff_id))

    for body in (own, theirs):
        found = expect_problem(case.lead.post("/covers", body), 422, "validation-failed")
        assert pointers(found) == {"/for_staff_id"}
    found = expect_problem(
        case.lead.post("/covers", order(stranger, case)), 422, "validation-failed"
    )
    assert pointers(found) == {"/staff_id"}
    assert web.rows("SELECT id FROM covers WHERE site_id = :s", s=site.id) == []


def test_a_cover_is_arranged_by_leads_alone(web: Web, site: TestSite) -> None:
    case = bookings.a_case(web, site)

    expect_problem(case.counsellor.post("/covers", order(case.counsellor, case)), 403, "forbidden")
    expect_problem(case.counsellor.get("/covers"), 403, "forbidden")
