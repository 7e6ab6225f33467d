"""Where does a row of the board lead? To the page of its thing, and of what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from intake.services.board_rows import BoardRow


@dataclass(frozen=True, slots=True)
class Way:
    """One act of a row that has a page: its name among the row's actions, label and address."""

    action: str
    label: str
    endpoint: str
    values: Callable[[BoardRow], Mapping[str, Any]]


def _visit(row: BoardRow) -> Mapping[str, Any]:
    return {"appointment_id": row.id}


def _case(row: BoardRow) -> Mapping[str, Any]:
    return {"case_id": row.case_id}


# By kind of row, in the order of the links.
WAYS: Mapping[str, tuple[Way, ...]] = {
    "alert": (Way("close", "Answer", "console.alerts.show", lambda row: {"alert_id": row.id}),),
    "appointment": (Way("cancel", "Cancel", "console.appointments.cancel_form", _visit),),
    "follow_up": (
        Way(
            "book",
            "Book",
            "console.appointments.new",
            lambda row: {"case_id": row.case_id, "follow_up_id": row.id},
        ),
    ),
    "reminder": (Way("contact-attempts", "Log a call", "console.contact_attempts.new", _case),),
    "referral": (Way("take", "Take", "console.referrals.show", _case),),
    "draft": (Way("resume", "Resume", "console.intakes.show", lambda row: {"intake_id": row.id}),),
    "note": (
        Way("resume", "Go on", "console.progress_notes.show", lambda row: {"note_id": row.id}),
    ),
}
#: Rows that lead to themselves; all others lead to their case.
THEMSELVES = ("draft", "note")


def href(row: BoardRow) -> str:
    """What a row's title leads to."""
    if row.kind in THEMSELVES:
        return links(row, "resume")[0][1] if "resume" in row.actions else _of_case(row)
    return _of_case(row)


def links(row: BoardRow, *wanted: str) -> tuple[tuple[str, str], ...]:
    """Label and address of what the reader may do with a row on a page of its own."""
    return tuple(
        (way.label, url_for(way.endpoint, **way.values(row)))
        for way in WAYS.get(row.kind, ())
        if way.action in row.actions and (not wanted or way.action in wanted)
    )


def _of_case(row: BoardRow) -> str:
    if row.case_id is None:
        return f"#row-{row.id}"
    return url_for("console.cases.show", case_id=row.case_id)
