"""`intake …`: the registry of commands. Each is imported only when it is used, so help is quick."""

from __future__ import annotations

import importlib

import click

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


class LazyGroup(click.Group):
    """Finds a command by name in COMMANDS and imports its file then, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in alphabetical order."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is not a command")
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="intake")
def main() -> None:
    """Clinical intake and case management. Start with `intake run`, then `intake doctor`."""
