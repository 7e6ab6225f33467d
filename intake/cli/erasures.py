"""`intake erasures …`: carry out what two people agreed to."""

from __future__ import annotations

import click

from intake import database
from intake.cli import stack
from intake.cli.refusals import refusals
from intake.errors import IntakeError
from intake.services import erasures as service
from intake.services import key_rotation


@click.group()
def erasures() -> None:
    """Erasing people, once two colleagues agreed.

    \b
    intake erasures run
    intake erasures run --apply
    """


@erasures.command()
@click.option("--apply", "is_real", is_flag=True, help="Destroy the keys; without it only count.")
def run(*, is_real: bool) -> None:
    """Erase whoever was approved; a hold placed since then still stops it. It can't be undone.

    \b
    intake erasures run
    intake erasures run --apply
    """
    done, waiting, stopped = 0, 0, 0
    with refusals():
        with stack.transaction() as session:
            places = key_rotation.sites(session)
        for place in places:
            with stack.transaction(place) as session:
                due = service.approved(session)
            for one in due:
                waiting += 1
                if not is_real:
                    continue
                try:
                    with stack.transaction(place) as session:
                        gone = service.execute(session, one, now=database.clinic_now(session))
                    done += 1
                    click.echo(f"{one}: erased {gone}")
                except IntakeError as error:
                    stopped += 1
                    click.echo(f"{one}: {error.detail}", err=True)
    click.echo(f"{waiting} approved, {done} erased, {stopped} stopped.")
    if waiting and not is_real:
        click.echo("Nothing was erased; add --apply. It can't be undone.", err=True)
    if stopped:
        raise SystemExit(1)
