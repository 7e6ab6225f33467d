"""Referrals to other services: asked for by the plan, sent with consent, closed by their result."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.makers import bookings, cases, moves, orders, outbound, plans
from tests.makers.cases import CaseOf
from tests.makers.progress import broken_glass
from tests.support.web import TestSite, Web, expect_problem, pointers


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027 at ten."""
    return bookings.a_case(web, site)


def listed(case: CaseOf) -> list[dict[str, Any]]:
    found = case.counsellor.get(f"/cases/{case.id}/outbound-referrals").get_json()["data"]
    return sorted(found, key=lambda one: str(one["adjunct"]))


def test_a_decision_plans_what_its_recommendation_asks_for_once(web: Web, site: TestSite) -> None:
    case = cases.assessed(web, site, "V04")
    plans.decided(case, "outpatient_cbt")
    first = listed(case)
    called_off = next(one for one in first if one["kind"] == "gp")
    path = f"/outbound-referrals/{called_off['id']}/actions/cancel"
    assert case.counsellor.act(path, {"reason": "Had them last week"}, version=1).status_code == 200

    plans.decided(case, "outpatient_cbt")

    urology = first[0]
    assert (urology["adjunct"], urology["kind"], urology["urgency"]) == (
        "J01",
        "urology",
        "urgent",
    )
    assert (urology["state"], urology["due_by"]) == ("planned", "2027-01-27")
    asked = case.recommendation()["result"]["recommendation"]["adjuncts"]
    assert {one["adjunct"] for one in first} == {one[:3] for one in asked} - {
        "J07",
        "J08",
        "J12",
        "J13",
    }
    assert [one["id"] for one in listed(case)] == [one["id"] for one in first]


def test_a_decision_without_goals_plans_them_too(web: Web, site: TestSite) -> None:
    case = cases.assessed(web, site, "V04")

    plans.decided(case, "outpatient_cbt", goals=[])

    assert "urology" in {one["kind"] for one in listed(case)}


def test_it_goes_out_is_seen_and_is_closed_by_its_result(web: Web, case: CaseOf) -> None:
    referral = outbound.sent(case)
    path = f"/outbound-referrals/{referral}"
    cases.at_ten(web, "2027-01-19")

    booked = case.counsellor.patch(path, {"appointment_on": "2027-01-18"}, version=2)
    seen = case.counsellor.patch(path, {"seen_on": "2027-01-18"}, version=3)
    order = {"result": "Exercises, twice a week"}
    closed = case.lead.act(f"{path}/actions/receive-result", order, version=4)

    states = [one.get_json()["state"] for one in (booked, seen, closed)]
    assert states == ["sent", "seen", "closed"]
    found = outbound.read(case, referral)
    assert (found["result"], found["sent_on"], found["consent_basis"]) == (
        "Exercises, twice a week",
        "2027-01-11",
        "emergency",
    )
    stored = web.rows("SELECT sealed FROM outbound_referrals WHERE id = :i", i=referral)
    assert b"Exercises" not in bytes(stored[0].sealed)
    again = case.lead.act(f"{path}/actions/receive-result", order, version=5)
    expect_problem(again, 409, "conflict")
    versions = web.rows(
        "SELECT entity_version FROM audit_events WHERE entity_id = :i AND action <> 'R'"
        " ORDER BY entity_version",
        i=uuid.UUID(referral),
    )
    assert [row.entity_version for row in versions] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("kind", "purpose"), [("urology", "share_urology"), ("gp", "share_gp")])
def test_it_leaves_on_the_persons_answer(case: CaseOf, kind: str, purpose: str) -> None:
    referral = outbound.planned(case, kind=kind)
    refused = outbound.send(case, referral)
    consent = case.counsellor.post(f"/cases/{case.id}/consents", orders.consent_order(purpose))

    sent = outbound.send(case, referral)

    assert expect_problem(refused, 403, "consent-required")["detail"].startswith("The person")
    assert consent.status_code == 201, consent.json
    assert sent.status_code == 200, sent.json
    assert sent.get_json()["consent_basis"] == "consent"


def test_a_withdrawn_answer_covers_nothing(case: CaseOf) -> None:
    path = f"/cases/{case.id}/consents"
    case.counsellor.post(path, orders.consent_order("share_gp"))
    case.counsellor.post(path, orders.consent_order("share_gp", status="withdrawn"))

    refused = outbound.send(case, outbound.planned(case, kind="gp"))

    expect_problem(refused, 403, "consent-required")


def test_a_signed_consent_of_this_case_covers_any_service(
    web: Web, site: TestSite, case: CaseOf
) -> None:
    own = signed(web, site, case)
    foreign = signed(web, site, bookings.a_case(web, site))
    referral = outbound.planned(case)

    for unknown in (foreign, str(uuid.uuid4())):
        refused = outbound.send(case, referral, disclosure_consent_id=unknown)
        expect_problem(refused, 403, "consent-required")
    sent = outbound.send(case, referral, disclosure_consent_id=own)

    assert sent.status_code == 200, sent.json
    assert sent.get_json()["disclosure_consent_id"] == own
    web.run(
        "INSERT INTO consent_revocations (site_id, id, consent_id, revoked_at, how, recorded_by,"
        " created_at) VALUES (:s, :i, :c, now(), 'spoken', :w, now())",
        s=site.id, i=uuid.uuid4(), c=own, w=case.counsellor.staff_id,
    )  # fmt: skip
    later = outbound.send(case, outbound.planned(case), disclosure_consent_id=own)
    expect_problem(later, 403, "consent-required")


def signed(web: Web, site: TestSite, case: CaseOf) -> str:
    """A consent to disclosure, put there: its own tests make one through the API."""
    made = str(uuid.uuid4())
    web.run(
        "INSERT INTO disclosure_consents (site_id, id, case_id, kind, purpose, data_classes,"
        " discloser, information, recipients, recipient_classes, rights_version, expiry,"
        " signature_basis, signed_on, evidence, recorded_by, created_at) VALUES (:s, :i, :c,"
        " 'specific', 'treatment', '{plan}', '\\x00', '\\x00', '\\x00', '{}', '1',"
        " 'end_of_treatment', 'client', '2027-01-04', '\\x00', :w, now())",
        s=site.id, i=made, c=case.id, w=case.counsellor.staff_id,
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"without_consent": "emergency"}, {"/without_consent_reason"}),
        (
            {"without_consent": "safeguarding", "without_consent_reason": "A child"},
            {"/without_consent_reason"},
        ),
        ({"without_consent": "hurry"}, {"/without_consent"}),
        ({"without_consent_reason": "She can't be asked at present."}, {"/without_consent"}),
        (outbound.WITHOUT_CONSENT | {"sent_on": "2027-01-12"}, {"/sent_on"}),
        (outbound.WITHOUT_CONSENT | {"sent_on": "2026-01-09"}, {"/sent_on"}),
    ],
)
def test_without_consent_it_leaves_for_a_stated_reason_only(
    case: CaseOf, said: dict[str, Any], named: set[str]
) -> None:
    referral = outbound.planned(case)

    refused = outbound.send(case, referral, **said)

    assert pointers(expect_problem(refused, 422, "validation-failed")) == named
    assert outbound.read(case, referral)["state"] == "planned"


def test_somebody_must_be_asked(case: CaseOf) -> None:
    order = {"kind": "housing", "due_by": "2027-02-10"}
    made = case.counsellor.post(f"/cases/{case.id}/outbound-referrals", order)

    refused = outbound.send(case, made.get_json()["id"], **outbound.WITHOUT_CONSENT)

    assert pointers(expect_problem(refused, 422, "validation-failed")) == {"/recipient"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "dentist"}, {"/kind"}),
        ({"due_by": "2027-01-10"}, {"/due_by"}),
        ({"adjunct": "J16"}, {"/adjunct"}),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    case: CaseOf, changes: dict[str, str], named: set[str]
) -> None:
    path = f"/cases/{case.id}/outbound-referrals"

    refused = case.counsellor.post(path, outbound.outbound_order(**changes))

    assert pointers(expect_problem(refused, 422, "validation-failed")) == named


def test_nothing_happens_out_of_order(case: CaseOf) -> None:
    referral = outbound.planned(case)
    path = f"/outbound-referrals/{referral}"
    result = {"result": "All well"}

    early = case.counsellor.act(f"{path}/actions/receive-result", result, version=1)
    unseen = case.counsellor.patch(path, {"seen_on": "2027-01-11"}, version=1)
    unsent = case.counsellor.patch(path, {"appointment_on": "2027-01-18"}, version=1)
    outbound.send(case, referral, **outbound.WITHOUT_CONSENT)
    twice = outbound.send(case, referral, version=2, **outbound.WITHOUT_CONSENT)

    expect_problem(early, 409, "conflict")
    assert pointers(expect_problem(unseen, 422, "validation-failed")) == {"/seen_on"}
    assert pointers(expect_problem(unsent, 422, "validation-failed")) == {"/appointment_on"}
    expect_problem(twice, 409, "conflict")
    stale = outbound.send(case, referral, version=1, **outbound.WITHOUT_CONSENT)
    expect_problem(stale, 412, "precondition-failed")


def test_one_addition_is_asked_for_once_at_a_time(case: CaseOf) -> None:
    outbound.planned(case, adjunct="J05")

    order = outbound.outbound_order(adjunct="J05")
    again = case.counsellor.post(f"/cases/{case.id}/outbound-referrals", order)

    assert "already" in expect_problem(again, 409, "conflict")["detail"]


def test_a_result_still_arrives_when_the_case_has_ended(web: Web, site: TestSite) -> None:
    case = moves.begun(web, site)
    referral = outbound.sent(case)
    unsent = outbound.planned(case)
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=case.id)
    path = f"/outbound-referrals/{referral}/actions/receive-result"

    refused = outbound.send(case, unsent, **outbound.WITHOUT_CONSENT)
    closed = case.counsellor.act(path, {"result": "Exercises"}, version=2)

    expect_problem(refused, 409, "conflict")
    assert closed.status_code == 200, closed.json


def test_who_treats_asks_and_an_emergency_only_reads(case: CaseOf, site: TestSite) -> None:
    referral = outbound.planned(case)
    colleague = site.person("counsellor")
    path = f"/cases/{case.id}/outbound-referrals"

    for role in ("peer_worker", "auditor", "administrator"):
        expect_problem(site.person(role).get(path), 403, "forbidden")
    broken_glass(case, colleague)
    assert colleague.get(path).status_code == 200
    order = {"reason": "Not needed"}
    cancelled = colleague.act(f"/outbound-referrals/{referral}/actions/cancel", order, version=1)
    expect_problem(cancelled, 403, "break-glass-required")
