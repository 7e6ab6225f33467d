"""Alerts: who sees them, who takes them on, and what closing one leaves behind."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import pytest

from tests.makers.bookings import MONDAY, PSYCHOSIS, a_case
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

NOTE = "Seen by Dr Okafor the same hour; admitted to ward 4."


def alerts_of(case: CaseOf, **filters: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = case.lead.get(f"/alerts?case_id={case.id}&{query}")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def an_alert(web: Web, site: TestSite) -> tuple[CaseOf, dict[str, Any]]:
    """A case of a person with psychosis, and its critical alert."""
    case = a_case(web, site, answers=PSYCHOSIS)
    [found] = [one for one in alerts_of(case) if one["code"] == "A09"]
    return case, found


def test_alerts_are_listed_the_soonest_first_in_words(web: Web, site: TestSite) -> None:
    answers = PSYCHOSIS | {"social": {"child_safeguarding_concern": True}}
    case = a_case(web, site, answers=answers)

    found = alerts_of(case, state="open")

    assert [one["code"] for one in found][:2] == ["A09", "A13"]
    assert [one["due_at"] for one in found] == sorted(one["due_at"] for one in found)
    assert found[0]["name"] == "ACTIVE_PSYCHOSIS"
    assert found[0]["sentence"]
    assert found[0]["priority"] == "critical"
    assert "note" not in found[0]


def test_listing_sends_the_same_statements_whatever_its_length(web: Web, site: TestSite) -> None:
    lengths = []
    for _ in range(3):
        case, _ = an_alert(web, site)
        with counted(web) as sent:
            case.lead.get("/alerts")
        lengths.append(len(sent))

    assert lengths == [3, 3, 3]


def test_pages_of_alerts_miss_none_though_several_are_due_together(
    web: Web, site: TestSite
) -> None:
    social = {"child_safeguarding_concern": True, "domestic_abuse_current": True}
    case = a_case(web, site, answers=PSYCHOSIS | {"social": social})
    everything = [one["id"] for one in alerts_of(case)]
    seen: list[str] = []
    path = "/alerts?limit=1"

    while path:
        page = case.lead.get(path)
        seen.extend(one["id"] for one in page.get_json()["data"])
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1")

    assert seen == everything
    together = web.rows("SELECT count(*) FROM alerts WHERE case_id = :c GROUP BY due_at", c=case.id)
    assert max(row.count for row in together) > 1


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "f_________8AAAAAAAAAAAAAAAAAAAAA", "é"])
def test_a_cursor_we_never_gave_out_is_refused(site: TestSite, cursor: str) -> None:
    expect_problem(site.person("clinical_lead").get(f"/alerts?cursor={cursor}"), 400, "bad-request")


def test_an_alert_is_taken_on_once(web: Web, site: TestSite) -> None:
    case, alert = an_alert(web, site)
    path = f"/alerts/{alert['id']}/actions/acknowledge"

    with counted(web) as sent:
        answer = case.lead.act(path, version=alert["version"])

    assert answer.status_code == 200, answer.json
    body = answer.get_json()
    assert (body["state"], body["acknowledged_by"]) == ("acknowledged", str(case.lead.staff_id))
    assert body["acknowledged_at"].startswith(f"{MONDAY:%Y-%m-%dT%H}")
    assert len(sent) == len(["door", "alert", "alerts", "event"]), sent
    again = case.lead.act(path, version=body["version"])
    expect_problem(again, 409, "conflict")


def test_of_several_who_take_one_on_at_once_one_has_it(web: Web, site: TestSite) -> None:
    case, alert = an_alert(web, site)
    people = [case.lead, *(site.person("clinical_lead") for _ in range(3))]

    def attempt(place: int) -> int:
        path = f"/alerts/{alert['id']}/actions/acknowledge"
        return int(people[place].act(path, version=alert["version"]).status_code)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(attempt, range(4)))

    assert codes == [200, 412, 412, 412]


def test_closing_seals_the_note_and_closes_the_task(web: Web, site: TestSite) -> None:
    case, alert = an_alert(web, site)

    with counted(web) as sent:
        answer = case.counsellor.act(
            f"/alerts/{alert['id']}/actions/close", {"note": NOTE}, version=alert["version"]
        )

    assert answer.status_code == 200, answer.json
    body = answer.get_json()
    assert (body["state"], body["note"]) == ("closed", NOTE)
    assert body["closed_by"] == body["acknowledged_by"] == str(case.counsellor.staff_id)
    assert len(sent) == len(["door", "alert", "alerts", "tasks", "event"]), sent
    stored = web.rows("SELECT sealed FROM alerts WHERE id = :i", i=alert["id"])
    assert b"Okafor" not in stored[0].sealed
    tasks = web.rows("SELECT state FROM tasks WHERE alert_id = :i", i=alert["id"])
    assert [row.state for row in tasks] == ["done"]


def test_what_was_done_is_read_by_those_who_read_assessments(web: Web, site: TestSite) -> None:
    case, alert = an_alert(web, site)
    path = f"/alerts/{alert['id']}"
    case.lead.act(f"{path}/actions/close", {"note": NOTE}, version=alert["version"])

    with counted(web) as sent:
        read = case.counsellor.get(path)

    assert read.get_json()["note"] == NOTE
    assert len(sent) == 3, sent
    peer = site.person("peer_worker")
    web.run("UPDATE cases SET key_worker_id = :p WHERE id = :c", p=peer.staff_id, c=case.id)
    assert peer.get(path).get_json()["note"] is None


def test_a_closed_alert_is_not_answered_again(web: Web, site: TestSite) -> None:
    case, alert = an_alert(web, site)
    path = f"/alerts/{alert['id']}/actions"
    closed = case.lead.act(f"{path}/close", {"note": NOTE}, version=alert["version"]).get_json()

    for act, body in (("close", {"note": NOTE}), ("acknowledge", None)):
        expect_problem(
            case.lead.act(f"{path}/{act}", body, version=closed["version"]), 409, "conflict"
        )


@pytest.mark.parametrize("note", ["", "done", "   ok  ", None, "See\u0000n by a doctor"])
def test_an_alert_is_not_closed_without_saying_what_was_done(
    web: Web, site: TestSite, note: str | None
) -> None:
    case, alert = an_alert(web, site)
    path = f"/alerts/{alert['id']}/actions/close"

    body = expect_problem(
        case.lead.act(path, {"note": note}, version=alert["version"]), 422, "validation-failed"
    )

    assert pointers(body) == {"/note"}
    assert alerts_of(case, state="closed") == []


@pytest.mark.parametrize(
    ("role", "sees"), [("intake_coordinator", True), ("peer_worker", True), ("auditor", False)]
)
def test_alerts_are_answered_by_clinicians_alone(
    web: Web, site: TestSite, role: str, *, sees: bool
) -> None:
    case, alert = an_alert(web, site)
    person, path = site.person(role), f"/alerts/{alert['id']}"
    web.run("UPDATE cases SET key_worker_id = :p WHERE id = :c", p=person.staff_id, c=case.id)

    for act, body in (("acknowledge", None), ("close", {"note": NOTE})):
        refused = person.act(f"{path}/actions/{act}", body, version=alert["version"])
        expect_problem(refused, 403, "forbidden")

    assert person.get(path).status_code == (200 if sees else 403)
    assert person.get("/alerts").status_code == (200 if sees else 403)
    assert alerts_of(case, state="open")


def test_an_alert_of_another_site_is_not_found(web: Web, site: TestSite) -> None:
    _, alert = an_alert(web, site)
    stranger, path = web.site().person("clinical_lead"), f"/alerts/{alert['id']}"

    expect_problem(stranger.get(path), 404, "not-found")
    expect_problem(stranger.act(f"{path}/actions/acknowledge", version=1), 404, "not-found")
    expect_problem(
        stranger.act(f"{path}/actions/close", {"note": NOTE}, version=1), 404, "not-found"
    )
    assert stranger.get("/alerts").get_json()["data"] == []


def test_a_stale_answer_is_refused(web: Web, site: TestSite) -> None:
    case, alert = an_alert(web, site)
    path = f"/alerts/{alert['id']}/actions"
    case.lead.act(f"{path}/acknowledge", version=alert["version"])

    late = case.lead.act(f"{path}/close", {"note": NOTE}, version=alert["version"])

    expect_problem(late, 412, "precondition-failed")
    missing = case.lead.client.post(f"/api/v1{path}/close", json={"note": NOTE})
    expect_problem(missing, 428, "precondition-required")
