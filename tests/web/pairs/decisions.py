"""Moves that need two people: proposed by one, agreed to, returned or taken back."""

from __future__ import annotations

from functools import partial

from tests.makers import moves
from tests.makers.moves import DISCHARGE
from tests.support.web import TestSite, Web
from tests.web.pairs.case_work import Row, sent
from tests.web.pairs.pair import Answers, Pair

COMMENT = "Ask for the GP's letter first."
DISCHARGE_FORM = {
    name: str(value) for name, value in DISCHARGE.items() if name not in ("kind", "discharge_date")
} | {
    "discharge_date-day": "20",
    "discharge_date-month": "1",
    "discharge_date-year": "2027",
}


def at_the_end(web: Web, site: TestSite) -> Row:
    """A case that lacks nothing for its discharge."""
    case = moves.begun(web, site)
    moves.exit_scores(case)
    return Row(case, case.id, case.counsellor)


def proposed(web: Web, site: TestSite) -> Row:
    """The same, proposed; the lead is about to decide."""
    row = at_the_end(web, site)
    return Row(row.case, moves.proposed(row.case)["id"], row.case.lead)


def own(web: Web, site: TestSite) -> Row:
    """The same, before whoever proposed it."""
    row = proposed(web, site)
    return Row(row.case, row.id, row.case.counsellor)


def dead(web: Web, site: TestSite) -> Row:
    """A death that was recorded for the wrong person."""
    case = moves.begun(web, site)
    said = {name: value for name, value in moves.DEATH.items() if name != "to"}
    assert moves.move(case.lead, case, "deceased", **said).status_code == 200
    return Row(case, case.id, case.lead)


def propose(body: dict[str, object], row: Row) -> Answers:
    """The call."""
    return [row.person.post(f"/cases/{row.case.id}/proposals", body)]


def act(name: str, body: dict[str, str] | None, row: Row) -> Answers:
    """One action of the proposal."""
    return [row.person.act(f"/proposals/{row.id}/actions/{name}", body, version=1)]


NEW, DECIDE = "console.proposals.propose", "console.proposals.decide"
PAIRS = (
    Pair(
        NEW,
        "a discharge",
        at_the_end,
        partial(sent, "/cases/{id}/proposals/new/discharge", DISCHARGE_FORM),
        partial(propose, DISCHARGE),
    ),
    Pair(
        NEW,
        "to take back a death",
        dead,
        partial(sent, "/cases/{id}/proposals/new/correction", {"reason": "Another person died"}),
        partial(propose, {"kind": "correction", "reason": "Another person died"}),
    ),
    Pair(
        DECIDE,
        "agree",
        proposed,
        partial(sent, "/proposals/{id}", {"_do": "approve"}),
        partial(act, "approve", None),
    ),
    Pair(
        DECIDE,
        "return",
        proposed,
        partial(sent, "/proposals/{id}", {"_do": "return", "comment": COMMENT}),
        partial(act, "return", {"comment": COMMENT}),
    ),
    Pair(
        "console.proposals.withdraw",
        "take back",
        own,
        partial(sent, "/proposals/{id}/withdraw", {}),
        partial(act, "withdraw", None),
    ),
)
