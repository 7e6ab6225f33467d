"""What moves when two records become one? Rows by table, look-up tokens, parts of the identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from intake.models import (
    Appointment,
    Case,
    Client,
    ClientToken,
    Consent,
    ContactPoint,
    LegalHold,
    Reminder,
)
from intake.services import audit, duplicates, identity
from intake.services.audit import Event
from intake.services.duplicates import Sought

Moved = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """The two records, locked, and the cases of both."""

    survivor: Client
    loser: Client
    cases: tuple[Case, ...]

    def cases_of(self, client: Client) -> list[Case]:
        """The cases of one of the two."""
        return [case for case in self.cases if case.client_id == client.id]


def move(session: Session, pair: Pair) -> Moved:
    """Cases, appointments, reminders, contact points and consents; their identifiers by table."""
    survivor, loser = pair.survivor, pair.loser
    visits = session.execute(
        select(Appointment).where(Appointment.client_id == loser.id).order_by(Appointment.id)
    ).scalars()
    own: list[Case | Appointment] = [*pair.cases_of(loser), *visits]
    for row in own:
        row.client_id = survivor.id
        noun = "case" if isinstance(row, Case) else "appointment"
        event = Event(noun, "merge", "U", row=row, client_id=survivor.id, fields=("client_id",))
        audit.record(session, event)
    holds = session.execute(select(LegalHold).where(LegalHold.client_id == loser.id)).scalars()
    held = list(holds)
    for hold in held:  # a hold of either record holds the person
        hold.client_id = survivor.id
        event = Event("legal_hold", "merge", "U", row=hold, client_id=survivor.id)
        audit.record(session, replace(event, fields=("client_id",)))
    moved = {
        "legal_holds": [str(row.id) for row in held],
        "cases": [str(row.id) for row in own if isinstance(row, Case)],
        "appointments": [str(row.id) for row in own if isinstance(row, Appointment)],
    }
    session.flush()
    # Their versions stay: a reminder hangs on the version of the contact it was planned for.
    for table in (ContactPoint, Reminder):
        changed = session.execute(
            update(table)
            .where(table.client_id == loser.id)
            .values(client_id=survivor.id)
            .returning(table.id),
            execution_options={"synchronize_session": False},
        )
        moved[table.__tablename__] = sorted(str(one) for one in changed.scalars())
    return moved | {"consents": _copy_consents(session, pair)}


def _copy_consents(session: Session, pair: Pair) -> list[str]:
    """Append what the other record's person decided, at its own time: rows are never changed.

    The newest answer of the one person counts, whichever record it was given to.
    """
    said = session.execute(
        select(Consent).where(Consent.client_id == pair.loser.id).order_by(Consent.id)
    ).scalars()
    copies = [
        Consent(
            site_id=row.site_id,
            client_id=pair.survivor.id,
            purpose=row.purpose,
            status=row.status,
            wording_version=row.wording_version,
            decided_at=row.decided_at,
            recorded_by=row.recorded_by,
            expires_on=row.expires_on,
        )
        for row in said
    ]
    session.add_all(copies)
    for row in copies:
        event = Event("consent", "carry_over", "C", row=row, client_id=pair.survivor.id)
        audit.record(session, replace(event, sensitivity="P1"))
    return [str(row.id) for row in copies]


def take_identity(session: Session, pair: Pair, wanted: Sequence[str]) -> tuple[str, ...]:
    """The parts of the identity that the survivor takes; which of them were another value."""
    vault = identity.vault_of(session, pair.survivor)
    mine = identity.opened(pair.survivor, vault)
    theirs = identity.opened(pair.loser, identity.vault_of(session, pair.loser))
    known = [one.name for one in fields(mine) if one.name in wanted]
    said = {name: getattr(theirs, name) for name in known}
    taken = {name: value for name, value in said.items() if value != getattr(mine, name)}
    if taken:
        identity.seal_into(pair.survivor, vault, replace(mine, **taken))
    return tuple(taken)


def move_tokens(session: Session, pair: Pair) -> Moved:
    """The survivor is found by every spelling of both; the other record by none."""
    rows = session.execute(
        select(ClientToken.client_id, ClientToken.token).where(
            ClientToken.client_id.in_((pair.survivor.id, pair.loser.id))
        )
    ).all()
    mine = {row.token for row in rows if row.client_id == pair.survivor.id}
    theirs = {row.token for row in rows if row.client_id == pair.loser.id}
    after = identity.opened(pair.survivor, identity.vault_of(session, pair.survivor))
    new = set(duplicates.tokens(session, Sought(after), pair.survivor.site_id))
    session.execute(delete(ClientToken).where(ClientToken.client_id == pair.loser.id))
    duplicates.add_tokens(session, pair.survivor, (theirs | new) - mine)
    return {
        "tokens_removed": sorted(str(one) for one in theirs),
        "tokens_added": sorted(str(one) for one in (theirs | new) - mine),
    }
