"""Let boards read along indexes, and remember when a draft was saved.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-22
"""

import re
from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / f"{revision}_boards.sql"
INDEX = re.compile(r"CREATE INDEX (\w+)")


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    for name in INDEX.findall(SQL.read_text(encoding="utf-8")):
        op.execute(f"DROP INDEX {name}")
    op.execute("ALTER TABLE intakes DROP COLUMN saved_at")
