"""Is the page of the API's documentation served from here alone, and unchanged?"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.support.web import Web, expect_problem

FOLDER = Path(__file__).parents[2] / "intake" / "api_docs"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SUM = re.compile(r"^\| ([a-z.-]+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_the_page_runs_no_script_but_its_own_files(web: Web) -> None:
    answer = web.app.test_client().get("/api/docs", headers=BROWSER)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script>|\son\w+=|style=|//", answer.text.replace("<!doctype", ""))


@pytest.mark.parametrize("name", ["swagger-ui-bundle.js", "swagger-ui.css", "start.js"])
def test_every_file_the_page_names_is_served(web: Web, name: str) -> None:
    page = web.app.test_client().get("/api/docs").text

    answer = web.app.test_client().get(f"/api/docs/{name}", headers={"Accept": "*/*"})

    assert f'"/api/docs/{name}"' in page
    assert answer.data == (FOLDER / name).read_bytes()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["VENDOR.md", "page.html", "..%2fproblems.toml", "x"])
def test_no_other_file_is_served(web: Web, name: str) -> None:
    expect_problem(web.app.test_client().get(f"/api/docs/{name}"), 404, "not-found")


def test_what_is_vendored_is_what_was_published() -> None:
    sums = dict(SUM.findall((FOLDER / "VENDOR.md").read_text()))

    assert sums.keys() == {"swagger-ui-bundle.js", "swagger-ui.css"}
    for name, known in sums.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == known
