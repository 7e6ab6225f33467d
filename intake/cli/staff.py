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
from intake.errors import BadRequest, NotFound
from intake.models import Membership, Site, Staff
from intake.services import accounts, api_keys
from intake.services.accounts import NewStaff

HOW_TO_ACCEPT = (
    "The link works once, for 30 minutes. Its page sends the part after # with the chosen "
    "password to\nPOST /api/v1/invites/accept {{token, password}}; then {email} signs in and "
    "sets up a second factor."
)
EMAIL = click.option("--email", required=True, help="The sign-in name.")
NAME = click.option("--name", default=None, help="The name colleagues see; default: before the @.")


@click.group()
def staff() -> None:
    """Accounts and their roles.

    \b
    intake staff list
    intake staff invite --email kim@example.com --role counsellor --site "Demo clinic"
    """


@staff.command()
@EMAIL
@NAME
@click.option("--site", required=True, help="The site's name; it is made if there is none yet.")
@click.option("--time-zone", default="Europe/London", show_default=True, help="Of a new site.")
@click.option("--phone", default=None, help="Of a new site: the number that reminders name.")
def bootstrap(email: str, name: str | None, site: str, time_zone: str, phone: str | None) -> None:
    """Make the first administrator and print their one-time link; only while there is none.

    \b
    intake staff bootstrap --email ada@example.com --site "Riverside" --phone +441632960000
    intake staff bootstrap --email ada@example.com --site "Riverside"
    """
    with refusals(), stack.transaction() as session:
        where = accounts.site_named(session, site) or _new_site(session, site, time_zone, phone)
        order = NewStaff(
            email=email,
            display_name=name or email.partition("@")[0],
            role=Role.ADMINISTRATOR,
            site_id=where.id,
        )
        token = accounts.bootstrap(session, order)
    _show_link(token, email)


@staff.command()
@EMAIL
@NAME
@click.option("--role", default=None, type=click.Choice([role.value for role in Role]))
@click.option("--site", default=None, help="The site's name or id.")
def invite(email: str, name: str | None, role: str | None, site: str | None) -> None:
    """Print a one-time link: for a new account (with --role and --site), or a new password.

    A new link also lets somebody in again after too many failed sign-ins.

    \b
    intake staff invite --email kim@example.com --role counsellor --site "Demo clinic"
    intake staff invite --email kim@example.com
    """
    with refusals(), stack.transaction() as session:
        if role is None or site is None:
            person = accounts.find(session, email)
        else:
            order = NewStaff(
                email=email,
                display_name=name or email.partition("@")[0],
                role=Role(role),
                site_id=find_site(session, site).id,
            )
            person = accounts.create_staff(session, order)
        token = accounts.invite(session, person)
    _show_link(token, email)


@staff.command()
@EMAIL
@NAME
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
            role=Role(role),
            site_id=find_site(session, site).id,
            password=password,
        )
        made = accounts.create_staff(session, order)
        click.echo(f"{made.email} can sign in as {role} at {site}.", err=True)


@staff.command()
@EMAIL
def disable(email: str) -> None:
    """Close an account. Its sessions end at once; its records stay.

    \b
    intake staff disable --email kim@example.com
    intake staff list
    """
    with refusals(), stack.transaction() as session:
        accounts.disable(session, email)
    click.echo(f"{email} is disabled; every session has ended.", err=True)


@staff.command("reset-mfa")
@EMAIL
def reset_mfa(email: str) -> None:
    """Forget a lost second factor. Sessions end; the next sign-in sets up a new one.

    Make sure first that it is this person who asks, for instance by calling them back.

    \b
    intake staff reset-mfa --email kim@example.com
    intake staff invite --email kim@example.com
    """
    with refusals(), stack.transaction() as session:
        accounts.reset_mfa(session, email)
    click.echo(f"{email} sets up a second factor at the next sign-in.", err=True)


@staff.command("list")
def list_staff() -> None:
    """Accounts of people, with role and site.

    \b
    intake staff list
    intake staff list | grep counsellor
    """
    with refusals(), stack.transaction() as session:
        rows = session.execute(
            select(Staff.email, Membership.role, Site.name, Staff.active)
            .join(Membership, Membership.staff_id == Staff.id)
            .join(Site, Site.id == Membership.site_id)
            .where(api_keys.IS_PERSON)
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


def _new_site(session: Session, name: str, time_zone: str, phone: str | None) -> Site:
    """The first site. Raises BadRequest without a telephone number."""
    if phone is None:
        raise BadRequest("There is no such site yet; to make it, give its number with --phone.")
    site = Site(name=name, time_zone=time_zone, phone=phone, sender_name="Clinic")
    session.add(site)
    session.flush()
    return site


def _show_link(token: str, email: str) -> None:
    """The link on standard output, once; the rest on standard error."""
    base = (stack.settings().public_url or "").rstrip("/")
    click.echo(f"{base}/invite#{token}")
    click.echo(HOW_TO_ACCEPT.format(email=email), err=True)


def _password() -> str:
    """The password, without echo on a terminal."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\n")
