"""`intake apikey …`: keys for programs, made, listed and revoked in an administrator's name."""

from __future__ import annotations

import datetime as dt
import uuid

import click

from intake import clock, database
from intake.access import KEY_SCOPES, Permission
from intake.cli.acting import AS_HELP, SITE, Asked, acting
from intake.services import api_keys, pages
from intake.services.api_keys import ROLES, NewApiKey

AS = click.option("--as", "email", required=True, help=AS_HELP)
SCOPES = sorted(one.value for one in KEY_SCOPES)
MOST = 100
ONCE = "Shown this once: put it where the program reads its secrets. Revoke it with its id, {}."


@click.group()
def apikey() -> None:
    """Keys with which programs call the API.

    \b
    intake apikey create --as admin@example.com --name Website --role intake_coordinator \\
        --scope intake:write --days 90
    intake apikey list --as admin@example.com
    """


@apikey.command()
@AS
@SITE
@click.option("--name", required=True, help="What it is for; colleagues see it as the author.")
@click.option("--role", required=True, type=click.Choice([role.value for role in ROLES]))
@click.option(
    "--scope", "scopes", required=True, multiple=True, type=click.Choice(SCOPES),
    help="A permission of that role; repeat it for more.",
)  # fmt: skip
@click.option(
    "--days", type=click.IntRange(1, api_keys.LONGEST.days), default=90, show_default=True
)
@click.option("--test", "is_test", is_flag=True, help="Whatever it writes is undone.")
def create(
    *, email: str, site: str | None, name: str, role: str, scopes: tuple[str, ...], days: int,
    is_test: bool,
) -> None:  # fmt: skip
    """Make a key and print its token, once.

    \b
    intake apikey create --as admin@example.com --name Website --role intake_coordinator \\
        --scope intake:write --scope case:read --days 90
    intake apikey create --as admin@example.com --name "Trying out" --role intake_coordinator \\
        --scope intake:write --test
    """
    with acting(_asked(email, site)) as (session, actor):
        order = NewApiKey(
            name=name,
            role=role,
            scopes=scopes,
            expires_at=clock.machine_now() + dt.timedelta(days=days),
            is_test=is_test,
        )
        now = database.clinic_now(session)
        made = api_keys.create(session, order, actor=actor, now=now)
    click.echo(made.token)
    click.echo(ONCE.format(made.id), err=True)


@apikey.command("list")
@AS
@SITE
def list_keys(*, email: str, site: str | None) -> None:
    """The newest hundred keys of a site, ended ones too.

    \b
    intake apikey list --as admin@example.com
    intake apikey list --as admin@example.com | grep -v revoked
    """
    with acting(_asked(email, site, Permission.API_KEY_READ)) as (session, _):
        page = api_keys.list_page(session, pages.Wanted(limit=MOST, after=None))
    for one in page.rows:
        used = f"{one.last_used_at:%Y-%m-%d}" if one.last_used_at else "never used"
        kind = "test" if one.is_test else "live"
        words = (str(one.id), one.name, kind, one.role, " ".join(one.scopes), one.state)
        click.echo("\t".join((*words, f"until {one.expires_at:%Y-%m-%d}", used)))


@apikey.command()
@AS
@SITE
@click.argument("key", type=click.UUID)
def revoke(*, email: str, site: str | None, key: uuid.UUID) -> None:
    """End a key at once, by its id.

    \b
    intake apikey list --as admin@example.com
    intake apikey revoke 01890a5d-ac96-774b-bcce-b302099a8057 --as admin@example.com
    """
    with acting(_asked(email, site)) as (session, _):
        api_keys.revoke(session, key)
    click.echo("Revoked; it opens nothing any more.", err=True)


def _asked(
    email: str, site: str | None, permission: Permission = Permission.API_KEY_MANAGE
) -> Asked:
    return Asked(email, site, permission, "api_key")
