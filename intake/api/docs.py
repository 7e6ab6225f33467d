"""The contract as a page for people: Swagger UI, served from here and from nowhere else."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from intake.errors import NotFound

MEDIA = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "start.js": "text/javascript",
}
# No inline script or style, no other host, no frame, no form.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

blp = Blueprint("docs", __name__)


@blp.get("/api/docs")
def docs_page() -> Response:
    """Every operation, to read and to try."""
    return _file("page.html", "text/html")


@blp.get("/api/docs/<name>")
def docs_file(name: str) -> Response:
    """One of the page's own files."""
    if name not in MEDIA:
        raise NotFound("file")
    response = _file(name, MEDIA[name])
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _file(name: str, media: str) -> Response:
    """A file of intake/api_docs, under the policy of the page."""
    response = make_response(files("intake").joinpath("api_docs", name).read_bytes())
    response.content_type = f"{media}; charset=utf-8"
    response.headers["Content-Security-Policy"] = POLICY
    return response


# What a browser asks for is not JSON.
docs_page.serves = ("text/html",)  # type: ignore[attr-defined] # read by the front door
docs_file.serves = tuple(MEDIA.values())  # type: ignore[attr-defined] # read by the front door
