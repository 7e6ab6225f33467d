"""Add what is written down between plan and discharge, and what puts it right.

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-22
"""

import re
from collections.abc import Iterator
from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
SITE_TABLES = (
    "progress_notes",
    "use_entries",
    "drug_screens",
    "session_records",
    "attendance_corrections",
)
# FORCE binds the owner: a reference couldn't be checked, nor a row changed.
WITH_ROWS = ("assessments", "appointments", "tasks")
KINDS_BEFORE = "'alert', 'call_client', 'set_dates', 'sign_off', 'other'"


def statements() -> Iterator[str]:
    """The statements of the file beside this one; a blank line ends each."""
    text = (SQL / f"{revision}_progress.sql").read_text(encoding="utf-8")
    yield from re.split(r";\n\n", text.rstrip("\n;"))


def force(setting: str) -> None:
    """Bind the owner of the tables that hold rows by their policies, or don't."""
    for table in WITH_ROWS:
        op.execute(f"ALTER TABLE {table} {setting} ROW LEVEL SECURITY")


def upgrade() -> None:
    force("NO FORCE")
    for statement in statements():
        op.execute(statement)
    force("FORCE")
    for table in SITE_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY site ON {table} TO intake_api, intake_worker "
            "USING (site_id = current_site()) WITH CHECK (site_id = current_site())"
        )


def downgrade() -> None:
    force("NO FORCE")
    op.execute("UPDATE tasks SET kind = 'other' WHERE kind = 'deterioration'")
    force("FORCE")
    op.execute("ALTER TABLE tasks DROP CONSTRAINT ck_tasks_kind_known")
    op.execute(
        f"ALTER TABLE tasks ADD CONSTRAINT ck_tasks_kind_known CHECK (kind IN ({KINDS_BEFORE}))"
    )
    op.execute("ALTER TABLE tasks DROP COLUMN assessment_id, DROP COLUMN appointment_id")
    op.execute("ALTER TABLE assessments DROP COLUMN amends, DROP COLUMN sealed")
    op.execute(f"DROP TABLE {', '.join(SITE_TABLES)}")
