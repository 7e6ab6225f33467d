"""What does the environment of the product look like when it runs on a local stack?"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from intake.embedded.account import make_root
from intake.embedded.credentials import ADMINISTRATOR, keys_file, passwords, secret_key_file
from intake.embedded.layout import Layout
from intake.embedded.ports import LOOPBACK, ports
from intake.embedded.services import database_url
from intake.errors import ConfigurationError

DEFAULT_PORT = 8000
#: Database URL setting to the role it signs in as.
DATABASE_ROLES = {
    "DATABASE_URL": "intake_api",
    "WORKER_DATABASE_URL": "intake_worker",
    "MIGRATION_DATABASE_URL": "intake_migrator",
}


def environment(root: Path, database: str = "intake", *, port: int | None = None) -> dict[str, str]:
    """Every setting of the product for the stack below `root`; makes its secrets the first time.

    Nothing is started. `intake db bootstrap` makes the database and the three roles with their
    passwords; its own URL names `postgres`, since only the three may enter the product's.

    Args:
        root: the stack's folder.
        database: the name of the product's database.
        port: of the API; INTAKE_PORT or 8000 by default, 0 for one picked for this root.
    """
    layout = Layout.of(root)
    make_root(layout)
    known = ports(layout)
    port = (usual_port() if port is None else port) or known["api"]
    urls = {
        setting: database_url(layout, role, database=database)
        for setting, role in DATABASE_ROLES.items()
    }
    return urls | {
        "BOOTSTRAP_DATABASE_URL": database_url(layout, ADMINISTRATOR, database="postgres"),
        "INTAKE_ENV": "development",
        "INTAKE_PORT": str(port),
        "INTAKE_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "INTAKE_KEYS_FILE": str(keys_file(layout)),
        "INTAKE_SECRET_KEY_FILE": str(secret_key_file(layout)),
        "REDIS_URL": broker_url(layout.root),
        "SMS_GATEWAY_URL": f"http://{LOOPBACK}:{known['sms_gateway']}",
        "SMS_GATEWAY_TOKEN": passwords(layout)["sms_gateway"],
        "SMTP_URL": f"smtp://{LOOPBACK}:{known['smtp']}",
    }


def usual_port() -> int:
    """INTAKE_PORT, or the default. Raises ConfigurationError when it is no port."""
    text = os.environ.get("INTAKE_PORT", str(DEFAULT_PORT))
    if not text.isdecimal() or not 0 <= int(text) < 2**16:
        raise ConfigurationError(f"INTAKE_PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def broker_url(root: Path, number: int = 0) -> str:
    """REDIS_URL: Valkey's socket as Celery spells it, with the logical database's number."""
    return f"redis+socket://{socket_path(root)}?virtual_host={number}"


def redis_py_url(root: Path, number: int = 0) -> str:
    """The same socket as redis-py spells it."""
    return f"unix://{socket_path(root)}?db={number}"


def socket_path(root: Path) -> str:
    """Valkey's socket, quoted for a URL."""
    return quote(str(Layout.of(root).sockets / "valkey.sock"), safe="/")
