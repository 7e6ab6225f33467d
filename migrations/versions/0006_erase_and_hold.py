"""Let a person's record be held, or erased by destroying its key.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-22
"""

import re
from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0006_erasures.sql"
EMPTIED = ("wrapped_key", "given_name", "family_name", "date_of_birth")
CHECKS = ("erased_has_no_key", "erased_holds_nothing", "others_are_known")


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    """Works while nobody was erased; else NOT NULL refuses."""
    op.execute("DROP TRIGGER key_loss ON clients")
    op.execute("DROP FUNCTION refuse_key_loss()")
    op.execute("DROP TABLE erasures, legal_holds")
    for name in CHECKS:
        op.execute(f"ALTER TABLE clients DROP CONSTRAINT ck_clients_{name}")
    op.execute("ALTER TABLE clients DROP CONSTRAINT ck_clients_state_known")
    op.execute(
        "ALTER TABLE clients ADD CONSTRAINT ck_clients_state_known "
        "CHECK (state IN ('active', 'deceased', 'merged'))"
    )
    for column in EMPTIED:
        op.execute(f"ALTER TABLE clients ALTER COLUMN {column} SET NOT NULL")
    op.execute("ALTER TABLE contact_points ALTER COLUMN value SET NOT NULL")
