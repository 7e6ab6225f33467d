"""Add covers and break-glass grants, and let the door tell of both.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22
"""

import re
from collections.abc import Iterator
from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
SITE_TABLES = ("covers", "break_glass_grants")
NOTICE_KINDS = "ck_staff_notices_kind_known"


def statements(part: str) -> Iterator[str]:
    """The statements of one file beside this one; a blank line ends each."""
    text = (SQL / f"{revision}_{part}.sql").read_text(encoding="utf-8")
    yield from re.split(r";\n\n", text.rstrip("\n;"))


def upgrade() -> None:
    # The door before the policies: with row_security off the server won't parse a function of the
    # owner that reads a protected table.
    for part in ("tables", "door"):
        for statement in statements(part):
            op.execute(statement)
    for table in SITE_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY site ON {table} TO intake_api, intake_worker "
            "USING (site_id = current_site()) WITH CHECK (site_id = current_site())"
        )
        # FORCE binds the owner too, and the door is its function: it names the site itself,
        # because it reads before the transaction has one.
        op.execute(f"CREATE POLICY door ON {table} FOR SELECT TO intake_owner USING (true)")


def downgrade() -> None:
    for statement in statements("door_before"):
        op.execute(statement)
    op.execute(f"DROP TABLE {', '.join(SITE_TABLES)}")
    op.execute("ALTER TABLE staff_notices NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM staff_notices WHERE kind = 'break_glass'")
    op.execute("ALTER TABLE staff_notices FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE staff_notices DROP CONSTRAINT {NOTICE_KINDS}")
    op.execute(
        f"ALTER TABLE staff_notices ADD CONSTRAINT {NOTICE_KINDS} CHECK (kind IN ('audit_digest'))"
    )
