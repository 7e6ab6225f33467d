"""Let a draft be saved while somebody types, with one event for each sitting.

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-22
"""

import re
from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / f"{revision}_sittings.sql"


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE intakes DROP COLUMN sitting, DROP COLUMN saved_from")
    op.execute("ALTER TABLE intakes DROP COLUMN saved_by")
