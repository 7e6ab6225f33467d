"""Progress notes: one person drafts and signs, who treats reads, nothing signed is changed."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy.exc import IntegrityError

from tests.makers import bookings, cases
from tests.makers.cases import CaseOf
from tests.makers.progress import (
    SOAP,
    broken_glass,
    drafted_note,
    note_order,
    signed_progress_note,
)
from tests.support.web import TestSite, Web, counted, expect_problem, pointers

HOURS = dt.timedelta(hours=1)


def path(case: CaseOf) -> str:
    return f"/cases/{case.id}/notes"


@pytest.mark.parametrize(
    ("format_", "sections"),
    [
        ("soap", SOAP),
        ("dap", {"data": "a", "assessment": "b", "plan": "c"}),
        ("birp", {"behaviour": "a", "intervention": "b", "response": "c", "plan": "d"}),
        ("free", {"text": "a\nb"}),
    ],
)
def test_a_note_of_each_format_is_drafted_signed_and_read(
    site: TestSite, format_: str, sections: dict[str, str]
) -> None:
    case = cases.handed_in(site)
    order = note_order(format=format_, sections=sections, minutes=50, mode="video")
    made = case.counsellor.post(path(case), order)
    assert made.status_code == 201, made.json
    note = made.get_json()["id"]
    assert made.get_json() == {"id": note, "version": 1, "state": "draft"}
    assert made.headers["Location"] == f"/api/v1/notes/{note}"

    signed = case.counsellor.act(f"/notes/{note}/actions/sign", version=1)

    assert signed.status_code == 200, signed.json
    read = case.lead.get(f"/notes/{note}").get_json()
    assert read["sections"] == sections
    shown = {name: read[name] for name in ("state", "format", "minutes", "mode", "author_id")}
    assert shown == {
        "state": "signed",
        "format": format_,
        "minutes": 50,
        "mode": "video",
        "author_id": str(case.counsellor.staff_id),
    }


def test_what_is_signed_is_never_changed(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    one = f"/notes/{signed_progress_note(case)}"

    late = case.counsellor.patch(one, {"sections": {"plan": "Another"}}, version=2)
    again = case.counsellor.act(f"{one}/actions/sign", version=2)

    expect_problem(late, 409, "conflict")
    expect_problem(again, 409, "conflict")
    note = one.removeprefix("/notes/")
    for statement in ("UPDATE progress_notes SET version = 9", "DELETE FROM progress_notes"):
        with pytest.raises(IntegrityError):
            web.run(f"{statement} WHERE id = :i", i=note)
    assert case.counsellor.get(one).get_json()["sections"] == SOAP


def test_a_draft_is_changed_section_by_section(site: TestSite) -> None:
    case = cases.handed_in(site)
    note = drafted_note(case, sections={"plan": "Call"}, mode="phone", minutes=20)

    order = {"sections": {"subjective": "Slept"}, "minutes": None, "risk_changed": True}
    changed = case.counsellor.patch(f"/notes/{note}", order, version=1)

    assert changed.status_code == 200, changed.json
    body = changed.get_json()
    assert body["sections"] == {"plan": "Call", "subjective": "Slept"}
    assert (body["minutes"], body["mode"], body["risk_changed"]) == (None, "phone", True)
    stale = case.counsellor.patch(f"/notes/{note}", {"minutes": 5}, version=1)
    expect_problem(stale, 412, "precondition-failed")


def test_a_note_is_signed_whole_and_has_no_section_of_another_format(site: TestSite) -> None:
    case = cases.handed_in(site)
    note = drafted_note(case, sections={"plan": "Call"})

    unfinished = case.counsellor.act(f"/notes/{note}/actions/sign", version=1)
    mixed = case.counsellor.post(path(case), note_order(sections={"response": "Good"}))

    missing = pointers(expect_problem(unfinished, 422, "validation-failed"))
    assert missing == {"/sections/subjective", "/sections/objective", "/sections/assessment"}
    wrong = pointers(expect_problem(mixed, 422, "validation-failed"))
    assert wrong == {"/sections/response"}


def test_a_draft_is_its_authors_and_the_lead_knows_that_it_exists(site: TestSite) -> None:
    case = cases.handed_in(site)
    note = drafted_note(case, case.lead)
    own = drafted_note(case)
    key_worker = case.counsellor

    assert [one["id"] for one in key_worker.get(path(case)).get_json()["data"]] == [own]
    expect_problem(key_worker.get(f"/notes/{note}"), 404, "not-found")
    expect_problem(key_worker.patch(f"/notes/{note}", {"minutes": 5}, version=1), 404, "not-found")
    seen = case.lead.get(path(case)).get_json()["data"]
    assert {one["id"] for one in seen} == {note, own}
    assert "sections" not in seen[0]
    expect_problem(case.lead.get(f"/notes/{own}"), 403, "forbidden")
    for answer in (
        case.lead.patch(f"/notes/{own}", {"minutes": 5}, version=1),
        case.lead.act(f"/notes/{own}/actions/sign", version=1),
    ):
        expect_problem(answer, 403, "forbidden")


def test_an_addendum_is_a_note_of_its_own_beside_the_original(site: TestSite) -> None:
    case = cases.handed_in(site)
    original = signed_progress_note(case, confidentiality="restricted")
    order = note_order(format="free", sections={"text": "He called again"})
    amend = f"/notes/{original}/actions/amend"

    made = case.lead.act(amend, order, version=2)

    assert made.status_code == 200, made.json
    addendum = made.get_json()
    assert made.headers["Location"] == f"/api/v1/notes/{addendum['id']}"
    assert (addendum["addendum_to"], addendum["state"]) == (original, "draft")
    assert addendum["confidentiality"] == "restricted"
    assert addendum["author_id"] == str(case.lead.staff_id)
    expect_problem(case.lead.act(amend, order, version=2), 409, "conflict")
    expect_problem(case.lead.act(amend, order, version=7), 412, "precondition-failed")
    signed = case.lead.act(f"/notes/{addendum['id']}/actions/sign", version=1)
    assert signed.status_code == 200, signed.json
    assert case.counsellor.get(f"/notes/{original}").get_json()["sections"] == SOAP
    draft = drafted_note(case)
    early = case.counsellor.act(f"/notes/{draft}/actions/amend", order, version=1)
    expect_problem(early, 409, "conflict")


def test_two_addenda_at_once_are_refused_by_the_database_too(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    original = signed_progress_note(case)
    order = note_order(format="free", sections={"text": "More"})
    case.counsellor.act(f"/notes/{original}/actions/amend", order, version=2)

    with pytest.raises(IntegrityError, match="one_unsigned_addendum"):
        web.run(
            "INSERT INTO progress_notes (site_id, id, case_id, author_id, format, goal_ids,"
            " risk_changed, confidentiality, addendum_to, state, sealed, drafted_at, created_at,"
            " version) SELECT site_id, :new, case_id, author_id, format, goal_ids, risk_changed,"
            " confidentiality, addendum_to, state, sealed, drafted_at, created_at, 1"
            " FROM progress_notes WHERE addendum_to = :i",
            new=uuid.uuid4(), i=original,
        )  # fmt: skip


def test_colleagues_need_an_emergency_and_never_see_what_is_restricted(site: TestSite) -> None:
    case, colleague = cases.handed_in(site), site.person("counsellor")
    normal = signed_progress_note(case)
    restricted = signed_progress_note(case, confidentiality="restricted")
    expect_problem(colleague.get(path(case)), 403, "break-glass-required")
    expect_problem(colleague.get(f"/notes/{normal}"), 403, "break-glass-required")

    broken_glass(case, colleague)

    answer = colleague.get(f"/notes/{normal}")
    assert answer.status_code == 200
    assert answer.headers["Break-Glass"].startswith("until=")
    assert [one["id"] for one in colleague.get(path(case)).get_json()["data"]] == [normal]
    expect_problem(colleague.get(f"/notes/{restricted}"), 403, "forbidden")
    expect_problem(colleague.post(path(case), note_order()), 403, "break-glass-required")


@pytest.mark.parametrize("role", ["intake_coordinator", "peer_worker", "auditor", "administrator"])
def test_other_roles_are_refused(site: TestSite, role: str) -> None:
    case, person = cases.handed_in(site), site.person(role)
    note = signed_progress_note(case)

    for address in (path(case), f"/notes/{note}", "/notes/unsigned"):
        expect_problem(person.get(address), 403, "forbidden")
    expect_problem(person.post(path(case), note_order()), 403, "forbidden")


def test_drafts_are_listed_after_48_hours_and_never_signed_by_themselves(
    web: Web, site: TestSite
) -> None:
    case = bookings.a_case(web, site)
    own, other = drafted_note(case), drafted_note(case, case.lead)
    signed_progress_note(case)
    unsigned = "/notes/unsigned"

    web.set_clinic_time(bookings.MONDAY + 47 * HOURS)
    assert case.counsellor.get(unsigned).get_json()["data"] == []
    web.set_clinic_time(bookings.MONDAY + 49 * HOURS)
    mine = case.counsellor.get(unsigned).get_json()["data"]
    all_of_them = case.lead.get(f"{unsigned}?limit=1")

    assert [one["id"] for one in mine] == [own]
    assert [one["id"] for one in all_of_them.get_json()["data"]] == [own]
    following = all_of_them.headers["Link"].partition("<")[2].partition(">")[0]
    rest = case.lead.get(following.removeprefix("/api/v1")).get_json()
    assert [one["id"] for one in rest["data"]] == [other]
    assert {one["state"] for one in (*mine, *rest["data"])} == {"draft"}


def test_a_note_tells_of_a_visit_of_its_own_case(web: Web, site: TestSite) -> None:
    case, other = bookings.a_case(web, site), bookings.a_case(web, site)
    visit, theirs = bookings.book(case)["id"], bookings.book(other)["id"]

    told = case.counsellor.post(path(case), note_order(appointment_id=visit))
    wrong = case.counsellor.post(path(case), note_order(appointment_id=theirs))

    assert told.status_code == 201, told.json
    assert pointers(expect_problem(wrong, 422, "validation-failed")) == {"/appointment_id"}
    note = told.get_json()["id"]
    moved = case.counsellor.patch(f"/notes/{note}", {"appointment_id": theirs}, version=1)
    assert pointers(expect_problem(moved, 422, "validation-failed")) == {"/appointment_id"}


def test_nothing_is_written_in_a_case_that_has_ended(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    signed, draft = signed_progress_note(case), drafted_note(case)
    web.run("UPDATE cases SET state = 'declined' WHERE id = :c", c=case.id)

    for answer in (
        case.counsellor.post(path(case), note_order()),
        case.counsellor.patch(f"/notes/{draft}", {"minutes": 5}, version=1),
        case.counsellor.act(f"/notes/{draft}/actions/sign", version=1),
        case.counsellor.act(f"/notes/{signed}/actions/amend", note_order(), version=2),
    ):
        expect_problem(answer, 409, "conflict")
    assert case.counsellor.get(f"/notes/{signed}").status_code == 200


def test_text_is_sealed_and_no_event_holds_it(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    note = signed_progress_note(case)

    stored = str(web.rows("SELECT n::text FROM progress_notes n WHERE id = :i", i=note))
    assert "Slept" not in stored
    assert b"Slept".hex() not in stored
    events = web.rows(
        "SELECT subtype, entity_version, sensitivity, e::text FROM audit_events e"
        " WHERE entity_id = :i ORDER BY id",
        i=uuid.UUID(note),
    )
    assert [tuple(row)[:3] for row in events] == [("create", 1, "P2"), ("sign", 2, "P2")]
    assert "Slept" not in json.dumps([row[3] for row in events])


def test_each_act_sends_its_budget_for_one_row_and_for_a_hundred(web: Web, site: TestSite) -> None:
    case = cases.handed_in(site)
    note = drafted_note(case)
    with counted(web) as writing:
        drafted_note(case)
    with counted(web) as reading:
        case.counsellor.get(f"/notes/{note}")
    with counted(web) as changing:
        case.counsellor.patch(f"/notes/{note}", {"minutes": 5}, version=1)
    with counted(web) as signing:
        case.counsellor.act(f"/notes/{note}/actions/sign", version=2)
    with counted(web) as few:
        case.counsellor.get(f"{path(case)}?limit=1")
    web.run(
        "INSERT INTO progress_notes (site_id, id, case_id, author_id, format, goal_ids,"
        " risk_changed, confidentiality, state, sealed, drafted_at, created_at, version)"
        " SELECT site_id, gen_random_uuid(), case_id, author_id, format, goal_ids, risk_changed,"
        " confidentiality, 'draft', sealed, drafted_at, created_at, 1"
        " FROM progress_notes, generate_series(1, 100) WHERE id = :i",
        i=note,
    )
    with counted(web) as many:
        found = case.counsellor.get(f"{path(case)}?limit=100").get_json()["data"]

    # door, key, case with person, case held, note, event, answer
    assert (len(writing), len(reading)) == (7, 3), (writing, reading)
    # door, note with case and person, case held, note, event
    assert (len(changing), len(signing)) == (5, 5)
    assert (len(few), len(many), len(found)) == (4, 4, 100)
