"""Intake assessments: register, save, hand in."""

from __future__ import annotations

import concurrent.futures
import uuid

import pytest

from tests.makers import orders
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def test_a_referral_opens_a_case_and_a_draft(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")

    answer = coordinator.post("/intakes", orders.intake_order(answers=orders.NO_RISK))

    assert answer.status_code == 201, answer.json
    body = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/intakes/{body['id']}"
    assert body.keys() == {
        "id", "version", "state", "case_id", "client_id", "reference", "similar",
    }  # fmt: skip
    assert body["reference"].startswith("C-20")
    moves = web.rows("SELECT from_state, to_state FROM case_transitions WHERE case_id = :c",
                     c=body["case_id"])  # fmt: skip
    assert [tuple(row) for row in moves] == [(None, "referred")]


def test_a_registration_sends_one_statement_per_table(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    coordinator.post("/intakes", orders.intake_order())

    with counted(web) as sent:
        coordinator.post("/intakes", orders.intake_order(answers=orders.NO_RISK))

    tables = 8  # case_numbers, clients, tokens, contacts, consents, cases, transitions, intakes
    door_key_match_event_answer = 5
    assert len(sent) == tables + door_key_match_event_answer, sent


def test_reading_sends_three_statements(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()

    with counted(web) as sent:
        answer = coordinator.get(f"/intakes/{made['id']}")

    assert answer.status_code == 200
    assert len(sent) == 3, sent


def test_listing_sends_the_same_three_statements_whatever_its_length(
    web: Web, site: TestSite
) -> None:
    coordinator = site.person("intake_coordinator")
    lengths = {}
    for total in (1, 5):
        while len(coordinator.get("/intakes").get_json()["data"]) < total:
            coordinator.post("/intakes", orders.intake_order())
        with counted(web) as sent:
            coordinator.get("/intakes")
        lengths[total] = len(sent)

    assert lengths == {1: 3, 5: 3}


def test_a_list_is_cut_into_pages_that_miss_nobody(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = {coordinator.post("/intakes", orders.intake_order()).get_json()["id"] for _ in range(5)}

    seen: list[str] = []
    page = coordinator.get("/intakes?limit=2")
    while True:
        body = page.get_json()
        seen.extend(line["id"] for line in body["data"])
        if not body["page"]["has_more"]:
            break
        link = page.headers["Link"].partition(">")[0].removeprefix("</api/v1")
        page = coordinator.get(link)

    assert len(seen) == len(set(seen)) == 5
    assert set(seen) == made


def test_saving_keeps_what_was_answered_before(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order(answers=orders.NO_RISK)).get_json()

    saved = coordinator.patch(
        f"/intakes/{made['id']}",
        {"answers": {"physical": {"fever": True}, "goals": ["Sleep again"]}},
        version=1,
    )

    assert saved.status_code == 200, saved.json
    answers = saved.get_json()["answers"]
    assert answers["physical"] == {"urinary_retention": False, "flank_pain": False, "fever": True}
    assert answers["goals"] == ["Sleep again"]
    assert saved.headers["ETag"] == '"2"'


def test_free_text_is_sealed_and_read_again(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    words = "Repair things with my sister Anouk"
    made = coordinator.post("/intakes", orders.intake_order(answers={"goals": [words]})).get_json()

    read = coordinator.get(f"/intakes/{made['id']}").get_json()

    assert read["answers"]["goals"] == [words]
    stored = web.rows("SELECT answers::text, sealed FROM intakes WHERE id = :i", i=made["id"])[0]
    assert "Anouk" not in stored.answers
    assert b"Anouk" not in stored.sealed


def test_a_stale_save_is_refused_and_nothing_is_lost(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()
    path = f"/intakes/{made['id']}"
    coordinator.patch(path, {"answers": {"physical": {"fever": False}}}, version=1)

    late = coordinator.patch(path, {"answers": {"physical": {"fever": True}}}, version=1)

    expect_problem(late, 412, "precondition-failed")
    assert late.headers["ETag"] == '"2"'
    assert coordinator.get(path).get_json()["answers"]["physical"] == {"fever": False}


def test_two_people_saving_at_once_never_overwrite_each_other(web: Web, site: TestSite) -> None:
    people = [site.person("clinical_lead") for _ in range(4)]
    made = people[0].post("/intakes", orders.intake_order()).get_json()
    path = f"/intakes/{made['id']}"

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        body = {"answers": {"physical": {"fever": True}}}
        codes = list(pool.map(lambda one: one.patch(path, body, version=1).status_code, people))

    assert sorted(codes) == [200, 412, 412, 412]
    del web


def test_a_save_without_the_version_read_is_refused(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order()).get_json()

    answer = coordinator.client.patch(f"/api/v1/intakes/{made['id']}", json={"answers": {}})

    expect_problem(answer, 428, "precondition-required")


def test_handing_in_names_everything_that_is_missing_at_once(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    order = orders.intake_order(client=orders.client_order())
    made = coordinator.post("/intakes", order).get_json()

    body = expect_problem(
        coordinator.act(f"/intakes/{made['id']}/submit", version=1), 422, "validation-failed"
    )

    assert {
        "/answers/physical/fever",
        "/answers/mental_health/psychosis_current",
        "/consents/treatment",
    } <= pointers(body)
    assert len(pointers(body)) == 8


def test_handing_in_moves_the_case_and_raises_alerts(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    answers = orders.NO_RISK | {"mental_health": {"psychosis_current": True}}
    made = coordinator.post("/intakes", orders.intake_order(answers=answers)).get_json()

    done = coordinator.act(f"/intakes/{made['id']}/submit", version=1)

    assert done.status_code == 200, done.json
    assert (done.get_json()["state"], done.get_json()["case_state"]) == ("submitted", "intake")
    alerts = web.rows("SELECT code, priority FROM alerts WHERE case_id = :c", c=made["case_id"])
    assert [tuple(row) for row in alerts] == [("A09", "critical")]
    tasks = web.rows("SELECT kind, state FROM tasks WHERE case_id = :c", c=made["case_id"])
    assert [tuple(row) for row in tasks] == [("alert", "open")]


def test_an_intake_without_consent_to_treatment_leaves_the_case_referred(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    refused = orders.reachable_client(consents=[orders.consent_order(status="refused")])
    order = orders.intake_order(client=refused, answers=orders.NO_RISK)
    made = coordinator.post("/intakes", order).get_json()

    done = coordinator.act(f"/intakes/{made['id']}/submit", version=1)

    assert done.get_json()["case_state"] == "referred"


def test_after_handing_in_a_change_is_refused(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order(answers=orders.NO_RISK)).get_json()
    path = f"/intakes/{made['id']}"
    coordinator.act(f"{path}/submit", version=1)

    expect_problem(coordinator.patch(path, {"answers": {}}, version=2), 409, "conflict")
    expect_problem(coordinator.act(f"{path}/submit", version=2), 409, "conflict")


def test_an_exact_match_is_shown_masked_and_can_be_set_aside(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    person = orders.reachable_client(given_name="Zoë", family_name="O'Hara Quinn")
    first = coordinator.post("/intakes", orders.intake_order(client=person)).get_json()
    again = person | {"given_name": "ZOE", "contacts": [], "consents": []}

    refused = expect_problem(
        coordinator.post("/intakes", orders.intake_order(client=again)), 409, "duplicate"
    )

    assert refused["candidates"] == [
        {
            "client_id": first["client_id"],
            "initials": "Z. O.",
            "birth_year": "1997",
            "matched": "name and date of birth",
        }
    ]
    apart = again | {
        "not_duplicate_of": [first["client_id"]],
        "not_duplicate_reason": "Cousins, born the same day",
    }
    assert coordinator.post("/intakes", orders.intake_order(client=apart)).status_code == 201


def test_a_person_has_one_open_case(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    first = coordinator.post("/intakes", orders.intake_order()).get_json()
    order = {"client_id": first["client_id"], "referral": orders.referral_order()}

    body = expect_problem(coordinator.post("/intakes", order), 409, "conflict")

    assert "open case" in body["detail"]


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ({"substance_use": {"days_used_30": 31}}, "/answers/substance_use/days_used_30"),
        ({"substance_use": {"days_used_30": 1.9}}, "/answers/substance_use/days_used_30"),
        ({"substance_use": {"days_used30": 3}}, "/answers/substance_use"),
        ({"physical": {"fever": "no"}}, "/answers/physical/fever"),
        ({"phisical": {}}, "/answers"),
        ({"contact": {}}, "/answers/contact"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_saved(
    web: Web, site: TestSite, answers: dict[str, object], pointer: str
) -> None:
    coordinator = site.person("intake_coordinator")

    body = expect_problem(
        coordinator.post("/intakes", orders.intake_order(answers=answers)),
        422,
        "validation-failed",
    )

    assert pointers(body) == {pointer}
    for table in ("clients", "cases", "intakes", "client_tokens", "case_numbers"):
        counted_rows = web.rows(f"SELECT 1 FROM {table} WHERE site_id = :s", s=site.id)  # noqa: S608 - our own table names
        assert counted_rows == [], table


def test_every_version_of_an_intake_has_its_event(web: Web, site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    made = coordinator.post("/intakes", orders.intake_order(answers=orders.NO_RISK)).get_json()
    path = f"/intakes/{made['id']}"
    coordinator.patch(path, {"answers": {"physical": {"fever": True}}}, version=1)
    coordinator.act(f"{path}/submit", version=2)

    events = web.rows(
        "SELECT subtype, entity_version FROM audit_events WHERE entity_id = :i AND action <> 'R'"
        " ORDER BY entity_version",
        i=uuid.UUID(made["id"]),
    )

    assert [tuple(row) for row in events] == [("create", 1), ("save", 2), ("submit", 3)]


def test_answers_that_cannot_be_true_together_are_named_before_the_lock(site: TestSite) -> None:
    coordinator = site.person("intake_coordinator")
    answers = orders.NO_RISK | {"substance_use": {"age_first_use": 60}}
    made = coordinator.post("/intakes", orders.intake_order(answers=answers)).get_json()

    refused = coordinator.act(f"/intakes/{made['id']}/submit", version=1)

    body = expect_problem(refused, 422, "validation-failed")
    assert pointers(body) == {"/answers/substance_use/age_first_use"}
    assert coordinator.get(f"/intakes/{made['id']}").get_json()["state"] == "draft"
