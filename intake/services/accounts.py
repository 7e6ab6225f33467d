"""Whose account it is: made, invited, disabled, given a new second factor."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Role
from intake.errors import AuthenticationRequired, Conflict, NotFound
from intake.models import Invite, Membership, RecoveryCode, Site, Staff
from intake.services import audit, failures, passwords, second_factor, sessions, sign_in
from intake.services.audit import Event

INVITE_LIFE = dt.timedelta(minutes=30)
VOID = "This link was used already or is older than 30 minutes. Ask for a new one."


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A person to be given an account and a role at a site; without a password, to be invited."""

    email: str
    display_name: str
    role: Role
    site_id: uuid.UUID
    password: str | None = None


def create_staff(session: Session, order: NewStaff) -> Staff:
    """Give a person an account with a role at one site. Raises ValidationFailed or Conflict."""
    email = order.email.strip().lower()
    if order.password is not None:
        passwords.check_password(order.password, email, order.display_name)
    if session.scalar(select(Staff.id).where(Staff.email == email)) is not None:
        raise Conflict("An account with this e-mail address exists already.")
    staff = Staff(
        email=email,
        display_name=order.display_name,
        password_hash=(
            passwords.hash_password(order.password) if order.password else passwords.NO_PASSWORD
        ),
    )
    session.add(staff)
    session.flush()
    membership = Membership(site_id=order.site_id, staff_id=staff.id, role=order.role.value)
    session.add(membership)
    session.flush()
    audit.record(session, Event("staff", "create", "C", row=staff, sensitivity="P4"))
    return staff


def has_administrator(session: Session) -> bool:
    """Whether an active administrator exists at any site."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Membership.staff_id == Staff.id,
                    Membership.role == Role.ADMINISTRATOR.value,
                    Staff.active,
                )
            )
        )
    )


def bootstrap(session: Session, order: NewStaff) -> str:
    """The first administrator and the token of their link. Raises Conflict when there is one."""
    if has_administrator(session):
        raise Conflict(
            "There is an active administrator already. `intake staff invite` gives a new link."
        )
    staff = create_staff(session, order)
    audit.record(session, Event("staff", "bootstrap", "C", row=staff, sensitivity="P4"))
    return invite(session, staff)


def invite(session: Session, staff: Staff) -> str:
    """A token with which the person sets a password within 30 minutes; older ones are void."""
    now = clock.machine_now()
    session.execute(
        update(Invite)
        .where(Invite.staff_id == staff.id, Invite.used_at.is_(None))
        .values(used_at=now)
    )
    token, hashed = sessions.new_token()
    session.add(
        Invite(token_hash=hashed, staff_id=staff.id, created_at=now, expires_at=now + INVITE_LIFE)
    )
    audit.record(session, Event("staff", "invite", "E", row=staff, sensitivity="P4"))
    return token


def accept(session: Session, token_hash: bytes, password: str) -> None:
    """Set the password of whoever holds the link, once, and forget the failures.

    Raises AuthenticationRequired (one answer for unknown, used and old) or ValidationFailed.
    """
    now = clock.machine_now()
    staff_id = session.scalar(
        update(Invite)
        .where(Invite.token_hash == token_hash, Invite.used_at.is_(None), Invite.expires_at > now)
        .values(used_at=now)
        .returning(Invite.staff_id)
        .execution_options(synchronize_session=False)
    )
    staff = session.scalar(select(Staff).where(Staff.id == staff_id, Staff.active))
    if staff is None:
        raise AuthenticationRequired(VOID)
    sign_in.set_password(session, staff, password)
    failures.forget(session, staff.email)
    audit.record(session, Event("staff", "accept_invite", "U", row=staff, sensitivity="P4"))


def disable(session: Session, email: str) -> Staff:
    """Close an account; its sessions end at once. Raises NotFound, or Conflict when it is shut."""
    staff = find(session, email)
    if not staff.active:
        raise Conflict("This account is disabled already.")
    staff.active = False
    audit.record(session, Event("staff", "disable", "U", row=staff, sensitivity="P4"))
    return staff


def reset_mfa(session: Session, email: str) -> Staff:
    """Forget second factor, recovery codes and failures; sessions end at once. Raises NotFound."""
    staff = find(session, email)
    staff.totp_secret = staff.totp_confirmed_at = staff.last_totp_counter = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    failures.forget(session, staff.email)
    audit.record(session, Event("staff", "reset_mfa", "U", row=staff, sensitivity="P4"))
    return staff


def confirmed_secret(session: Session, staff: Staff) -> str:
    """A second factor in use from the start, for people of a demonstration."""
    secret = second_factor.new_secret(session, staff)
    staff.totp_confirmed_at = clock.machine_now()
    return secret


def find(session: Session, email: str) -> Staff:
    """The account with that sign-in name. Raises NotFound."""
    staff = session.scalar(select(Staff).where(Staff.email == email.strip().lower()))
    if staff is None:
        raise NotFound("account")
    return staff


def site_named(session: Session, name: str) -> Site | None:
    """The site of that name."""
    return session.scalar(select(Site).where(Site.name == name))
