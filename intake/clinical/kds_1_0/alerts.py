"""Which facts raise an alert in KDS-1.0, and how soon must somebody respond?

Priorities and response times are product decisions: critical 1 h, high 24 h, medium 72 h, low 7 d.
"""

from __future__ import annotations

from intake.clinical.criteria import mental, physical, social, substance
from intake.clinical.criteria.criterion import Criterion
from intake.clinical.rule_set import AlertRule, Priority

CSSRS = "C-SSRS screener triage (docsbay.net/doc/914678)"
OURS = "Product decision"


def _critical(rule: str, name: str, when: Criterion, source: str = OURS) -> AlertRule:
    return AlertRule(rule, name, Priority.CRITICAL, when, source)


def _high(rule: str, name: str, when: Criterion, source: str = OURS) -> AlertRule:
    return AlertRule(rule, name, Priority.HIGH, when, source)


def _medium(rule: str, name: str, when: Criterion, source: str = OURS) -> AlertRule:
    return AlertRule(rule, name, Priority.MEDIUM, when, source)


def _low(rule: str, name: str, when: Criterion, source: str = OURS) -> AlertRule:
    return AlertRule(rule, name, Priority.LOW, when, source)


ALERTS: tuple[AlertRule, ...] = (
    _critical("A01", "SUICIDE_RISK_HIGH", mental.suicide_risk_is_high, CSSRS),
    _high("A02", "SUICIDE_RISK_MODERATE", mental.suicide_risk_is_moderate, CSSRS),
    _high("A03", "PHQ9_ITEM9_POSITIVE", mental.thinks_of_being_better_off_dead),
    _critical("A04", "UROLOGICAL_EMERGENCY", physical.urological_emergency),
    _high("A05", "VISIBLE_HAEMATURIA", physical.sees_blood_in_urine),
    _medium("A06", "BLADDER_SYMPTOMS", physical.bladder_symptoms_are_moderate),
    _high(
        "A07",
        "RENAL_OR_BILIARY",
        physical.kidney_or_liver_affected,
        "Hydronephrosis (ics.org/2023/abstract/531); biliary change (PubMed 29551711)",
    ),
    _high("A08", "WITHDRAWAL_MEDICAL_REVIEW", physical.withdrawal_needs_medical_review),
    _critical("A09", "ACTIVE_PSYCHOSIS", mental.is_psychotic),
    _high("A10", "PREGNANCY_WITH_USE", physical.pregnant_and_using),
    _high("A11", "OPIOID_CO_USE", substance.opioids_are_used_too),
    _high("A12", "DEPRESSANT_WITHDRAWAL_RISK", substance.is_dependent_on_alcohol_or_sedatives),
    _high("A13", "CHILD_SAFEGUARDING", social.a_child_may_be_at_risk),
    _high("A14", "DOMESTIC_ABUSE", social.suffers_domestic_abuse),
    _high("A15", "RECENT_OVERDOSE", substance.overdosed_recently),
    _high("A16", "SEVERE_DEPRESSION", mental.depression_is_severe),
    _medium("A17", "DRIVING_RISK", social.drives_and_uses),
    _medium("A18", "PRESCRIBED_KETAMINE", substance.is_prescribed_ketamine),
    _medium("A19", "NO_SAFE_CONTACT_CHANNEL", social.has_no_safe_channel),
    _high("A20", "UNDER_18", substance.is_under_18),
    _low("A21", "COGNITIVE_IMPAIRMENT", mental.thinking_is_impaired),
    _medium("A22", "INJECTING", substance.injected_recently),
    _low("A23", "SUICIDE_RISK_LOW", mental.suicide_risk_is_low, CSSRS),
)
