"""Create the core tables, and who may do what to them.

Revision ID: 0001
Revises:
Create Date: 2026-11-22
"""

import re
from collections.abc import Iterator
from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
PARTS = (
    "people",
    "clients",
    "cases",
    "care",
    "scheduling",
    "records",
    "functions",
    "append_only",
    "grants",
    # Before the policies are switched on: with row_security off the server won't even parse a
    # function of the owner that reads such a table.
    "definers",
)
# Every table with a site but two: memberships are read before the site is known, and the audit
# trail can't be read by the application at all.
SITE_TABLES = (
    "site_settings",
    "clients",
    "client_tokens",
    "contact_points",
    "consents",
    "cases",
    "case_numbers",
    "case_transitions",
    "intakes",
    "assessments",
    "recommendations",
    "plan_decisions",
    "follow_ups",
    "alerts",
    "tasks",
    "appointments",
    "reminders",
    "reminder_attempts",
    "staff_notices",
    "idempotency_keys",
)
OTHER_TABLES = (
    "sites",
    "staff",
    "memberships",
    "staff_sessions",
    "audit_events",
    "clinic_clock",
    "job_ticks",
)
DEFINERS = (
    "claim_due(timestamptz, interval, text, integer)",
    "claim_notices(timestamptz, interval, text, integer)",
    "read_audit(uuid, uuid, uuid, uuid, timestamptz, timestamptz, uuid, integer)",
    "audit_counts(uuid, timestamptz, timestamptz)",
    "open_request(bytea, uuid, timestamptz)",
)


def statements(part: str) -> Iterator[str]:
    """The statements of one file beside this one; a blank line ends each."""
    text = (SQL / f"0001_{part}.sql").read_text(encoding="utf-8")
    yield from re.split(r";\n\n", text.rstrip("\n;"))


def upgrade() -> None:
    for part in PARTS:
        for statement in statements(part):
            op.execute(statement)
    for table in SITE_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY site ON {table} TO intake_api, intake_worker "
            "USING (site_id = current_site()) WITH CHECK (site_id = current_site())"
        )


def downgrade() -> None:
    for function in (*DEFINERS, "clinic_now()"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute(f"DROP TABLE {', '.join(SITE_TABLES + OTHER_TABLES)}")
    for function in ("current_site", "refuse_change", "allow_one_outcome", "refuse_clock_skew"):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("REVOKE ALL ON alembic_version FROM intake_api, intake_worker")
    op.execute(
        "REVOKE ALL ON SCHEMA public "
        "FROM intake_api, intake_worker, intake_dispatcher, intake_auditor"
    )
    op.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    op.execute("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC")
