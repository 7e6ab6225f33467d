"""The contract as files that are checked in: docs/openapi.json and docs/api-paths.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from intake.http import openapi

METHODS = ("get", "post", "put", "patch", "delete")
HEADING = """# Paths of the API

Written by `make contract` from the routes themselves; a test fails when it isn't current. The same
in full: [openapi.json](openapi.json), and as a page at `/api/docs`. To begin:
[api-quickstart.md](api-quickstart.md).

*Needs* names the header a request can't do without: `Idempotency-Key` to create, `If-Match` to
change.

| | path | permission | needs | what it does |
|---|---|---|---|---|
"""


def install(app: Flask) -> None:
    """Offer `flask contract`, which `intake openapi` runs."""
    app.cli.add_command(contract)


def as_json(app: Flask) -> str:
    """The OpenAPI document in an order that differs only where the contract does."""
    described = openapi.document(app)
    return json.dumps(described, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def as_table(app: Flask) -> str:
    """One row per operation, by address."""
    paths: dict[str, dict[str, Any]] = openapi.document(app)["paths"]
    permissions = openapi.permissions(app)
    rows = [
        f"| {method.upper()} | `{path}` | {permissions[path, method]} | {_needs(item[method])} "
        f"| {item[method]['summary']} |\n"
        for path, item in sorted(paths.items())
        for method in METHODS
        if method in item
    ]
    return HEADING + "".join(rows)


def _needs(operation: dict[str, Any]) -> str:
    """Which header an operation insists on."""
    needed = [
        one["name"]
        for one in operation["parameters"]
        if one["in"] == "header" and one.get("required")
    ]
    return ", ".join(f"`{name}`" for name in needed)


@click.command("contract")
@click.option("--paths", is_flag=True, help="The table of paths instead.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it to this file.")
@with_appcontext
def contract(*, paths: bool, output: Path | None) -> None:
    """Print or write the contract."""
    text = (as_table if paths else as_json)(current_app)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
