"""Who may do what: roles, permissions, and the one table that brings them together."""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Role(enum.StrEnum):
    """What a person does at a site."""

    INTAKE_COORDINATOR = "intake_coordinator"
    COUNSELLOR = "counsellor"
    PEER_WORKER = "peer_worker"
    CLINICAL_LEAD = "clinical_lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(enum.StrEnum):
    """One kind of act; every route names the one it needs."""

    SESSION_OWN = "session:own"
    CLIENT_CREATE = "client:create"
    CLIENT_READ = "client:read"
    CLIENT_EDIT = "client:edit"
    CLIENT_MERGE = "client:merge"
    CONSENT_READ = "consent:read"
    CONSENT_RECORD = "consent:record"
    CONSENT_REVOKE = "consent:revoke"
    DISCLOSURE_READ = "disclosure:read"
    DISCLOSURE_RELEASE = "disclosure:release"
    DISCLOSURE_HAND_OVER = "disclosure:hand_over"
    COUNSELLING_NOTE_WRITE = "counselling_note:write"
    COUNSELLING_NOTE_OWN = "counselling_note:own"
    REFERRAL_WORK = "referral:work"
    INTAKE_WRITE = "intake:write"
    INTAKE_READ = "intake:read"
    CASE_READ = "case:read"
    CASE_ASSIGN = "case:assign"
    CASE_MOVE = "case:move"
    CASE_HISTORY = "case:history"
    PROPOSAL_MAKE = "proposal:make"
    PROPOSAL_READ = "proposal:read"
    PROPOSAL_DECIDE = "proposal:decide"
    PROPOSAL_WITHDRAW = "proposal:withdraw"
    HANDOVER_ARRANGE = "handover:arrange"
    HANDOVER_READ = "handover:read"
    HANDOVER_ANSWER = "handover:answer"
    COVER_ARRANGE = "cover:arrange"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_WRITE = "assessment:write"
    ASSESSMENT_AMEND = "assessment:amend"
    NOTE_READ = "note:read"
    NOTE_WRITE = "note:write"
    PROGRESS_READ = "progress:read"
    PROGRESS_WRITE = "progress:write"
    PLAN_PROPOSE = "plan:propose"
    PLAN_READ = "plan:read"
    FOLLOW_UP_READ = "follow_up:read"
    PLAN_DECIDE = "plan:decide"
    PLAN_SIGN_OFF = "plan:sign_off"
    CARE_READ = "care:read"
    CARE_WRITE = "care:write"
    PROGRAMME_READ = "programme:read"
    PROGRAMME_EDIT = "programme:edit"
    PLACEMENT_READ = "placement:read"
    PLACEMENT_WRITE = "placement:write"
    RULES_PREVIEW = "rules:preview"
    APPOINTMENT_READ = "appointment:read"
    APPOINTMENT_WRITE = "appointment:write"
    APPOINTMENT_ATTEND = "appointment:attend"
    REMINDER_READ = "reminder:read"
    WORK_READ = "work:read"
    WORKLIST_READ = "worklist:read"
    WORK_ADD = "work:add"
    WORK_CLOSE = "work:close"
    ALERT_CLOSE = "alert:close"
    ACCESS_LOG_READ = "access_log:read"
    AUDIT_READ = "audit:read"
    BREAK_GLASS_OPEN = "break_glass:open"
    BREAK_GLASS_REVIEW = "break_glass:review"
    RETENTION_READ = "retention:read"
    RETENTION_REQUEST = "retention:request"
    RETENTION_APPROVE = "retention:approve"
    API_KEY_READ = "api_key:read"
    API_KEY_MANAGE = "api_key:manage"


class Scope(enum.Enum):
    """On which cases of the own site a role may do it. The value is its sign in the table."""

    SITE = "●"
    #: Cases of which one is key worker, or covers them, or writes the draft intake
    CASELOAD = "◐"
    #: As CASELOAD, and cases one has a live break-glass grant for; for reading only
    CASELOAD_OR_GRANT = "◐⚑"
    #: Every case until a key worker is named (the handover), then as CASELOAD
    UNTIL_HANDOVER = "●→◐"
    #: What one wrote, or has to do, oneself
    OWN = "○"


P = Permission
_SIGNS: dict[str, Scope | None] = {scope.value: scope for scope in Scope} | {"-": None}
# At the end of a line: an API key may have this permission, as a scope. Nothing without it, so that
# decisions, signatures, exports, emergencies and the keeping of accounts stay with people.
KEY = "+key"
# One line for each permission; columns in the order of Role: intake coordinator, counsellor, peer
# worker, clinical lead, auditor, administrator. docs/security.md shows the same table.
_TABLE: dict[Permission, str] = {
    P.SESSION_OWN: "        ●    ●    ●    ●    ●    ●",
    P.CLIENT_CREATE: "      ●    ●    -    ●    -    -   +key",
    P.CLIENT_READ: "        ●    ◐⚑   -    ●    -    -   +key",
    P.CLIENT_EDIT: "        ●    ◐    -    ●    -    -   +key",
    P.CLIENT_MERGE: "       -    -    -    ●    -    -",
    P.CONSENT_READ: "       ●    ◐⚑   -    ●    ●    -   +key",
    P.CONSENT_RECORD: "     ●    ◐    -    ●    -    -",
    P.CONSENT_REVOKE: "     ●    ◐    -    ●    ●    -",
    P.REFERRAL_WORK: "      ●    ◐    -    ●    -    -",
    P.INTAKE_WRITE: "       ○    ◐    -    ●    -    -   +key",
    P.INTAKE_READ: "        ●→◐  ◐⚑   -    ●    -    -   +key",
    P.CASE_READ: "          ●    ●    ◐    ●    ●    -   +key",
    P.CASE_ASSIGN: "        -    -    -    ●    -    -",
    # Which of the moves a role makes stands in the table of moves (clinical/lifecycle.py).
    P.CASE_MOVE: "          ●    ◐    -    ●    -    -",
    P.CASE_HISTORY: "       ●→◐  ◐⚑   -    ●    -    -",
    P.PROPOSAL_MAKE: "      -    ◐    -    ●    -    -",
    P.PROPOSAL_READ: "      -    ◐    -    ●    -    -",
    P.PROPOSAL_DECIDE: "    -    -    -    ●    -    -",
    P.PROPOSAL_WITHDRAW: "  -    ○    -    ○    -    -",
    P.HANDOVER_ARRANGE: "   -    -    -    ●    -    -",
    P.HANDOVER_READ: "      -    ○    -    ●    -    -",
    P.HANDOVER_ANSWER: "    -    ○    -    ○    -    -",
    P.COVER_ARRANGE: "      -    -    -    ●    -    -",
    P.ASSESSMENT_READ: "    ●→◐  ◐⚑   -    ●    -    -   +key",
    P.ASSESSMENT_WRITE: "   -    ◐    -    ●    -    -",
    P.ASSESSMENT_AMEND: "   -    ○    -    ●    -    -",
    P.NOTE_READ: "          -    ◐⚑   -    ●    -    -",
    P.NOTE_WRITE: "         -    ◐    -    ●    -    -",
    P.PROGRESS_READ: "      -    ◐⚑   -    ●    -    -",
    P.PROGRESS_WRITE: "     -    ◐    -    ●    -    -",
    P.PLAN_PROPOSE: "       ●    ◐    -    ●    -    -",
    P.PLAN_READ: "          ●→◐  ◐⚑   -    ●    -    -   +key",
    P.FOLLOW_UP_READ: "     ●    ◐⚑   -    ●    -    -   +key",
    P.PLAN_DECIDE: "        -    ◐    -    ●    -    -",
    P.PLAN_SIGN_OFF: "      -    -    -    ●    -    -",
    P.CARE_READ: "          ●→◐  ◐⚑   -    ●    -    -",
    P.CARE_WRITE: "         -    ◐    -    ●    -    -",
    # Programmes are data of the site; who is in them, or waits, is about people.
    P.PROGRAMME_READ: "     ●    ●    ●    ●    -    ●",
    P.PROGRAMME_EDIT: "     -    -    -    ●    -    ●",
    P.PLACEMENT_READ: "     ●    ◐⚑   -    ●    -    -",
    P.PLACEMENT_WRITE: "    ●    ◐    -    ●    -    -",
    P.RULES_PREVIEW: "      -    -    -    ●    -    -",
    P.APPOINTMENT_READ: "   ●    ◐⚑   ◐    ●    -    -   +key",
    P.APPOINTMENT_WRITE: "  ●    ◐    -    ●    -    -   +key",
    P.APPOINTMENT_ATTEND: " ●    ◐    ◐    ●    -    -   +key",
    P.REMINDER_READ: "      ●    ◐    -    ●    -    -   +key",
    P.WORK_READ: "          ●    ◐    ◐    ●    -    -   +key",
    # Each list asks for the permission of its rows besides.
    P.WORKLIST_READ: "      ●    ◐    ◐    ●    ●    -   +key",
    P.WORK_ADD: "           ●    ◐    -    ●    -    -",
    P.WORK_CLOSE: "         ○    ◐    ○    ●    -    -",
    P.ALERT_CLOSE: "        -    ◐    -    ●    -    -",
    P.ACCESS_LOG_READ: "    -    ◐    -    ●    ●    -",
    P.AUDIT_READ: "         -    -    -    ●    ●    -",
    P.BREAK_GLASS_OPEN: "   -    ●    -    ●    -    -",
    P.BREAK_GLASS_REVIEW: " -    -    -    -    ●    -",
    # Nobody gives a key to a key: whoever holds one could outlive its end.
    P.API_KEY_READ: "       -    -    -    ●    ●    ●",
    P.API_KEY_MANAGE: "     -    -    -    -    -    ●",
    P.DISCLOSURE_READ: "    -    -    -    ●    ●    -",
    P.DISCLOSURE_RELEASE: " -    -    -    ●    ●    -",
    # A counsellor hands over what was released of their own counselling notes, and nothing else.
    P.DISCLOSURE_HAND_OVER: "-   ○    -    ●    ●    -",
    P.COUNSELLING_NOTE_WRITE: "- ◐    -    -    -    -",
    P.COUNSELLING_NOTE_OWN: "-   ○    -    -    -    -",
    P.RETENTION_READ: "     -    -    -    ●    ●    -",
    P.RETENTION_REQUEST: "  -    -    -    ●    -    -",
    P.RETENTION_APPROVE: "  -    -    -    -    ●    -",
}
SCOPES: Mapping[tuple[Role, Permission], Scope] = {
    (role, permission): scope
    for permission, line in _TABLE.items()
    for role, sign in zip(Role, line.removesuffix(KEY).split(), strict=True)
    if (scope := _SIGNS[sign]) is not None
}
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(one for one in Permission if (role, one) in SCOPES) for role in Role
}
#: What an API key may be given, where its role has it.
KEY_SCOPES = frozenset(one for one, line in _TABLE.items() if line.endswith(KEY))
