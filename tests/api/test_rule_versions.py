"""Can a second rule set take over while old results keep theirs?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.clinical import rule_sets
from intake.clinical.rule_set import RuleSet
from intake.clinical.rule_sets import KDS_1_0
from intake.services import recommendations
from tests.makers import cases
from tests.makers.plans import plan_order
from tests.support.web import TestSite, Web

#: Points alone lead to a bed from 4 on, and nothing holds them back.
NEXT = replace(
    KDS_1_0,
    id="KDS-2.0",
    bands=((4, KDS_1_0.bands[0][1]), (0, KDS_1_0.bands[2][1])),
    ceilings=(),
)


def switch(monkeypatch: pytest.MonkeyPatch, to: RuleSet) -> None:
    """The second rule set stands beside the first, and new recommendations are made with it."""
    monkeypatch.setattr(rule_sets, "RULE_SETS", {KDS_1_0.id: KDS_1_0, to.id: to})
    monkeypatch.setattr(recommendations, "CURRENT", to)


def test_a_stored_result_keeps_its_rule_set_when_another_takes_over(
    web: Web, site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases.assessed(web, site, "V02")
    old = case.recommend()
    switch(monkeypatch, NEXT)

    kept = case.recommendation()
    new = case.recommend()

    assert kept == old
    assert (old["rule_set"], new["rule_set"]) == ("KDS-1.0", "KDS-2.0")
    settings = [one["result"]["recommendation"]["recommended_setting"] for one in (old, new)]
    assert settings == ["outpatient_cbt", "inpatient"]
    rows = web.rows(
        "SELECT rule_set, result, superseded_by IS NULL AS newest FROM recommendations"
        " WHERE case_id = :c ORDER BY computed_at, id",
        c=case.id,
    )
    assert [(row.rule_set, row.newest) for row in rows] == [("KDS-1.0", False), ("KDS-2.0", True)]
    assert rows[0].result == old["result"]


def test_a_decision_follows_the_rule_set_of_its_recommendation(
    web: Web, site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases.assessed(web, site, "V02")
    case.recommend()
    order = plan_order(case, "outpatient_cbt")
    later = [step for step in NEXT.follow_up if step.code != "O1"]
    switch(monkeypatch, replace(NEXT, follow_up=later))

    case.counsellor.post(f"/cases/{case.id}/plans", order)

    listed = case.counsellor.get(f"/cases/{case.id}/follow-ups").get_json()["data"]
    assert "O1" in {one["code"] for one in listed}
