"""Why did treatment end, and how do TEDS-D and NDTMS-shaped exports say it?

The NDTMS-style labels come from a case system of 2015 and are a versioned mapping: obtain the
current documents before claiming conformance.
"""

from __future__ import annotations

from dataclasses import dataclass

from intake.errors import NotFound

NDTMS_LABELS_VERSION = "2015-style"


def reason(code: str) -> DischargeReason:
    """The reason of that code. Raises NotFound."""
    found = next((one for one in REASONS if one.code == code), None)
    if found is None:
        raise NotFound("discharge reason")
    return found


def teds_reason(code: str, *, ended_by_custody: bool = False) -> int:
    """TEDS-D REASON of a discharge. Raises NotFound."""
    found = reason(code)
    custody = found.teds_if_custody_ends_it
    return custody if custody is not None and ended_by_custody else found.teds


@dataclass(frozen=True, slots=True)
class DischargeReason:
    """`teds` is TEDS-D REASON; `ndtms` the number and words of the NDTMS-style label."""

    code: str
    teds: int
    ndtms: str
    teds_if_custody_ends_it: int | None = None


REASONS: tuple[DischargeReason, ...] = (
    DischargeReason("completed_drug_free", 1, "1 Treatment completed drug free"),
    DischargeReason("completed_occasional_use", 1, "2 Treatment completed"),
    DischargeReason("dropped_out", 2, "6 Dropped out/left"),
    DischargeReason("declined_by_client", 2, "12 Treatment declined by client"),
    DischargeReason("withdrawn_by_service", 3, "3 Treatment withdrawn/breach"),
    DischargeReason("transferred_not_custody", 4, "5 Referred on"),
    DischargeReason("transferred_custody", 4, "8 Prison", teds_if_custody_ends_it=5),
    DischargeReason("incarcerated", 5, "8 Prison"),
    DischargeReason("died", 6, "9 Died"),
    DischargeReason("moved_away", 7, "7 Moved away"),
    DischargeReason("no_appropriate_treatment", 7, "4 No appropriate treatment"),
    DischargeReason("inappropriate_referral", 7, "13 Inappropriate referral"),
    DischargeReason("other", 7, "10 Other"),
    DischargeReason("lost_contact", 2, "6 Dropped out/left"),
)
DECLINE_REASONS = (
    "not_eligible",
    "client_declined",
    "no_contact",
    "duplicate",
    "referred_elsewhere",
)
