"""Add consents to disclosure, the accounting of disclosures, and counselling notes.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-22
"""

import re
from collections.abc import Iterator
from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
SITE_TABLES = (
    "disclosure_consents",
    "consent_revocations",
    "counselling_note_keys",
    "counselling_notes",
    "disclosures",
)


def statements() -> Iterator[str]:
    """The statements of the file beside this one; a blank line ends each."""
    text = (SQL / f"{revision}_disclosures.sql").read_text(encoding="utf-8")
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
    op.execute("DROP FUNCTION refuse_signed_change()")
