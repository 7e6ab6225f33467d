"""`intake audit …`: who did what lately? The trail in sentences, without a person's name."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, replace
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.cli import stack
from intake.cli.refusals import Misconfigured, refusals
from intake.cli.staff import find_site
from intake.database import SET_SITE
from intake.models import Site
from intake.services import access_log, audit
from intake.services.access_log import AccessLine

# The trail grows without end; more than this is an export.
MOST = 1000


@click.group("audit")
def audit_group() -> None:
    """The audit trail: reads, writes, refusals and attempts to sign in.

    \b
    intake audit tail
    intake audit tail --limit 500 --json
    """


@audit_group.command()
@click.option("--site", default=None, help="The site's name or id; needed where there are several.")
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, times in UTC.")
def tail(*, site: str | None, limit: int, as_json: bool) -> None:
    """The last events of a site, the newest at the end. Looking leaves an event too.

    Read as the API's role through the function that shows one site, never from the table.

    \b
    intake audit tail --site "Demo clinic" --limit 50
    intake audit tail --json | jq -r 'select(.outcome == "refused") | .what'
    """
    with refusals(), stack.transaction() as session:
        place = _enter(session, site)
        lines = access_log.tail(session, place.id, limit)
        zone = ZoneInfo(place.time_zone)
    for line in lines:
        click.echo(_as_json(line) if as_json else _as_text(line, zone))
    click.echo(f"{len(lines)} events of {place.name}.", err=True)


def _enter(session: Session, wanted: str | None) -> Site:
    """Set the transaction, and the events it writes, to one site. Raises Misconfigured."""
    if wanted is not None:
        place = find_site(session, wanted)
    else:
        places = list(session.scalars(select(Site).order_by(Site.name).limit(2)))
        if len(places) != 1:
            raise Misconfigured(
                "There are several sites; say which with --site."
                if places
                else "There is no site yet; `intake demo seed` makes one to try things out."
            )
        place = places[0]
    session.execute(SET_SITE, {"site": str(place.id)})
    session.info["audit_context"] = replace(audit.context_of(session), site_id=place.id)
    return place


def _as_text(line: AccessLine, zone: ZoneInfo) -> str:
    """`2027-01-11 10:02:07  Callum Dean (counsellor)  read the intake`, local time."""
    role = line.role.replace("_", " ")
    who = f"{line.staff_name} ({role})" if line.staff_name else role
    ending = "" if line.outcome == "done" else f"  {line.outcome}: {line.outcome_code or '-'}"
    whose = f"  client {line.client_id}" if line.client_id else ""
    return f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {who}  {line.what}{whose}{ending}"


def _as_json(line: AccessLine) -> str:
    """The same as one object."""
    plain = {
        name: str(value) if isinstance(value, uuid.UUID) else value
        for name, value in asdict(line).items()
    }
    return json.dumps(plain | {"at": line.at.isoformat()})
