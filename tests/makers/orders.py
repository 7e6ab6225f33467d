"""Bodies that the API takes: the smallest valid one of each kind."""

from __future__ import annotations

import itertools
from typing import Any

_numbers = itertools.count(100)

#: Every immediate-risk question answered.
NO_RISK: dict[str, Any] = {
    "polysubstance": {
        "opioid_dependence": False,
        "alcohol_dependence": False,
        "sedative_dependence": False,
    },
    "physical": {"urinary_retention": False, "flank_pain": False, "fever": False},
    "mental_health": {"psychosis_current": False},
}

#: Every field an intake must have, said in the shortest way.
COMPLETE: dict[str, Any] = {
    "referral": {"triage_date": "2026-01-06", "previous_treatment_episodes": 0},
    "demographics": {
        "sex_at_birth": "female",
        "no_fixed_abode": True,
        "local_authority": {"status": "not_asked"},
    },
    "allergies": {"status": "unknown"},
}


def client_order(**changes: Any) -> dict[str, Any]:
    """A person nobody has met before."""
    number = next(_numbers)
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
    return {
        "given_name": "Maya",
        "family_name": f"Linton{letters}",
        "date_of_birth": "1997-03-14",
    } | changes


def contact_order(**changes: Any) -> dict[str, Any]:
    """A safe number that was read back."""
    return {
        "channel": "sms",
        "value": "+44 7700 900123",
        "is_safe": True,
        "is_preferred": True,
        "is_confirmed": True,
    } | changes


def consent_order(purpose: str = "treatment", **changes: Any) -> dict[str, Any]:
    """A consent that was given."""
    return {"purpose": purpose, "status": "given", "wording_version": "2026-01"} | changes


def reachable_client(**changes: Any) -> dict[str, Any]:
    """A person who agreed to treatment and reminders, with a safe number."""
    return (
        client_order(
            contacts=[contact_order()],
            consents=[consent_order("treatment"), consent_order("reminders")],
        )
        | changes
    )


def referral_order(**changes: Any) -> dict[str, Any]:
    """A self-referral."""
    return {"source": "self", "referral_date": "2026-01-05"} | changes


def intake_order(**changes: Any) -> dict[str, Any]:
    """A referral of a new person with nothing asked yet."""
    return {"client": reachable_client(), "referral": referral_order()} | changes
