"""How does a command become known without being imported? A group that finds it when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

PACKAGE = __name__.rpartition(".")[0]


class LazyGroup(click.Group):
    """A group whose further commands are in `lazy`: name → "module:attribute" of intake.cli."""

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        """Nothing is imported yet."""
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, attribute = self._lazy[cmd_name].split(":")
        command = getattr(importlib.import_module(f"{PACKAGE}.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is not a command")
        return command
