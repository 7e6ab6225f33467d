"""Consents to disclosure: whole or refused, append-only, revoked at once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.makers import cases
from tests.makers.cases import CaseOf
from tests.makers.disclosures import consented, disclosure_consent_order, notes_consent_order
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def path(case: CaseOf) -> str:
    return f"/cases/{case.id}/disclosure-consents"


def revocation(consent: str) -> str:
    return f"/disclosure-consents/{consent}/actions/revoke"


def stored(web: Web, case: CaseOf) -> list[Any]:
    return web.rows("SELECT * FROM disclosure_consents WHERE case_id = :c", c=case.id)


@pytest.mark.parametrize(
    "order",
    [
        disclosure_consent_order(),
        disclosure_consent_order(kind="tpo_single", purpose="tpo", expiry="none"),
        disclosure_consent_order(expiry="on_date", expires_on="2099-01-01"),
        notes_consent_order(),
        disclosure_consent_order(kind="legal_proceeding", purpose="legal_proceeding"),
        disclosure_consent_order(recipient_names=[], recipient_classes=["payer"]),
        {
            "kind": "contact_preference",
            "information": "Call after six",
            "rights_version": "2026-01",
            "expiry": "none",
            "signature_basis": "client",
            "signed_on": "2026-01-05",
            "evidence": "Said at the desk",
        },
    ],
)
def test_a_whole_consent_is_kept_and_read(site: TestSite, order: dict[str, Any]) -> None:
    case = cases.handed_in(site)

    made = case.counsellor.post(path(case), order)

    assert made.status_code == 201, made.json
    assert made.get_json()["state"] == "given"
    (read,) = case.counsellor.get(path(case)).get_json()["data"]
    assert {name: read[name] for name in order} == order | (
        {"data_classes": sorted(order["data_classes"])} if "data_classes" in order else {}
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"purpose": None}, "/purpose"),
        ({"discloser": None}, "/discloser"),
        ({"data_classes": []}, "/data_classes"),
        ({"recipient_names": []}, "/recipient_names"),
        ({"purpose": "tpo"}, "/purpose"),
        ({"kind": "tpo_single"}, "/purpose"),
        ({"purpose": "legal_proceeding"}, "/purpose"),
        ({"kind": "legal_proceeding"}, "/purpose"),
        ({"data_classes": ["plan", "counselling_notes"]}, "/data_classes"),
        ({"kind": "counselling_notes"}, "/data_classes"),
        ({"kind": "counselling_notes", "data_classes": ["plan", "counselling_notes"]},
         "/data_classes"),
        ({"signed_on": "2099-01-01"}, "/signed_on"),
        ({"expires_on": "2099-01-01"}, "/expires_on"),
        ({"expiry": "on_date"}, "/expires_on"),
        ({"expiry": "on_date", "expires_on": "2026-01-04"}, "/expires_on"),
        ({"expiry": "none"}, "/expiry"),
        ({"evidence": " "}, "/evidence"),
        ({"recorded_by": str(uuid.uuid4())}, "/recorded_by"),
    ],
)  # fmt: skip
def test_what_a_consent_lacks_or_mixes_is_named(
    web: Web, site: TestSite, change: dict[str, Any], named: str
) -> None:
    case = cases.handed_in(site)
    order = disclosure_consent_order(**change)
    sent = {name: value for name, value in order.items() if value is not None}

    answer = case.counsellor.post(path(case), sent)

    assert pointers(expect_problem(answer, 422, "validation-failed")) == {named}
    assert stored(web, case) == []


@pytest.mark.parametrize(
    "change",
    [
        "purpose = NULL",
        "discloser = NULL",
        "data_classes = '{}'",
        "recipients = NULL",
        "purpose = 'tpo'",
        "kind = 'legal_proceeding'",
        "kind = 'counselling_notes'",
        "data_classes = '{plan,counselling_notes}'",
        "data_classes = '{everything}'",
        "expiry = 'none'",
        "expiry = 'on_date'",
        "expires_on = '2020-01-01'",
        "evidence = NULL",
        "rights_version = NULL",
        "signed_on = NULL",
    ],
)
def test_the_database_refuses_the_same(web: Web, site: TestSite, change: str) -> None:
    case = cases.handed_in(site)
    consent = consented(case)
    web.run("ALTER TABLE disclosure_consents DISABLE TRIGGER never_changed")

    with pytest.raises(IntegrityError):
        web.run(f"UPDATE disclosure_consents SET {change} WHERE id = :i", i=consent)  # noqa: S608 - the table above

    web.run("ALTER TABLE disclosure_consents ENABLE TRIGGER never_changed")


def test_revoking_adds_a_row_and_changes_none(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consent, before = consented(case), stored(web, case)
    auditor = site.person("auditor")

    revoked = auditor.act(revocation(consent), {"how": "in_writing"}, version=1)

    assert revoked.status_code == 200, revoked.json
    assert (revoked.get_json()["state"], revoked.headers["ETag"]) == ("revoked", '"2"')
    assert stored(web, case) == before
    rows = web.rows(
        "SELECT how, recorded_by FROM consent_revocations WHERE consent_id=:c", c=consent
    )
    assert [tuple(row) for row in rows] == [("in_writing", auditor.staff_id)]
    stale = auditor.act(revocation(consent), {"how": "spoken"}, version=1)
    expect_problem(stale, 412, "precondition-failed")
    again = auditor.act(revocation(consent), {"how": "spoken"}, version=2)
    expect_problem(again, 409, "conflict")
    missing = auditor.post(revocation(consent), {"how": "spoken"})
    expect_problem(missing, 428, "precondition-required")


def test_who_records_revokes_and_reads(site: TestSite) -> None:
    case = cases.handed_in(site)
    consent = consented(case)

    assert site.person("auditor").get(path(case)).status_code == 200
    answer = site.person("auditor").post(path(case), disclosure_consent_order())
    expect_problem(answer, 403, "forbidden")
    colleague = site.person("counsellor")
    refused = [
        colleague.get(path(case)),
        colleague.post(path(case), disclosure_consent_order()),
        colleague.act(revocation(consent), {"how": "spoken"}, version=1),
    ]
    for answer in refused:
        expect_problem(answer, 403, "break-glass-required")
    for role in ("peer_worker", "administrator"):
        person = site.person(role)
        expect_problem(person.get(path(case)), 403, "forbidden")
        revoked = person.act(revocation(consent), {"how": "spoken"}, version=1)
        expect_problem(revoked, 403, "forbidden")


def test_another_site_finds_nothing(web: Web, site: TestSite) -> None:
    case, stranger = cases.handed_in(site), web.site().person("clinical_lead")
    consent = consented(case)

    expect_problem(stranger.get(path(case)), 404, "not-found")
    expect_problem(stranger.post(path(case), disclosure_consent_order()), 404, "not-found")
    answer = stranger.act(revocation(consent), {"how": "spoken"}, version=1)
    expect_problem(answer, 404, "not-found")
    assert web.rows("SELECT 1 FROM consent_revocations WHERE consent_id = :c", c=consent) == []


def test_a_repeated_request_records_once(web: Web, site: TestSite) -> None:
    case, key = cases.handed_in(site), str(uuid.uuid4())

    first = case.lead.post(path(case), disclosure_consent_order(), idempotency_key=key)
    again = case.lead.post(path(case), disclosure_consent_order(), idempotency_key=key)

    assert again.get_json() == first.get_json()
    assert len(stored(web, case)) == 1


def test_each_act_sends_its_budget_and_leaves_its_event(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    with counted(web) as recording:
        consent = case.lead.post(path(case), disclosure_consent_order()).get_json()["id"]
    with counted(web) as listing:
        case.lead.get(path(case))
    with counted(web) as revoking:
        case.lead.act(revocation(consent), {"how": "spoken"}, version=1)

    # door, key, case with person, consent, event, answer
    assert len(recording) == 6, recording
    assert len(listing) == 4, listing
    # door, consent with case and person, revocation, event
    assert len(revoking) == 4, revoking
    events = web.rows(
        "SELECT subtype, entity_type, entity_version FROM audit_events WHERE policy_ref = :i"
        " ORDER BY id",
        i=uuid.UUID(consent),
    )
    assert [tuple(row) for row in events] == [
        ("given", "disclosure_consents", 1),
        ("revoked", "consent_revocations", 1),
    ]
