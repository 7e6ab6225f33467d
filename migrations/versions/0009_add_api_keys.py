"""Add API keys, and the door that opens to them.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-22
"""

import re
from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / f"{revision}_api_keys.sql"
NOTICE_KINDS = "ck_staff_notices_kind_known"


def upgrade() -> None:
    # The door before the policies: with row_security off the server won't parse a function of the
    # owner that reads a protected table.
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)
    op.execute("ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE api_keys FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY site ON api_keys TO intake_api, intake_worker "
        "USING (site_id = current_site()) WITH CHECK (site_id = current_site())"
    )
    # FORCE binds the owner too, and the door is its function: it looks before there is a site.
    op.execute("CREATE POLICY door ON api_keys FOR SELECT TO intake_owner USING (true)")
    op.execute("CREATE POLICY door_use ON api_keys FOR UPDATE TO intake_owner USING (true)")


def downgrade() -> None:
    op.execute("DROP FUNCTION open_key(bytea, uuid, timestamptz)")
    op.execute("DROP TABLE api_keys")
    op.execute("ALTER TABLE staff_notices NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM staff_notices WHERE kind = 'api_key'")
    op.execute("ALTER TABLE staff_notices FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE staff_notices DROP CONSTRAINT {NOTICE_KINDS}")
    op.execute(
        f"ALTER TABLE staff_notices ADD CONSTRAINT {NOTICE_KINDS} "
        "CHECK (kind IN ('audit_digest', 'break_glass', 'alert', 'alert_escalated'))"
    )
