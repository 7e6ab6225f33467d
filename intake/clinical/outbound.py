"""Which other service does an addition to the plan ask for, and by when must the person be seen?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = (
    "urology",
    "hepatology",
    "physiotherapy",
    "speech_therapy",
    "psychiatry",
    "obstetrics",
    "gp",
    "housing",
    "safeguarding",
    "other",
)
URGENCIES = ("routine", "urgent", "emergency")
# What may leave without the person's consent, with the reason in words.
WITHOUT_CONSENT = ("safeguarding", "emergency")
# Which consent of the record covers which service; any other needs a signed consent to disclosure.
CONSENT_FOR: Mapping[str, str] = {"urology": "share_urology", "gp": "share_gp"}
# Somebody looks into it when nothing came back (features: C16).
OPEN_TOO_LONG_DAYS = 14

# Where the rules give no day (product decisions): bloods before urology, pregnancy as G1 of the
# follow-up, a child at risk on the next day, everything else within four weeks.
SEEN_WITHIN_DAYS: Mapping[str, int] = {"J02": 7, "J03": 14, "J09": 7, "J14": 1}
OTHERWISE_DAYS = 28
OTHERWISE = timedelta(days=OTHERWISE_DAYS)
URGENCY: Mapping[str, str] = {"J14": "urgent"}
# J01 by its level: a two-week path when urgent (BJPsych Open 2025), six weeks when routine.
UROLOGY_DAYS: Mapping[str, int] = {"emergency": 0, "urgent": 14, "routine": 42}
# J07, J08, J12 and J13 (cognitive screen, naloxone, driving advice, harm-reduction pack) are done
# by this service itself: nobody is asked.
SERVICE: Mapping[str, str] = {
    "J01": "urology",
    "J02": "gp",
    "J03": "hepatology",
    "J04": "psychiatry",
    "J05": "physiotherapy",
    "J06": "speech_therapy",
    "J09": "obstetrics",
    "J10": "housing",
    "J11": "gp",
    "J14": "safeguarding",
    "J15": "other",
}
# Which medicine an addition asks a prescriber about; the referral beside it is how they are asked.
MEDICINE: Mapping[str, str] = {"J04": "antidepressant"}
ASKED_OF = "Psychiatry, through the referral of this plan"
QUESTIONS: Mapping[str, str] = {
    "J04": "PHQ-9 is 15 or more (rule J04): is an antidepressant wanted, or another one?"
}


def chosen(suggested: Iterable[str], codes: Iterable[str] | None) -> tuple[str, ...]:
    """The additions of a decision as they are stored, with the level the rules gave them.

    `suggested` are those of the recommendation, such as J05 or J01:urgent; `codes` those chosen,
    without level, None meaning all suggested. One that nobody suggested has no level: routine.
    """
    known = {one.partition(":")[0]: one for one in suggested}
    return tuple(known.values() if codes is None else (known.get(one, one) for one in codes))


def wanted(adjuncts: Iterable[str], *, decided_on: date) -> tuple[Wanted, ...]:
    """The referrals that the additions of a recommendation ask for, in their order.

    `adjuncts` are codes as stored, such as J05 or J01:urgent; `decided_on` is the day they count
    from.
    """
    found = []
    for one in adjuncts:
        code, _, level = one.partition(":")
        if code in SERVICE:
            days = UROLOGY_DAYS[level] if level else SEEN_WITHIN_DAYS.get(code, OTHERWISE_DAYS)
            due_by = decided_on + timedelta(days=days)
            urgency = level or URGENCY.get(code, "routine")
            found.append(Wanted(code, SERVICE[code], urgency, due_by))
    return tuple(found)


def reviews(adjuncts: Iterable[str], *, decided_on: date) -> tuple[WantedReview, ...]:
    """The reviews of medicines that the additions of a recommendation ask for; as `wanted`."""
    return tuple(
        WantedReview(MEDICINE[one], ASKED_OF, QUESTIONS[one], decided_on + OTHERWISE)
        for one in adjuncts
        if one in MEDICINE
    )


def is_covered(kind: str, consents: Mapping[str, str]) -> bool:
    """Whether the answers of the record (purpose → newest status) allow asking that service."""
    purpose = CONSENT_FOR.get(kind)
    return purpose is not None and consents.get(purpose) == "given"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One referral to be made: adjunct J01 … J15, service, urgency, and the day to be seen by."""

    adjunct: str
    kind: str
    urgency: str
    due_by: date


@dataclass(frozen=True, slots=True)
class WantedReview:
    """A review of a medicine to be asked for: of whom, what, and the day it is expected by."""

    medicine: str
    asked_of: str
    question: str
    due_by: date
