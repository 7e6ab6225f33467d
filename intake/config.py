"""Which settings the process runs with; the only place that reads the environment.

Anything wrong stops the start with one sentence. Secrets have no default, and each may come as
a file: `<NAME>_FILE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from environs import EnvError, FileAwareEnv

from intake.errors import ConfigurationError

ENVIRONMENTS = ("production", "development", "test")
SECRET_BYTES = 32


@dataclass(frozen=True)
class Settings:
    """Settings of one process; what a process doesn't need may be missing until it is used."""

    environment: str = "production"
    database_url: str | None = None
    worker_database_url: str | None = None
    migration_database_url: str | None = None
    bootstrap_database_url: str | None = None
    redis_url: str | None = None
    keys_file: Path | None = None
    secret_key_file: Path | None = None
    cssrs_wording_file: Path | None = None
    sms_gateway_url: str | None = None
    sms_gateway_token: str | None = None
    smtp_url: str | None = None
    public_url: str | None = None
    bind: str = "127.0.0.1"
    port: int = 8000
    faults: str | None = None
    lease_seconds: float = 60
    lease_margin_seconds: float = 20
    dispatch_budget_seconds: float = 20
    tick_seconds: float = 5

    def require(self, name: str) -> str:
        """A setting this process can't do without. Raises ConfigurationError naming it."""
        value = getattr(self, name)
        if value in (None, ""):
            raise ConfigurationError(
                f"{VARIABLES[name]} is not set; see .env.example, or start with `make run`."
            )
        return str(value)

    def require_path(self, name: str) -> Path:
        """A file this process can't do without. Raises ConfigurationError naming it."""
        return Path(self.require(name))

    @property
    def is_production(self) -> bool:
        """Whether real people may be reached."""
        return self.environment == "production"

    @cached_property
    def secret_key(self) -> str:
        """The key that signs forms and cursors. Raises ConfigurationError when missing or weak."""
        path = Path(self.require("secret_key_file"))
        try:
            secret = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError("INTAKE_SECRET_KEY_FILE can't be read.") from error
        if len(secret) < SECRET_BYTES or len(set(secret)) < SECRET_BYTES // 4:
            raise ConfigurationError(
                f"The secret key must be at least {SECRET_BYTES} random characters; "
                "make one with `openssl rand -hex 32`."
            )
        return secret

    @cached_property
    def cssrs_wording(self) -> str | None:
        """The registered operator's wording of the C-SSRS (TOML). Raises ConfigurationError."""
        if self.cssrs_wording_file is None:
            return None
        try:
            return self.cssrs_wording_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError("INTAKE_CSSRS_WORDING_FILE can't be read.") from error


VARIABLES = {
    "environment": "INTAKE_ENV",
    "database_url": "DATABASE_URL",
    "worker_database_url": "WORKER_DATABASE_URL",
    "migration_database_url": "MIGRATION_DATABASE_URL",
    "bootstrap_database_url": "BOOTSTRAP_DATABASE_URL",
    "redis_url": "REDIS_URL",
    "keys_file": "INTAKE_KEYS_FILE",
    "secret_key_file": "INTAKE_SECRET_KEY_FILE",
    "cssrs_wording_file": "INTAKE_CSSRS_WORDING_FILE",
    "sms_gateway_url": "SMS_GATEWAY_URL",
    "sms_gateway_token": "SMS_GATEWAY_TOKEN",
    "smtp_url": "SMTP_URL",
    "public_url": "INTAKE_PUBLIC_URL",
    "bind": "INTAKE_BIND",
    "port": "INTAKE_PORT",
    "faults": "INTAKE_FAULTS",
    "lease_seconds": "INTAKE_LEASE_SECONDS",
    "lease_margin_seconds": "INTAKE_LEASE_MARGIN_SECONDS",
    "dispatch_budget_seconds": "INTAKE_DISPATCH_BUDGET_SECONDS",
    "tick_seconds": "INTAKE_TICK_SECONDS",
}


def load() -> Settings:
    """Settings of this process from its environment. Raises ConfigurationError."""
    env = FileAwareEnv(strip_whitespace=True)
    try:
        settings = Settings(
            environment=env.str("INTAKE_ENV", "production"),
            database_url=env.str("DATABASE_URL", None),
            worker_database_url=env.str("WORKER_DATABASE_URL", None),
            migration_database_url=env.str("MIGRATION_DATABASE_URL", None),
            bootstrap_database_url=env.str("BOOTSTRAP_DATABASE_URL", None),
            redis_url=env.str("REDIS_URL", None),
            keys_file=_path(env.str("INTAKE_KEYS_FILE", None)),
            secret_key_file=_path(env.str("INTAKE_SECRET_KEY_FILE", None)),
            cssrs_wording_file=_path(env.str("INTAKE_CSSRS_WORDING_FILE", None)),
            sms_gateway_url=env.str("SMS_GATEWAY_URL", None),
            sms_gateway_token=env.str("SMS_GATEWAY_TOKEN", None),
            smtp_url=env.str("SMTP_URL", None),
            public_url=env.str("INTAKE_PUBLIC_URL", None),
            bind=env.str("INTAKE_BIND", "127.0.0.1"),
            port=env.int("INTAKE_PORT", 8000),
            faults=env.str("INTAKE_FAULTS", None),
            lease_seconds=env.float("INTAKE_LEASE_SECONDS", 60),
            lease_margin_seconds=env.float("INTAKE_LEASE_MARGIN_SECONDS", 20),
            dispatch_budget_seconds=env.float("INTAKE_DISPATCH_BUDGET_SECONDS", 20),
            tick_seconds=env.float("INTAKE_TICK_SECONDS", 5),
        )
        debug = env.bool("FLASK_DEBUG", default=False)
    except (EnvError, ValueError, OSError) as error:
        raise ConfigurationError(f"A setting can't be read: {error}") from error
    check(settings, debug=debug)
    return settings


def check(settings: Settings, *, debug: bool) -> None:
    """Refuse what must not run outside development. Raises ConfigurationError."""
    if settings.environment not in ENVIRONMENTS:
        raise ConfigurationError(f"INTAKE_ENV must be one of {', '.join(ENVIRONMENTS)}.")
    if debug and settings.environment != "development":
        raise ConfigurationError("Debug mode (FLASK_DEBUG) is allowed in development only.")
    if settings.faults and settings.is_production:
        raise ConfigurationError("INTAKE_FAULTS is for tests; unset it in production.")


def _path(value: str | None) -> Path | None:
    return Path(value) if value else None
