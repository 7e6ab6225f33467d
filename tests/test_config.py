"""What refuses to start, and in which sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import config
from intake.errors import ConfigurationError


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine gets in."""
    for variable in (*config.VARIABLES.values(), "FLASK_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(f"{variable}_FILE", raising=False)


def test_production_is_the_default() -> None:
    assert config.load().is_production


def test_a_secret_may_come_as_a_file_with_a_last_newline(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://x/y\n")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))

    assert config.load().database_url == "postgresql+psycopg://x/y"


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"INTAKE_ENV": "staging"}, "INTAKE_ENV must be one of"),
        ({"FLASK_DEBUG": "1"}, "Debug mode"),
        ({"FLASK_DEBUG": "1", "INTAKE_ENV": "test"}, "Debug mode"),
        ({"INTAKE_FAULTS": "after_send"}, "INTAKE_FAULTS"),
        ({"INTAKE_PORT": "eighty"}, "can't be read"),
        ({"DATABASE_URL_FILE": "/nowhere/url"}, "can't be read"),
    ],
)
def test_what_must_not_run_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=says):
        config.load()


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_setting_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv("SMS_GATEWAY_URL", value)

    with pytest.raises(ConfigurationError, match="SMS_GATEWAY_URL is not set"):
        config.load().require("sms_gateway_url")


@pytest.mark.parametrize("secret", ["", "short", "a" * 64, "changeme" * 3])
def test_a_weak_secret_key_is_refused(tmp_path: Path, secret: str) -> None:
    path = tmp_path / "secret"
    path.write_text(secret)

    with pytest.raises(ConfigurationError, match="secret key"):
        _ = config.Settings(secret_key_file=path).secret_key
