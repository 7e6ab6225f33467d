"""Let a colleague be asked for a second opinion, and say which additions a plan has.

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-23
"""

import re
from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / f"{revision}_opinions.sql"
KINDS = (
    "alert", "call_client", "set_dates", "sign_off", "approve_discharge", "incident_review",
    "accept_handover", "deterioration", "other", "call_back", "review", "merge", "decide_again",
    "referral_overdue", "offer_place",
)  # fmt: skip


def upgrade() -> None:
    for statement in re.split(r";\n\n", SQL.read_text(encoding="utf-8").rstrip("\n;")):
        op.execute(statement)


def downgrade() -> None:
    """A question stays as a task; who asked, and the answer's one word, are lost with the columns."""
    op.execute("SET LOCAL row_security = on")
    op.execute("ALTER TABLE plan_decisions DROP COLUMN agreed_how, DROP COLUMN agreed_on")
    op.execute("ALTER TABLE plan_decisions DROP COLUMN adjuncts")
    for name in ("kind_known", "opinion_known", "opinion_asked", "opinion_whole"):
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT ck_tasks_{name}")
    # FORCE binds the owner too: without this no row would be found.
    op.execute("ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE tasks SET kind = 'other' WHERE kind = 'second_opinion'")
    listed = ", ".join(f"'{one}'" for one in KINDS)
    op.execute(f"ALTER TABLE tasks ADD CONSTRAINT ck_tasks_kind_known CHECK (kind IN ({listed}))")
    op.execute("ALTER TABLE tasks FORCE ROW LEVEL SECURITY")
    op.execute("DROP INDEX ix_tasks_opinions")
    for column in ("answered_at", "opinion", "asked_by", "recommendation_id"):
        op.execute(f"ALTER TABLE tasks DROP COLUMN {column}")
