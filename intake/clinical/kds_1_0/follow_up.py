"""Which dated obligations make up the follow-up schedule of KDS-1.0, and when does each apply?

The weekly inpatient reviews I3.1, I3.2 … are counted out by the schedule itself. Session pattern
beside it (product decision): CBT weekly for 12 weeks, intensive twice a week for 4 weeks and then
weekly; peer group weekly; inpatient stay 21 to 28 days.
"""

from __future__ import annotations

from intake.clinical.criteria import mental, physical
from intake.clinical.rule_set import Anchor, Setting, Situation, Step


def _is_urgent(situation: Situation) -> bool:
    """The recommendation is urgent."""
    return situation.urgency != "none"


def _needs_safety_check(situation: Situation) -> bool:
    """A02 or A03, and not A01."""
    return bool(situation.alerts & {"A02", "A03"}) and "A01" not in situation.alerts


def _outpatient(situation: Situation) -> bool:
    """Outpatient setting."""
    return situation.setting is Setting.OUTPATIENT_CBT


def _peer(situation: Situation) -> bool:
    """Peer-support setting."""
    return situation.setting is Setting.PEER_SUPPORT


def _inpatient(situation: Situation) -> bool:
    """Inpatient setting."""
    return situation.setting is Setting.INPATIENT


def _enhanced(situation: Situation) -> bool:
    """Enhanced monitoring, for want of a bed that was recommended."""
    return situation.enhanced_monitoring and situation.setting is not Setting.INPATIENT


def _inpatient_at_risk(situation: Situation) -> bool:
    """Inpatient setting with A01, A02 or A03."""
    return _inpatient(situation) and bool(situation.alerts & {"A01", "A02", "A03"})


def _inpatient_not_at_risk(situation: Situation) -> bool:
    """Inpatient setting without A01, A02 and A03."""
    return _inpatient(situation) and not _inpatient_at_risk(situation)


def _bladder(situation: Situation) -> bool:
    """KBC-6 of 3 or more."""
    return situation.setting is not None and physical.has_some_bladder_symptoms(situation.facts)


def _urology_urgent(situation: Situation) -> bool:
    """J01 urgent."""
    return situation.setting is not None and "J01:urgent" in situation.adjuncts


def _urology_routine(situation: Situation) -> bool:
    """J01 routine."""
    return situation.setting is not None and "J01:routine" in situation.adjuncts


def _mood(situation: Situation) -> bool:
    """PHQ-9 or GAD-7 of 10 or more."""
    facts = situation.facts
    return situation.setting is not None and mental.mood_or_anxiety_needs_repeating(facts)


def _pregnant(situation: Situation) -> bool:
    """Pregnant."""
    return situation.setting is not None and physical.is_pregnant(situation.facts)


D0, ADMISSION, DISCHARGE = Anchor.DECISION, Anchor.ADMISSION, Anchor.DISCHARGE
CYCLE = "12-week cycle; professional knowledge, to be confirmed"
CLINIC = "Joint clinics run a 2-week path (BJPsych Open 2025)"
AFTER_DISCHARGE = (
    "NICE QS159 and NG53: 48 h at suicide risk, all within 7 days; NCISH: peak on day 3"
)

FOLLOW_UP: tuple[Step, ...] = (
    Step("U0", "urgent review / transfer", D0, 0, _is_urgent, hard=True),
    Step("S1", "suicide-risk safety check", D0, 1, _needs_safety_check, hard=True),
    Step("O1", "first CBT session", D0, 7, _outpatient, "HEDIS IET: initiation within 14 days"),
    Step(
        "O2",
        "engagement check: 2 further sessions attended",
        D0,
        41,
        _outpatient,
        "HEDIS IET: engagement within 34 days of the first session",
    ),
    Step("O3", "outcome review week 4", D0, 28, _outpatient, CYCLE),
    Step("O4", "outcome review week 12", D0, 84, _outpatient, CYCLE),
    Step("O5", "relapse check 6 months", D0, 182, _outpatient, CYCLE),
    Step("O6", "relapse check 12 months", D0, 365, _outpatient, CYCLE),
    Step("E1", "enhanced monitoring phone contact", D0, 3, _enhanced),
    Step("E2", "enhanced monitoring phone contact", D0, 10, _enhanced),
    Step("E3", "enhanced monitoring phone contact", D0, 17, _enhanced),
    Step("E4", "enhanced monitoring phone contact", D0, 24, _enhanced),
    Step("P1", "first peer-support contact", D0, 7, _peer),
    Step("P2", "key-worker check", D0, 14, _peer),
    Step("P3", "review week 6", D0, 42, _peer),
    Step("P4", "outcome review week 12", D0, 84, _peer),
    Step("P5", "relapse check 6 months", D0, 182, _peer),
    Step("I1", "pre-admission contact", D0, 2, _inpatient, before_admission=True),
    Step("I2", "admission", ADMISSION, 0, _inpatient, hard=True),
    Step(
        "X1", "post-discharge contact", DISCHARGE, 2, _inpatient_at_risk, AFTER_DISCHARGE, hard=True
    ),
    Step(
        "X1",
        "post-discharge contact",
        DISCHARGE,
        3,
        _inpatient_not_at_risk,
        AFTER_DISCHARGE,
        hard=True,
    ),
    Step("X2", "first step-down CBT session", DISCHARGE, 7, _inpatient, "HEDIS FUI: 7 days"),
    Step("X3", "30-day review", DISCHARGE, 30, _inpatient, "HEDIS FUI: 30 days"),
    Step("X4", "3-month relapse check", DISCHARGE, 90, _inpatient),
    Step("X5", "6-month relapse check", DISCHARGE, 180, _inpatient),
    Step("X6", "12-month relapse check", DISCHARGE, 365, _inpatient),
    Step("B1", "repeat KBC-6", D0, 28, _bladder, "4-week rule in a pathway draft"),
    Step("B2", "urology referral sent", D0, 1, _urology_urgent, CLINIC, hard=True),
    Step("B3", "urology seen by", D0, 14, _urology_urgent, CLINIC),
    Step("B2", "urology referral sent", D0, 7, _urology_routine, CLINIC),
    Step("B3", "urology seen by", D0, 42, _urology_routine, CLINIC),
    Step("M1", "repeat PHQ-9 and GAD-7", D0, 14, _mood, "Session-by-session monitoring (IAPT)"),
    Step("G1", "obstetric contact", D0, 7, _pregnant),
)
