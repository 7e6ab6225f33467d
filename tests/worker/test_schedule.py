"""Does Celery ring at intervals only, with nothing in its messages?"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from celery.schedules import schedule

from intake.config import Settings
from intake.errors import ConfigurationError
from tests.support.databases import ROOT
from worker import faults
from worker.celery_settings import TASKS, celery_settings
from worker.schedule import beat_schedule

SETTINGS = Settings(redis_url="redis://127.0.0.1:6379/0")


def test_every_entry_is_an_interval_whose_message_expires() -> None:
    for entry in beat_schedule(SETTINGS).values():
        assert type(entry["schedule"]) is schedule
        assert "args" not in entry
        assert "kwargs" not in entry
        options = entry["options"]
        assert isinstance(options, dict)
        assert options["expires"] > 0


def test_every_ring_has_a_task_and_every_task_a_ring() -> None:
    rung = {entry["task"] for entry in beat_schedule(SETTINGS).values()}

    assert rung == {name for module in TASKS for name in _task_names(module)}


def test_the_time_limits_lie_between_budget_and_lease() -> None:
    found = celery_settings(SETTINGS)

    assert (found["task_soft_time_limit"], found["task_time_limit"]) == (40, 50)
    assert found["task_acks_late"] is False
    assert found["accept_content"] == ["json"]


def test_without_a_broker_there_is_no_configuration() -> None:
    with pytest.raises(ConfigurationError, match="REDIS_URL"):
        celery_settings(Settings())


@pytest.mark.parametrize(
    "text", ["explode", "kill:nowhere:1", "kill:after_send:0", "burn:after_send:1", "kill:in_begin"]
)
def test_faults_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="INTAKE_FAULTS"):
        faults.parse(text)


def test_a_task_takes_no_argument() -> None:
    """What travels through the broker is a name; nothing about anybody can."""
    for path in Path(ROOT, "worker", "tasks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                assert [argument.arg for argument in node.args.args] == ["self"]


def _task_names(module: str) -> list[str]:
    """The names that a module's decorators give."""
    tree = ast.parse(Path(ROOT, *module.split(".")).with_suffix(".py").read_text())
    return [
        str(keyword.value.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
    ]
