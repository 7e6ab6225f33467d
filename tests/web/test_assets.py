"""Are styles and scripts small, kept for a year, and exactly what VENDOR.md says they are?"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from intake.web.assets import FOLDER, YEAR, all_assets, asset
from tests.architecture.source import ROOT
from tests.support.web import Web

TEMPLATES = ROOT / "intake/web/templates"
# Every page loads these; the sprite comes with the first icon.
FIRST_VISIT = (
    "app.css",
    "app.js",
    "brand.svg",
    "vendor/htmx.min.js",
    "vendor/icons.svg",
    "vendor/inter-latin-wght-normal.woff2",
)
VENDORED = [FOLDER / "vendor", ROOT / "tests/e2e/vendor"]
KILOBYTE = 1024


def listed(folder: Path) -> dict[str, str]:
    """File -> hash, as VENDOR.md has them."""
    rows = (folder / "VENDOR.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if "|" in row]
    return {row[0]: row[4] for row in cells[2:]}


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.parent.name)
def test_what_is_vendored_is_what_was_fetched(folder: Path) -> None:
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "VENDOR.md" and not path.name.startswith("LICENSE-")
    }

    assert there == listed(folder)


def test_own_styles_and_script_stay_small() -> None:
    assert len(all_assets()["app.css"].body) <= 30 * KILOBYTE
    assert (FOLDER / "app.js").read_text(encoding="utf-8").count("\n") <= 300


def test_the_first_visit_is_small() -> None:
    assert sum(all_assets()[name].sent_bytes for name in FIRST_VISIT) <= 115 * KILOBYTE


def test_a_file_is_kept_for_a_year_under_a_name_made_of_its_content(web: Web) -> None:
    answer = web.app.test_client().get(asset("app.css"), headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == YEAR
    assert answer.headers["Content-Encoding"] == "gzip"
    assert asset("vendor/inter-latin-wght-normal.woff2").encode() in all_assets()["app.css"].body


@pytest.mark.parametrize(
    "name", ["/static/app.css", "/static/vendor/VENDOR.md", "/static/../app.py"]
)
def test_nothing_else_is_served(web: Web, name: str) -> None:
    assert web.app.test_client().get(name).status_code == 404


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_has_no_style_or_script_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert " style=" not in text
    assert "<style" not in text
    assert "<script>" not in text
    assert " on" + "click=" not in text
