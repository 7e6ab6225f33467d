"""How every act leaves its event: services collect, the transaction's owner writes once.

`record` is called once for each row changed in a table of DENSE, and once for an act that changes
none. `write` makes the MACs and sends all events of the transaction in one INSERT, in the same
transaction as the act: no event, no act.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from importlib.metadata import version

from sqlalchemy import insert
from sqlalchemy.orm import Session

from intake import clock, database
from intake.models import Base
from intake.models.base import HasId

SCHEMA_VERSION = 1
RETURNED_IDS = 100
# Tables whose every version must have its event: `count = max = current version`.
DENSE = frozenset(
    {
        *("clients", "cases", "intakes", "assessments", "plan_decisions", "appointments"),
        *("consents", "consent_revocations", "disclosure_consents", "disclosures", "drug_screens"),
        *("goals", "case_proposals", "handovers", "medication_reviews", "memberships"),
        *("outbound_referrals", "placements", "programmes", "progress_notes", "safety_plans"),
        *("session_records", "use_entries"),
    }
)
SUCCESS, REFUSED, FAILED, MAJOR_FAILURE = 0, 4, 8, 12
TABLE = Base.metadata.tables["audit_events"]
SIGNED_COLUMNS = tuple(column.name for column in TABLE.columns if column.name != "mac")
HOST = socket.gethostname()
VERSION = version("intake")


@dataclass(frozen=True, slots=True)
class Context:
    """Who acts, from where, in which request: the same for all events of a transaction."""

    request_id: uuid.UUID
    service: str
    agent_role: str
    occurred_at: dt.datetime
    site_id: uuid.UUID | None = None
    agent_id: uuid.UUID | None = None
    agent_session: bytes | None = None
    agent_ip: str | None = None
    agent_client: str | None = None
    purpose: str = "TREAT"
    #: The break-glass grant by which it happens
    policy_ref: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What was done. `type` is the noun, `subtype` the act; `fields` are names, never values.

    `row` is what was changed or read; its version is taken when the event is written, after
    the flush, so that it is the new one. `version` is set where `settle` took it earlier.
    """

    type: str
    subtype: str
    action: str
    row: HasId | None = None
    client_id: uuid.UUID | None = None
    fields: tuple[str, ...] = ()
    sensitivity: str = "P0"
    outcome: int = SUCCESS
    outcome_code: str | None = None
    query_hash: bytes | None = None
    hits: int | None = None
    returned_ids: tuple[uuid.UUID, ...] = ()
    policy_ref: uuid.UUID | None = None
    version: int | None = None


def begin(session: Session, context: Context) -> None:
    """Say who acts in this transaction; forget what an earlier one collected."""
    session.info |= {"audit_context": context, "audit_events": []}
    session.info |= {"audit_client": None, "audit_goes_on": False}


def about(session: Session, client_id: uuid.UUID) -> None:
    """Say whose record this transaction is about, in case that it is refused."""
    session.info["audit_client"] = client_id


def whose(session: Session) -> uuid.UUID | None:
    """Whose record this transaction is about, as far as that was found out."""
    client_id = session.info.get("audit_client")
    return client_id if isinstance(client_id, uuid.UUID) else None


def context_of(session: Session) -> Context:
    """Who acts in this transaction."""
    context = session.info["audit_context"]
    if not isinstance(context, Context):
        raise TypeError("the transaction has no audit context")
    return context


def record(session: Session, event: Event) -> None:
    """Collect one event, or one for each hundred rows it names; without it the act fails."""
    ids = event.returned_ids
    for first in range(0, max(len(ids), 1), RETURNED_IDS):
        part = ids[first : first + RETURNED_IDS]
        hits = len(part) if event.hits == len(ids) else event.hits
        collected(session).append(replace(event, hits=hits, returned_ids=part))


def record_list(
    session: Session, noun: str, shown: Iterable[uuid.UUID], *,
    client_id: uuid.UUID | None = None, sensitivity: str = "P0",
) -> None:  # fmt: skip
    """The event of a list that was read: which rows were shown, and whose where it is one person's.

    Every list that staff read leaves exactly this one.
    """
    event = Event(noun, "list", "R", client_id=client_id, sensitivity=sensitivity)
    record(session, replace(event, hits=len(ids := tuple(shown)), returned_ids=ids))


def settle(session: Session) -> None:
    """Take the versions of what was collected so far: a row is about to change a second time."""
    session.flush()
    session.info["audit_events"] = [
        one if one.row is None else replace(one, version=_version(one))
        for one in collected(session)
    ]


def go_on(session: Session) -> None:
    """Say that this act belongs to one whose event stands already: a draft saved while typing."""
    session.info["audit_goes_on"] = True


def needs_event(session: Session) -> bool:
    """Whether an act that collected none leaves one all the same."""
    return not collected(session) and not session.info["audit_goes_on"]


def record_shown(session: Session, noun: str, shown: Collection[uuid.UUID]) -> None:
    """Whose cases a view across cases showed."""
    ids = tuple(sorted(set(shown)))
    record(session, Event(noun, "read", "R", hits=len(ids), returned_ids=ids, sensitivity="P2"))


def collected(session: Session) -> list[Event]:
    """What was collected so far in this transaction."""
    events: list[Event] = session.info["audit_events"]
    return events


def replace_collected(session: Session, events: list[Event]) -> None:
    """Put other events in the place of those collected, when what they tell was undone."""
    session.info["audit_events"] = events


def write(session: Session) -> None:
    """Send all collected events in one INSERT. The application may insert, not read."""
    session.flush()
    events = collected(session)
    if not events:
        return
    context, keys = context_of(session), database.keyring(session)
    rows = [_row(context, event, keys.audit.active) for event in events]
    for row in rows:
        row["mac"] = keys.audit_mac(canonical(row), keys.audit.active)
    session.execute(insert(TABLE).inline(), rows)
    session.info["audit_events"] = []


def canonical(row: dict[str, object]) -> bytes:
    """The canonical form of an event: every column but `mac`, as sorted compact JSON in UTF-8."""
    plain = {name: _plain(row[name]) for name in SIGNED_COLUMNS}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def with_refusal(event: Event, code: str, *, outcome: int = REFUSED) -> Event:
    """The same act, refused (or FAILED)."""
    return replace(event, outcome=outcome, outcome_code=code)


def _plain(value: object) -> object:
    """One value in the canonical form."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _version(event: Event) -> int | None:
    """The version of the row after the act; rows that are never changed have one."""
    if event.version is not None or event.row is None:
        return event.version
    version: int = getattr(event.row, "version", 1)
    return version


def _row(context: Context, event: Event, key_id: int) -> dict[str, object]:
    """All columns of one event but its MAC."""
    return {
        "id": clock.uuid7(),
        "recorded_at": clock.machine_now(),
        "occurred_at": context.occurred_at,
        "site_id": context.site_id,
        "type": event.type,
        "subtype": event.subtype,
        "action": event.action,
        "outcome": event.outcome,
        "outcome_code": event.outcome_code,
        "agent_id": context.agent_id,
        "agent_role": context.agent_role,
        "agent_session": context.agent_session,
        "agent_ip": context.agent_ip,
        "agent_client": context.agent_client,
        "on_behalf_of": None,
        "purpose": context.purpose,
        "policy_ref": event.policy_ref or context.policy_ref,
        "source_service": context.service,
        "source_version": VERSION,
        "source_host": HOST,
        "request_id": context.request_id,
        "entity_type": event.row.__tablename__ if isinstance(event.row, Base) else None,
        "entity_id": event.row.id if event.row is not None else None,
        "entity_version": _version(event),
        "client_id": event.client_id,
        "query_hash": event.query_hash,
        "hits": event.hits,
        "returned_ids": list(event.returned_ids) or None,
        "fields": sorted(event.fields) or None,
        "sensitivity": event.sensitivity,
        "schema_version": SCHEMA_VERSION,
        "mac_key_id": key_id,
    }
