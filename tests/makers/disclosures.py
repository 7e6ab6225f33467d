"""Bodies about what may leave, and a case that it may leave."""

from __future__ import annotations

from typing import Any

from tests.makers.cases import CaseOf
from tests.support.web import Caller

NAME = "Dr Émile Grey"


def disclosure_consent_order(**changes: Any) -> dict[str, Any]:
    """A consent that Dr Grey gets the intake for treatment."""
    return {
        "kind": "specific",
        "purpose": "treatment",
        "data_classes": ["intake", "identity"],
        "discloser": "The clinic",
        "information": "What I said when I came",
        "recipient_names": [NAME],
        "rights_version": "2026-01",
        "expiry": "end_of_treatment",
        "signature_basis": "client",
        "signed_on": "2026-01-05",
        "evidence": "Scan 17, witnessed by the front desk",
    } | changes


def notes_consent_order(**changes: Any) -> dict[str, Any]:
    """A consent of its own kind."""
    return disclosure_consent_order(
        kind="counselling_notes", data_classes=["counselling_notes"]
    ) | changes  # fmt: skip


def disclosure_order(**changes: Any) -> dict[str, Any]:
    """What that consent allows, its name typed differently."""
    return {
        "recipient": {
            "name": "dr  emile GREY",
            "class": "treating_provider",
            "address": "1 Quay Road",
        },
        "purpose": "treatment",
        "data_classes": ["intake"],
    } | changes


def emergency(person: Caller, **changes: Any) -> dict[str, Any]:
    """The four things of 42 CFR 2.51."""
    return {
        "affiliation": "City Hospital",
        "disclosed_by": str(person.staff_id),
        "disclosed_at": "2026-01-06T10:00:00+00:00",
        "nature": "Found unconscious at home",
    } | changes


def consented(case: CaseOf, **changes: Any) -> str:
    """A recorded consent; its id."""
    order = disclosure_consent_order(**changes)
    made = case.coordinator.post(f"/cases/{case.id}/disclosure-consents", order)
    assert made.status_code == 201, made.json
    return str(made.get_json()["id"])


def worked_by(case: CaseOf, person: Caller) -> Caller:
    """The same person, key worker of the case from now on."""
    order = {"key_worker_id": str(person.staff_id)}
    version = int(case.lead.get(f"/cases/{case.id}").get_json()["version"])
    done = case.lead.act(f"/cases/{case.id}/actions/assign", order, version=version)
    assert done.status_code == 200, done.json
    return person


def signed_note(case: CaseOf, text: str, author: Caller | None = None) -> str:
    """A signed counselling note of the counsellor; its id."""
    author = author or case.counsellor
    made = author.post(f"/cases/{case.id}/counselling-notes", {"text": text})
    assert made.status_code == 201, made.json
    note = made.get_json()["id"]
    signed = author.act(f"/counselling-notes/{note}/actions/sign", version=1)
    assert signed.status_code == 200, signed.json
    return str(note)
