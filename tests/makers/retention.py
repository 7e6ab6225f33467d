"""Somebody whose record may be erased, and the two people who decide about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.makers import bookings, cases
from tests.makers.cases import CaseOf
from tests.support.web import Caller, TestSite, Web


@dataclass(frozen=True)
class Closed:
    """A person whose case has ended, a clinical lead and an auditor."""

    case: CaseOf
    lead: Caller
    auditor: Caller

    @property
    def client(self) -> str:
        """The person's address."""
        return f"/clients/{self.case.client_id}"

    def erasure(self) -> str:
        """An erasure that was asked for; its identifier."""
        made = self.lead.post(f"{self.client}/erasures", {"reason": "client_request"})
        assert made.status_code == 201, made.json
        return str(made.get_json()["id"])

    def approved(self) -> str:
        """An erasure that both agreed to; its identifier."""
        erasure = self.erasure()
        agreed = self.auditor.act(f"/erasures/{erasure}/actions/approve", version=1)
        assert agreed.status_code == 200, agreed.json
        return erasure

    def hold(self) -> str:
        """A hold that was asked for; its identifier."""
        made = self.lead.post(f"{self.client}/holds", {"reason": "Inquest by the coroner"})
        assert made.status_code == 201, made.json
        return str(made.get_json()["id"])


def closed(web: Web, site: TestSite, *, booked: bool = False, **changes: Any) -> Closed:
    """A case that ended, with a reminder that still waits where `booked`."""
    case = bookings.a_case(web, site, **changes) if booked else cases.handed_in(site)
    if booked:
        bookings.book(case)
    return close(web, site, case)


def close(web: Web, site: TestSite, case: CaseOf) -> Closed:
    """The end of a case, put there."""
    web.run("UPDATE cases SET state = 'discharged' WHERE id = :c", c=case.id)
    return Closed(case, site.person("clinical_lead"), site.person("auditor"))
