"""Who did what to whose record: the append-only audit trail (FHIR AuditEvent, IHE BALP)."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from intake.crypto import Sealed
from intake.models.base import Base, Json, closed

ACTIONS = ("C", "R", "U", "D", "E")
OUTCOMES = (0, 4, 8, 12)
PURPOSES = ("TREAT", "HOPERAT", "ETREAT", "PATRQT", "HRESCH", "LEGAL")
SENSITIVITIES = ("P0", "P1", "P2", "P3", "P4")


class AuditEvent(Base):
    """One event. Every column but `mac` is inside the MAC; none has a server default."""

    __tablename__ = "audit_events"
    __table_args__ = (
        closed("action", ACTIONS),
        closed("purpose", PURPOSES),
        closed("sensitivity", SENSITIVITIES),
        CheckConstraint("outcome IN (0, 4, 8, 12)", name="outcome_known"),
        CheckConstraint("cardinality(returned_ids) <= 100", name="returned_ids_bounded"),
        Index("ix_audit_events_recorded_at", "recorded_at", postgresql_using="brin"),
        Index(None, "site_id", "client_id", "id"),
        Index(None, "site_id", "id"),
        Index(None, "site_id", "occurred_at"),
    )

    #: Time-ordered identifier, made by the application
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: When it was written (machine time of the application, checked against the server's)
    recorded_at: Mapped[dt.datetime]
    #: When it happened (clinic time)
    occurred_at: Mapped[dt.datetime]
    #: Where; empty for what happens before a site is known
    site_id: Mapped[uuid.UUID | None]
    #: The noun, such as client or session
    type: Mapped[str]
    #: The act, such as read, list, create, sign_in
    subtype: Mapped[str]
    #: Create, Read, Update, Delete, Execute
    action: Mapped[str]
    #: 0 success, 4 refused, 8 serious, 12 major failure
    outcome: Mapped[int] = mapped_column(SmallInteger)
    #: Why it was refused, as a code
    outcome_code: Mapped[str | None]
    #: Who; empty for a service or a stranger
    agent_id: Mapped[uuid.UUID | None]
    #: In which role, or which service
    agent_role: Mapped[str]
    #: SHA-256 of the session's token hash
    agent_session: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: From which address
    agent_ip: Mapped[str | None]
    #: With which program, shortened
    agent_client: Mapped[str | None]
    #: For whom, when not in one's own right
    on_behalf_of: Mapped[uuid.UUID | None]
    #: Treatment, operations, emergency, the person's own request, research, law
    purpose: Mapped[str]
    #: The consent or grant that allowed it
    policy_ref: Mapped[uuid.UUID | None]
    #: Which of our processes
    source_service: Mapped[str]
    #: Its version
    source_version: Mapped[str]
    #: On which host
    source_host: Mapped[str]
    #: What the events of one request share
    request_id: Mapped[uuid.UUID]
    #: Which table
    entity_type: Mapped[str | None]
    #: Which row
    entity_id: Mapped[uuid.UUID | None]
    #: Its new version
    entity_version: Mapped[int | None]
    #: Whose record
    client_id: Mapped[uuid.UUID | None]
    #: Keyed hash of what was searched for
    query_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: How many were found
    hits: Mapped[int | None]
    #: Which were shown, at most 100
    returned_ids: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))
    #: Names of the fields, never their values
    fields: Mapped[list[str] | None]
    #: P0 administrative … P4 security
    sensitivity: Mapped[str]
    #: Version of this layout
    schema_version: Mapped[int] = mapped_column(SmallInteger)
    #: Which audit key made the MAC
    mac_key_id: Mapped[int] = mapped_column(SmallInteger)
    #: HMAC-SHA256 over the canonical form
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class IdempotencyKey(Base):
    """The stored answer of a create, so that a repeated request gets the same one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "expires_at"),)

    #: The site
    site_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: Who asked
    principal_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: The key the caller chose
    key: Mapped[str] = mapped_column(primary_key=True)
    #: Method and path
    route: Mapped[str]
    #: SHA-256 of method, path, body and If-Match
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    #: Status of the answer
    status: Mapped[int]
    #: Its body, sealed with the application key
    body: Mapped[Sealed]
    #: Location, ETag
    headers: Mapped[Json] = mapped_column(JSONB)
    #: When it was answered (machine time)
    created_at: Mapped[dt.datetime]
    #: When it is forgotten
    expires_at: Mapped[dt.datetime]
