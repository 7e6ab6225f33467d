"""Whom is a page about? The case and the person's name, as the head of a page shows them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from intake.access import Permission
from intake.http.unit_of_work import work
from intake.services import cases, clients
from intake.services.cases import CaseView

NAMELESS = "Erased record"


@dataclass(frozen=True, slots=True)
class Subject:
    """A case and the name of its person."""

    case: CaseView
    name: str


def nameless(case_id: uuid.UUID) -> Subject:
    """The case alone, by its number; the read is recorded. Raises as `relations.require`."""
    now = work()
    case = cases.read(now.session, case_id, actor=now.actor)
    return Subject(case, f"Case {case.reference}")


def of_case(case_id: uuid.UUID) -> Subject:
    """The subject of a page; both reads are recorded. Raises Forbidden, as `relations.require`."""
    now = work()
    now.actor.require(Permission.CLIENT_READ)
    case = cases.read(now.session, case_id, actor=now.actor)
    who = clients.read(now.session, case.client_id, actor=now.actor).identity
    name = " ".join(
        part
        for part in (getattr(who, "given_name", None), getattr(who, "family_name", None))
        if part
    )
    return Subject(case, name or NAMELESS)
