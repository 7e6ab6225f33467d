"""Keep what was typed into a form that isn't sent yet.

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-23
"""

import re
from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / f"{revision}_unsent_forms.sql"


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE unsent_forms")
