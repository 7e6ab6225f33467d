"""Does what has a day and no hour stand on that day in the course of a case, at any site?"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.makers import cases, outbound, plans
from tests.makers.cases import CaseOf
from tests.support.web import Web
from tests.web.browser import pages_of
from tests.web.test_pages import text_of

OF_A_DAY = ("decision", "arm_began", "safety_plan", "outbound_referral")
# A moment at which it is Friday, 15 January at the site and another day in UTC.
EVENING = dt.datetime(2027, 1, 16, 2, tzinfo=dt.UTC)
MORNING = dt.datetime(2027, 1, 14, 20, tzinfo=dt.UTC)


def of_the_day(web: Web, zone: str, now: dt.datetime) -> CaseOf:
    """A case decided on, with a safety plan and a referral that left, all on that Friday."""
    case = cases.assessed(web, web.site(time_zone=zone), "V01")
    case.recommend()
    web.set_clinic_time(now)
    advice = case.recommendation()["result"]["recommendation"]
    plans.decided(case, advice["recommended_setting"])
    path = f"/cases/{case.id}/safety-plan"
    assert case.counsellor.put(path, outbound.SAFETY_PLAN, version=0).status_code < 300
    outbound.sent(case)
    return case


def entries(case: CaseOf) -> list[dict[str, Any]]:
    """What has a day and no hour, as the API tells it; of referrals that which left."""
    found = case.counsellor.get(f"/cases/{case.id}/timeline?limit=100").get_json()["data"]
    return [
        one
        for one in found
        if one["type"] in OF_A_DAY
        and (one["type"], one["state"]) != ("outbound_referral", "planned")
    ]


@pytest.mark.parametrize(
    ("zone", "now"), [("America/New_York", EVENING), ("Pacific/Auckland", MORNING)]
)
def test_a_day_is_the_sites_own(web: Web, zone: str, now: dt.datetime) -> None:
    case = of_the_day(web, zone, now)

    days = {
        one["type"]: dt.datetime.fromisoformat(one["at"]).astimezone(ZoneInfo(zone)).date()
        for one in entries(case)
    }

    assert days == dict.fromkeys(OF_A_DAY, dt.date(2027, 1, 15))


@pytest.mark.parametrize(
    ("zone", "now"), [("America/New_York", EVENING), ("Pacific/Auckland", MORNING)]
)
def test_the_page_shows_them_at_once_and_without_an_hour(
    web: Web, zone: str, now: dt.datetime
) -> None:
    case = of_the_day(web, zone, now)

    text = text_of(pages_of(case.counsellor).get(f"/cases/{case.id}"), 200)

    said = re.findall(r"<strong>([^<]+)</strong>[^<]*</p><p class=\"muted\">([^<]+)</p>", text)
    of_that_day = {title for title, when in said if when == "Fri 15 Jan, Sam Test"}
    assert {"Safety plan written", "Referral to physiotherapy"} <= of_that_day, said
    assert any(title.startswith("Plan: ") for title in of_that_day), said
