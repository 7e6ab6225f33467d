"""Does `intake db revision` write a migration that can be committed after a look?"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import Column, MetaData, Table, Text

from intake.cli import db, stack
from intake.database import SCHEMA_HEAD
from intake.models import Base
from tests.support.databases import ROOT, Database

NEXT = f"{int(SCHEMA_HEAD) + 1:04}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the migrations beside models with one table more."""
    extended = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(extended)
    Table("colours", extended, Column("name", Text, primary_key=True))
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    for name in ("alembic.ini", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(db, "PLACES", (tmp_path,))
    monkeypatch.setattr(db, "Base", SimpleNamespace(metadata=extended))
    stack.settings.cache_clear()
    yield tmp_path
    stack.settings.cache_clear()


def test_the_next_migration_has_the_next_number_and_runs(project: Path, database: Database) -> None:
    runner = CliRunner(env=database.environment)

    written = runner.invoke(db.db, ["revision", "add colours"])
    upgraded = runner.invoke(db.db, ["upgrade"])
    checked = runner.invoke(db.db, ["check"])

    file = project / "migrations" / "versions" / f"{NEXT}_add_colours.py"
    assert (written.exit_code, upgraded.exit_code, checked.exit_code) == (0, 0, 0), written.output
    assert f'down_revision = "{SCHEMA_HEAD}"' in file.read_text(encoding="utf-8")
    assert (project / "migrations" / "HEAD").read_text(encoding="utf-8") == f"{NEXT}\n"
    with database.connect(database.superuser_url) as judge:
        owner = judge.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'colours'")
        assert owner.fetchone() == ("intake_owner",)


def test_the_new_file_satisfies_the_linter(project: Path, database: Database) -> None:
    CliRunner(env=database.environment).invoke(db.db, ["revision", "add colours"])

    linted = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "migrations"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout
