"""Who may do what: roles, permissions, the table that joins them, and the acting person."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from dataclasses import dataclass

from intake.errors import Forbidden, MfaRequired

# For break-glass, export and changes of role (NIST SP 800-63B: recent proof, not a long session).
FRESH_MFA = dt.timedelta(minutes=5)


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
    CONSENT_READ = "consent:read"
    CONSENT_RECORD = "consent:record"
    INTAKE_WRITE = "intake:write"
    INTAKE_READ = "intake:read"
    CASE_READ = "case:read"
    CASE_ASSIGN = "case:assign"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_WRITE = "assessment:write"
    PLAN_PROPOSE = "plan:propose"
    PLAN_READ = "plan:read"
    PLAN_DECIDE = "plan:decide"
    PLAN_SIGN_OFF = "plan:sign_off"
    RULES_PREVIEW = "rules:preview"
    APPOINTMENT_READ = "appointment:read"
    APPOINTMENT_WRITE = "appointment:write"
    APPOINTMENT_ATTEND = "appointment:attend"
    REMINDER_READ = "reminder:read"
    WORK_READ = "work:read"
    WORK_CLOSE = "work:close"
    ALERT_CLOSE = "alert:close"
    AUDIT_READ = "audit:read"


P = Permission
_CASEWORK = {P.SESSION_OWN, P.CASE_READ, P.APPOINTMENT_READ, P.APPOINTMENT_ATTEND, P.WORK_READ}
_CLINICAL = _CASEWORK | {
    P.CLIENT_CREATE,
    P.CLIENT_READ,
    P.CLIENT_EDIT,
    P.CONSENT_READ,
    P.CONSENT_RECORD,
    P.INTAKE_WRITE,
    P.INTAKE_READ,
    P.ASSESSMENT_READ,
    P.PLAN_PROPOSE,
    P.PLAN_READ,
    P.APPOINTMENT_WRITE,
    P.REMINDER_READ,
    P.WORK_CLOSE,
}

# Reads as the matrix of docs/security.md; relation to the case comes with the caseload wall.
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.INTAKE_COORDINATOR: frozenset(_CLINICAL),
    Role.COUNSELLOR: frozenset(_CLINICAL | {P.ASSESSMENT_WRITE, P.PLAN_DECIDE, P.ALERT_CLOSE}),
    Role.PEER_WORKER: frozenset(_CASEWORK | {P.WORK_CLOSE}),
    Role.CLINICAL_LEAD: frozenset(
        _CLINICAL
        | {
            P.ASSESSMENT_WRITE,
            P.PLAN_DECIDE,
            P.PLAN_SIGN_OFF,
            P.RULES_PREVIEW,
            P.CASE_ASSIGN,
            P.ALERT_CLOSE,
            P.AUDIT_READ,
        }
    ),
    Role.AUDITOR: frozenset({P.SESSION_OWN, P.CASE_READ, P.CONSENT_READ, P.AUDIT_READ}),
    Role.ADMINISTRATOR: frozenset({P.SESSION_OWN}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person a request acts for, at one site, in one role."""

    staff_id: uuid.UUID
    role: Role
    site_id: uuid.UUID
    time_zone: str
    session: bytes
    mfa_at: dt.datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in ROLE_PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Refuse what the role doesn't allow. Raises Forbidden."""
        if not self.may(permission):
            raise Forbidden(f"The role {self.role.value} may not do this ({permission.value}).")

    def require_fresh_mfa(self, machine_now: dt.datetime) -> None:
        """Refuse unless the second factor was shown in the last five minutes. Raises MfaRequired.

        `machine_now` is machine time (`clock.machine_now()`), as sign-in is; never clinic time.
        """
        if self.mfa_at is None or not machine_now - self.mfa_at <= FRESH_MFA:
            raise MfaRequired(
                "This needs your second factor again: send a fresh code to "
                "POST /api/v1/session/mfa, then repeat the request."
            )
