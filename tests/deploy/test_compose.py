"""Does docker-compose.yml give each process what it needs and nothing else?"""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from intake.config import VARIABLES

ROOT = Path(__file__).parents[2]
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["bootstrap", "migrate", "api", "worker", "beat"]
UNPRIVILEGED = [*OURS, "mail"]
# What holds the superuser's password: as it is, or inside the administrator's URL.
SUPERUSER = {"superuser_password", "bootstrap_database_url"}
# The last two are read by deploy/gunicorn.conf.py alone.
SETTINGS = {*VARIABLES.values(), "INTAKE_TRUSTED_PROXIES"}


def secrets_of(service: str) -> set[str]:
    return set(SERVICES[service].get("secrets", []))


def environment_of(service: str) -> dict[str, str]:
    return dict(SERVICES[service].get("environment", {}))


def make_secrets(directory: Path) -> None:
    script = ROOT / "deploy" / "make-secrets.sh"
    subprocess.run([str(script), str(directory)], check=True, capture_output=True)


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    result = subprocess.run(
        [*command, str(ROOT / "docker-compose.yml")], check=False, capture_output=True, text=True
    )

    assert result.returncode == 0, result.stdout


def test_only_the_server_and_the_bootstrap_know_the_superuser() -> None:
    holders = {name: secrets_of(name) & SUPERUSER for name in SERVICES}

    assert {name: found for name, found in holders.items() if found} == {
        "postgres": {"superuser_password"},
        "bootstrap": {"bootstrap_database_url"},
    }


def test_each_process_holds_the_database_role_of_its_own_only() -> None:
    roles = {name: {s for s in secrets_of(name) if s.endswith("database_url")} for name in OURS}

    assert roles == {
        "bootstrap": {
            "bootstrap_database_url",
            "migration_database_url",
            "database_url",
            "worker_database_url",
        },
        "migrate": {"migration_database_url"},
        "api": {"database_url"},
        "worker": {"worker_database_url"},
        "beat": set(),
    }


@pytest.mark.parametrize("service", UNPRIVILEGED)
def test_a_process_of_ours_runs_without_privileges(service: str) -> None:
    spec = SERVICES[service]

    assert spec["user"] == "10001:10001"
    assert spec["read_only"] is True
    assert spec["cap_drop"] == ["ALL"]
    assert "cap_add" not in spec
    assert "privileged" not in spec
    assert spec["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", ["postgres", "valkey"])
def test_a_server_keeps_only_what_its_entry_point_needs(service: str) -> None:
    spec = SERVICES[service]

    assert spec["read_only"] is True
    assert spec["cap_drop"] == ["ALL"]
    assert set(spec["cap_add"]) <= {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    assert "ports" not in spec


@pytest.mark.parametrize("service", ["postgres", "valkey", "api", "worker"])
def test_what_can_be_asked_for_its_health_is_asked(service: str) -> None:
    check = SERVICES[service]["healthcheck"]

    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_the_database_survives_a_change_of_its_major_version() -> None:
    assert SERVICES["postgres"]["image"].startswith("postgres:18")
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert SERVICES["valkey"]["image"].startswith("valkey/valkey:9")


def test_the_worker_has_a_way_out_and_the_servers_have_none() -> None:
    networks = {name: set(spec["networks"]) for name, spec in SERVICES.items()}

    assert COMPOSE["networks"]["back"]["internal"] is True
    assert not (COMPOSE["networks"]["front"] or {}).get("internal", False)
    assert {name for name, found in networks.items() if "front" in found} == {
        "api",
        "worker",
        "mail",
    }
    assert all("back" in found for found in networks.values())


def test_nothing_listens_beyond_this_host() -> None:
    ports = [port for spec in SERVICES.values() for port in spec.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_services_start_after_the_migration_and_the_migration_after_the_roles() -> None:
    finished = "service_completed_successfully"

    assert SERVICES["migrate"]["depends_on"]["bootstrap"]["condition"] == finished
    for service in ("api", "worker", "beat"):
        assert SERVICES[service]["depends_on"]["migrate"]["condition"] == finished


def test_no_secret_stands_in_the_environment() -> None:
    secret = re.compile(r"_URL$|_TOKEN$|_KEY$|PASSWORD$")
    open_addresses = {"INTAKE_PUBLIC_URL", "SMS_GATEWAY_URL"}
    named = {key for name in SERVICES for key in environment_of(name) if secret.search(key)}

    assert named <= open_addresses


@pytest.mark.parametrize("service", list(SERVICES))
def test_a_secret_file_that_is_named_is_also_given(service: str) -> None:
    prefix = "/run/secrets/"
    words = [*environment_of(service).values(), *SERVICES[service].get("command", [])]
    used = {str(word).removeprefix(prefix) for word in words if str(word).startswith(prefix)}

    assert used == secrets_of(service)


def test_only_the_mail_catcher_waits_for_the_dev_profile() -> None:
    assert {n: s["profiles"] for n, s in SERVICES.items() if "profiles" in s} == {"mail": ["dev"]}


def test_the_script_writes_every_secret_but_the_key_ring(tmp_path: Path) -> None:
    make_secrets(tmp_path)

    named = {Path(spec["file"]).name for spec in COMPOSE["secrets"].values()}
    assert {path.name for path in tmp_path.iterdir()} == named - {"keys.toml"}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o444}


def test_the_script_never_changes_a_password_in_use(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    (tmp_path / "bootstrap_database_url").unlink()

    make_secrets(tmp_path)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before


def test_no_two_roles_share_a_password(tmp_path: Path) -> None:
    make_secrets(tmp_path)

    passwords = [
        re.search(r":([0-9a-f]{64})@", path.read_text()) for path in tmp_path.glob("*_url")
    ]
    found = [match[1] for match in passwords if match]
    assert len(found) == 5
    assert len(set(found)) == 5
    assert (tmp_path / "superuser_password").read_text() in found


def test_every_setting_it_gives_exists() -> None:
    given = {
        key if key in SETTINGS else key.removesuffix("_FILE")
        for name in OURS
        for key in environment_of(name)
    }

    assert given <= SETTINGS


def test_every_setting_it_asks_the_operator_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))

    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert {name for name in asked if f"\n{name}=" not in example} == {"INTAKE_VERSION"}


def test_the_image_is_given_what_it_copies() -> None:
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    wanted = {word for line in copied for word in line.split()}
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}

    assert lines.index("*") < min(lines.index(f"!{name}") for name in allowed)
    assert wanted == allowed


@pytest.mark.parametrize("service", OURS)
def test_every_process_is_told_that_it_is_in_production(service: str) -> None:
    assert environment_of(service)["INTAKE_ENV"] == "${INTAKE_ENV:-production}"
