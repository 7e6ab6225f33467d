"""Which pages does a case have? Links for its tabs, those that the reader may open."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import current_app, url_for

from intake.access import Permission
from intake.errors import BreakGlassRequired, Forbidden, NotFound
from intake.http.unit_of_work import work
from intake.models.cases import TERMINAL_STATES
from intake.services.case_page_shapes import CasePage
from intake.web import subjects
from intake.web.subjects import Subject

P = Permission


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a case: its name in code, label, endpoint, and who may open it."""

    name: str
    label: str
    endpoint: str
    permission: Permission


# In the order of the tabs. A page that isn't there (yet) has none.
TABS = (
    Tab("overview", "Overview", "console.cases.show", P.CASE_READ),
    Tab("intake", "Intake", "console.intake_check.of_case", P.INTAKE_READ),
    Tab("assessments", "Assessments", "console.assessments.show_list", P.ASSESSMENT_READ),
    Tab("plan", "Plan and goals", "console.plans.show", P.PLAN_READ),
    Tab("appointments", "Appointments", "console.appointments.of_case", P.APPOINTMENT_READ),
    Tab("notes", "Notes", "console.progress_notes.show_list", P.NOTE_READ),
    Tab("contacts", "Ways to reach", "console.contacts.show_list", P.CLIENT_READ),
    Tab("consents", "Consents", "console.consents.show_list", P.CONSENT_READ),
    Tab("history", "Access history", "console.cases.history", P.ACCESS_LOG_READ),
)
Link = tuple[str, str, bool] | tuple[str, str, bool, int]


@dataclass(frozen=True, slots=True)
class Links:
    """Where one goes on from a case: addresses, and flags for pages of single things; or empty."""

    note: str
    assess: str
    call: str
    book: str
    plan: str
    safety: str
    safety_write: str
    consents: str
    move: bool
    alert: bool
    task: bool
    visit: bool


def links(page: CasePage) -> Links:
    """Where the reader may go on from this case; nothing begins in one that has ended."""
    is_open = page.case.state not in TERMINAL_STATES

    def to(endpoint: str, permission: Permission) -> str:
        known = endpoint in current_app.view_functions
        may = known and permission in page.sees and not page.by_grant
        return url_for(endpoint, case_id=page.case.id) if may else ""

    def has(endpoint: str, permission: Permission) -> bool:
        return endpoint in current_app.view_functions and permission in page.sees

    return Links(
        note=to("console.progress_notes.new", P.NOTE_WRITE) if is_open else "",
        assess=to("console.assessments.show_list", P.ASSESSMENT_WRITE) if is_open else "",
        call=to("console.contact_attempts.new", P.REFERRAL_WORK) if is_open else "",
        book=to("console.appointments.new", P.APPOINTMENT_WRITE) if is_open else "",
        plan=to("console.plans.show", P.PLAN_READ),
        consents=to("console.consents.show_list", P.CONSENT_READ),
        safety=to("console.safety_plans.show", P.CARE_READ),
        safety_write=to("console.safety_plans.write_form", P.CARE_WRITE) if is_open else "",
        move=has("console.transitions.show", P.CASE_MOVE),
        alert=has("console.alerts.show", P.WORK_READ),
        task=has("console.tasks.change", P.WORK_CLOSE),
        visit=has("console.appointments.show", P.APPOINTMENT_READ),
    )


def tabs(
    case_id: uuid.UUID, allowed: Collection[Permission], current: str,
    counts: Mapping[str, int] | None = None,
) -> list[Link]:  # fmt: skip
    """The tabs of a case as the macro takes them; `counts` by name of the tab."""
    found: list[Link] = []
    for one in TABS:
        if one.endpoint not in current_app.view_functions or one.permission not in allowed:
            continue
        link = (one.label, url_for(one.endpoint, case_id=case_id), one.name == current)
        many = (counts or {}).get(one.name)
        found.append(link if many is None else (*link, many))
    return found


def of(case_id: uuid.UUID, current: str) -> list[Link]:
    """The tabs on the other pages of a case, which know what the role may do at least."""
    actor = work().actor
    return tabs(case_id, {one for one in Permission if actor.may(one)}, current)


def counts(page: CasePage) -> Mapping[str, int]:
    """How many things are behind a tab; an emergency doesn't count notes it may not open."""
    found = {
        "assessments": page.assessments,
        "appointments": sum(page.visit_counts.values()),
    }
    return found if page.by_grant else found | {"notes": page.notes}


def named(case_id: uuid.UUID) -> Subject:
    """As `subject`, but by number for who may not know the name.

    Those are roles that read no names, and colleagues whom one row of the case concerns.
    """
    try:
        return subjects.of_case(case_id)
    except (BreakGlassRequired, Forbidden, NotFound):  # who it is isn't theirs to know
        return subjects.nameless(case_id)


def subject(case_id: uuid.UUID) -> Subject:
    """Whom the page is about; the reads are recorded. Raises as `relations.require`."""
    return subjects.of_case(case_id)


def address(endpoint: str, **values: object) -> str:
    """The address of a page that may not be there yet; empty then."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""  # type: ignore[arg-type] # parts of an address
