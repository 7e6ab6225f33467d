"""What does `intake doctor` look at, and how is each thing mended?"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, NullPool, Row, create_engine, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from intake import config, crypto
from intake.cli.redis_ping import ping
from intake.clinical.operator_wording import cssrs_wording
from intake.config import VARIABLES, Settings
from intake.database import refuse_privileged_role
from intake.embedded.programs import PROJECT
from intake.errors import ConfigurationError

Part = Literal["api", "worker"]
#: Which settings a process can't do without.
NEEDED: dict[Part, tuple[str, ...]] = {
    "api": ("database_url", "redis_url", "keys_file", "secret_key_file"),
    "worker": (
        *("worker_database_url", "redis_url", "keys_file"),
        *("sms_gateway_url", "sms_gateway_token", "smtp_url"),
    ),
}
# What templates of settings carry where a person must put something else.
PLACEHOLDER = re.compile(
    r"change.?me|replace|example|^(…|intake|postgres|password|secret|token)$", re.IGNORECASE
)
OLDEST_PYTHON = (3, 11)
#: Seconds after which the worker's and the scheduler's last sign of life is too old.
STALE = {"heartbeat": 120.0, "beat": 60.0}
ENOUGH_DISK = 1024**3
AGE = "SELECT extract(epoch FROM clock_timestamp() - started_at) FROM job_ticks WHERE name = :name"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table; `fix` is the command or variable that mends it."""

    check: str
    state: Literal["ok", "warning", "failed"]
    result: str
    fix: str = ""


def examine(parts: tuple[Part, ...]) -> Iterator[Finding]:
    """Look at everything these processes need; what can't be looked at is left out."""
    yield python()
    yield disk()
    try:
        settings = config.load()
    except ConfigurationError as error:
        yield Finding("settings", "failed", error.detail, "correct it, or: make run")
        return
    needed = dict.fromkeys(name for part in parts for name in NEEDED[part])
    missing = [name for name in needed if getattr(settings, name) is None]
    for name in missing:
        yield Finding(
            VARIABLES[name], "failed", "is not set", f"set {VARIABLES[name]}, or: make run"
        )
    yield from defaults(settings, tuple(needed))
    yield from keys(settings, parts)
    if "api" in parts and settings.cssrs_wording_file:
        yield wording(settings)
    if settings.redis_url:
        yield redis(settings.redis_url)
    if "api" in parts and settings.database_url:
        yield from database("DATABASE_URL", settings.database_url, look=signs_of_life)
    if "worker" in parts and settings.worker_database_url:
        seen = "api" in parts and settings.database_url is not None
        look = nothing_more if seen else signs_of_life
        yield from database("WORKER_DATABASE_URL", settings.worker_database_url, look=look)


def python() -> Finding:
    """The interpreter's version."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("Python", "ok", version)
    return Finding("Python", "failed", version, "install Python 3.11 or newer")


def disk() -> Finding:
    """Room where the project and its local data lie."""
    free = shutil.disk_usage(PROJECT).free
    result = f"{free / ENOUGH_DISK:.1f} GiB free"
    if free >= ENOUGH_DISK:
        return Finding("disk", "ok", result)
    return Finding("disk", "warning", result, f"make room below {PROJECT}")


def defaults(settings: Settings, names: tuple[str, ...]) -> Iterator[Finding]:
    """Secrets that still are what a template says."""
    secrets = [name for name in names if "token" in name or name.endswith("database_url")]
    for name in secrets:
        value = str(getattr(settings, name) or "")
        secret = value if "token" in name else value.partition("@")[0].rpartition(":")[2]
        if PLACEHOLDER.search(secret):
            variable = VARIABLES[name]
            yield Finding(variable, "failed", "is still the template's", f"set {variable}")


def keys(settings: Settings, parts: tuple[Part, ...]) -> Iterator[Finding]:
    """The key ring loads, and the API's own secret is a strong one."""
    if settings.keys_file:
        try:
            crypto.load_keyring(settings.keys_file)
            yield Finding("key ring", "ok", "loads")
        except ConfigurationError as error:
            yield Finding("key ring", "failed", error.detail, "intake keys generate PATH")
    if "api" in parts and settings.secret_key_file:
        try:
            length = len(settings.secret_key)
            yield Finding("secret key", "ok", f"{length} characters")
        except ConfigurationError as error:
            path = settings.secret_key_file
            yield Finding("secret key", "failed", error.detail, f"openssl rand -hex 32 > {path}")


def wording(settings: Settings) -> Finding:
    """The operator's wording of the C-SSRS, where there is one, is whole."""
    try:
        cssrs_wording(settings.cssrs_wording)
    except ConfigurationError as error:
        variable = VARIABLES["cssrs_wording_file"]
        return Finding("C-SSRS wording", "failed", error.detail, f"correct or unset {variable}")
    return Finding("C-SSRS wording", "ok", "a text for every item")


def redis(url: str) -> Finding:
    """Redis or Valkey answers. The API works without; the worker waits for it."""
    wrong = ping(url)
    if wrong is None:
        return Finding("Redis", "ok", "answers")
    return Finding("Redis", "failed", wrong, "set REDIS_URL, or: make run")


def database(
    variable: str, url: str, *, look: Callable[[Connection], Iterator[Finding]]
) -> Iterator[Finding]:
    """The database answers, binds the role by row-level security, and has the newest schema."""
    try:
        engine = create_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": 3}
        )
        with engine.connect() as connection:
            yield Finding(variable, "ok", f"database {engine.url.database} answers")
            yield role(variable, connection)
            yield schema(connection)
            yield from look(connection)
    except (SQLAlchemyError, ArgumentError) as error:
        reason = str(getattr(error, "orig", error)).partition("\n")[0]
        yield Finding(variable, "failed", reason, f"set {variable}, or: make run")


def role(variable: str, connection: Connection) -> Finding:
    """A superuser would see past row-level security."""
    try:
        refuse_privileged_role(connection)
    except ConfigurationError as error:
        return Finding(variable, "failed", error.detail, "intake db bootstrap")
    return Finding("database role", "ok", "is bound by row-level security")


def schema(connection: Connection) -> Finding:
    """The migrations this checkout knows have all run."""
    newest = (PROJECT / "migrations" / "HEAD").read_text(encoding="utf-8").strip()
    row: Row[tuple[str]] | None = None
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is not None:
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    present = row[0] if row else "none"
    if present == newest:
        return Finding("migrations", "ok", f"at {present}, the newest")
    return Finding(
        "migrations", "failed", f"at {present}, not {newest}", "make migrate, or: intake db upgrade"
    )


def nothing_more(connection: Connection) -> Iterator[Finding]:
    """For the second of two connections to one database."""
    del connection
    return iter(())


def signs_of_life(connection: Connection) -> Iterator[Finding]:
    """The worker has taken a task, and the scheduler has rung, not long ago."""
    if connection.scalar(text("SELECT to_regclass('job_ticks')")) is None:
        return
    for name, command in (
        ("heartbeat", "make run, or: intake worker"),
        ("beat", "make run, or: intake beat"),
    ):
        age = connection.scalar(text(AGE), {"name": name})
        check = "worker heartbeat" if name == "heartbeat" else "beat"
        if age is None:
            yield Finding(
                check, "failed", "not seen yet; the first comes 10 s after the start", command
            )
        elif age > STALE[name]:
            yield Finding(check, "failed", f"last seen {age:.0f} s ago", command)
        else:
            yield Finding(check, "ok", f"seen {age:.0f} s ago")
