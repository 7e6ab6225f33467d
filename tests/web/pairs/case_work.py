"""What is done from the page of a case: tasks, alerts, calls, notes, emergency access."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.makers import bookings, progress
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web
from tests.web.browser import pages_of
from tests.web.pairs.pair import Answers, Pair

NOTE = "Spoke with her; safe tonight"
AT = "2027-01-11T09:30"
REASON = {"reason_code": "emergency", "justification": "The ward asks what was taken and when."}
SECTIONS = {"data": "a", "assessment": "b", "plan": "c"}


@dataclass(frozen=True)
class Row:
    """One thing of a case, and who is about to do something with it."""

    case: CaseOf
    id: str
    person: Caller


def task(web: Web, site: TestSite) -> Row:
    """Something to be done."""
    case = bookings.a_case(web, site)
    made = case.counsellor.post(
        f"/cases/{case.id}/tasks",
        {"kind": "call_back", "due_at": "2027-01-12T09:00:00Z", "note": "Ring her"},
    )
    return Row(case, made.get_json()["id"], case.counsellor)


def done_task(web: Web, site: TestSite) -> Row:
    """The same, done."""
    row = task(web, site)
    row.person.patch(f"/tasks/{row.id}", {"state": "done"}, version=1)
    return row


def alert(web: Web, site: TestSite) -> Row:
    """An alert that nobody has taken on."""
    case = bookings.a_case(web, site, answers=bookings.PSYCHOSIS)
    [found] = case.counsellor.get(f"/alerts?case_id={case.id}").get_json()["data"]
    return Row(case, found["id"], case.counsellor)


def case_alone(web: Web, site: TestSite) -> Row:
    """A case with nothing in it yet."""
    case = bookings.a_case(web, site)
    return Row(case, case.id, case.counsellor)


def of_a_colleague(web: Web, site: TestSite) -> Row:
    """A case, and a counsellor who has nothing to do with it."""
    case = bookings.a_case(web, site)
    return Row(case, case.id, site.person("counsellor"))


def draft(web: Web, site: TestSite) -> Row:
    """A note that was begun."""
    case = bookings.a_case(web, site)
    return Row(case, progress.drafted_note(case, format="dap", sections={}), case.counsellor)


def sent(path: str, fields: dict[str, str], row: Row) -> Answers:
    """A form as it is shown, with these fields."""
    pages, at = pages_of(row.person), path.format(id=row.id)
    pages.get(at)
    return [pages.send(at, **fields)]


def change_task(state: str, version: int, row: Row) -> Answers:
    """The same change by API."""
    return [row.person.patch(f"/tasks/{row.id}", {"state": state}, version=version)]


def answer_alert(act: str, body: Any, row: Row) -> Answers:
    """Taken on, or closed."""
    return [row.person.act(f"/alerts/{row.id}/actions/{act}", body, version=1)]


def log_call(row: Row) -> Answers:
    """The attempt, and the task that it finished."""
    said = {"at": f"{AT}:00Z", "channel": "phone", "outcome": "reached", "note": NOTE}
    made = row.person.post(f"/cases/{row.case.id}/contact-attempts", said)
    change = {"state": "done", "note": NOTE}
    return [made, row.person.patch(f"/tasks/{row.id}", change, version=1)]


def send_call(row: Row) -> Answers:
    """The form, with the task ticked."""
    fields = {"at": AT, "channel": "phone", "outcome": "reached", "note": NOTE}
    path = f"/cases/{row.case.id}/contact-attempts/new"
    return sent(path, fields | {"_task": f"{row.id} 1"}, row)


RESTRICTED = {"format": "dap", "confidentiality": "restricted"}


def begin_note(row: Row) -> Answers:
    """An empty draft, closed to an emergency."""
    return [row.person.post(f"/cases/{row.id}/notes", RESTRICTED | {"sections": {}})]


def signed(web: Web, site: TestSite) -> Row:
    """A note that is signed for good."""
    case = bookings.a_case(web, site)
    return Row(case, progress.signed_progress_note(case), case.counsellor)


def add_to_note(row: Row) -> Answers:
    """An empty addendum."""
    order = {"format": "free", "sections": {}}
    return [row.person.act(f"/notes/{row.id}/actions/amend", order, version=2)]


def sign_note(row: Row) -> Answers:
    """What was written, and the signature."""
    path = f"/notes/{row.id}"
    kept = row.person.patch(path, {"sections": SECTIONS}, version=1)
    return [kept, row.person.act(f"{path}/actions/sign", version=2)]


def break_glass(row: Row) -> Answers:
    """A grant for an hour."""
    return [row.person.post(f"/cases/{row.id}/break-glass-grants", REASON)]


def led(web: Web, site: TestSite) -> Row:
    """A case and the clinical lead."""
    case = bookings.a_case(web, site)
    return Row(case, case.id, case.lead)


def record_death(row: Row) -> Answers:
    """A move that says its facts."""
    version = row.case.read()["version"]
    path = f"/cases/{row.id}/transitions"
    return [row.person.act(path, {"to": "deceased", **DEATH}, version=version)]


DEATH = {"death_date": "2027-01-10", "death_source": "The general practitioner"}
DEATH_FORM = {
    "death_date-day": "10",
    "death_date-month": "1",
    "death_date-year": "2027",
    "death_source": DEATH["death_source"],
}
WRITTEN = {f"sections.{name}": text for name, text in SECTIONS.items()} | {"_do": "sign"}
TASK, ALERT = "console.tasks.change", "console.alerts.answer"
PAIRS = (
    *(
        Pair(
            TASK,
            state,
            world,
            partial(sent, "/tasks/{id}", {"state": state}),
            partial(change_task, state, version),
        )
        for state, version, world in (
            ("done", 1, task),
            ("cancelled", 1, task),
            ("open", 2, done_task),
        )
    ),
    Pair(
        ALERT,
        "take on",
        alert,
        partial(sent, "/alerts/{id}", {"_do": "take"}),
        partial(answer_alert, "acknowledge", None),
    ),
    Pair(
        ALERT,
        "close",
        alert,
        partial(sent, "/alerts/{id}", {"_do": "close", "note": NOTE}),
        partial(answer_alert, "close", {"note": NOTE}),
    ),
    Pair("console.contact_attempts.create", "a call and its task", task, send_call, log_call),
    Pair(
        "console.progress_notes.create",
        "begin",
        case_alone,
        partial(sent, "/cases/{id}/notes/new", RESTRICTED),
        begin_note,
    ),
    Pair(
        "console.progress_notes.amend",
        "add to it",
        signed,
        partial(sent, "/notes/{id}/addendum", {"format": "free"}),
        add_to_note,
    ),
    Pair(
        "console.progress_notes.save",
        "write and sign",
        draft,
        partial(sent, "/notes/{id}", WRITTEN),
        sign_note,
    ),
    Pair(
        "console.break_glass.open_case",
        "open",
        of_a_colleague,
        partial(sent, "/cases/{id}/emergency-access", REASON),
        break_glass,
    ),
    Pair(
        "console.transitions.make",
        "record a death",
        led,
        partial(sent, "/cases/{id}/transitions/deceased", DEATH_FORM),
        record_death,
    ),
)
