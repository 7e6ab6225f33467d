"""Disclosures: allowed by a consent, an emergency or an order; accounted for; or nothing leaves."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from intake.embedded.processes import wait_until
from intake.services.artefacts import NOTICE, SHORT_NOTICE
from tests.makers import cases
from tests.makers.cases import CaseOf
from tests.makers.disclosures import (
    consented,
    disclosure_order,
    emergency,
    notes_consent_order,
    signed_note,
    worked_by,
)
from tests.support.web import TestSite, Web, counted, expect_problem, pointers


def released(case: CaseOf, **changes: Any) -> str:
    """A disclosure by the lead; its id."""
    made = case.lead.post(f"/cases/{case.id}/disclosures", disclosure_order(**changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def stored(web: Web, case: CaseOf) -> list[Any]:
    return web.rows("SELECT * FROM disclosures WHERE case_id = :c ORDER BY id", c=case.id)


def test_what_was_agreed_leaves_with_its_notices_and_scope(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consent = consented(case)

    made = case.lead.post(f"/cases/{case.id}/disclosures", disclosure_order())

    assert made.status_code == 201, made.json
    body = made.get_json()
    assert body == {"id": body["id"], "version": 1, "state": "released"}
    answer = case.lead.get(f"/disclosures/{body['id']}/artefact").get_json()
    left = answer["artefact"]
    assert left["notices"] == [NOTICE]
    assert left["watermark"] == f"{SHORT_NOTICE} Disclosure {body['id']}."
    assert (left["part2"], left["basis"]) == (True, "consent")
    assert left["consent"]["id"] == consent
    assert "these records: identity, intake; for this purpose: treatment" in str(left["consent"])
    assert left["records"].keys() == {"intake"}
    assert left["records"]["intake"]["answers"]["physical"]["fever"] is False
    plain = json.dumps(left, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert answer["sha256"] == hashlib.sha256(plain.encode()).hexdigest()
    assert [row.artefact_hash.hex() for row in stored(web, case)] == [answer["sha256"]]


@pytest.mark.parametrize("kind", ["identity", "contact", "assessments", "plan", "appointments"])
def test_each_class_can_be_disclosed_by_itself(site: TestSite, kind: str) -> None:
    case = cases.handed_in(site)
    consented(case, data_classes=[kind])

    disclosure = released(case, data_classes=[kind])

    left = case.lead.get(f"/disclosures/{disclosure}/artefact").get_json()["artefact"]
    assert left["records"].keys() == {kind}
    assert left["notices"] == [NOTICE]


@pytest.mark.parametrize(
    ("agreed", "asked", "reason"),
    [
        (None, {}, "none"),
        ({"recipient_names": ["Somebody Else"]}, {}, "other_recipient"),
        ({"purpose": "research"}, {}, "other_purpose"),
        ({"data_classes": ["plan"]}, {}, "outside_scope"),
        ({"expiry": "on_date", "expires_on": "2026-01-06"}, {}, "expired"),
        ({}, {"purpose": "legal_proceeding"}, "wrong_kind"),
        ({}, {"data_classes": ["counselling_notes"]}, "wrong_kind"),
        ({}, {"data_classes": ["intake", "counselling_notes"]}, "notes_travel_alone"),
    ],
)
def test_without_a_consent_that_fits_nothing_leaves(
    web: Web, site: TestSite, agreed: dict[str, Any] | None, asked: dict[str, Any], reason: str
) -> None:
    case = cases.handed_in(site)
    if agreed is not None:
        consented(case, **agreed)

    answer = case.lead.post(f"/cases/{case.id}/disclosures", disclosure_order(**asked))

    body = expect_problem(answer, 403, "consent-required")
    assert body["reason"] == reason
    assert stored(web, case) == []
    refused = web.rows(
        "SELECT outcome_code FROM audit_events WHERE request_id = :r",
        r=answer.headers["X-Request-Id"],
    )
    assert [tuple(row) for row in refused] == [("consent-required",)]


def test_a_revoked_consent_stops_what_has_not_left_yet(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consent = consented(case)
    disclosure = released(case)

    case.coordinator.act(
        f"/disclosure-consents/{consent}/actions/revoke", {"how": "spoken"}, version=1
    )

    again = case.lead.post(f"/cases/{case.id}/disclosures", disclosure_order())
    assert expect_problem(again, 403, "consent-required")["reason"] == "revoked"
    late = case.lead.get(f"/disclosures/{disclosure}/artefact")
    assert expect_problem(late, 403, "consent-required")["reason"] == "revoked"
    assert len(stored(web, case)) == 1


def test_a_release_under_way_sees_the_revocation_before_it(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consent = consented(case)
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    revoke = text(
        "INSERT INTO consent_revocations"
        " SELECT site_id, gen_random_uuid(), :c, now(), 'spoken', :s, now()"
        " FROM cases WHERE id = :k"
    )
    with ThreadPoolExecutor(1) as pool, web.judge.connect() as judge:
        judge.execute(text("SELECT 1 FROM cases WHERE id = :k FOR UPDATE"), {"k": case.id})
        path = f"/cases/{case.id}/disclosures"
        release = pool.submit(case.lead.post, path, disclosure_order())
        assert wait_until(lambda: web.rows(waiting)[0][0] == 1, seconds=20)
        judge.execute(revoke, {"c": consent, "s": case.lead.staff_id, "k": case.id})
        judge.commit()

        answer = release.result(timeout=20)

    assert expect_problem(answer, 403, "consent-required")["reason"] == "revoked"
    assert stored(web, case) == []


def test_an_emergency_needs_its_four_fields_and_medical_staff(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    told = emergency(case.counsellor)
    path = f"/cases/{case.id}/disclosures"
    for name in told:
        lacking = {key: value for key, value in told.items() if key != name}
        answer = case.lead.post(path, disclosure_order(emergency=lacking))
        assert pointers(expect_problem(answer, 422, "validation-failed")) == {f"/emergency/{name}"}
    stranger = emergency(web.site().person("counsellor"))
    foreign = case.lead.post(path, disclosure_order(emergency=stranger))
    assert pointers(expect_problem(foreign, 422, "validation-failed")) == {
        "/emergency/disclosed_by"
    }
    family = disclosure_order(emergency=told)
    family["recipient"]["class"] = "family"
    refused = expect_problem(case.lead.post(path, family), 403, "consent-required")
    assert refused["reason"] == "not_medical_personnel"
    assert stored(web, case) == []

    disclosure = released(case, emergency=told)

    left = case.lead.get(f"/disclosures/{disclosure}/artefact").get_json()["artefact"]
    assert left["notices"] == [NOTICE]
    assert left["basis"] == "emergency"
    assert "2.51" in left["consent"]["explanation"]
    (line,) = case.lead.get(path).get_json()["data"]
    assert line["circumstances"] == {"affiliation": told["affiliation"], "nature": told["nature"]}
    assert (line["emergency_by"], line["consent_id"]) == (str(case.counsellor.staff_id), None)


def test_a_court_order_with_its_subpoena_opens_what_it_names(site: TestSite) -> None:
    case = cases.handed_in(site)
    order = {
        "reference": "Order 7 of 2026",
        "issued_on": "2026-01-05",
        "data_classes": ["intake"],
        "has_subpoena": True,
    }
    asked = {"purpose": "legal_proceeding", "court_order": order}

    bare = disclosure_order(**asked | {"court_order": order | {"has_subpoena": False}})
    refused = case.lead.post(f"/cases/{case.id}/disclosures", bare)
    disclosure = released(case, **asked)

    assert expect_problem(refused, 403, "consent-required")["reason"] == "order_does_not_cover"
    left = case.lead.get(f"/disclosures/{disclosure}/artefact").get_json()["artefact"]
    assert left["basis"] == "court_order"


def test_notes_leave_on_their_own_consent_by_their_authors_hand(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    signed_note(case, "Told me about the estuary")
    signed_note(case, "Another author's", author=worked_by(case, site.person("counsellor")))
    asked = {
        "data_classes": ["counselling_notes"],
        "notes_author_id": str(case.counsellor.staff_id),
    }
    consented(case, **notes_consent_order())

    disclosure = released(case, **asked)

    path = f"/disclosures/{disclosure}/artefact"
    for role in ("clinical_lead", "auditor", "counsellor"):
        expect_problem(site.person(role).get(path), 404, "not-found")
    left = case.counsellor.get(path).get_json()["artefact"]
    assert [one["text"] for one in left["records"]["counselling_notes"]] == [
        "Told me about the estuary"
    ]
    assert left["notices"] == [NOTICE]
    (row,) = stored(web, case)
    assert row.notes_key_id is not None


def test_the_accounting_equals_what_was_released(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consent = consented(case)
    made = [released(case) for _ in range(3)]

    for reader in (case.lead, site.person("auditor")):
        lines = reader.get(f"/cases/{case.id}/disclosures").get_json()["data"]

        assert [one["id"] for one in lines] == made[::-1]
        assert {one["consent_id"] for one in lines} == {consent}
        assert lines[0]["recipient_name"] == "dr  emile GREY"
        assert lines[0]["recipient_address"] == "1 Quay Road"
        assert lines[0]["description"] == "Records disclosed: intake."
    events = web.rows(
        "SELECT subtype, policy_ref, sensitivity FROM audit_events WHERE type = 'disclosure'"
        " AND entity_id = :i",
        i=made[0],
    )
    assert [tuple(row) for row in events] == [("release", uuid.UUID(consent), "P2")]


def test_who_may_disclose_and_read_the_accounting(site: TestSite) -> None:
    case = cases.handed_in(site)
    consented(case)
    path = f"/cases/{case.id}/disclosures"
    disclosure = released(case)

    assert site.person("auditor").post(path, disclosure_order()).status_code == 201
    for role in ("intake_coordinator", "counsellor", "peer_worker", "administrator"):
        person = site.person(role)
        expect_problem(person.post(path, disclosure_order()), 403, "forbidden")
        expect_problem(person.get(path), 403, "forbidden")
    expect_problem(case.counsellor.get(f"/disclosures/{disclosure}/artefact"), 404, "not-found")


def test_another_site_finds_nothing(web: Web, site: TestSite) -> None:
    case, stranger = cases.handed_in(site), web.site().person("clinical_lead")
    consented(case)
    disclosure = released(case)

    expect_problem(stranger.get(f"/cases/{case.id}/disclosures"), 404, "not-found")
    expect_problem(stranger.get(f"/disclosures/{disclosure}/artefact"), 404, "not-found")
    answer = stranger.post(f"/cases/{case.id}/disclosures", disclosure_order())
    expect_problem(answer, 404, "not-found")
    assert len(stored(web, case)) == 1


def test_a_second_factor_of_an_hour_ago_is_asked_for_again(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consented(case)
    disclosure = released(case)
    web.run(
        "UPDATE staff_sessions SET mfa_at = :t WHERE staff_id = :s",
        t=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1),
        s=case.lead.staff_id,
    )

    answer = case.lead.post(f"/cases/{case.id}/disclosures", disclosure_order())

    expect_problem(answer, 401, "mfa-required")
    expect_problem(case.lead.get(f"/disclosures/{disclosure}/artefact"), 401, "mfa-required")
    assert len(stored(web, case)) == 1


def test_a_changed_copy_does_not_leave(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consented(case)
    disclosure = released(case)
    web.run("ALTER TABLE disclosures DISABLE TRIGGER never_changed")
    web.run("UPDATE disclosures SET artefact_hash = :h WHERE id = :i", h=b"0" * 32, i=disclosure)

    answer = case.lead.get(f"/disclosures/{disclosure}/artefact")

    expect_problem(answer, 409, "integrity-error")


def test_a_repeated_request_discloses_once(web: Web, site: TestSite) -> None:
    case, key = cases.handed_in(site), str(uuid.uuid4())
    consented(case)
    path = f"/cases/{case.id}/disclosures"

    first = case.lead.post(path, disclosure_order(), idempotency_key=key)
    again = case.lead.post(path, disclosure_order(), idempotency_key=key)

    assert again.get_json() == first.get_json()
    assert len(stored(web, case)) == 1


def test_each_act_sends_its_budget(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consented(case)
    path = f"/cases/{case.id}/disclosures"
    with counted(web) as releasing:
        made = case.lead.post(path, disclosure_order()).get_json()
    with counted(web) as reading:
        case.lead.get(f"/disclosures/{made['id']}/artefact")
    with counted(web) as listing:
        case.lead.get(path)

    # door, key, case with person, consents, intake, disclosure, event, answer
    assert len(releasing) == 8, releasing
    assert len(reading) == 3, reading
    assert len(listing) == 4, listing


def test_what_is_stored_says_nothing_in_plain(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    consented(case)
    released(case, emergency=emergency(case.lead))

    row = str(web.rows("SELECT d::text FROM disclosures d WHERE case_id = :c", c=case.id))

    for word in ("GREY", "Quay", "City Hospital", "unconscious", "Maya"):
        assert word not in row
        assert word.encode().hex() not in row
