"""Count the events each audit key vouches for, without showing any.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22
"""

import re
from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0002_audit_keys.sql"


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION audit_keys()")
