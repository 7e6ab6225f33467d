"""`intake db …`: how is the database made, brought up to date and compared with the models?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from intake import config
from intake.cli import database_roles, stack
from intake.cli.refusals import Misconfigured, refusals
from intake.errors import ConfigurationError
from intake.models import Base

# The checkout, or the folder the service was started in when the package is installed elsewhere.
PLACES = (Path(__file__).resolve().parents[2], Path.cwd())


class DatabaseGroup(click.Group):
    """Turns what the database or its settings refuse into one sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises ClickException."""
        try:
            with refusals():
                return super().invoke(ctx)
        except CommandError as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            raise click.ClickException(
                f"The database doesn't answer, or a lock is held: {error.orig}"
            ) from error
        except DBAPIError as error:
            raise click.ClickException(f"PostgreSQL refuses: {error.orig}") from error


@click.group(cls=DatabaseGroup)
def db() -> None:
    """Roles, schema and migrations.

    \b
    intake db bootstrap && intake db upgrade
    intake db upgrade --sql | less
    """


@db.command()
@click.option("--sql", is_flag=True, help="Print a psql script, without passwords, and do nothing.")
def bootstrap(*, sql: bool) -> None:
    """Make the database roles and the database. It may be repeated.

    \b
    intake db bootstrap
    intake db bootstrap --sql > roles.psql
    """
    if sql:
        database = _url("migration_database_url").database or "intake"
        click.echo(database_roles.script(database, migrations() / "sql"))
        return
    urls = database_roles.RoleUrls(
        admin=_url("bootstrap_database_url"),
        api=_url("database_url"),
        worker=_url("worker_database_url"),
        migrator=_url("migration_database_url"),
    )
    database_roles.bootstrap(urls, migrations() / "sql")
    click.echo(f"Roles and database {urls.database()} are ready. Next: intake db upgrade")


@db.command()
@click.argument("revision", default="head")
@click.option("--sql", is_flag=True, help="Print the statements and change nothing.")
def upgrade(revision: str, *, sql: bool) -> None:
    """Bring the schema to REVISION, normally the newest.

    \b
    intake db upgrade
    intake db upgrade 0001 --sql
    """
    command.upgrade(alembic_config(offline=sql), revision, sql=sql)
    if not sql:
        click.echo(f"The schema is at {revision}.")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Take the schema back to REVISION (`base` removes everything). Asks outside development.

    \b
    intake db downgrade -1
    intake db downgrade base --yes
    """
    environment = stack.settings().environment
    if environment != "development" and not yes:
        if not sys.stdin.isatty():
            raise Misconfigured("This can delete records; say --yes if you mean it.")
        database = _url("migration_database_url").database
        click.confirm(f"Records in {database} ({environment}) can be lost. Go on?", abort=True)
    command.downgrade(alembic_config(), revision)
    click.echo(f"The schema is at {revision}.")


@db.command()
def current() -> None:
    """Print the revision the database is at.

    \b
    intake db current
    intake db current | grep head
    """
    command.current(alembic_config())


@db.command()
def history() -> None:
    """Print all revisions, newest first.

    \b
    intake db history
    intake db history | head -3
    """
    command.history(alembic_config(offline=True))


@db.command()
def check() -> None:
    """Compare the database with the models; exit status 1 when they differ.

    \b
    intake db check
    intake db check && echo same
    """
    command.check(alembic_config())


@db.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the next migration from the difference between database and models.

    \b
    intake db revision "add consent wording"
    intake db revision "add an index" && git diff
    """
    settings = alembic_config()
    head = ScriptDirectory.from_config(settings).get_current_head() or "0"
    following = f"{int(head) + 1:04}"
    command.revision(settings, message, autogenerate=True, rev_id=following)
    (migrations() / "HEAD").write_text(f"{following}\n", encoding="utf-8")


def alembic_config(*, offline: bool = False) -> Config:
    """What migrations need: where they are, where the database is, and what the models say."""
    settings = Config(migrations().parent / "alembic.ini", stdout=sys.stdout)
    settings.attributes["metadata"] = Base.metadata
    if not offline:
        settings.attributes["url"] = _url("migration_database_url")
    return settings


def migrations() -> Path:
    """The folder of the migrations. Raises ConfigurationError when it isn't there."""
    for place in PLACES:
        if (place / "alembic.ini").is_file():
            return place / "migrations"
    raise ConfigurationError("alembic.ini isn't here; start this in the project's folder.")


def _url(setting: str) -> URL:
    try:
        return make_url(stack.settings().require(setting))
    except ArgumentError as error:
        raise ConfigurationError(f"{config.VARIABLES[setting]} isn't a database URL.") from error
