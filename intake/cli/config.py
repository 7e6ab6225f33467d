"""`intake config …`: which settings this process would run with."""

from __future__ import annotations

import json

import click

from intake import config as product
from intake.cli import stack
from intake.cli.refusals import refusals

SECRET = ("url", "token", "faults")


@click.group()
def config() -> None:
    """Settings.

    \b
    intake config show
    intake config show --json
    """


@config.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one object.")
def show(*, as_json: bool) -> None:
    """Every setting by its variable; what may hold a secret is shown as ***.

    \b
    intake config show
    intake config show --json
    """
    with refusals():
        settings = stack.settings()
    shown = {
        variable: _plain(name, getattr(settings, name))
        for name, variable in product.VARIABLES.items()
    }
    if as_json:
        click.echo(json.dumps(shown, indent=1))
        return
    for variable, value in shown.items():
        click.echo(f"{variable:<30}{'not set' if value is None else value}")


def _plain(name: str, value: object) -> str | None:
    """The value, or *** where a secret may be in it."""
    if value is None:
        return None
    return "***" if name.endswith(SECRET) and name != "public_url" else str(value)
