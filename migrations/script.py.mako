"""${message}.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date.date()}
"""

# Before it is committed:
# - a new table with a site needs ENABLE and FORCE ROW LEVEL SECURITY, the policy `site` and grants;
# - a back-fill lifts FORCE and puts it back in the same transaction, else it changes nothing:
#   ALTER TABLE cases NO FORCE ROW LEVEL SECURITY; UPDATE …; ALTER TABLE cases FORCE …;
# - it must run while the previous release serves: add, back-fill, switch, drop are four releases.

<%
    body = (upgrades or "") + (downgrades or "")
%>\
% if "sa." in body:
import sqlalchemy as sa
% endif
% if "postgresql." in body:
from sqlalchemy.dialects import postgresql
% endif
% if "op." in body:
from alembic import op
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
