"""`intake reindex`: make people findable who were registered before look-up tokens existed."""

from __future__ import annotations

import uuid

import click

from intake.cli import stack
from intake.cli.refusals import refusals
from intake.cli.staff import find_site
from intake.services import key_rotation, reindexing


@click.command()
@click.option("--site", default=None, help="The site's name or id; without it every site.")
@click.option("--after", type=click.UUID, default=None, help="Go on behind this identifier.")
@click.option(
    "--batch",
    type=click.IntRange(1, reindexing.BATCH),
    default=reindexing.BATCH,
    show_default=True,
    help="People in one transaction.",
)
def reindex(*, site: str | None, after: uuid.UUID | None, batch: int) -> None:
    """Make the look-up tokens of everybody anew: words and sounds of names, birth dates, numbers.

    May run while people work, and be interrupted and repeated. It says how far it is by
    identifiers, never by names.

    \b
    intake reindex
    intake reindex --site "Northside" --after 0199e8a4-0000-7000-8000-000000000000
    """
    if after is not None and site is None:
        raise click.UsageError("--after needs --site: identifiers are looked through site by site.")
    broken = 0
    with refusals():
        with stack.transaction() as session:
            named = None if site is None else find_site(session, site).id
            places = key_rotation.sites(session) if named is None else [named]
        for place in places:
            broken += _one_site(place, after, batch)
    if broken:
        raise SystemExit(1)


def _one_site(place: uuid.UUID, after: uuid.UUID | None, batch: int) -> int:
    """Everybody of a site, in batches; how many could not be read."""
    seen = changed = broken = 0
    while True:
        with stack.transaction(place) as session:
            done = reindexing.reindex(session, after=after, batch=batch)
        for one in done.unreadable:
            click.echo(f"{one}: a stored value fails its check; left as it is.", err=True)
        seen, changed = seen + done.seen, changed + len(done.changed)
        broken += len(done.unreadable)
        if done.last is None:
            click.echo(f"{place}: {seen} looked at, {changed} changed.")
            return broken
        after = done.last
        click.echo(f"{place}: {seen} looked at, {changed} changed, up to {after}", err=True)
