"""Who can be given a duty: nobody who is away, a program, of another site, or of another role."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from intake.access import Role
from tests.makers import api_keys, bookings, cases, orders, plans
from tests.makers.bookings import PSYCHOSIS, a_case
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

DUTIES = ("key worker", "handover", "cover", "covered", "booking", "visit", "new task", "task")
UNABLE = ("disabled", "program", "elsewhere", "auditor", "administrator", "nobody")


def unable(web: Web, site: TestSite, why: str) -> str:
    """Somebody who can't be given anything, and their identifier."""
    if why == "program":
        key = api_keys.program(site, "case:read", role=Role.COUNSELLOR).key_id
        # Whoever opened the account of a key all the same made no person of it.
        web.run("UPDATE staff SET active = true WHERE id = :k", k=key)
        return str(key)
    if why == "elsewhere":
        return str(web.site().person("clinical_lead").staff_id)
    if why == "nobody":
        return str(uuid.uuid4())
    role = why if why in set(Role) else "clinical_lead"
    person = site.person(role).staff_id
    if why == "disabled":
        web.run("UPDATE staff SET active = false WHERE id = :p", p=person)
    return str(person)


def refused(answer: Any, pointer: str) -> str:
    """The sentence of a refusal that names one field."""
    body = expect_problem(answer, 422, "validation-failed")
    assert pointers(body) == {pointer}
    return str(body["errors"][0]["message"])


def given(case: CaseOf, duty: str, staff_id: str) -> tuple[Any, str]:
    """Somebody given a duty by the lead: the answer, and the field that names them."""
    lead, path = case.lead, f"/cases/{case.id}"
    version = lead.get(path).get_json()["version"]
    order: dict[str, Any]
    if duty == "key worker":
        order = {"key_worker_id": staff_id}
        return lead.act(f"{path}/actions/assign", order, version=version), "/key_worker_id"
    if duty == "handover":
        order = {
            "from_staff_id": str(case.counsellor.staff_id),
            "to_staff_id": staff_id,
            "case_ids": [case.id],
        }
        return lead.post("/handovers", order), "/to_staff_id"
    cover = {"from_on": "2027-01-12", "until_on": "2027-01-13"}
    if duty in ("cover", "covered"):
        fields = ("staff_id", "for_staff_id") if duty == "cover" else ("for_staff_id", "staff_id")
        people = dict(zip(fields, (staff_id, str(case.counsellor.staff_id)), strict=True))
        return lead.post("/covers", cover | people), f"/{fields[0]}"
    if duty in ("booking", "visit"):
        return visited(case, duty, staff_id), "/staff_id"
    task = {"kind": "review", "due_at": "2027-01-12T09:00:00+00:00", "note": "Read the letter."}
    if duty == "new task":
        return lead.post(f"{path}/tasks", task | {"owner_id": staff_id}), "/owner_id"
    lead.post(f"{path}/tasks", task)
    made = lead.get(f"{path}/tasks").get_json()["data"][-1]
    return lead.patch(f"/tasks/{made['id']}", {"owner_id": staff_id}, version=1), "/owner_id"


def visited(case: CaseOf, duty: str, staff_id: str) -> Any:
    """A visit booked with somebody, or given to them."""
    if duty == "booking":
        order = bookings.booked_order(case, staff_id=staff_id)
        return case.lead.post("/appointments", order)
    known = case.lead.get(f"/appointments?case_id={case.id}").get_json()["data"]
    visit = known[0] if known else bookings.book(case)
    path = f"/appointments/{visit['id']}/actions/move"
    return case.lead.act(path, {"staff_id": staff_id}, version=1)


@pytest.mark.parametrize("duty", DUTIES)
def test_nobody_who_could_not_do_it_is_given_a_duty(web: Web, site: TestSite, duty: str) -> None:
    case, said = a_case(web, site), set()

    for why in UNABLE:
        answer, pointer = given(case, duty, unable(web, site, why))
        said.add(refused(answer, pointer))
    able, _ = given(case, duty, str(site.person("counsellor").staff_id))

    assert able.status_code < 300, able.json
    # One sentence for all: asking tells nothing of who works where, or whose account is closed.
    assert len(said) == 1, said


@pytest.mark.parametrize("role", ["intake_coordinator", "peer_worker"])
def test_who_answers_for_no_case_covers_no_counsellor(web: Web, site: TestSite, role: str) -> None:
    case, person = a_case(web, site), str(site.person(role).staff_id)

    for duty in ("key worker", "handover", "cover"):
        answer, pointer = given(case, duty, person)
        assert "counsellor or clinical lead" in refused(answer, pointer)
    for duty in ("covered", "task"):
        answer, _ = given(case, duty, person)
        assert answer.status_code < 300, answer.json


def test_colleagues_of_one_role_cover_each_other(web: Web, site: TestSite) -> None:
    lead = site.person("clinical_lead")
    web.set_clinic_time(bookings.MONDAY)
    days = {"from_on": "2027-01-12", "until_on": "2027-01-13"}

    for role in ("intake_coordinator", "counsellor", "peer_worker", "clinical_lead"):
        one, other = (str(site.person(role).staff_id) for _ in range(2))
        made = lead.post("/covers", days | {"staff_id": one, "for_staff_id": other})
        assert made.status_code == 201, made.json


@pytest.mark.parametrize("why", UNABLE)
def test_a_decision_names_no_such_key_worker(web: Web, site: TestSite, why: str) -> None:
    case = cases.assessed(web, site, "V02")
    body = plans.plan_order(case, "outpatient_cbt", key_worker_id=unable(web, site, why))

    answer = case.lead.post(f"/cases/{case.id}/plans", body)

    refused(answer, "/key_worker_id")
    assert web.rows("SELECT 1 FROM plan_decisions WHERE case_id = :c", c=case.id) == []


@pytest.mark.parametrize("why", [*UNABLE, "peer_worker"])
def test_a_referral_is_given_to_nobody_who_could_not_take_it(
    web: Web, site: TestSite, why: str
) -> None:
    coordinator, lead = site.person("intake_coordinator"), site.person("clinical_lead")
    web.set_clinic_time(bookings.MONDAY)
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    path = f"/cases/{made['case_id']}"
    version = lead.get(path).get_json()["version"]

    answer = lead.act(
        f"{path}/referral/actions/reassign", {"taken_by": unable(web, site, why)}, version=version
    )

    refused(answer, "/taken_by")


def test_a_task_goes_only_to_a_role_that_can_close_it(web: Web, site: TestSite) -> None:
    case = a_case(web, site, answers=PSYCHOSIS)
    tasks = case.lead.get(f"/cases/{case.id}/tasks").get_json()["data"]
    task = next(one for one in tasks if one["kind"] == "alert")
    path, coordinator = f"/tasks/{task['id']}", {"owner_id": str(case.coordinator.staff_id)}

    refused(case.lead.patch(path, coordinator, version=1), "/owner_id")
    for kind in ("sign_off", "approve_discharge", "merge"):
        web.run("UPDATE tasks SET kind = :k WHERE id = :t", k=kind, t=task["id"])
        counsellor = {"owner_id": str(case.counsellor.staff_id)}
        said = refused(case.lead.patch(path, counsellor, version=1), "/owner_id")
        assert "as clinical lead and" in said


def test_the_question_of_a_handover_stays_with_who_was_asked(web: Web, site: TestSite) -> None:
    case, colleague = a_case(web, site), site.person("counsellor")
    given(case, "handover", str(colleague.staff_id))
    [task] = case.lead.get(f"/tasks?owner_id={colleague.staff_id}").get_json()["data"]
    path = f"/tasks/{task['id']}"

    for owner in (None, str(case.counsellor.staff_id)):
        answer = case.lead.patch(path, {"owner_id": owner}, version=1)
        assert "handover" in expect_problem(answer, 409, "conflict")["detail"]


def test_who_works_at_two_sites_is_judged_by_the_role_here(web: Web, site: TestSite) -> None:
    case, elsewhere = a_case(web, site), web.site()
    here, there = site.person("peer_worker"), site.person("counsellor")
    for person, role in ((here, "clinical_lead"), (there, "auditor")):
        web.run(
            "INSERT INTO memberships (site_id, staff_id, role, version) VALUES (:s, :p, :r, 1)",
            s=elsewhere.id, p=person.staff_id, r=role,
        )  # fmt: skip

    for duty in ("key worker", "handover"):
        refused(*given(case, duty, str(here.staff_id)))
        answer, _ = given(case, duty, str(there.staff_id))
        assert (answer.status_code < 300) == (duty == "key worker"), answer.json


def test_asking_who_can_do_it_costs_one_statement(web: Web, site: TestSite) -> None:
    case = a_case(web, site)

    with counted(web) as sent:
        given(case, "cover", str(site.person("counsellor").staff_id))

    assert sum("memberships" in one and "JOIN staff" in one for one in sent) == 1, sent
