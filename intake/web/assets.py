"""Where do styles, scripts, font and icons come from? From here alone, by names that never change.

An address holds the hash of what is behind it, so a browser may keep it for a year and never shows
an old file with a new page. Text is compressed once. Pages aren't: they hold tokens beside text.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from intake.errors import NotFound

FOLDER = Path(__file__).with_name("static")
PREFIX = "/static/"
MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
YEAR = "public, max-age=31536000, immutable"
HASH_LENGTH = 12
REFERENCE = re.compile(r'url\("([^"]+)"\)')

blp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    address: str
    media: str
    body: bytes
    compressed: bytes | None

    @property
    def sent_bytes(self) -> int:
        """What goes over the wire to a browser of today."""
        return len(self.compressed if self.compressed is not None else self.body)


def asset(name: str) -> str:
    """The address of a file of `static/`, such as `app.css` or `vendor/icons.svg`."""
    return _of(name).address


@cache
def all_assets() -> dict[str, Asset]:
    """Every file that is served, by its name below `static/`."""
    names = (path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.rglob("*")))
    return {name: _read(name) for name in names if Path(name).suffix in MEDIA}


@blp.get(f"{PREFIX}<path:name>")
def serve_asset(name: str) -> Response:
    """One file, for a year; it holds nothing about anybody."""
    found = next((one for one in all_assets().values() if one.address == PREFIX + name), None)
    if found is None:
        raise NotFound("file")
    if found.compressed is not None and request.accept_encodings["gzip"]:
        response = make_response(found.compressed)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = make_response(found.body)
    response.content_type = found.media
    response.headers.update({"Cache-Control": YEAR, "Vary": "Accept-Encoding"})
    return response


def _of(name: str) -> Asset:
    """Raises KeyError for a file that isn't there: a mistake in a template."""
    return all_assets()[name]


@cache
def _read(name: str) -> Asset:
    path = FOLDER / name
    body = path.read_bytes()
    if path.suffix == ".css":
        # A style sheet names its font by its plain name; what is served names it by its hash.
        text = REFERENCE.sub(lambda found: f'url("{_read(found[1]).address}")', body.decode())
        body = text.encode()
    digest = hashlib.sha256(body).hexdigest()[:HASH_LENGTH]
    hashed = Path(name).with_name(f"{path.stem}.{digest}{path.suffix}").as_posix()
    packed = gzip.compress(body, 9, mtime=0) if path.suffix != ".woff2" else None
    return Asset(PREFIX + hashed, MEDIA[path.suffix], body, packed)


# What a browser asks for is not JSON; nobody needs to be signed in to fetch a style sheet.
serve_asset.serves = ("text/css", "text/javascript", "image/svg+xml", "font/woff2", "image/*")  # type: ignore[attr-defined] # read by the front door
