"""How does a refusal of the product read at the terminal?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from intake.errors import IntakeError


class Misconfigured(click.ClickException):
    """A setting, an option or the machine needs a change before the command can run."""

    exit_code = 2


@contextmanager
def refusals() -> Iterator[None]:
    """Show what the product refuses as one sentence and exit status 2, not as a traceback."""
    try:
        yield
    except IntakeError as error:
        raise Misconfigured(error.detail) from error
