"""The safe word, who else may be called, and capacity: kept sealed, and kept here."""

from __future__ import annotations

import pytest

from intake.clinical.contact_questions import SECTION
from tests.makers import disclosures, orders
from tests.makers.bookings import MONDAY, a_case
from tests.support.web import TestSite, Web, expect_problem, pointers

SAID = {
    "preferred_time": "evening",
    "safe_word": "marmaladecove",
    "who_not_to_contact": "Her brother heliotropeharbour",
    "emergency_contact": {
        "name": "sassafrasquay",
        "relation": {"status": "declined"},
        "phone": "+44 7700 900987",
        "may_contact_when": "missed_contact",
        "knows_about_treatment": False,
    },
    "capacity_concern": True,
    "capacity_note": "Slurred; asked again on Tuesday.",
}
WORDS = (b"marmaladecove", b"heliotropeharbour", b"sassafrasquay", b"900987", b"Slurred")


def test_a_draft_keeps_it_sealed_and_gives_it_back(web: Web, site: TestSite) -> None:
    web.set_clinic_time(MONDAY)
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    path = f"/intakes/{made['id']}"

    saved = coordinator.patch(path, {"answers": {SECTION: SAID}}, version=1)

    assert saved.status_code == 200, saved.json
    body = coordinator.get(path).get_json()
    assert body["answers"][SECTION] == SAID
    states = {one["name"]: one["state"] for one in body["sections"]}
    assert states[SECTION] == "complete"
    [row] = web.rows("SELECT answers::text, sealed FROM intakes WHERE id = :i", i=made["id"])
    for word in WORDS:
        assert word not in row.answers.encode()
        assert word not in bytes(row.sealed)
    assert '"capacity_concern": true' in row.answers


@pytest.mark.parametrize("status", ["unknown", "declined", "not_asked"])
def test_each_answer_may_say_why_it_is_missing(web: Web, site: TestSite, status: str) -> None:
    web.set_clinic_time(MONDAY)
    coordinator, missing = site.person("intake_coordinator"), {"status": status}
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    said = {SECTION: dict.fromkeys(SAID, missing)}

    saved = coordinator.patch(f"/intakes/{made['id']}", {"answers": said}, version=1)

    assert saved.status_code == 200, saved.json
    assert coordinator.get(f"/intakes/{made['id']}").get_json()["answers"][SECTION] == said[SECTION]


def test_a_wrong_answer_is_named(web: Web, site: TestSite) -> None:
    web.set_clinic_time(MONDAY)
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    wrong = {SECTION: {"emergency_contact": {"may_contact_when": "always"}}}

    answer = coordinator.patch(f"/intakes/{made['id']}", {"answers": wrong}, version=1)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {
        f"/answers/{SECTION}/emergency_contact/may_contact_when"
    }


def test_a_disclosure_takes_none_of_it_along(web: Web, site: TestSite) -> None:
    case = a_case(web, site, answers=orders.NO_RISK | {SECTION: SAID})
    disclosures.consented(case)

    made = case.lead.post(f"/cases/{case.id}/disclosures", disclosures.disclosure_order())

    assert made.status_code == 201, made.json
    left = case.lead.get(f"/disclosures/{made.get_json()['id']}/artefact").get_data()
    assert b"fever" in left
    for word in WORDS:
        assert word not in left
