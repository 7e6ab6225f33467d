"""Tasks given by hand, and who is called to a critical alert the moment it is raised."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import bookings, orders
from tests.makers.bookings import MONDAY, a_case
from tests.support.web import TestSite, Web, expect_problem, pointers

LETTER = {"kind": "review", "due_at": "2027-01-12T09:00:00+00:00", "note": "Read the GP's letter."}


def called(web: Web, site: TestSite) -> list[str]:
    rows = web.rows(
        "SELECT staff_id FROM staff_notices WHERE site_id = :s AND kind = 'alert'", s=site.id
    )
    return sorted(str(row.staff_id) for row in rows)


def test_a_task_is_the_key_workers_unless_an_owner_is_named(web: Web, site: TestSite) -> None:
    case = a_case(web, site)
    path = f"/cases/{case.id}/tasks"
    named = {"owner_id": str(case.coordinator.staff_id), "source": "appointment"}

    made = [case.counsellor.post(path, LETTER | one) for one in ({}, named)]

    assert [one.status_code for one in made] == [201, 201]
    listed = case.lead.get(path).get_json()["data"]
    assert sorted((one["source"], one["owner_id"]) for one in listed) == [
        ("appointment", str(case.coordinator.staff_id)),
        ("person", str(case.counsellor.staff_id)),
    ]
    assert {one["note"] for one in listed} == {LETTER["note"]}
    stored = web.rows("SELECT sealed FROM tasks WHERE case_id = :c", c=case.id)
    assert all(b"letter" not in bytes(row.sealed) for row in stored)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"due_at": "2027-01-11T09:59:00+00:00"}, "/due_at"),
        ({"kind": "alert"}, "/kind"),
        ({"owner_id": str(uuid.uuid4())}, "/owner_id"),
        ({"source": "gossip"}, "/source"),
    ],
)
def test_what_nobody_could_do_is_refused(
    web: Web, site: TestSite, changes: dict[str, Any], pointer: str
) -> None:
    case = a_case(web, site)

    answer = case.lead.post(f"/cases/{case.id}/tasks", LETTER | changes)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {pointer}


def test_a_disabled_owner_is_refused(web: Web, site: TestSite) -> None:
    case, gone = a_case(web, site), site.person("counsellor")
    web.run("UPDATE staff SET active = false WHERE id = :i", i=gone.staff_id)

    answer = case.lead.post(f"/cases/{case.id}/tasks", LETTER | {"owner_id": str(gone.staff_id)})

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {"/owner_id"}


def test_a_critical_alert_calls_whoever_is_on_duty(web: Web, site: TestSite) -> None:
    web.set_clinic_time(MONDAY)
    site.person("clinical_lead")
    on_duty, coordinator = site.person("counsellor"), site.person("intake_coordinator")
    web.run("UPDATE sites SET on_duty_staff_id = :p WHERE id = :s", p=on_duty.staff_id, s=site.id)

    made = coordinator.post("/intakes", orders.intake_order(answers=bookings.PSYCHOSIS)).get_json()

    assert called(web, site) == [str(on_duty.staff_id)]
    owners = web.rows("SELECT owner_id FROM tasks WHERE case_id = :c", c=made["case_id"])
    assert [row.owner_id for row in owners] == [on_duty.staff_id]


@pytest.mark.parametrize("why", ["unset", "disabled"])
def test_without_anybody_on_duty_every_lead_is_called(web: Web, site: TestSite, why: str) -> None:
    web.set_clinic_time(MONDAY)
    leads = sorted(str(site.person("clinical_lead").staff_id) for _ in range(2))
    if why == "disabled":
        gone = site.person("counsellor").staff_id
        web.run("UPDATE sites SET on_duty_staff_id = :p WHERE id = :s", p=gone, s=site.id)
        web.run("UPDATE staff SET active = false WHERE id = :p", p=gone)
    coordinator = site.person("intake_coordinator")

    made = coordinator.post("/intakes", orders.intake_order(answers=bookings.PSYCHOSIS)).get_json()

    assert called(web, site) == leads
    owners = web.rows("SELECT owner_id FROM tasks WHERE case_id = :c", c=made["case_id"])
    assert [row.owner_id for row in owners] == [None]


def test_what_is_not_critical_calls_nobody(web: Web, site: TestSite) -> None:
    web.set_clinic_time(MONDAY)
    site.person("clinical_lead")
    answers = orders.NO_RISK | {"social": {"domestic_abuse_current": True}}

    site.person("intake_coordinator").post("/intakes", orders.intake_order(answers=answers))

    assert web.rows("SELECT 1 FROM alerts WHERE site_id = :s", s=site.id)
    assert called(web, site) == []
