"""Add what a plan sets going: time in force, referrals out, reviews, safety plan, programmes.

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-22
"""

import re
from collections.abc import Iterator
from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
SITE_TABLES = (
    "outbound_referrals",
    "medication_reviews",
    "safety_plans",
    "placements",
    "programmes",
)
PLAN_COLUMNS = (
    "review_on",
    "cautions",
    "change_code",
    "in_force_from",
    "in_force_until",
    "end_code",
    "returned_by",
)
# The lists as they were, with what to put in the place of the words they don't know.
LISTS = (
    (
        "kind",
        "'other'",
        ("alert", "call_client", "set_dates", "sign_off", "approve_discharge", "incident_review",
         "accept_handover", "deterioration", "other", "call_back", "review", "merge"),
    ),
    (
        "source",
        "NULL",
        ("person", "alert", "referral", "intake", "appointment", "plan", "score", "duplicate"),
    ),
)  # fmt: skip


def statements() -> Iterator[str]:
    """The statements of the file beside this one; a blank line ends each."""
    text = (SQL / f"{revision}_plan.sql").read_text(encoding="utf-8")
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
    op.execute("ALTER TABLE tasks DROP COLUMN outbound_referral_id, DROP COLUMN placement_id")
    op.execute("ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY")
    for column, instead, known in LISTS:
        listed = ", ".join(f"'{one}'" for one in known)
        name = f"ck_tasks_{column}_known"
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT {name}")
        op.execute(f"UPDATE tasks SET {column} = {instead} WHERE {column} NOT IN ({listed})")  # noqa: S608 - names above
        op.execute(f"ALTER TABLE tasks ADD CONSTRAINT {name} CHECK ({column} IN ({listed}))")
    op.execute("ALTER TABLE tasks FORCE ROW LEVEL SECURITY")
    op.execute(f"DROP TABLE {', '.join(SITE_TABLES)}")
    dropped = ", ".join(f"DROP COLUMN {one} CASCADE" for one in PLAN_COLUMNS)
    op.execute(f"ALTER TABLE plan_decisions {dropped}")
