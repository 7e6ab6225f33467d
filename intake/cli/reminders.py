"""`intake reminders …`: what is planned, what left, and why did one not leave?"""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlsplit

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.cli import stack
from intake.cli.refusals import refusals
from intake.cli.staff import find_site
from intake.database import SET_SITE
from intake.errors import NotFound, Unavailable
from intake.models import Reminder, Site
from intake.models.reminders import REMINDER_STATES
from intake.services import audit
from intake.services import reminders as service
from intake.services.audit import Event
from intake.services.reminder_reasons import explanation
from intake.services.reminders import Search

AT_SITE = click.option("--site", default=None, help="The site's name or id; default: every site.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
HIDDEN = "…"


@click.group()
def reminders() -> None:
    """Reminders: planned, sent, and not sent for which reason.

    \b
    intake reminders status
    intake reminders explain 01989f6e-…
    """


@reminders.command()
@AS_JSON
@click.option("--show-personal", is_flag=True, help="Show whole numbers; the read is recorded.")
def inbox(*, as_json: bool, show_personal: bool) -> None:
    """What the local gateway holds: one message per key, with its repeats.

    \b
    intake reminders inbox
    intake reminders inbox --json | jq '.[].repeats'
    """
    with refusals():
        held = _held_by_gateway()
        if show_personal:
            with stack.transaction() as session:
                audit.record(session, Event("reminder", "inbox", "R", hits=len(held)))
        else:
            held = [{**one, "to": masked(str(one["to"]))} for one in held]
    if as_json:
        click.echo(json.dumps(held, indent=1))
        return
    for one in held:
        repeats = f"  (+{one['repeats']} repeats)" if one["repeats"] else ""
        click.echo(f"{str(one['received_at'])[:19]}  {one['to']}  {one['text']}{repeats}")
    click.echo(f"{len(held)} messages.", err=True)


@reminders.command()
@AT_SITE
@AS_JSON
def status(*, site: str | None, as_json: bool) -> None:
    """How many reminders stand where, and since when the oldest due one waits.

    \b
    intake reminders status
    intake reminders status --json
    """
    with refusals(), stack.transaction() as session:
        found = [_standing(session, place) for place in _sites(session, site)]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
        return
    for one in found:
        click.echo(f"{one.site}: oldest due {one.oldest_due or 'none'}")
        for state, count in sorted(one.states.items()):
            click.echo(f"  {state:<10} {count}")


@reminders.command("list")
@AT_SITE
@AS_JSON
@click.option("--state", type=click.Choice(REMINDER_STATES), default=None)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_reminders(*, site: str | None, as_json: bool, state: str | None, limit: int) -> None:
    """Reminders in the order they are sent: identifiers, states and reasons only.

    \b
    intake reminders list --state dead
    intake reminders list --json --limit 500
    """
    found: list[dict[str, object]] = []
    with refusals(), stack.transaction() as session:
        for _ in _sites(session, site):
            rows = service.find(session, Search(state=state, limit=limit))
            found += [_plain(row) for row in rows]
            shown = tuple(row.id for row in rows)
            audit.record(
                session,
                Event("reminder", "list", "R", hits=len(shown), returned_ids=shown),
            )
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for one in found:
        reason = one["state_reason"] or ""
        click.echo(
            f"{one['id']}  {one['kind']:<7} {one['send_after']}  {one['state']:<10} {reason}"
        )


@reminders.command()
@click.argument("reminder_id", metavar="ID", type=click.UUID)
@AS_JSON
def explain(reminder_id: uuid.UUID, *, as_json: bool) -> None:
    """One reminder: where it stands, why, and every attempt.

    \b
    intake reminders explain 01989f6e-7d2a-7c31-a0b2-1c2d3e4f5a6b
    intake reminders list --state uncertain --json | jq -r '.[].id'
    """
    with refusals(), stack.transaction() as session:
        found = _explained(session, reminder_id)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    attempts = found.pop("attempts")
    for name, value in found.items():
        click.echo(f"{name:<16} {value}")
    for one in attempts if isinstance(attempts, list) else []:
        click.echo(f"attempt {one['n']:<8} {one['started_at']}  {one['outcome'] or 'no outcome'}")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many reminders of a site stand where; `oldest_due` is a time as text, or None."""

    site: str
    states: dict[str, int]
    oldest_due: str | None


def masked(number: str) -> str:
    """A number of which only the country and the end can be read."""
    return f"{number[:3]}{HIDDEN}{number[-3:]}"


def _standing(session: Session, place: Site) -> Standing:
    """The counts of the site the transaction is set to."""
    counts = session.execute(select(Reminder.state, func.count()).group_by(Reminder.state))
    states = {str(state): int(count) for state, count in counts}
    waiting = Reminder.state == "scheduled", Reminder.next_attempt_at <= func.clinic_now()
    oldest = session.scalar(select(func.min(Reminder.next_attempt_at)).where(*waiting))
    audit.record(session, Event("reminder", "status", "R", hits=sum(states.values())))
    return Standing(place.name, states, oldest.isoformat() if oldest else None)


def _explained(session: Session, reminder_id: uuid.UUID) -> dict[str, object]:
    """One reminder of whichever site. Raises NotFound."""
    for _ in _sites(session, None):
        try:
            history = service.history(session, reminder_id)
        except NotFound:
            continue
        row = history.reminder
        audit.record(session, Event("reminder", "read", "R", row=row, client_id=row.client_id))
        return {
            **_plain(row),
            "explanation": explanation(row),
            "attempts": [
                {
                    "n": attempt.n,
                    "started_at": attempt.started_at.isoformat(),
                    "outcome": attempt.outcome,
                    "http_status": attempt.http_status,
                    "error_class": attempt.error_class,
                }
                for attempt in history.attempts
            ],
        }
    raise NotFound("reminder")


def _sites(session: Session, wanted: str | None) -> Iterator[Site]:
    """One site or each in turn; the transaction and its audit events belong to that site."""
    if wanted:
        places = [find_site(session, wanted)]
    else:
        places = list(session.scalars(select(Site).order_by(Site.name)))
    context = audit.context_of(session)
    for place in places:
        session.execute(SET_SITE, {"site": str(place.id)})
        session.info["audit_context"] = replace(context, site_id=place.id)
        yield place
        audit.write(session)


def _plain(row: Reminder) -> dict[str, object]:
    """What may be shown of a reminder: no number, no name."""
    return {
        "id": str(row.id),
        "appointment_id": str(row.appointment_id),
        "kind": row.kind,
        "channel": row.channel,
        "send_after": row.send_after.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "state": row.state,
        "state_reason": row.state_reason,
        "attempts": row.attempts,
    }


def _held_by_gateway() -> list[dict[str, object]]:
    """The messages of the gateway. Raises Unavailable when it isn't there or isn't ours."""
    settings = stack.settings()
    address = urlsplit(settings.require("sms_gateway_url"))
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    token = settings.require("sms_gateway_token")
    try:
        connection.request("GET", "/messages", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        held = json.loads(answer.read()) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError):
        held = None
    finally:
        connection.close()
    if not isinstance(held, list):
        raise Unavailable(
            "The gateway doesn't show what it holds; only the local one does. Run: make run"
        )
    return held
