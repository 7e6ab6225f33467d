"""How does a proposal read: its kind, its state, and everything that was said with it?"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from intake.clinical.discharge import REASONS
from intake.services.board_rows import BoardRow
from intake.services.proposal_views import ProposalView
from intake.web import case_words, words

KINDS: Mapping[str, str] = {"discharge": "Discharge", "correction": "A death entered in error"}
PROPOSE: Mapping[str, str] = {
    "discharge": "Propose a discharge",
    "correction": "Propose to take back a death",
}
#: Word and tone of where a proposal stands.
STATES: Mapping[str, tuple[str, str]] = {
    "proposed": ("Waits for a decision", "warn"),
    "approved": ("Agreed to", "ok"),
    "returned": ("Returned", "bad"),
    "withdrawn": ("Taken back", ""),
}
DISCHARGE_REASONS = tuple((one.code, words.code(one.code)) for one in REASONS if one.code != "died")
LETTERS = (
    ("sent", "Sent, with the person's consent"),
    ("not_agreed", "None: the person didn't agree to one"),
)
NOT_SAID = (("unknown", "Not known"), ("declined", "Declined"), ("not_asked", "Not asked"))
#: What was said, in the order of the form.
LABELS: Mapping[str, str] = {
    "discharge_reason": "Why treatment ends",
    "custody_ended_treatment": "Custody ended the treatment",
    "discharge_date": "Day of the discharge",
    "days_used_28": "Days used, last 28, as told",
    "craving": "Craving, 0 to 10, as told",
    "relapse_plan": "If use begins again",
    "alerts_handed_over_to": "Open alerts handed over to",
    "gp_letter": "Letter to the GP",
    "door_open_note": "How the person can return",
    "reason": "Reason",
}
#: The task that asks for a decision on a proposal.
PROPOSED = "approve_discharge"
#: Where what a task asks for is decided.
PLACES = {PROPOSED: "console.proposals.of_case", "sign_off": "console.plans.show"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One decision that waits: what, for whom, and by when."""

    title: str
    text: str
    href: str
    meta: str
    tone: str


def waiting(row: BoardRow, zone: str) -> Waiting:
    """A row of the worklist of decisions; each has a case."""
    due = words.moment(row.at, zone) if row.at else ""
    return Waiting(
        row.name or f"Case {row.case_reference}",
        f"{case_words.of(case_words.TASKS, row.code)}, {row.case_reference}",
        url_for(PLACES[row.code or ""], case_id=row.case_id),
        f"Overdue since {due}" if row.is_overdue else f"By {due}",
        "bad" if row.is_overdue else "",
    )


def rows(
    found: ProposalView, names: Mapping[uuid.UUID, str], zone: str
) -> tuple[tuple[str, str], ...]:
    """Everything of a proposal, as term and text."""
    return tuple(_rows(found, names, zone))


def _rows(
    found: ProposalView, names: Mapping[uuid.UUID, str], zone: str
) -> Iterator[tuple[str, str]]:
    said: dict[str, Any] = {**found.facts, **found.words}
    for name, label in LABELS.items():
        if name in said:
            yield label, _in_words(name, said[name])
    yield "Proposed", _who(found.proposed_by, found.proposed_at, names, zone)
    if found.decided_by is not None and found.decided_at is not None:
        word = STATES[found.state][0]
        yield word, _who(found.decided_by, found.decided_at, names, zone)
    if found.comment:
        yield "Why it was returned", found.comment


def _who(who: uuid.UUID, when: dt.datetime, names: Mapping[uuid.UUID, str], zone: str) -> str:
    return f"By {names.get(who, 'somebody who left')}, {words.long_moment(when, zone)}"


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name.endswith("_date"):
        return words.long_day(dt.date.fromisoformat(str(value)))
    if name == "gp_letter":
        return dict(LETTERS).get(str(value), str(value))
    if name == "discharge_reason":
        return words.code(str(value))
    return dict(NOT_SAID).get(str(value), str(value))
