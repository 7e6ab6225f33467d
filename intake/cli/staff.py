"""`intake staff …`: accounts from the command line; a password is never an argument."""

from __future__ import annotations

import sys
import uuid

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.access import Role
from intake.cli import stack
from intake.cli.refusals import refusals
from intake.errors import NotFound
from intake.models import Membership, Site, Staff
from intake.services import sign_in
from intake.services.sign_in import NewStaff


@click.group()
def staff() -> None:
    """Accounts and their roles.

    \b
    intake staff list
    intake staff create --email kim@example.com --role counsellor --site "Demo clinic"
    """


@staff.command()
@click.option("--email", required=True, help="The sign-in name.")
@click.option("--name", default=None, help="The name colleagues see; default: before the @.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--site", required=True, help="The site's name or id.")
def create(email: str, name: str | None, role: str, site: str) -> None:
    """Give a person an account; the password comes from standard input.

    \b
    intake staff create --email kim@example.com --role counsellor --site "Demo clinic"
    pass kim | intake staff create --email kim@example.com --role auditor --site "Demo clinic"
    """
    password = _password()
    with refusals(), stack.transaction() as session:
        order = NewStaff(
            email=email,
            display_name=name or email.partition("@")[0],
            password=password,
            role=Role(role),
            site_id=find_site(session, site).id,
        )
        made = sign_in.create_staff(session, order)
        click.echo(f"{made.email} can sign in as {role} at {site}.", err=True)


@staff.command("list")
def list_staff() -> None:
    """Accounts with role and site."""
    with refusals(), stack.transaction() as session:
        rows = session.execute(
            select(Staff.email, Membership.role, Site.name, Staff.active)
            .join(Membership, Membership.staff_id == Staff.id)
            .join(Site, Site.id == Membership.site_id)
            .order_by(Site.name, Staff.email)
        )
        for row in rows:
            click.echo("\t".join((row.name, row.email, row.role, "" if row.active else "disabled")))


def find_site(session: Session, wanted: str) -> Site:
    """A site by name or id. Raises NotFound."""
    try:
        condition = Site.id == uuid.UUID(wanted)
    except ValueError:
        condition = Site.name == wanted
    found = session.execute(select(Site).where(condition)).scalar_one_or_none()
    if found is None:
        raise NotFound("site")
    return found


def _password() -> str:
    """The password, without echo on a terminal."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\n")
