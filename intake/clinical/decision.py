"""What must be said, or signed, when a clinician chooses a setting?

A suggestion is never a decision: any setting may be chosen. Choosing another one than recommended
needs a reason; one below a safety floor needs a clinical lead; cautions are shown, never enforced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from intake.clinical.criteria import mental
from intake.clinical.criteria.criterion import below
from intake.clinical.evaluation import Evaluation
from intake.clinical.rule_set import RuleSet, Setting
from intake.clinical.rule_sets import CURRENT

# How soon a decision is looked at again unless somebody says otherwise: the weekly review of a
# stay, the first review of outpatient treatment, the key worker's of peer support (I3, O3, P2).
REVIEW_AFTER_DAYS: Mapping[str, int] = {
    Setting.INPATIENT.code: 7,
    Setting.OUTPATIENT_CBT.code: 28,
    Setting.PEER_SUPPORT.code: 14,
}
# A review further away than this is none.
LATEST_REVIEW_DAYS = 182
# MoCA below this: defer or adapt CBT (a product decision).
MOCA_TOO_LOW_FOR_CBT = 18


def fired_floors(evaluation: Evaluation) -> dict[str, str]:
    """Floor → setting it demands, of a complete evaluation; empty for an incomplete one."""
    plan = evaluation.recommendation.plan
    return {rule: setting.code for rule, setting in plan.floors} if plan else {}


def needs_sign_off(
    fired: Mapping[str, str], chosen_setting: str, rule_set: RuleSet = CURRENT
) -> bool:
    """Whether the choice lies below a safety floor (F1 to F6, or F7 when it demands a bed).

    A clinical lead, and another person than the one who decides, must then sign it off. `fired`
    is floor → setting, as in a stored result.
    """
    guarded = {floor.id for floor in rule_set.floors if floor.guards_inpatient}
    inpatient = Setting.INPATIENT.code
    demanded = any(rule in guarded and setting == inpatient for rule, setting in fired.items())
    return demanded and chosen_setting != inpatient


def review_on(setting: str, decided_on: date) -> date:
    """The day a decision is looked at again, unless another one is named."""
    return decided_on + timedelta(days=REVIEW_AFTER_DAYS[setting])


def step(before: str, after: str) -> str:
    """How one setting gives way to another: stepped_up, stepped_down, or revised."""
    ranks = {one.code: one for one in Setting}
    if before == after:
        return "revised"
    return "stepped_up" if ranks[after] > ranks[before] else "stepped_down"


def cautions(evaluation: Evaluation, *, setting: str, known: Circumstances) -> tuple[Caution, ...]:
    """What speaks against a choice, as warnings for the person who makes it."""
    by_setting = {
        Setting.INPATIENT.code: (_inpatient,),
        Setting.OUTPATIENT_CBT.code: (_outpatient, _cbt, _group),
        Setting.PEER_SUPPORT.code: (_group,),
    }
    found = [one for check in by_setting[setting] for one in check(evaluation, known)]
    if known.programme_knows_dissociatives is False:
        sentence = "The programme has no experience with dissociative drugs: confirm with a reason."
        found.append(Caution("programme_without_experience", sentence, needs_reason=True))
    return tuple(found)


def _inpatient(_: Evaluation, known: Circumstances) -> Iterator[Caution]:
    if known.consents_to_treatment is not True:
        yield Caution("no_consent", "There is no consent to treatment.")
    if known.sole_carer_without_childcare:
        sentence = "Is the only carer and has no childcare: a barrier to remove, not a refusal."
        yield Caution("sole_carer", sentence)


def _outpatient(evaluation: Evaluation, _: Circumstances) -> Iterator[Caution]:
    safety = sorted(rule for rule in fired_floors(evaluation) if rule <= "F6")
    if safety:
        sentence = f"A safety floor is open ({', '.join(safety)})."
        yield Caution("safety_floor_open", sentence)


def _cbt(evaluation: Evaluation, known: Circumstances) -> Iterator[Caution]:
    if known.intoxicated:
        yield Caution("intoxicated", "Is intoxicated: defer the session.")
    if below(evaluation.facts.moca_total, MOCA_TOO_LOW_FOR_CBT):
        yield Caution("moca_low", "MoCA below 18: defer or adapt CBT.")


def _group(evaluation: Evaluation, known: Circumstances) -> Iterator[Caution]:
    if mental.group_work_is_unsuitable(evaluation.facts):
        yield Caution("group_unsuitable", mental.group_work_is_unsuitable.sentence + ".")
    if known.risk_of_violence:
        yield Caution("violence", "There is a risk of violence in a group.")
    if known.abuser_in_same_group:
        sentence = "A perpetrator of domestic abuse against this person is in the same group."
        yield Caution("abuser_in_group", sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the record of a case adds; None means unknown."""

    consents_to_treatment: bool | None = None
    sole_carer_without_childcare: bool | None = None
    intoxicated: bool | None = None
    risk_of_violence: bool | None = None
    abuser_in_same_group: bool | None = None
    programme_knows_dissociatives: bool | None = None


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning; `needs_reason` ones must be ticked with a reason."""

    code: str
    sentence: str
    needs_reason: bool = False
