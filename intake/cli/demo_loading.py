"""`intake demo load`: people to look at, in an empty database."""

from __future__ import annotations

import datetime as dt

import click

from intake import database
from intake.cli import stack
from intake.cli.demo_load import loading, names, player
from intake.cli.demo_load.player import Order
from intake.cli.journey_progress import Progressing, progress_for_person
from intake.cli.refusals import refusals
from intake.errors import ConfigurationError

INTERRUPTED = 130
FEWEST = 20
"""The first twenty stories fill each lane and each list."""


@click.command("load")
@click.option(
    "--cases",
    type=click.IntRange(FEWEST, names.MOST),
    default=60,
    show_default=True,
    help="How many people.",
)
@click.option(
    "--seed", type=int, default=7, show_default=True, help="The same for the same people."
)
@click.pass_context
def load(ctx: click.Context, cases: int, seed: int) -> None:
    """Fill the empty site Demo clinic with invented people, from referral to discharge and back.

    They fill every lane of Today and every list. All of them are there afterwards or, if it is
    interrupted, nobody. Nothing is sent: past reminders end on paper, and no number is anybody's.

    \b
    intake demo load
    intake demo load --cases 120 --seed 8
    """
    progress = progress_for_person()
    try:
        with refusals():
            if stack.settings().is_production:
                raise ConfigurationError(
                    "`intake demo load` works with INTAKE_ENV=development or test only; this is "
                    "production, and invented people have no place among real ones."
                )
            with stack.transaction() as session:
                now = database.clinic_now(session)
                told = Days(progress, now - player.FOUNDED)
                made = loading.load(session, Order(cases, seed), now=now, progress=told.reached)
                progress.end()
    except KeyboardInterrupt:
        click.echo("Interrupted; nothing was kept. Again: intake demo load", err=True)
        ctx.exit(INTERRUPTED)
    click.echo(f"{made} invented people are at Demo clinic, from the first call to the last.")


class Days:
    """Tells the person at the terminal how far the stories are: one part is a day."""

    def __init__(self, progress: Progressing, first: dt.datetime) -> None:
        """Nothing is told yet."""
        self._progress, self._last = progress, first
        progress.begin("Stories", player.FOUNDED.days)

    def reached(self, moment: dt.datetime) -> None:
        """The stories are at this moment."""
        while self._last + dt.timedelta(days=1) <= moment:
            self._last += dt.timedelta(days=1)
            self._progress.advance(f"{self._last:%d %b}")
