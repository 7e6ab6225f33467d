"""Who read which version: ETag out, If-Match in."""

from __future__ import annotations

import re

from flask import g, request

from intake.errors import PreconditionRequired

ETAG = re.compile(r'^"(\d{1,9})"$')


def if_match() -> int:
    """The version the caller read. Raises PreconditionRequired when missing or unreadable."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise PreconditionRequired('Send the ETag you read in If-Match, such as If-Match: "3".')
    found = ETAG.match(sent.strip())
    if found is None:
        raise PreconditionRequired(
            'If-Match takes one version as it was read, such as "3"; `*` is not taken here.'
        )
    return int(found.group(1))


def etag(version: int, *, whole: bool = False) -> dict[str, str]:
    """The header that tells the version of what is shown.

    `whole`: nothing is shown that can change without its version (time, neighbours), so that the
    same version may be answered with 304.
    """
    g.is_whole = whole
    return {"ETag": f'"{version}"'}


def created(location: str, version: int) -> dict[str, str]:
    """The headers of a create: where it is, and its version."""
    return {"Location": location, **etag(version)}
