"""Is what one does from the page of a case the same as by the API, and is nothing typed lost?"""

from __future__ import annotations

import re

import pytest

from tests.makers import bookings, case_pages, progress
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import HTML, pages_of
from tests.web.test_pages import text_of


@pytest.fixture
def full(web: Web, site: TestSite) -> CaseOf:
    """A case with something in every card."""
    return case_pages.full_case(web, site)


def task_of(full: CaseOf, kind: str = "other") -> dict[str, str]:
    listed = full.counsellor.get(f"/cases/{full.id}/tasks?state=open").get_json()["data"]
    return next(one for one in listed if one["kind"] == kind)


def alert_of(full: CaseOf) -> dict[str, str]:
    [alert] = full.counsellor.get(f"/alerts?case_id={full.id}").get_json()["data"]
    return dict(alert)


def state_of(web: Web, table: str, row: str) -> str:
    [found] = web.rows(f"SELECT state FROM {table} WHERE id = :i", i=row)  # noqa: S608 - our own names
    return str(found.state)


def test_a_task_is_ticked_off_and_taken_back(web: Web, full: CaseOf) -> None:
    pages, task = pages_of(full.counsellor), task_of(full)
    at, path = f"/cases/{full.id}", f"/tasks/{task['id']}"
    text_of(pages.get(at), 200)

    done = pages.send(path, state="done", _version="1")

    assert done.location == f"{at}?undo={task['id']}&undo_version=2&done=task_done"
    assert state_of(web, "tasks", task["id"]) == "done"
    shown = text_of(pages.get(done.location), 200)
    assert "Ticked off by mistake?" in shown
    assert task["note"] not in shown
    assert pages.send(path, state="open", _version="2").status_code == 303
    assert state_of(web, "tasks", task["id"]) == "open"


def test_a_task_that_closes_with_its_alert_says_so(full: CaseOf) -> None:
    pages, task = pages_of(full.counsellor), task_of(full, "alert")
    text = text_of(pages.get(f"/tasks/{task['id']}"), 200)

    assert "Close the alert; the task closes with it." in text
    assert f"/alerts/{alert_of(full)['id']}" in text
    text_of(pages.send(f"/tasks/{task['id']}", state="done", _version="1"), 409)


def test_an_alert_is_taken_on_and_closed_with_a_note(web: Web, full: CaseOf) -> None:
    pages, alert = pages_of(full.counsellor), alert_of(full)
    path = f"/alerts/{alert['id']}"
    text_of(pages.get(path), 200)

    taken = pages.send(path, _do="take")
    assert "Taken on" in text_of(pages.get(taken.location), 200)
    empty = text_of(pages.send(path, _do="close"), 422)
    closed = pages.send(path, _do="close", note="Spoke with her; safe tonight, plan agreed")

    assert "Say in a few words what was done." in empty
    assert closed.location == f"/cases/{full.id}?done=alert_closed"
    assert state_of(web, "alerts", alert["id"]) == "closed"
    assert "self-harm: PHQ-9 item 9" not in text_of(pages.get(closed.location), 200).split("tl")[0]
    text_of(pages.send(path, _do="burn"), 400)


def test_a_logged_call_clears_the_failed_reminder(web: Web, full: CaseOf) -> None:
    pages, path = pages_of(full.counsellor), f"/cases/{full.id}/contact-attempts/new"
    case = f"/cases/{full.id}"
    assert "did not arrive" in text_of(pages.get(case), 200)
    made = {"kind": "call_back", "due_at": "2027-06-22T09:00:00Z", "note": "Ring her"}
    full.counsellor.post(f"{case}/tasks", made)
    ring = task_of(full, "call_back")
    assert "Ring her" in text_of(pages.get(path), 200)

    missing = text_of(pages.send(path, at="2027-06-21T09:55", channel="phone"), 422)
    sent = pages.send(
        path, at="2027-06-21T09:55", channel="phone", outcome="reached", note="Will come",
        _task=f"{ring['id']} 1",
    )  # fmt: skip

    assert "Say what came of it." in missing
    assert sent.location == f"{case}?done=call_logged"
    assert "did not arrive" not in text_of(pages.get(sent.location), 200)
    assert state_of(web, "tasks", ring["id"]) == "done"
    [call] = full.coordinator.get(f"{case}/contact-attempts").get_json()["data"]
    assert (call["at"], call["outcome"], call["note"]) == (
        "2027-06-21T08:55:00+00:00",
        "reached",
        "Will come",
    )


def test_a_call_names_a_real_task_or_nothing_is_kept(web: Web, full: CaseOf) -> None:
    pages, path = pages_of(full.counsellor), f"/cases/{full.id}/contact-attempts/new"
    text_of(pages.get(path), 200)
    said = {"at": "2027-06-21T09:55", "channel": "phone", "outcome": "reached"}

    assert pages.send(path, _task="x", **said).status_code == 400
    assert pages.send(path, _key="another", at="yesterday", channel="phone", outcome="reached")
    assert web.rows("SELECT id FROM contact_attempts WHERE case_id = :c", c=full.id) == []


def test_a_note_is_kept_while_one_types_and_signed(full: CaseOf) -> None:
    pages = pages_of(full.counsellor)
    text_of(pages.get(f"/cases/{full.id}/notes/new"), 200)
    begun = pages.send(f"/cases/{full.id}/notes/new", format="dap").location
    text_of(pages.get(begun), 200)

    part = pages.client.post(
        begun,
        data=pages.hidden | {"sections.data": "Eleven days without use"},
        headers=HTML | {"HX-Request": "true"},
    )

    kept = text_of(part, 200)
    assert "Draft saved 10:00" in kept
    assert 'name="_version" value="2"' in kept
    assert "Eleven days without use" in text_of(pages.get(begun), 200)
    assert "You began these" in text_of(pages.get(f"/cases/{full.id}/notes/new"), 200)
    pages.get(begun)
    gap = text_of(pages.send(begun, sections__data="Eleven days", _do="sign"), 422)
    assert "Write this section before signing." in gap
    assert "Eleven days" in gap
    pages.get(begun)
    whole = {"sections__data": "a", "sections__assessment": "b", "sections__plan": "c"}
    assert pages.send(begun, _do="sign", **whole).location.endswith("?done=note_signed")
    read = text_of(pages.get(begun), 200)
    assert "Signed" in read
    assert '<form method="post" novalidate data-keeps' not in read


def test_a_signed_note_is_added_to(full: CaseOf) -> None:
    note = progress.signed_progress_note(full, confidentiality="restricted")
    pages, path = pages_of(full.lead), f"/notes/{note}/addendum"
    assert f'href="{path}"' in text_of(pages.get(f"/notes/{note}"), 200)
    assert "Restricted" in text_of(pages.get(path), 200)

    begun = pages.send(path, format="free").location

    draft = text_of(pages.get(begun), 200)
    assert "<h1>Addendum</h1>" in draft
    assert f'href="/notes/{note}"' in draft
    made = full.lead.get(f"{begun}").get_json()
    assert (made["addendum_to"], made["confidentiality"]) == (note, "restricted")
    text_of(pages.get(path), 200)
    assert "unsigned addendum" in text_of(pages.send(path, format="free"), 409)
    text_of(pages_of(full.coordinator).get(path), 403)
    unsigned = progress.drafted_note(full)
    text_of(pages_of(full.counsellor).get(f"/notes/{unsigned}"), 200)


def test_a_restricted_note_says_so_from_the_beginning(full: CaseOf) -> None:
    pages, path = pages_of(full.counsellor), f"/cases/{full.id}/notes/new"
    assert "Who reads it once it is signed" in text_of(pages.get(path), 200)

    begun = pages.send(path, format="free", confidentiality="restricted").location

    assert "Restricted" in text_of(pages.get(begun), 200)
    assert "Restricted" in text_of(pages.get(f"/cases/{full.id}/notes"), 200)
    assert full.counsellor.get(begun).get_json()["confidentiality"] == "restricted"


def test_a_stale_note_shows_both_versions(full: CaseOf) -> None:
    pages, note = pages_of(full.counsellor), progress.drafted_note(full)
    text_of(pages.get(f"/notes/{note}"), 200)
    change = {"sections": {"plan": "Call on Monday"}}
    full.counsellor.patch(f"/notes/{note}", change, version=1)

    stale = text_of(
        pages.send(f"/notes/{note}", sections__plan="Call on Friday", _version="1"), 412
    )

    assert "Somebody else changed this while you worked" in stale
    assert "Call on Friday</textarea>" in stale
    assert "Stored now: <b>Call on Monday</b>" in stale


def test_a_draft_is_its_authors(full: CaseOf) -> None:
    note = progress.drafted_note(full)

    text_of(pages_of(full.lead).get(f"/notes/{note}"), 403)
    text_of(pages_of(full.coordinator).get(f"/notes/{note}"), 403)
    listed = text_of(pages_of(full.counsellor).get(f"/cases/{full.id}/notes"), 200)
    assert re.search(r'href="/notes/' + note, listed)


def test_the_glass_is_broken_by_page(web: Web, site: TestSite, full: CaseOf) -> None:
    other = site.person("counsellor")
    pages, path = pages_of(other), f"/cases/{full.id}/emergency-access"
    refused = text_of(pages.get(f"/cases/{full.id}"), 403)
    assert f'href="{path}"' in refused
    text_of(pages.get(path), 200)

    short = text_of(pages.send(path, reason_code="emergency", justification="urgent"), 422)
    opened = pages.send(
        path, reason_code="emergency", justification="The ward asks what was taken and when."
    )

    assert "f-justification" in short
    shown = text_of(pages.get(opened.location), 200)
    assert "You read this case by emergency access until" in shown
    assert "Maya Linton" in shown
    for writing in ("Add note", ">Book<", "Log a call"):
        assert writing not in shown
    assert web.rows("SELECT id FROM break_glass_grants WHERE case_id = :c", c=full.id)


def test_an_old_code_is_asked_for_again_before_anything_is_typed(
    web: Web, site: TestSite, full: CaseOf
) -> None:
    other = site.person("counsellor")
    web.run(
        "UPDATE staff_sessions SET mfa_at = mfa_at - interval '6 minutes' WHERE staff_id = :s",
        s=other.staff_id,
    )

    text = text_of(pages_of(other).get(f"/cases/{full.id}/emergency-access"), 200)

    assert "Show a code" in text
    assert "f-justification" not in text


def test_nothing_begins_in_a_case_that_has_ended(web: Web, full: CaseOf) -> None:
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=full.id)

    text = text_of(pages_of(full.counsellor).get(f"/cases/{full.id}"), 200)

    assert "Discharged" in text
    assert "Add note" not in text
    path = f"/cases/{full.id}/appointments/new"
    pages = pages_of(full.counsellor)
    pages.get(path)
    order = bookings.booked_order(full, local_start="2027-06-25T10:00")
    order.pop("case_id")
    text_of(pages.send(path, **{name: str(value) for name, value in order.items()}), 409)


def test_what_a_move_lacks_is_listed(full: CaseOf) -> None:
    pages = pages_of(full.counsellor)
    case = text_of(pages.get(f"/cases/{full.id}"), 200)
    listed = text_of(pages.get(f"/cases/{full.id}/transitions"), 200)

    assert f'href="/cases/{full.id}/transitions#step_down"' in case
    assert "3 missed appointments in a row" in listed
    assert "Made by: clinical lead." in listed
    path = f"/cases/{full.id}/transitions/transferred"
    assert "Receiving service" in text_of(pages.get(path), 200)
    short = text_of(pages.send(path, receiving_service="North clinic"), 409)
    assert 'value="North clinic"' in short
    text_of(pages.get(f"/cases/{full.id}/transitions/moon"), 404)


def test_a_case_is_transferred_by_its_form(web: Web, full: CaseOf) -> None:
    pages, path = pages_of(full.counsellor), f"/cases/{full.id}/transitions/transferred"
    text_of(pages.get(path), 200)
    day = {"transfer_date-day": "21", "transfer_date-month": "6", "transfer_date-year": "2027"}

    moved = pages.send(
        path, receiving_service="North clinic", accepted_by="Dr North",
        records_shared="not_agreed", **day,
    )  # fmt: skip

    assert moved.location == f"/cases/{full.id}?done=case_moved"
    assert state_of(web, "cases", full.id) == "transferred"
