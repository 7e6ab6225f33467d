"""Programmes and places in them, made through the API."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.makers import bookings
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web


def programme_order(**changes: Any) -> dict[str, Any]:
    """A unit of one bed whose staff know the drug."""
    return {
        "name": "North ward",
        "kind": "inpatient_unit",
        "capacity": 1,
        "settings": ["inpatient"],
        "is_experienced_in_dissociatives": True,
    } | changes


def programme(site: TestSite, **changes: Any) -> str:
    """A programme of a site; its id. It is at version 1."""
    made = site.person("administrator").post("/programmes", programme_order(**changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def placement_order(programme_id: str, **changes: Any) -> dict[str, Any]:
    """A bed wanted, with sessions until there is one."""
    return {
        "programme_id": programme_id,
        "gap_setting": "outpatient_cbt",
        "gap_plan": "Two sessions a week and a call on Sundays",
    } | changes


def asked(case: CaseOf, programme_id: str, **changes: Any) -> str:
    """Somebody put on the waiting list; the id of the place."""
    path = f"/cases/{case.id}/placements"
    made = case.counsellor.post(path, placement_order(programme_id, **changes))
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def step(case: CaseOf, placement: str, action: str, **said: Any) -> TestResponse:
    """One step with a place as it is now."""
    [row] = case.lead.site.web.rows("SELECT version FROM placements WHERE id = :i", i=placement)
    path = f"/placements/{placement}/actions/{action}"
    return case.counsellor.act(path, said, version=row.version)


def taken(web: Web, site: TestSite, programme_id: str) -> tuple[CaseOf, str]:
    """Somebody new who has started there; the case and the place."""
    case = bookings.a_case(web, site)
    placement = asked(case, programme_id)
    for action in ("offer", "accept", "start"):
        done = step(case, placement, action)
        assert done.status_code == 200, done.json
    return case, placement


def calls(web: Web, programme_id: str) -> list[str]:
    """Whose turn it became, by open task: the places, in the order of their task."""
    rows = web.rows(
        "SELECT t.placement_id FROM tasks t JOIN placements p ON p.id = t.placement_id"
        " WHERE p.programme_id = :p AND t.state = 'open' AND t.kind = 'offer_place' ORDER BY t.id",
        p=programme_id,
    )
    return [str(row.placement_id) for row in rows]
