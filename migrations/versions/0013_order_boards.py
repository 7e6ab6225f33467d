"""Let the indexes of boards hold the whole order of their lanes, and add those that are missing.

Many rows have the same moment or day: a lane that wants a hundred of them read all of that day and
sorted them. With the identifier at the end of the index it reads a hundred.

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-22
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Name, table, the column a lane is sorted by, which rows.
WIDENED = (
    ("ix_cases_waiting", "cases", "referral_date", "state = 'referred'"),
    ("ix_alerts_unclosed", "alerts", "due_at", "state <> 'closed'"),
    ("ix_appointments_expected", "appointments", "local_start", "status IN ('booked', 'arrived')"),
    ("ix_follow_ups_planned", "follow_ups", "due_by", "state = 'planned'"),
    ("ix_reminders_failed", "reminders", "send_after", "state IN ('failed', 'dead', 'uncertain')"),
    ("ix_consents_ending", "consents", "expires_on", "expires_on IS NOT NULL"),
    (
        "ix_break_glass_grants_unreviewed",
        "break_glass_grants",
        "granted_at",
        "reviewed_at IS NULL",
    ),
    ("ix_progress_notes_unsigned", "progress_notes", "drafted_at", "state = 'draft'"),
)
# Name, table, columns after the site, which rows.
ADDED = (
    ("ix_tasks_unowned", "tasks", "due_at, id", "state = 'open' AND owner_id IS NULL"),
    (
        "ix_tasks_of_missed_visits",
        "tasks",
        "due_at, id",
        "state = 'open' AND appointment_id IS NOT NULL",
    ),
    ("ix_progress_notes_drafts_of", "progress_notes", "author_id", "state = 'draft'"),
    (
        "ix_outbound_referrals_open",
        "outbound_referrals",
        "due_by, id",
        "state IN ('planned', 'sent', 'seen')",
    ),
    (
        "ix_disclosure_consents_ending",
        "disclosure_consents",
        "expires_on, id",
        "expires_on IS NOT NULL",
    ),
    (
        "ix_plan_decisions_review",
        "plan_decisions",
        "review_on, id",
        "in_force_from IS NOT NULL AND in_force_until IS NULL",
    ),
)
CREATE = """-- squawk-ignore require-concurrent-index-creation
CREATE INDEX {name} ON {table} (site_id, {columns}) WHERE {where}"""
DROP = "-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX {name}"


def upgrade() -> None:
    for name, table, column, where in WIDENED:
        op.execute(DROP.format(name=name))
        op.execute(CREATE.format(name=name, table=table, columns=f"{column}, id", where=where))
    for name, table, columns, where in ADDED:
        op.execute(CREATE.format(name=name, table=table, columns=columns, where=where))


def downgrade() -> None:
    for name, *_ in ADDED:
        op.execute(DROP.format(name=name))
    for name, table, column, where in WIDENED:
        op.execute(DROP.format(name=name))
        op.execute(CREATE.format(name=name, table=table, columns=column, where=where))
