"""A case as far along as a test needs it, made through the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intake.cli import vignettes
from tests.makers import orders
from tests.support.web import Caller, TestSite, Web

#: A number nobody has.
PHONE = "+447700900123"


@dataclass(frozen=True)
class CaseOf:
    """A case whose intake was handed in, and the people who work on it."""

    id: str
    client_id: str
    intake_id: str
    coordinator: Caller
    counsellor: Caller
    lead: Caller

    def recommend(self) -> dict[str, Any]:
        """A recommendation computed now, as it is read."""
        made = self.counsellor.post(f"/cases/{self.id}/recommendation")
        assert made.status_code in (200, 201), made.json
        return self.recommendation()

    def recommendation(self) -> dict[str, Any]:
        """The newest recommendation."""
        body: dict[str, Any] = self.counsellor.get(f"/cases/{self.id}/recommendation").get_json()
        return body

    def read(self) -> dict[str, Any]:
        """The case."""
        body: dict[str, Any] = self.counsellor.get(f"/cases/{self.id}").get_json()
        return body


def handed_in(
    site: TestSite, body: dict[str, Any] | None = None, *, has_key_worker: bool = True
) -> CaseOf:
    """A case in state `intake`: referral, answers and consent are there.

    It is the counsellor's, unless it waits for its handover.
    """
    coordinator = site.person("intake_coordinator")
    body = body or orders.intake_order(answers=orders.NO_RISK)
    made = coordinator.post("/intakes", body).get_json()
    done = coordinator.act(f"/intakes/{made['id']}/submit", version=1)
    assert done.status_code == 200, done.json
    case = CaseOf(
        id=made["case_id"],
        client_id=made["client_id"],
        intake_id=made["id"],
        coordinator=coordinator,
        counsellor=site.person("counsellor"),
        lead=site.person("clinical_lead"),
    )
    if has_key_worker:
        hand_over(case)
    return case


def hand_over(case: CaseOf) -> None:
    """Make the case its counsellor's."""
    version = case.lead.get(f"/cases/{case.id}").get_json()["version"]
    order = {"key_worker_id": str(case.counsellor.staff_id)}
    done = case.lead.act(f"/cases/{case.id}/actions/assign", order, version=version)
    assert done.status_code == 200, done.json


def of_vignette(web: Web, site: TestSite, name: str) -> CaseOf:
    """The case of a worked example, on its intake date at 10:00 clinic time."""
    vignette = vignettes.examples()[name]
    at_ten(web, vignette["intake"]["intake_date"])
    body = {
        "client": vignettes.client_body(vignette, PHONE),
        "referral": vignettes.referral_body(vignette),
        "answers": vignettes.answers_body(vignette),
    }
    return handed_in(site, body)


def assessed(web: Web, site: TestSite, name: str) -> CaseOf:
    """The case of a worked example with every instrument signed, on the day of its decision."""
    vignette = vignettes.examples()[name]
    case = of_vignette(web, site, name)
    sign_all(case, vignettes.assessment_bodies(vignette))
    take_on_alerts(case)
    at_ten(web, vignette["intake"]["plan_decision_date"])
    return case


def sign_all(case: CaseOf, bodies: Iterable[dict[str, Any]]) -> None:
    """Record and sign each assessment, as the counsellor."""
    for body in bodies:
        made = case.counsellor.post(f"/cases/{case.id}/assessments", body)
        assert made.status_code == 201, made.json
        path = f"/assessments/{made.get_json()['id']}/actions/sign"
        signed = case.counsellor.act(path, version=1)
        assert signed.status_code == 200, signed.json


def take_on_alerts(case: CaseOf) -> None:
    """Acknowledge what is open, as the lead: danger to life is taken on before anything else."""
    open_ones = case.lead.get(f"/alerts?case_id={case.id}&state=open").get_json()["data"]
    for one in open_ones:
        path = f"/alerts/{one['id']}/actions/acknowledge"
        done = case.lead.act(path, version=one["version"])
        assert done.status_code == 200, done.json


def at_ten(web: Web, day: str) -> None:
    """Make it ten in the morning of a day, clinic time."""
    web.set_clinic_time(dt.datetime.fromisoformat(f"{day}T10:00:00+00:00"))
