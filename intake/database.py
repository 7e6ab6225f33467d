"""How a process reaches PostgreSQL: engine, sessions that know their site, and transactions.

The web process gets its sessions from Flask-SQLAlchemy with `SiteSession`; worker and command
line open theirs with `transaction()`, the one other place that commits.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

from intake import clock
from intake.crypto import Keyring
from intake.errors import ConfigurationError

# The migration this release works with; a test compares it with migrations/HEAD.
SCHEMA_HEAD = "0018"
SET_SITE = text("SELECT set_config('app.site', :site, true)")
# A statement that runs longer than this is a defect; a lock that waits longer is a conflict.
GUARDS = (
    "SET lock_timeout = '2s'",
    "SET statement_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET timezone = 'UTC'",
)
POOL = {
    "pool_size": 4,  # the threads of one web process, or of one worker process
    "max_overflow": 2,
    "pool_timeout": 2,  # a full pool is answered with 503, not with a long wait
    "pool_pre_ping": True,  # the database may have been restarted
    "hide_parameters": True,  # values never reach a log or an error
}
SHIFTED_CLOCK = text("SELECT EXISTS (SELECT FROM clinic_clock)")
UNSAFE_ROLE = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


class SiteSession(Session):
    """A session that carries the key ring, the site, and the audit events of its transaction."""


def guard(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Set the time limits once per connection, outside any transaction."""
    del record
    with closing(connection.cursor()) as cursor:
        for statement in GUARDS:
            cursor.execute(statement)
    connection.commit()


def make_engine(url: str) -> Engine:
    """An engine whose connections carry the time limits."""
    engine = create_engine(url, **POOL)
    event.listen(engine, "connect", guard)
    return engine


def refuse_privileged_role(connection: Connection) -> None:
    """Refuse a role that row-level security doesn't bind. Raises ConfigurationError."""
    if connection.scalar(UNSAFE_ROLE):
        raise ConfigurationError(
            "The database role is a superuser or bypasses row-level security; "
            "use intake_api or intake_worker (`intake db bootstrap` makes them)."
        )


def refuse_shifted_clock(connection: Connection, *, production: bool) -> None:
    """Refuse a shifted clinic clock in production. Raises ConfigurationError."""
    if production and connection.scalar(SHIFTED_CLOCK):
        raise ConfigurationError(
            "The clinic clock is shifted (table clinic_clock), which is for development; "
            "empty that table."
        )


@event.listens_for(SiteSession, "after_begin")
def set_site(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Tell the database the site at the start of each transaction that knows it beforehand."""
    # Not for savepoints: the setting survives them.
    if not transaction.nested and (site := session.info.get("site")):
        connection.execute(SET_SITE, {"site": str(site)})


def keyring(session: Session) -> Keyring:
    """The keys this session seals and opens with."""
    keys = session.info["keyring"]
    if not isinstance(keys, Keyring):
        raise TypeError("the session carries no key ring")
    return keys


def is_production(session: Session) -> bool:
    """Whether real people may be reached; assumed unless the process said otherwise."""
    return bool(session.info.get("production", True))


def clinic_now(session: Session) -> dt.datetime:
    """Clinic time of the session's transaction, read once."""
    transaction = session.get_transaction()
    known = session.info.get("clinic_now")
    if known is not None and known[0] is transaction and transaction is not None:
        moment: dt.datetime = known[1]
        return moment
    moment = clock.clinic_now(session.connection())
    session.info["clinic_now"] = (session.get_transaction(), moment)
    return moment


@contextmanager
def transaction(
    engine: Engine,
    keys: Keyring,
    *,
    site: uuid.UUID | None = None,
    production: bool = True,
    before_commit: Callable[[Session], None] | None = None,
) -> Iterator[Session]:
    """One transaction of the worker or the command line.

    Sets the site, lets the caller work, runs `before_commit` (write the audit events), commits.
    Anything raised rolls everything back.
    """
    with SiteSession(engine, expire_on_commit=False, autoflush=False) as session:
        session.info.update(keyring=keys, site=site, production=production)
        yield session
        session.flush()
        if before_commit is not None:
            before_commit(session)
        session.commit()
