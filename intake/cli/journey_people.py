"""Who takes part in the journey? One person for each role, signed in by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from intake.cli import demo_people
from intake.cli.journey_client import Caller, sign_in


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo site: how they call the API, and their staff id."""

    calls: Caller
    staff_id: str


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who takes part, named as `intake demo seed` names them."""

    coordinator: Person
    counsellor: Person
    peer: Person
    lead: Person
    auditor: Person


def everybody(url: str, staff_file: Path) -> People:
    """All signed in, once each: a code works once. Raises UnexpectedAnswer."""
    kept = demo_people.read(staff_file)

    def person(name: str) -> Person:
        email = demo_people.address(name)
        caller = sign_in(url, email, kept[email].password, kept[email].code())
        return Person(caller, str(caller.get("/me")["id"]))

    return People(
        coordinator=person("coordinator"),
        counsellor=person("counsellor"),
        peer=person("peer"),
        lead=person("lead"),
        auditor=person("auditor"),
    )
