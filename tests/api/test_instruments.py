"""Instruments: the catalogue, one version, a score that isn't kept."""

from __future__ import annotations

import pytest

from tests.makers import assessments
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def test_the_catalogue_lists_every_released_version(site: TestSite) -> None:
    counsellor = site.person("counsellor")

    listed = counsellor.get("/instruments").get_json()["data"]

    codes = [one["code"] for one in listed]
    assert set(assessments.NO_RISK) <= set(codes)
    assert codes == sorted(codes)
    assert next(one for one in listed if one["code"] == "phq9")["item_count"] == 9


def test_a_version_says_what_it_asks_and_what_totals_mean(site: TestSite) -> None:
    counsellor = site.person("counsellor")

    shown = counsellor.get("/instruments/phq9/versions/1").get_json()

    assert shown["items"][0]["options"][3] == {"value": 3, "label": "Nearly every day"}
    assert shown["bands"][0] == {"low": 0, "high": 4, "name": "none_minimal", "group": None}
    assert shown["answered"] == "in_order"


@pytest.mark.parametrize("path", ["/instruments/phq99/versions/1", "/instruments/phq9/versions/9"])
def test_an_unknown_instrument_or_version_is_not_found(site: TestSite, path: str) -> None:
    expect_problem(site.person("counsellor").get(path), 404, "not-found")


def test_scoring_keeps_nothing(web: Web, site: TestSite) -> None:
    counsellor = site.person("counsellor")
    answers = [3, 3, 3, 3, 3, 0, 0, 0, 1]

    answer = counsellor.post("/instruments/phq9/score", {"answers": answers})

    assert answer.status_code == 200, answer.json
    assert answer.get_json() == {
        "instrument": "phq9",
        "version": "1",
        "total": 16,
        "band": "moderately_severe",
        "result": {"total": 16, "band": "moderately_severe", "item9": 1},
        "alerts": ["A03"],
    }
    assert web.rows("SELECT 1 FROM assessments WHERE site_id = :s", s=site.id) == []


def test_the_cutoff_of_audit_c_goes_by_sex_and_by_the_site(web: Web, site: TestSite) -> None:
    counsellor = site.person("counsellor")
    body = {"answers": [1, 1, 1]}
    of_a_man = counsellor.post("/instruments/audit_c/score", body | {"sex_at_birth": "male"})
    of_anybody = counsellor.post("/instruments/audit_c/score", body)
    web.run(
        "INSERT INTO site_settings (site_id, key, value, version)"
        " VALUES (:s, 'audit_c_cutoff_other', '5', 1)",
        s=site.id,
    )

    after = counsellor.post("/instruments/audit_c/score", body)

    bands = [one.get_json()["band"] for one in (of_a_man, of_anybody, after)]
    assert bands == ["negative", "positive", "negative"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"answers": [1, 1, 1, 1.9, 1, 1, 1, 1, 0]}, {"/answers/3"}),
        ({"answers": [1, 1, 1, True, 1, 1, 1, 1, 4]}, {"/answers/3", "/answers/8"}),
        ({"answers": [1, 1, 1, 1, 1, 1, 1]}, {"/answers/7", "/answers/8"}),
        ({"answers": {"1": 1}}, {"/answers"}),
        ({"answers": [0] * 9, "version": "7"}, {"/version"}),
        ({"answers": [0] * 9, "sex_at_birth": "man"}, {"/sex_at_birth"}),
        ({}, {"/answers"}),
    ],
)
def test_a_wrong_answer_is_named(site: TestSite, body: object, named: set[str]) -> None:
    answer = site.person("counsellor").post("/instruments/phq9/score", body)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == named


def test_only_those_who_may_assess_score(site: TestSite) -> None:
    body = {"answers": [0] * 9}

    answers = {
        role: site.person(role).post("/instruments/phq9/score", body).status_code
        for role in ("intake_coordinator", "peer_worker", "auditor", "administrator")
    }

    assert set(answers.values()) == {403}


def test_reading_an_instrument_needs_the_door_and_the_event(web: Web, site: TestSite) -> None:
    counsellor = site.person("counsellor")

    with counted(web) as sent:
        counsellor.get("/instruments/phq9/versions/1")

    assert len(sent) == 2, sent
