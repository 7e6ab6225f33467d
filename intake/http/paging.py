"""Pages by cursor: a page never shifts when something is added meanwhile."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request

from intake.errors import BadRequest
from intake.services.pages import Page, Wanted


def wanted(query: Mapping[str, Any]) -> Wanted:
    """The page a query asks for. Raises BadRequest for a cursor we never gave out."""
    return Wanted(limit=query["limit"], after=after(query.get("cursor")))


def after(cursor: str | None) -> uuid.UUID | None:
    """The last identifier of the page before. Raises BadRequest for what we never gave out."""
    if cursor is None:
        return None
    try:
        return uuid.UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error) as error:
        raise BadRequest(
            "The cursor can't be read; take next_cursor of the page before, or leave it out."
        ) from error


def cursor_of(last: uuid.UUID) -> str:
    """Where the next page starts."""
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def envelope(page: Page[Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A page as body, status and headers, with a link to the next one."""
    following = cursor_of(page.last) if page.has_more and page.last else None
    body = {
        "data": page.rows,
        "page": {"next_cursor": following, "has_more": page.has_more},
    }
    headers = {}
    if following:
        query = urlencode({**request.args.to_dict(), "cursor": following})
        headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return body, 200, headers
