"""What the matrix sends to the routes of plans, referrals out, reviews, places and contacts."""

from __future__ import annotations

from typing import Any

from tests.makers import opinions, orders, outbound, programmes
from tests.makers.cases import CaseOf

CASE = "/cases/<uuid:case_id>"
SETTINGS = ["peer_support", "outpatient_cbt", "inpatient"]
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /plans/<uuid:plan_id>": {"review_on": "2027-02-01"},
    "POST /plans/<uuid:plan_id>/actions/return": {"comment": "Ask urology first."},
    f"POST {CASE}/second-opinions": {
        "asked_of": "01a20000-0000-7000-8000-000000000000",
        "question": "Would you go below a bed?",
    },
    "POST /second-opinions/<uuid:opinion_id>/actions/answer": {
        "opinion": "other",
        "answer": "I would wait for urology.",
    },
    f"POST {CASE}/outbound-referrals": outbound.outbound_order(),
    "PATCH /outbound-referrals/<uuid:referral_id>": {"recipient": "Physiotherapy"},
    "POST /outbound-referrals/<uuid:referral_id>/actions/send": outbound.WITHOUT_CONSENT,
    "POST /outbound-referrals/<uuid:referral_id>/actions/receive-result": {"result": "Well"},
    "POST /outbound-referrals/<uuid:referral_id>/actions/cancel": {"reason": "Not needed"},
    f"POST {CASE}/medication-reviews": outbound.review_order(),
    "POST /medication-reviews/<uuid:review_id>/actions/record-result": {
        "outcome": "unchanged",
        "reviewed_by": "Dr Ames",
        "reviewed_on": "2027-01-11",
    },
    "POST /medication-reviews/<uuid:review_id>/actions/cancel": {"reason": "Not needed"},
    "PUT /contacts/<uuid:contact_id>": {"is_safe": True},
    "POST /contacts/<uuid:contact_id>/actions/replace": orders.contact_order(),
    "POST /contacts/<uuid:contact_id>/actions/end": {"reason": "not_theirs"},
    f"PUT {CASE}/safety-plan": outbound.SAFETY_PLAN,
    "POST /programmes": programmes.programme_order(name="Another ward"),
    "PATCH /programmes/<uuid:programme_id>": {"capacity": 2},
    "POST /placements/<uuid:placement_id>/actions/decline": {"reason": "Too far"},
    "POST /placements/<uuid:placement_id>/actions/end": {"reason": "Went home"},
    "POST /placements/<uuid:placement_id>/actions/withdraw": {"reason": "Moves away"},
}


def furnish(case: CaseOf) -> dict[str, str]:
    """A referral out, a review, a safety plan, a place waited for, a number and a question."""
    path = f"/cases/{case.id}"
    case.counsellor.put(f"{path}/safety-plan", outbound.SAFETY_PLAN, version=0)
    review = case.counsellor.post(f"{path}/medication-reviews", outbound.review_order())
    [reached] = case.lead.get(f"/clients/{case.client_id}/contacts").get_json()["data"]
    site = case.lead.site
    there = programmes.programme(site, name=f"Ward {case.id}", capacity=0, settings=SETTINGS)
    return {
        "referral_id": outbound.planned(case),
        "contact_id": reached["id"],
        "review_id": review.get_json()["id"],
        "programme_id": there,
        "placement_id": programmes.asked(case, there),
        "opinion_id": opinions.question(site.web, case, site.person("counsellor")),
    }
