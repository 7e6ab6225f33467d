"""How it went: signed scores against first and previous, craving and days of use, no guesses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import bookings
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.makers.progress import attended, broken_glass, session_record
from tests.support.web import TestSite, Web, counted, expect_problem

NONE: dict[str, Any] = {"status": "declined"}


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027."""
    return bookings.a_case(web, site)


def path(case: CaseOf) -> str:
    return f"/cases/{case.id}/scores"


def signed(case: CaseOf, instrument: str, **changes: Any) -> None:
    made = case.counsellor.post(
        f"/cases/{case.id}/assessments", assessment_order(instrument, **changes)
    )
    found = made.get_json()["id"]
    done = case.counsellor.act(f"/assessments/{found}/actions/sign", version=1)
    assert done.status_code == 200, done.json


def test_scores_stand_against_the_first_and_the_one_before(case: CaseOf) -> None:
    for day, answers in (
        ("2027-01-10", [1] * 8 + [0]),
        ("2027-01-01", [2] * 8 + [0]),
        ("2027-01-11", [2] * 7 + [0, 0]),
    ):
        signed(case, "phq9", answers=answers, assessed_on=day)
    case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order("phq9"))

    [series] = case.lead.get(f"{path(case)}?instrument=phq9").get_json()["series"]

    assert (series["reliable_change"], series["higher_is"]) == (6, "worse")
    assert {one["name"] for one in series["bands"]} >= {"mild", "severe"}
    [segment] = series["segments"]
    assert segment["version"] == "1"
    shown = [
        (one["assessed_on"], one["total"], one["first_direction"], one["previous_direction"])
        for one in segment["points"]
    ]
    assert shown == [
        ("2027-01-01", 16, None, None),
        ("2027-01-10", 8, "improved", "improved"),
        ("2027-01-11", 14, "no_reliable_change", "deteriorated"),
    ]
    assert (segment["points"][2]["since_first"], segment["points"][2]["since_previous"]) == (-2, 6)


def test_each_instrument_has_its_series_and_a_refusal_is_no_score(case: CaseOf) -> None:
    signed(case, "gad7", answers=None, declined=True)
    signed(case, "cssrs")
    signed(case, "kbc6")

    found = case.counsellor.get(path(case)).get_json()["series"]

    assert [one["instrument"] for one in found] == ["cssrs", "gad7", "kbc6"]
    risk, mood, _ = found
    assert (mood["segments"], mood["declined"]) == ([], ["2027-01-11"])
    [point] = risk["segments"][0]["points"]
    assert (point["total"], point["band"], point["first_direction"]) == (None, "none", None)


def test_visits_show_craving_and_use_and_gaps_stay_gaps(web: Web, case: CaseOf) -> None:
    told: list[dict[str, Any]] = [
        {"craving": 8, "days_used_28": 20, "grams_per_day": 2.5},
        {"craving": NONE, "days_used_28": NONE},
        {"craving": 7, "days_used_28": 10},
        {"craving": 9, "days_used_28": 11},
    ]
    for day, said in zip(
        ("2027-01-18", "2027-01-25", "2027-02-01", "2027-02-08"), told, strict=True
    ):
        session_record(case, attended(web, case, day), **said)

    visits = case.lead.get(path(case)).get_json()["visits"]

    assert [(one["craving"], one["days_used_28"]) for one in visits] == [
        (8, 20),
        (None, None),
        (7, 10),
        (9, 11),
    ]
    assert [one["craving_since_first"] for one in visits] == [
        None,
        None,
        "no_reliable_change",
        "no_reliable_change",
    ]
    assert visits[3]["craving_since_previous"] == "deteriorated"
    assert (visits[2]["use_since_first"], visits[3]["use_since_first"]) == (
        "improved",
        "no_reliable_change",
    )
    assert (visits[0]["grams_per_day"], visits[0]["held_on"]) == (2.5, "2027-01-18")


def test_nothing_measured_is_nothing_shown(case: CaseOf) -> None:
    assert case.lead.get(path(case)).get_json() == {"series": [], "visits": []}
    unknown = case.lead.get(f"{path(case)}?instrument=phq8")
    assert unknown.get_json() == {"series": [], "visits": []}


def test_who_treats_reads_and_nobody_else(case: CaseOf, site: TestSite, web: Web) -> None:
    colleague = site.person("counsellor")

    for role in ("intake_coordinator", "peer_worker", "auditor", "administrator"):
        expect_problem(site.person(role).get(path(case)), 403, "forbidden")
    expect_problem(colleague.get(path(case)), 403, "break-glass-required")
    broken_glass(case, colleague)
    assert colleague.get(path(case)).status_code == 200
    expect_problem(web.site().person("clinical_lead").get(path(case)), 404, "not-found")


def test_a_hundred_scores_cost_as_many_statements_as_one(web: Web, case: CaseOf) -> None:
    signed(case, "sds")
    session_record(case, attended(web, case), craving=3)
    with counted(web) as few:
        case.counsellor.get(path(case))
    web.run(
        "INSERT INTO assessments (site_id, id, case_id, instrument, instrument_version, state,"
        " answers, declined, total, band, mode, language, assessed_on, assessed_by, signed_at,"
        " created_at, version) SELECT site_id, gen_random_uuid(), case_id, instrument,"
        " instrument_version, state, answers, declined, total, band, mode, language,"
        " assessed_on - n, assessed_by, signed_at, created_at, 1"
        " FROM assessments, generate_series(1, 100) n WHERE case_id = :c",
        c=case.id,
    )
    with counted(web) as many:
        [series] = case.counsellor.get(path(case)).get_json()["series"]

    # door, case, scores, visits, event
    assert (len(few), len(many)) == (5, 5)
    assert len(series["segments"][0]["points"]) == 101
