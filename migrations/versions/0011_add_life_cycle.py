"""Add goals, clearances, proposals for a second person, and handovers between workers.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-22
"""

import re
from collections.abc import Iterator
from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
SITE_TABLES = (
    "goals",
    "goal_versions",
    "medical_clearances",
    "case_proposals",
    "handovers",
    "handover_cases",
)
TASK_KINDS = "ck_tasks_kind_known"


def statements() -> Iterator[str]:
    """The statements of the file beside this one; a blank line ends each."""
    text = (SQL / f"{revision}_lifecycle.sql").read_text(encoding="utf-8")
    yield from re.split(r";\n\n", text.rstrip("\n;"))


def upgrade() -> None:
    for statement in statements():
        op.execute(statement)
    for table in SITE_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY site ON {table} TO intake_api, intake_worker "
            "USING (site_id = current_site()) WITH CHECK (site_id = current_site())"
        )


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(SITE_TABLES)}")
    op.execute("ALTER TABLE cases DROP COLUMN reopened_from")
    op.execute(
        "ALTER TABLE case_transitions DROP COLUMN event, DROP COLUMN facts, DROP COLUMN sealed"
    )
    op.execute("ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE tasks SET kind = 'other'"
        " WHERE kind IN ('approve_discharge', 'incident_review', 'accept_handover')"
    )
    op.execute("ALTER TABLE tasks FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE tasks DROP CONSTRAINT {TASK_KINDS}")
    op.execute(
        f"ALTER TABLE tasks ADD CONSTRAINT {TASK_KINDS} "
        "CHECK (kind IN ('alert', 'call_client', 'set_dates', 'sign_off', 'deterioration', 'other',"
        " 'call_back', 'review', 'merge'))"
    )
