"""Which words do the pages of a case use for its states, measures, messages and moves?"""

from __future__ import annotations

from collections.abc import Mapping

from intake.clinical.in_words import SETTING_WORDS
from intake.web import words

#: Word and tone of a case's state.
STATES: Mapping[str, tuple[str, str]] = {
    "referred": ("Referred", "warn"),
    "intake": ("Intake", "info"),
    "assessed": ("Assessed", "info"),
    "plan_chosen": ("Plan chosen", "info"),
    "active": ("In treatment", "ok"),
    "step_down": ("Stepping down", "ok"),
    "discharged": ("Discharged", ""),
    "transferred": ("Transferred", ""),
    "lost_to_follow_up": ("Lost to follow-up", "warn"),
    "deceased": ("Deceased", ""),
    "declined": ("Declined", ""),
}
#: What moving a case there is called.
MOVES = {
    "intake": "Go on to intake",
    "assessed": "Mark as assessed",
    "plan_chosen": "Settle the plan",
    "active": "Begin treatment",
    "step_down": "Step down",
    "discharged": "Discharge",
    "transferred": "Transfer to another service",
    "lost_to_follow_up": "Record as lost to follow-up",
    "deceased": "Record a death",
    "declined": "Decline the referral",
}
BACK = {
    ("plan_chosen", "assessed"): "Take the plan back",
    ("step_down", "active"): "Step up again",
}
SETTINGS = {code: words.setting(code) for code in SETTING_WORDS}
PLAN_STATES: Mapping[str, tuple[str, str]] = {
    "proposed": ("Proposed", "warn"),
    "awaiting_sign_off": ("Awaits sign-off", "warn"),
    "agreed": ("Agreed", "ok"),
}
PURPOSES = {
    "treatment": "Treatment",
    "share_gp": "Letters to the GP",
    "share_urology": "Letters to urology",
    "share_family": "Talking with family",
    "national_reporting": "National reporting",
    "reminders": "Reminders",
    "research": "Research",
}
#: Word, tone and icon of an answer to a purpose.
ANSWERS: Mapping[str, tuple[str, str, str]] = {
    "given": ("Given", "ok", "check-circle-fill"),
    "refused": ("Refused", "", "dash-circle-fill"),
    "withdrawn": ("Withdrawn", "warn", "exclamation-triangle-fill"),
    "expired": ("Expired", "bad", "x-circle-fill"),
}
CHANNELS = {"sms": "Text", "phone": "Phone", "email": "E-mail", "post": "Post"}
TASKS = {
    "alert": "Answer a safety alert",
    "call_client": "Call the person",
    "set_dates": "Set the dates of the stay",
    "sign_off": "Sign off a plan",
    "approve_discharge": "Decide on a discharge",
    "incident_review": "Review the incident",
    "accept_handover": "Answer a handover",
    "deterioration": "Look at a score that got worse",
    "other": "To do",
    "call_back": "Call back",
    "review": "Review",
    "merge": "Merge two records",
    "decide_again": "Decide on the plan again",
    "referral_overdue": "Chase a referral to another service",
    "offer_place": "Offer a place",
    "second_opinion": "Give a second opinion",
}
REMINDERS = {
    "d7": "Text, 7 days before",
    "d3": "Text, 3 days before",
    "d1": "Text, the day before",
    "h2": "Text, 2 hours before",
    "changed": "Text about the change",
}
#: Word, tone and icon of where a reminder stands.
DELIVERY: Mapping[str, tuple[str, str, str]] = {
    "scheduled": ("planned", "", "clock"),
    "leased": ("being sent", "", "clock"),
    "sending": ("being sent", "", "clock"),
    "accepted": ("sent", "ok", "check2"),
    "delivered": ("delivered", "ok", "check-circle-fill"),
    "failed": ("failed", "bad", "x-circle-fill"),
    "dead": ("failed", "bad", "x-circle-fill"),
    "uncertain": ("not known", "warn", "exclamation-triangle-fill"),
    "cancelled": ("not needed", "", "dash-circle-fill"),
    "suppressed": ("held back", "warn", "dash-circle-fill"),
    "expired": ("too late", "warn", "dash-circle-fill"),
}
#: The same of one that failed, once staff did something about it.
SETTLED: Mapping[str, tuple[str, str, str]] = {
    "resent": ("sent again", "", "check2"),
    "spoken": ("failed, the person was told", "", "check2"),
}
#: Word and tone of what became of a visit.
VISIT_STATES: Mapping[str, tuple[str, str]] = {
    "booked": ("Booked", ""),
    "arrived": ("Here", "ok"),
    "fulfilled": ("Attended", "ok"),
    "noshow": ("Didn't come", "bad"),
    "cancelled": ("Cancelled", "warn"),
    "entered_in_error": ("Entered in error", ""),
}
MEASURES = {
    "phq9": "PHQ-9",
    "gad7": "GAD-7",
    "sds": "SDS",
    "kbc6": "Urinary",
    "kwc8": "Withdrawal",
    "dsm5": "DSM-5",
    "cssrs": "C-SSRS",
    "audit_c": "AUDIT-C",
    "craving": "Craving",
    "days_used": "Days used",
}
DUE = {
    "first_time": "Not given in this case yet",
    "repeat_days": "To be repeated",
    "withdrawal": "Part of the withdrawal schedule",
    "phq9_item9": "PHQ-9 item 9 was above zero",
    "risk_at_contact": "At each contact while the risk is raised",
}
FORMATS = {"soap": "SOAP", "dap": "DAP", "birp": "BIRP", "free": "Free text"}


def of(table: Mapping[str, str], code: str | None) -> str:
    """The word for a code; one that nobody translated yet is shown as it is stored."""
    plain = (code or "").replace("_", " ")
    return table.get(code or "", plain[:1].upper() + plain[1:])


def toned(table: Mapping[str, tuple[str, str]], code: str) -> tuple[str, str]:
    """Word and tone of a code."""
    return table.get(code, (of({}, code), ""))


def move(origin: str, target: str) -> str:
    """What moving a case from one state to another is called."""
    return BACK.get((origin, target), of(MOVES, target))
