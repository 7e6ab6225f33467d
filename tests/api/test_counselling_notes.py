"""Counselling notes: their author's alone, under a key of their own, signed for good."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy.exc import IntegrityError

from tests.makers import cases
from tests.makers.cases import CaseOf
from tests.makers.disclosures import signed_note, worked_by
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

TEXT = "Spoke of the estuary\nand of her brother"


def path(case: CaseOf) -> str:
    return f"/cases/{case.id}/counselling-notes"


def drafted(case: CaseOf) -> str:
    """A draft of the counsellor; its id."""
    made = case.counsellor.post(path(case), {"text": TEXT})
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def test_a_draft_is_written_changed_signed_and_then_final(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    made = case.counsellor.post(path(case), {"text": TEXT})
    assert made.status_code == 201, made.json
    note = made.get_json()["id"]
    assert made.get_json() == {"id": note, "version": 1, "state": "draft"}
    assert made.headers["Location"] == f"/api/v1/counselling-notes/{note}"

    one = f"/counselling-notes/{note}"
    changed = case.counsellor.patch(one, {"text": "Anew"}, version=1)
    signed = case.counsellor.act(f"{one}/actions/sign", version=2)

    assert (changed.status_code, signed.status_code) == (200, 200), signed.json
    read = case.counsellor.get(one)
    assert (read.get_json()["text"], read.get_json()["state"]) == ("Anew", "signed")
    assert read.headers["ETag"] == '"3"'
    late = case.counsellor.patch(one, {"text": "Late"}, version=3)
    expect_problem(late, 409, "conflict")
    expect_problem(case.counsellor.act(f"{one}/actions/sign", version=3), 409, "conflict")
    for statement in ("UPDATE counselling_notes SET version = 9", "DELETE FROM counselling_notes"):
        with pytest.raises(IntegrityError):
            web.run(f"{statement} WHERE id = :i", i=note)


def test_everybody_but_the_author_finds_nothing(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    note = drafted(case)
    one = f"/counselling-notes/{note}"
    colleague, stranger = site.person("counsellor"), web.site().person("counsellor")

    for person in (colleague, stranger):
        unknown = person.get(f"/counselling-notes/{uuid.uuid4()}").get_json()
        refused = expect_problem(person.get(one), 404, "not-found")
        assert refused["detail"] == unknown["detail"]
        expect_problem(person.patch(one, {"text": "x"}, version=1), 404, "not-found")
        expect_problem(person.act(f"{one}/actions/sign", version=1), 404, "not-found")
    assert colleague.get(path(case)).get_json()["data"] == []
    unrelated = colleague.post(path(case), {"text": "x"})
    expect_problem(unrelated, 403, "break-glass-required")
    expect_problem(stranger.get(path(case)), 404, "not-found")
    expect_problem(stranger.post(path(case), {"text": "x"}), 404, "not-found")


@pytest.mark.parametrize(
    "role", ["clinical_lead", "intake_coordinator", "peer_worker", "auditor", "administrator"]
)
def test_other_roles_are_refused_whether_a_note_exists_or_not(site: TestSite, role: str) -> None:
    case = cases.handed_in(site)
    note, person = drafted(case), site.person(role)

    for address in (f"/counselling-notes/{note}", f"/counselling-notes/{uuid.uuid4()}", path(case)):
        expect_problem(person.get(address), 403, "forbidden")
    expect_problem(person.post(path(case), {"text": "x"}), 403, "forbidden")


def test_an_addendum_belongs_to_ones_own_signed_note(site: TestSite) -> None:
    case, colleague = cases.handed_in(site), site.person("counsellor")
    signed, draft = signed_note(case, TEXT), drafted(case)
    worked_by(case, colleague)
    refused = colleague.post(path(case), {"text": "More", "addendum_to": signed})
    assert pointers(expect_problem(refused, 422, "validation-failed")) == {"/addendum_to"}
    worked_by(case, case.counsellor)

    made = case.counsellor.post(path(case), {"text": "More", "addendum_to": signed})

    assert made.status_code == 201, made.json
    lines = case.counsellor.get(path(case)).get_json()["data"]
    assert [one["addendum_to"] for one in lines] == [signed, None, None]
    assert all("text" not in one for one in lines)
    refused = case.counsellor.post(path(case), {"text": "More", "addendum_to": draft})
    assert pointers(expect_problem(refused, 422, "validation-failed")) == {"/addendum_to"}


def test_the_clients_key_does_not_open_a_note(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    note, other = drafted(case), worked_by(case, site.person("counsellor"))
    other.post(path(case), {"text": "Another's"})

    keys = web.rows("SELECT * FROM counselling_note_keys WHERE case_id = :c", c=case.id)
    (client,) = web.rows("SELECT wrapped_key FROM clients WHERE id = :i", i=case.client_id)
    assert {row.author_id for row in keys} == {case.counsellor.staff_id, other.staff_id}
    assert len({bytes(row.wrapped_key) for row in (*keys, client)}) == 3
    text = str(web.rows("SELECT n::text FROM counselling_notes n WHERE id = :i", i=note))
    assert "estuary" not in text
    assert b"estuary".hex() not in text

    web.run("UPDATE counselling_note_keys SET wrapped_key = NULL WHERE case_id = :c", c=case.id)
    expect_problem(case.counsellor.get(f"/counselling-notes/{note}"), 404, "not-found")


def test_no_other_answer_holds_a_note(site: TestSite) -> None:
    case = cases.handed_in(site)
    signed_note(case, TEXT)
    addresses = [
        f"/cases/{case.id}",
        f"/cases/{case.id}/access-log",
        f"/cases/{case.id}/assessments",
        f"/cases/{case.id}/disclosure-consents",
        f"/cases/{case.id}/disclosures",
        f"/cases/{case.id}/tasks",
        f"/intakes/{case.intake_id}",
        f"/clients/{case.client_id}",
    ]

    for person in (case.lead, case.counsellor):
        for address in addresses:
            assert "estuary" not in json.dumps(person.get(address).get_json(force=True)), address


def test_versions_are_asked_for(site: TestSite) -> None:
    case = cases.handed_in(site)
    one = f"/counselling-notes/{drafted(case)}"

    expect_problem(case.counsellor.patch(one, {"text": "x"}, version=7), 412, "precondition-failed")
    missing = case.counsellor.post(f"{one}/actions/sign")
    expect_problem(missing, 428, "precondition-required")


def test_a_repeated_request_writes_once(web: Web, site: TestSite) -> None:
    case, key = cases.handed_in(site), str(uuid.uuid4())

    first = case.counsellor.post(path(case), {"text": TEXT}, idempotency_key=key)
    again = case.counsellor.post(path(case), {"text": TEXT}, idempotency_key=key)

    assert again.get_json() == first.get_json()
    assert len(web.rows("SELECT 1 FROM counselling_note_keys WHERE case_id = :c", c=case.id)) == 1


def test_each_act_sends_its_budget_and_leaves_its_event(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    drafted(case)
    with counted(web) as writing:
        note = case.counsellor.post(path(case), {"text": TEXT}).get_json()["id"]
    one = f"/counselling-notes/{note}"
    with counted(web) as reading:
        case.counsellor.get(one)
    with counted(web) as listing:
        case.counsellor.get(path(case))
    with counted(web) as changing:
        case.counsellor.patch(one, {"text": "Anew"}, version=1)
    with counted(web) as signing:
        case.counsellor.act(f"{one}/actions/sign", version=2)

    # door, key, case with the author's key, case held, note, event, answer
    assert len(writing) == 7, writing
    assert (len(reading), len(listing)) == (3, 4)
    # door, note with key and case, case held, note, event
    assert (len(changing), len(signing)) == (5, 5)
    events = web.rows(
        "SELECT subtype, entity_version, sensitivity FROM audit_events WHERE entity_id = :i"
        " ORDER BY id",
        i=uuid.UUID(note),
    )
    assert [tuple(row) for row in events] == [
        ("create", 1, "P3"),
        ("read", 1, "P3"),
        ("save", 2, "P3"),
        ("sign", 3, "P3"),
    ]
