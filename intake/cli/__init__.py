"""`intake …`: the registry of commands. Each is imported only when it is used, so help is quick."""

from __future__ import annotations

import click

from intake.cli.lazy import LazyGroup

COMMANDS = {
    "apikey": "apikey:apikey",
    "beat": "serve:beat",
    "config": "config:config",
    "db": "db:db",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "erasures": "erasures:erasures",
    "keys": "keys:keys",
    "openapi": "serve:openapi",
    "reindex": "reindex:reindex",
    "reminders": "reminders:reminders",
    "reset": "run:reset",
    "routes": "serve:routes",
    "rules": "rules:rules",
    "run": "run:run",
    "serve": "serve:serve",
    "staff": "staff:staff",
    "stop": "run:stop",
    "audit": "audit:audit_group",
    "worker": "serve:worker",
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="intake")
def main() -> None:
    """Clinical intake and case management. Start with `intake run`, then `intake doctor`."""
