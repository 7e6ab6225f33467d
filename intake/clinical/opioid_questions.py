"""Which questions does an intake owe as soon as opioids are named?

Together with ketamine they stop the breath: how often they are used, and whether somebody
overdosed of late, can't be left out (rules W17, A11 and A15 read the answers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from intake.clinical import facts
from intake.errors import FieldError

QUESTIONS = (
    ("polysubstance", "opioid_days_30"),
    ("substance_use", "overdose_past_90d"),
)


def missing(answers: Mapping[str, object], pointer: str) -> Iterator[FieldError]:
    """The questions not answered although opioids are named; "unknown" is an answer."""
    if not are_named(answers):
        return
    for section, name in QUESTIONS:
        if facts.section_of(answers, section).get(name) is None:
            message = f"Opioids are named: answer {name}, or say why it is missing."
            yield FieldError(f"{pointer}/{section}/{name}", "required", message)


def are_named(answers: Mapping[str, object]) -> bool:
    """Whether there is dependence, an opioid painkiller for the bladder, or an opioid in use."""
    if facts.section_of(answers, "polysubstance").get("opioid_dependence") is True:
        return True
    painkillers = facts.section_of(answers, "physical").get("bladder_analgesics")
    if isinstance(painkillers, list | tuple) and "opioid" in painkillers:
        return True
    use = facts.section_of(answers, "substance_use")
    further = use.get("further_substances")
    rows = further if isinstance(further, list | tuple) else ()
    named = {row.get("substance") for row in rows if isinstance(row, Mapping)}
    return use.get("primary_substance") == "opioid" or "opioid" in named
