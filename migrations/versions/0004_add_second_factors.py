"""Add second factors, recovery codes, invitations, and failures counted by name.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-22
"""

import re
from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql" / f"{revision}_second_factors.sql"


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER end_sessions ON staff")
    op.execute("DROP TRIGGER end_sessions_of_role ON memberships")
    op.execute("DROP TRIGGER end_sessions_of_leaver ON memberships")
    op.execute("DROP FUNCTION end_sessions()")
    op.execute("DROP TABLE sign_in_failures, recovery_codes, invites")
    op.execute("ALTER TABLE staff DROP COLUMN totp_confirmed_at")
