"""Cursors of lists that are ordered by a time: both halves of the place travel in the cursor."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import struct
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request

from intake.errors import BadRequest
from intake.services.timelines import Place, Timeline, Wanted

# Microseconds since 1970 and the identifier: 24 bytes, 32 letters.
LAYOUT = struct.Struct(">q16s")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def wanted(query: Mapping[str, Any]) -> Wanted:
    """The page a query asks for. Raises BadRequest for a cursor we never gave out."""
    cursor = query.get("cursor")
    return Wanted(limit=query["limit"], after=None if cursor is None else read_cursor(cursor))


def envelope(page: Timeline[Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A page as body, status and headers, with a link to the next one."""
    following = write_cursor(page.last) if page.has_more and page.last else None
    body = {"data": page.rows, "page": {"next_cursor": following, "has_more": page.has_more}}
    headers = {}
    if following:
        query = urlencode({**request.args.to_dict(), "cursor": following})
        headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return body, 200, headers


def write_cursor(place: Place) -> str:
    """A place as letters that may stand in a URL; a time without a zone counts as UTC."""
    at = place.at if place.at.tzinfo else place.at.replace(tzinfo=dt.UTC)
    packed = LAYOUT.pack((at - EPOCH) // MICROSECOND, place.id.bytes)
    return base64.urlsafe_b64encode(packed).decode()


def read_cursor(cursor: str) -> Place:
    """The place a cursor stands for. Raises BadRequest for what we never gave out."""
    try:
        packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
        microseconds, id_ = LAYOUT.unpack(packed)
        return Place(EPOCH + microseconds * MICROSECOND, uuid.UUID(bytes=id_))
    except (ValueError, binascii.Error, struct.error, OverflowError) as error:
        raise BadRequest(
            "The cursor can't be read; take next_cursor of the page before, or leave it out."
        ) from error
