"""Do `intake serve`, `worker`, `beat`, `routes` and `openapi` become the right programs?"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.cli import main
from intake.cli.redis_ping import ask, ping
from intake.embedded import health
from intake.embedded.ports import free_port
from intake.embedded.processes import wait_until
from intake.embedded.programs import INTAKE, PROJECT
from intake.embedded.services import Services
from tests.support.databases import Database


def test_serve_becomes_gunicorn_and_answers_until_it_is_stopped(
    module_database: Database, tmp_path: Path
) -> None:
    port = free_port()
    settings = os.environ | module_database.environment | {"INTAKE_PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([INTAKE, "serve"], cwd="/", env=settings, stderr=log)

    answered = wait_until(lambda: health.healthy(port), seconds=30, pause=0.1)
    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert answered, (tmp_path / "log").read_text()


@pytest.mark.parametrize("command", ["serve", "worker", "beat", "routes", "openapi"])
def test_a_wrong_setting_is_one_sentence_and_no_traceback(command: str) -> None:
    settings = {"INTAKE_ENV": "prod", "DATABASE_URL": "x"}

    finished = CliRunner().invoke(main, [command], env=settings)

    assert finished.exit_code == 2
    assert "INTAKE_ENV must be one of" in finished.stderr


def test_routes_lists_the_paths(module_database: Database) -> None:
    finished = module_database.run("routes")

    assert finished.returncode == 0, finished.stderr
    assert "/healthz" in finished.stdout


def test_openapi_is_printed_or_written(module_database: Database, tmp_path: Path) -> None:
    target = tmp_path / "openapi.json"

    printed = module_database.run("openapi")
    written = module_database.run("openapi", "-o", str(target))

    assert written.returncode == 0, written.stderr
    assert json.loads(printed.stdout)["openapi"].startswith("3.1")
    assert json.loads(target.read_text()) == json.loads(printed.stdout)


def test_the_command_line_imports_neither_the_application_nor_celery() -> None:
    code = (
        "import importlib, sys; from intake import cli\n"
        "for target in cli.COMMANDS.values():\n"
        "    importlib.import_module('intake.cli.' + target.split(':')[0])\n"
        "print([n for n in ('intake.app', 'celery', 'redis', 'worker') if n in sys.modules])"
    )

    finished = subprocess.run(
        [INTAKE.replace("/intake", "/python"), "-c", code],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert finished.stdout == "[]\n"


def test_the_broker_is_asked_by_each_spelling_of_its_address(services: Services) -> None:
    path = services.valkey_socket

    answers = [ping(f"redis+socket://{path}?virtual_host=0"), ping(f"unix://{path}?db=1")]

    assert answers == [None, None]
    assert ping("redis://127.0.0.1:1/0") == "it doesn't answer (ConnectionRefusedError)"


def test_the_broker_is_asked_with_the_password_of_its_address(services: Services) -> None:
    path = services.valkey_socket
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        ask(connection, "ACL", "SETUSER", "doctor", "on", ">right", "+ping")

        answers = [ping(f"unix://doctor:{word}@localhost{path}") for word in ("right", "wrong")]

        ask(connection, "ACL", "DELUSER", "doctor")
    assert answers == [None, "it refuses the password"]
