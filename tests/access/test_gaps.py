"""Do the walls hold where one act leans on another: replays, drafts, logs, and defects of ours?"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

import psycopg.errors
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from intake.app import create_app
from intake.errors import Unavailable
from intake.http.constraints import in_our_words
from intake.http.extensions import db
from intake.services import cases as case_service
from tests.makers import bookings, cases, disclosures, orders
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web, counted, expect_problem
from tests.worker.gateway_process import free_port

WHY = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}


def ended(web: Web, case: CaseOf) -> None:
    """The episode is over; the person may be referred again."""
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=case.id)


def referred_again(case: CaseOf, author: Caller) -> dict[str, Any]:
    """A colleague registers a new referral of the person, knowing their id from a match."""
    made = author.post(
        "/intakes", {"client_id": case.client_id, "referral": orders.referral_order()}
    )
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("assessments", assessment_order()),
        ("consents", orders.consent_order("reminders")),
        ("disclosure-consents", disclosures.disclosure_consent_order()),
        ("counselling-notes", {"text": "Of the estuary"}),
    ],
)
def test_a_replay_is_refused_once_the_case_is_somebody_elses(
    site: TestSite, path: str, order: dict[str, Any]
) -> None:
    case, key = cases.handed_in(site), str(uuid.uuid4())
    where, before = f"/cases/{case.id}/{path}", case.counsellor
    first = before.post(where, order, idempotency_key=key)
    again = before.post(where, order, idempotency_key=key)
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")

    disclosures.worked_by(case, site.person("counsellor"))

    late = before.post(where, order, idempotency_key=key)
    expect_problem(late, 403, "break-glass-required")


def test_a_replayed_booking_asks_for_the_case_of_its_body(web: Web, site: TestSite) -> None:
    case, key = bookings.a_case(web, site), str(uuid.uuid4())
    order, before = bookings.booked_order(case), case.counsellor
    assert before.post("/appointments", order, idempotency_key=key).status_code == 201
    disclosures.worked_by(case, site.person("counsellor"))

    late = before.post("/appointments", order, idempotency_key=key)

    expect_problem(late, 403, "break-glass-required")


def test_a_new_referral_opens_who_somebody_is_and_no_earlier_case(web: Web, site: TestSite) -> None:
    case, colleague = bookings.a_case(web, site), site.person("counsellor")
    case.counsellor.post(f"/cases/{case.id}/assessments", assessment_order())
    bookings.follow_up(web, site, case)
    ended(web, case)
    expect_problem(colleague.get(f"/clients/{case.client_id}"), 403, "break-glass-required")

    new = referred_again(case, colleague)

    for path in (f"/clients/{case.client_id}", f"/clients/{case.client_id}/contacts"):
        assert colleague.get(path).status_code == 200, path
    assert colleague.get(f"/intakes/{new['id']}").status_code == 200
    [plan] = web.rows("SELECT id FROM plan_decisions WHERE case_id = :c", c=case.id)
    closed = [
        f"/intakes/{case.intake_id}",
        f"/plans/{plan.id}",
        f"/cases/{new['case_id']}/access-log",
    ]
    closed += [
        f"/cases/{case.id}/{what}"
        for what in (
            *("assessments", "plans", "follow-ups", "recommendation", "consents"),
            *("disclosure-consents", "access-log"),
        )
    ]
    for path in closed:
        expect_problem(colleague.get(path), 403, "break-glass-required")
    shown = [one["what"] for one in _log(case, case.lead)]
    assert {"recorded the case", "read the person's identity"} <= set(shown)


def test_with_the_draft_its_authors_way_in_is_gone(web: Web, site: TestSite) -> None:
    case, colleague = bookings.a_case(web, site), site.person("counsellor")
    ended(web, case)
    new = referred_again(case, colleague)
    done = "UPDATE intakes SET state = 'submitted', submitted_at = now() WHERE id = :i"
    web.run(done, i=new["id"])

    for path in (f"/clients/{case.client_id}", f"/intakes/{new['id']}"):
        expect_problem(colleague.get(path), 403, "break-glass-required")


def test_what_was_handed_in_is_its_authors_no_more_after_the_handover(site: TestSite) -> None:
    case = cases.handed_in(site, has_key_worker=False)
    path = f"/intakes/{case.intake_id}"
    assert case.coordinator.get(path).status_code == 200

    cases.hand_over(case)

    expect_problem(case.coordinator.get(path), 404, "not-found")
    assert case.counsellor.get(path).status_code == 200


def test_who_writes_the_draft_records_a_consent_to_disclosure(site: TestSite) -> None:
    author, colleague = site.person("counsellor"), site.person("counsellor")
    case = author.post("/intakes", orders.intake_order()).get_json()["case_id"]
    path, order = f"/cases/{case}/disclosure-consents", disclosures.disclosure_consent_order()
    expect_problem(colleague.post(path, order), 403, "break-glass-required")

    with counted(site.web) as sent:
        made = author.post(path, order)

    assert made.status_code == 201, made.json
    assert len(sent) == 6, sent  # door, key, case with its draft, consent, event, answer
    assert len(author.get(path).get_json()["data"]) == 1
    consent, way = made.get_json()["id"], {"how": "in_writing"}
    revoke = f"/disclosure-consents/{consent}/actions/revoke"
    expect_problem(colleague.act(revoke, way, version=1), 403, "break-glass-required")
    assert author.act(revoke, way, version=1).status_code == 200


def test_that_there_are_counselling_notes_is_in_no_log_but_the_auditors(site: TestSite) -> None:
    case, auditor = cases.handed_in(site), site.person("auditor")
    worker = case.counsellor
    for _ in range(6):
        disclosures.signed_note(case, "Of the estuary")
    successor = disclosures.worked_by(case, site.person("counsellor"))

    for reader in (case.lead, successor):
        lines = _log(case, reader, limit=3)
        assert "counselling" not in json.dumps(lines)
        assert "named the key worker of the case" in [one["what"] for one in lines]
    assert "counselling" in json.dumps(_log(case, auditor))
    disclosures.worked_by(case, worker)
    assert "signed a counselling note of their own" in json.dumps(_log(case, worker))


def test_whoever_was_refused_stands_in_the_log_of_the_person(web: Web, site: TestSite) -> None:
    case, colleague = bookings.a_case(web, site), site.person("counsellor")
    stranger = web.site().person("counsellor")
    for path in (f"/clients/{case.client_id}", f"/intakes/{case.intake_id}"):
        expect_problem(colleague.get(path), 403, "break-glass-required")
        expect_problem(stranger.get(path), 404, "not-found")
    expect_problem(
        colleague.post(f"/cases/{case.id}/counselling-notes", {"text": "x"}),
        403,
        "break-glass-required",
    )

    refused = [one for one in _log(case, case.lead) if one["outcome"] == "refused"]

    assert [(one["staff_id"], one["what"]) for one in refused] == [
        (str(colleague.staff_id), "was refused a request about intakes"),
        (str(colleague.staff_id), "was refused a request about people"),
    ]


def test_the_glass_breaks_without_the_broker(web: Web, site: TestSite) -> None:
    case, person = cases.handed_in(site), site.person("counsellor")
    auditor = site.person("auditor")
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    app = create_app(replace(web.app.config["SETTINGS"], redis_url=nobody))
    elsewhere = _same_person(person, app)

    made = elsewhere.post(f"/cases/{case.id}/break-glass-grants", WHY)
    read = elsewhere.get(f"/intakes/{case.intake_id}")

    with app.app_context():
        db.engine.dispose()
    assert (made.status_code, read.status_code) == (201, 200), made.json
    assert read.headers["Break-Glass"].startswith("until=")
    told = web.rows("SELECT staff_id FROM staff_notices WHERE site_id = :s", s=site.id)
    assert {row.staff_id for row in told} == {auditor.staff_id, case.counsellor.staff_id}


def test_a_defect_of_ours_leaves_an_event_without_content(
    web: Web, site: TestSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases.handed_in(site)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Maya Linton")

    monkeypatch.setattr(case_service, "read", broken)

    answer = case.lead.get(f"/cases/{case.id}")

    body = expect_problem(answer, 500, "internal-error")
    [event] = web.rows(
        "SELECT * FROM audit_events WHERE request_id = :r", r=answer.headers["X-Request-Id"]
    )
    assert (event.type, event.subtype, event.outcome) == ("cases", "failed", 12)
    assert (event.outcome_code, event.agent_id) == ("internal-error", case.lead.staff_id)
    assert "Maya" not in f"{event} {body}"


def test_a_database_that_gave_up_waiting_is_told_as_unavailable() -> None:
    gone = DBAPIError("SELECT 1", None, psycopg.errors.IdleInTransactionSessionTimeout())

    assert isinstance(in_our_words(gone), Unavailable)
    assert in_our_words(DBAPIError("SELECT 1", None, psycopg.errors.SyntaxError())) is None


def _log(case: CaseOf, reader: Caller, *, limit: int = 100) -> list[dict[str, Any]]:
    """Every line of the access log, page by page."""
    path, lines = f"/cases/{case.id}/access-log?limit={limit}", []
    while path:
        page = reader.get(path)
        assert page.status_code == 200, page.json
        lines += page.get_json()["data"]
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1")
    return lines


def _same_person(person: Caller, app: Flask) -> Caller:
    """The same session at another process of the application."""
    cookie = person.client.get_cookie("intake")
    assert cookie is not None
    client = app.test_client()
    client.set_cookie("intake", cookie.value)
    return Caller(client, person.staff_id, person.site)
