"""Which keys are in use, and moving data keys from one key-encryption key to the next.

A data key is wrapped anew; the values it sealed stay as they are, and so does the version of the
row: nothing that people can read changed. Every function works at one site, under row-level
security; the caller goes from site to site.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Table, func, select, text, update
from sqlalchemy.orm import Session

from intake import database
from intake.crypto import WrappedKey
from intake.models import Base, Site
from intake.services import audit
from intake.services.audit import Event

# Every table that holds wrapped keys; a test compares it with the models.
WRAPPED: tuple[Table, ...] = tuple(
    Base.metadata.tables[name] for name in ("clients", "counselling_note_keys")
)
# What is sealed with an application key: the number of the key is in the value's first bytes.
SEALED_BY_APPLICATION = (
    ("idempotency_keys", "body", "true"),
    ("tasks", "sealed", "case_id IS NULL"),
    ("unsent_forms", "sealed", "client_id IS NULL"),
    # Second factors belong to no site: they count where the person works. Sealed anew on use.
    (
        "staff",
        "totp_secret",
        "id IN (SELECT staff_id FROM memberships WHERE site_id = current_site())",
    ),
)
BATCH = 200


@dataclass(frozen=True, slots=True)
class Use:
    """How often each key of a ring is used, by number; None where that can't be told."""

    kek: Counter[int]
    application: Counter[int]


def sites(session: Session) -> list[uuid.UUID]:
    """Every site, in a steady order."""
    return list(session.execute(select(Site.id).order_by(Site.id)).scalars())


def use_here(session: Session) -> Use:
    """How often each key is used at the session's site."""
    kek: Counter[int] = Counter()
    for table in WRAPPED:
        by_key = (
            select(table.c.kek_id, func.count().label("rows"))
            .where(table.c.wrapped_key.is_not(None))
            .group_by(table.c.kek_id)
        )
        kek.update({row.kek_id: row.rows for row in session.execute(by_key)})
    application: Counter[int] = Counter()
    for name, column, which in SEALED_BY_APPLICATION:
        head = session.execute(
            text(
                f"SELECT encode(substring({column} FROM 2 FOR 4), 'hex') AS head, count(*) AS rows"  # noqa: S608  our own names  # nosec B608
                f" FROM {name} WHERE {column} IS NOT NULL AND {which} GROUP BY 1"
            )
        )
        application.update({int(row.head, 16): row.rows for row in head})
    return Use(kek, application)


def audit_keys(session: Session) -> Counter[int]:
    """How many audit events each audit key vouches for, at all sites."""
    found = session.execute(text("SELECT mac_key_id, events FROM audit_keys()"))
    return Counter({row.mac_key_id: row.events for row in found})


def rewrap(session: Session, *, batch: int = BATCH) -> int:
    """Wrap up to `batch` data keys of the session's site with the key in use; how many moved.

    Rows that somebody is changing are left for the next round. A key that was destroyed meanwhile
    stays destroyed: only the very key that was read is replaced.
    """
    keys = database.keyring(session)
    moved = 0
    for table in WRAPPED:
        rows = session.execute(
            select(table.c.id, table.c.wrapped_key, table.c.kek_id, table.c.key_version)
            .where(table.c.wrapped_key.is_not(None), table.c.kek_id != keys.kek.active)
            .order_by(table.c.id)
            .limit(batch - moved)
            .with_for_update(skip_locked=True, key_share=True)
        ).all()
        for row in rows:
            old = WrappedKey(row.wrapped_key, row.kek_id, row.key_version)
            new = keys.rewrapped(row.id, old)
            session.execute(
                update(table)
                .where(table.c.id == row.id, table.c.wrapped_key == old.wrapped)
                .values(wrapped_key=new.wrapped, kek_id=new.kek_id)
            )
        moved += len(rows)
    if moved:
        audit.record(session, Event("key_ring", "rewrap", "U", hits=moved, fields=("kek_id",)))
    return moved


def left_here(session: Session) -> int:
    """How many data keys of the session's site are not wrapped by the key in use."""
    active = database.keyring(session).kek.active
    return sum(rows for number, rows in use_here(session).kek.items() if number != active)


def note_status(session: Session) -> None:
    """Record that somebody asked."""
    audit.record(session, Event("key_ring", "status", "R", sensitivity="P4"))


def note_change(session: Session, act: str, ring: str) -> None:
    """Record that the key ring was changed; never a key."""
    audit.record(session, Event("key_ring", act, "U", fields=(ring,), sensitivity="P4"))
