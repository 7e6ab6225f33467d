"""How are the database roles of `migrations/sql/roles.sql` and the database itself made?

The administrator of `BOOTSTRAP_DATABASE_URL` needs CREATEROLE (and CREATEDB while the database is
not there), as managed services hand out; a superuser works too. Every statement may be repeated.
From PostgreSQL 16 on, such an administrator gets only ADMIN on the roles it makes: it lends itself
`intake_owner` for the time it takes to make the database, and gives it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection as DriverConnection
from psycopg.sql import Identifier, Literal
from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError

from intake.errors import ConfigurationError

BOOTSTRAP_LOCK = 4_730_110_351  # any number that nothing else uses
BORROW_OWNER = """DO $$ BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT intake_owner TO %I', current_user);
  END IF;
END $$"""
GIVE_OWNER_BACK = BORROW_OWNER.replace("GRANT", "REVOKE").replace(" TO ", " FROM ")
DATABASE_EXISTS = "SELECT FROM pg_database WHERE datname = %s"
PRIVILEGED = """SELECT rolname FROM pg_roles
WHERE rolname LIKE 'intake\\_%%' AND (rolsuper OR rolbypassrls) ORDER BY rolname"""
SCRIPT = """-- Run with psql as an administrator with CREATEROLE and CREATEDB.
{roles}

{borrow};

SELECT {create} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {name}) \\gexec

{database};

{give_back};

-- Then give the three login roles their passwords:
\\password intake_migrator
\\password intake_api
\\password intake_worker"""


@dataclass(frozen=True, slots=True)
class RoleUrls:
    """Where the three login roles connect; `admin` makes them and is used for nothing else."""

    admin: URL
    api: URL
    worker: URL
    migrator: URL

    def database(self) -> str:
        """The one database all three name, and `admin` doesn't. Raises ConfigurationError."""
        names = {url.database for url in (self.api, self.worker, self.migrator)}
        name = names.pop()
        if names or not name:
            raise ConfigurationError(
                "DATABASE_URL, WORKER_DATABASE_URL and MIGRATION_DATABASE_URL must name one "
                "and the same database."
            )
        if name == self.admin.database:
            raise ConfigurationError(
                "BOOTSTRAP_DATABASE_URL must name another database, such as postgres: only the "
                f"product's own roles may enter {name}."
            )
        return name

    def logins(self) -> Iterator[tuple[str, str | None]]:
        """Each login role with its password (None: another way to sign in is configured)."""
        for role, setting, url in (
            ("intake_migrator", "MIGRATION_DATABASE_URL", self.migrator),
            ("intake_api", "DATABASE_URL", self.api),
            ("intake_worker", "WORKER_DATABASE_URL", self.worker),
        ):
            if url.username != role:
                raise ConfigurationError(f"{setting} must sign in as {role}.")
            yield role, url.password


def role_statements(folder: Path) -> list[str]:
    """The statements of `roles.sql` in that folder: a blank line ends each."""
    return re.split(r";\n\n", (folder / "roles.sql").read_text(encoding="utf-8").rstrip(";\n"))


def database_statements(database: str) -> list[str]:
    """The owner owns it, only our three roles connect, and nobody makes temporary tables."""
    name = Identifier(database).as_string()
    return [
        f"ALTER DATABASE {name} OWNER TO intake_owner",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO intake_migrator, intake_api, intake_worker",
    ]


def create_database(database: str) -> str:
    """Make the database, owned by the role that owns the tables."""
    return f"CREATE DATABASE {Identifier(database).as_string()} OWNER intake_owner"


def script(database: str, folder: Path) -> str:
    """The same as a psql script, without passwords."""
    return SCRIPT.format(
        roles=";\n\n".join(role_statements(folder)) + ";",
        borrow=BORROW_OWNER,
        create=Literal(create_database(database)).as_string(),
        name=Literal(database).as_string(),
        database=";\n\n".join(database_statements(database)),
        give_back=GIVE_OWNER_BACK,
    )


def bootstrap(urls: RoleUrls, folder: Path) -> None:
    """Make roles, passwords and database; safe to repeat. Raises ConfigurationError."""
    database, logins = urls.database(), tuple(urls.logins())
    engine = create_engine(
        urls.admin, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    try:
        with engine.connect() as connection:
            # Two starters at once wait for one another; closing the connection lets go.
            _run(connection, f"SELECT pg_advisory_lock({BOOTSTRAP_LOCK})")
            _make_roles(connection, role_statements(folder), logins)
            _make_database(connection, database)
            _refuse_privileged(connection)
    except OperationalError as error:
        raise ConfigurationError(
            "The database server of BOOTSTRAP_DATABASE_URL doesn't answer or refuses to sign in; "
            "check its address, user and password."
        ) from error
    except DBAPIError as error:
        raise ConfigurationError(
            "BOOTSTRAP_DATABASE_URL needs CREATEROLE, CREATEDB while the database doesn't exist, "
            "and to own it when it does. PostgreSQL says: " + str(error.orig).partition("\n")[0]
        ) from error


def _make_roles(
    connection: Connection, statements: list[str], logins: tuple[tuple[str, str | None], ...]
) -> None:
    for statement in statements:
        _run(connection, statement)
    for role, password in logins:
        if password is not None:
            hashed = Literal(_scram(connection, role, password)).as_string()
            _run(connection, f"ALTER ROLE {role} PASSWORD {hashed}")


def _make_database(connection: Connection, database: str) -> None:
    _run(connection, BORROW_OWNER)
    try:
        if connection.exec_driver_sql(DATABASE_EXISTS, (database,)).first() is None:
            _run(connection, create_database(database))
        for statement in database_statements(database):
            _run(connection, statement)
    finally:
        _run(connection, GIVE_OWNER_BACK)


def _scram(connection: Connection, role: str, password: str) -> str:
    """Hash the password here, so that it never stands in a statement the server may log."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, DriverConnection):
        raise ConfigurationError("BOOTSTRAP_DATABASE_URL must begin with postgresql+psycopg://.")
    words = (password.encode(), role.encode(), b"scram-sha-256")
    hashed: bytes = driver.pgconn.encrypt_password(*words)
    return hashed.decode()


def _refuse_privileged(connection: Connection) -> None:
    """A role that sees past row-level security must not go into service."""
    if found := ", ".join(connection.exec_driver_sql(PRIVILEGED).scalars()):
        raise ConfigurationError(
            f"{found}: take SUPERUSER and BYPASSRLS away from every intake role, then repeat."
        )


def _run(connection: Connection, statement: str) -> None:
    # The driver reads % as a placeholder, and a database name may hold one.
    connection.exec_driver_sql(statement.replace("%", "%%"))
