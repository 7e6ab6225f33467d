"""Where does a list go on? Fifty rows a page, the newest first; the place stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from intake.http import paging
from intake.http import timelines as timeline_paging
from intake.services import pages, timelines
from intake.services.pages import Page
from intake.services.timelines import Timeline

SHOWN = 50
CURSOR = "cursor"


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of the first page and of the next one; empty where there is none to go to."""

    first: str
    more: str


def wanted() -> pages.Wanted:
    """The page that the address asks for. Raises BadRequest for a cursor we never gave out."""
    return paging.wanted(_asked())


def wanted_by_time() -> timelines.Wanted:
    """As `wanted`, of a list that is in order of a time."""
    return timeline_paging.wanted(_asked())


def places(found: Page[Any] | Timeline[Any], endpoint: str, **values: Any) -> Places:
    """How a page of a list is left; `values` are those of the address."""
    cursor = _cursor(found)
    return Places(
        first=url_for(endpoint, **values) if CURSOR in request.args else "",
        more=url_for(endpoint, **values, cursor=cursor) if cursor else "",
    )


def _asked() -> dict[str, Any]:
    return {"limit": SHOWN, CURSOR: request.args.get(CURSOR)}


def _cursor(found: Page[Any] | Timeline[Any]) -> str:
    if not found.has_more or found.last is None:
        return ""
    if isinstance(found, Timeline):
        return timeline_paging.write_cursor(found.last) if found.last else ""
    return paging.cursor_of(found.last)
