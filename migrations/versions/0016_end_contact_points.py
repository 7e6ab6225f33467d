"""Let a way to reach somebody end and stay as history.

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-23
"""

import re
from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / f"{revision}_contacts.sql"


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    """What ended is listed again, as not safe: nothing is sent there."""
    op.execute("ALTER TABLE contact_points DROP COLUMN ended_at, DROP COLUMN ended_reason")
