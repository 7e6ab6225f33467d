"""Is the contract that is checked in the one that is served? `make contract` renews it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from intake.http import contract
from tests.support.web import Web

DOCS = Path(__file__).parents[2] / "docs"
RENEW = "RENEW_CONTRACT" in os.environ


@pytest.mark.parametrize(
    ("name", "written"),
    [("openapi.json", contract.as_json), ("api-paths.md", contract.as_table)],
)
def test_the_contract_that_is_checked_in_is_current(
    web: Web, name: str, written: Callable[[Flask], str]
) -> None:
    text = written(web.app)
    if RENEW:
        (DOCS / name).write_text(text, encoding="utf-8")

    kept = (DOCS / name).read_text(encoding="utf-8")
    assert kept == text, f"docs/{name} is old: run `make contract` (or `intake openapi -o …`)"
