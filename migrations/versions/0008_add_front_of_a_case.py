"""Add the front of a case: referral clock, attempts, escalation, and people who are the same.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-22
"""

import re
from collections.abc import Iterator
from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
SITE_TABLES = ("contact_attempts", "client_merges", "client_distinctions")
GUARDED = ("cases", "contact_points", "consents", "appointments")
# The lists as they were, with what to call the rows they don't know.
LISTS = (
    (
        "tasks",
        "other",
        ("alert", "call_client", "set_dates", "sign_off", "deterioration", "other"),
    ),
    ("staff_notices", "break_glass", ("audit_digest", "break_glass")),
)
COLUMNS = (
    ("cases", ("taken_by", "taken_at", "triaged_on", "triage_route")),
    ("tasks", ("source",)),
    ("alerts", ("escalated_at",)),
    ("clients", ("merged_into", "absorbed")),
)


def statements() -> Iterator[str]:
    """The statements of the file beside this one; a blank line ends each."""
    text = (SQL / f"{revision}_front.sql").read_text(encoding="utf-8")
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
    for table in GUARDED:
        op.execute(f"DROP TRIGGER client_not_merged ON {table}")
    op.execute("DROP FUNCTION refuse_merged_client()")
    op.execute((SQL / f"{revision}_key_loss_before.sql").read_text(encoding="utf-8"))
    op.execute(f"DROP TABLE {', '.join(SITE_TABLES)}")
    op.execute("REVOKE ALL ON alerts FROM intake_worker")
    op.execute("DROP INDEX ix_alerts_waiting")
    for table, columns in COLUMNS:
        dropped = ", ".join(f"DROP COLUMN {one} CASCADE" for one in columns)
        op.execute(f"ALTER TABLE {table} {dropped}")
    for table, instead, kinds in LISTS:
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_kind_known")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"UPDATE {table} SET kind = '{instead}' WHERE kind NOT IN ({listed})")  # noqa: S608 - names above
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_kind_known CHECK (kind IN ({listed}))"
        )
