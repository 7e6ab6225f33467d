"""The people of one clinic, each signed in by themselves with password and second factor."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tests.support import people
from tests.support.web import Caller, TestSite, Web

_addresses = itertools.count()


@dataclass(frozen=True)
class Team:
    """Who works on a case from its referral on."""

    coordinator: Caller
    counsellor: Caller
    peer: Caller
    lead: Caller
    second_lead: Caller
    auditor: Caller


def team(web: Web, site: TestSite) -> Team:
    """A new team of a site."""
    return Team(
        coordinator=signed_in(web, site, "intake_coordinator"),
        counsellor=signed_in(web, site, "counsellor"),
        peer=signed_in(web, site, "peer_worker"),
        lead=signed_in(web, site, "clinical_lead"),
        second_lead=signed_in(web, site, "clinical_lead"),
        auditor=signed_in(web, site, "auditor"),
    )


def signed_in(web: Web, site: TestSite, role: str) -> Caller:
    """Somebody new of a role, after both steps of signing in."""
    person = people.account(web, site, role=role)
    # A computer of one's own: sign-ins from one address are counted together.
    person.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{next(_addresses) % 250 + 1}"
    person.sign_in()
    return Caller(person.client, person.staff_id, site)
