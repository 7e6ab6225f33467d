"""Let a reminder that failed be sent again as another row, or be settled by a call.

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-23
"""

import re
from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / f"{revision}_resends.sql"
FAILED = "state IN ('failed', 'dead', 'uncertain')"


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX ix_reminders_failed")
    op.execute(
        "ALTER TABLE reminders DROP COLUMN resend_of, DROP COLUMN settled_at,"
        " DROP COLUMN contact_attempt_id"
    )
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        f"CREATE INDEX ix_reminders_failed ON reminders (site_id, send_after, id) WHERE {FAILED}"
    )
