"""Who are the people of the demo site, and how do they sign in? Kept in one private file."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import pyotp
from sqlalchemy.orm import Session

from intake.access import Role
from intake.services import accounts
from intake.services.accounts import NewStaff

PEOPLE = {
    "coordinator": (Role.INTAKE_COORDINATOR, "Imogen Coe"),
    "counsellor": (Role.COUNSELLOR, "Callum Dean"),
    "counsellor2": (Role.COUNSELLOR, "Carla Dunn"),
    "peer": (Role.PEER_WORKER, "Pat Ellis"),
    "lead": (Role.CLINICAL_LEAD, "Leah Farr"),
    "lead2": (Role.CLINICAL_LEAD, "Lewis Ford"),
    "auditor": (Role.AUDITOR, "Aled Gray"),
    "admin": (Role.ADMINISTRATOR, "Ada Hall"),
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a demo person signs in with."""

    password: str
    totp_secret: str

    def code(self) -> str:
        """The present code of the second factor; it works once."""
        return pyotp.TOTP(self.totp_secret).now()


def make(session: Session, site_id: uuid.UUID) -> dict[str, SignIn]:
    """One person for each role, with password and second factor, by sign-in name."""
    made = {}
    for name, (role, display_name) in PEOPLE.items():
        password = secrets.token_urlsafe(18)
        order = NewStaff(
            email=address(name),
            display_name=display_name,
            role=role,
            site_id=site_id,
            password=password,
        )
        person = accounts.create_staff(session, order)
        made[person.email] = SignIn(password, accounts.confirmed_secret(session, person))
    return made


def keep(target: Path, people: dict[str, SignIn]) -> None:
    """Write the file where only its owner reads it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({email: asdict(one) for email, one in people.items()}, file, indent=1)


def read(source: Path) -> dict[str, SignIn]:
    """The people of that file, by sign-in name."""
    kept = json.loads(source.read_text(encoding="utf-8"))
    return {email: SignIn(**one) for email, one in kept.items()}


def address(name: str) -> str:
    """The sign-in name of a demo person."""
    return f"{name}@example.com"
