"""Does the product get a complete, private and lasting environment from a local stack?"""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from intake import config, crypto
from intake.cli import checks
from intake.embedded.environment import broker_url, environment, redis_py_url
from intake.errors import ConfigurationError


def test_the_environment_is_made_once_and_stays(root: Path) -> None:
    first = environment(root)

    second = environment(root)

    assert first == second
    assert len({first[name] for name in first if name.endswith("DATABASE_URL")}) == 4


def test_every_setting_of_the_product_is_there_and_accepted(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INTAKE_PORT", raising=False)
    for name, value in environment(root).items():
        monkeypatch.setenv(name, value)

    settings = config.load()

    assert settings.port == 8000
    assert crypto.load_keyring(Path(settings.require("keys_file"))).kek.active == 1
    assert len(settings.secret_key) >= config.SECRET_BYTES
    needed = {name for names in checks.NEEDED.values() for name in names}
    for name in needed | {"migration_database_url", "bootstrap_database_url", "public_url"}:
        assert settings.require(name)


def test_files_with_secrets_are_for_their_owner_only(root: Path) -> None:
    environment(root)

    modes = {
        name: stat.S_IMODE((root / name).stat().st_mode)
        for name in ("keys.toml", "secret_key", "passwords.json")
    }

    assert set(modes.values()) == {0o600}, modes


def test_the_product_signs_in_as_its_three_roles_and_never_as_superuser(root: Path) -> None:
    settings = environment(root, "another")

    assert "//intake_api:" in settings["DATABASE_URL"]
    assert "//intake_worker:" in settings["WORKER_DATABASE_URL"]
    assert "//intake_migrator:" in settings["MIGRATION_DATABASE_URL"]
    assert "//intake_administrator:" in settings["BOOTSTRAP_DATABASE_URL"]
    assert "@/another?" in settings["DATABASE_URL"]


def test_one_socket_is_spelled_for_celery_and_for_redis_py(root: Path) -> None:
    celery, redis_py = broker_url(root, 1), redis_py_url(root, 1)

    path = celery.removeprefix("redis+socket://").removesuffix("?virtual_host=1")
    assert redis_py == f"unix://{path}?db=1"
    assert environment(root)["REDIS_URL"] == broker_url(root)


@pytest.mark.parametrize("text", ["", "eight", "-1", "70000"])
def test_a_port_that_is_none_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("INTAKE_PORT", text)

    with pytest.raises(ConfigurationError, match="INTAKE_PORT"):
        environment(root)


def test_ports_are_different_and_the_api_can_have_one_of_its_own(root: Path) -> None:
    settings = environment(root, port=0)

    numbers = {
        settings["INTAKE_PORT"],
        settings["SMS_GATEWAY_URL"].rpartition(":")[2],
        settings["SMTP_URL"].rpartition(":")[2],
    }
    assert len(numbers) == 3
    assert settings["INTAKE_PUBLIC_URL"].endswith(":" + settings["INTAKE_PORT"])
