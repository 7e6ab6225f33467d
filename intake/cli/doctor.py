"""`intake doctor`: is everything in order, and if not, what mends it?"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from intake.cli.checks import Finding, Part, examine
from intake.cli.refusals import refusals
from intake.embedded.state import adopt, adopt_local_stack

SIGNS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "failed": ("FAILED", "red")}
FAILURE = 2


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of objects.")
@click.option("--strict", is_flag=True, help="Warnings count as failures (status 1).")
@click.option("--only", type=click.Choice(["api", "worker"]), help="What this process needs.")
@click.option("--root", type=click.Path(path_type=Path, exists=True), help="A stack's folder.")
@click.pass_context
def doctor(
    ctx: click.Context, *, as_json: bool, strict: bool, only: Part | None, root: Path | None
) -> None:
    """Check settings, keys, servers, schema and workers; each failing line ends with its fix.

    Without settings it looks at the stack of `make run`. Status 0: fine; 1: warnings, with
    --strict; 2: something failed.

    \b
    intake doctor
    intake doctor --only worker --json
    """
    with refusals():
        root = adopt(root) if root else adopt_local_stack()
    found = list(examine((only,) if only else ("api", "worker")))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=1))
    else:
        if root:
            click.echo(f"The local stack below {root}:", err=True)
        show(found)
    ctx.exit(status(found, strict=strict))


def status(found: list[Finding], *, strict: bool) -> int:
    """The exit status for these findings."""
    states = {finding.state for finding in found}
    if "failed" in states:
        return FAILURE
    return int(strict and "warning" in states)


def show(found: list[Finding]) -> None:
    """One line each, never wrapped, so that a fix can be copied; colours on a terminal only."""
    colour = False if "NO_COLOR" in os.environ else None
    for finding in found:
        word, shade = SIGNS[finding.state]
        fix = f". To mend it: {finding.fix}" if finding.fix else ""
        sign = click.style(f"{word:<8}", fg=shade)
        click.echo(f"{finding.check:<22} {sign} {finding.result.rstrip('.')}{fix}", color=colour)
