"""How does the care around a plan read in the course of a case? Arms, goals, other services."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from intake.services.courses import CourseEntry
from intake.web import case_words, words

#: Icon, tone, what happened, and the rest of the sentence.
Said = tuple[str, str, str, str]


def _arm_began(one: CourseEntry) -> Said:
    setting = case_words.of(case_words.SETTINGS, one.code)
    return "flag", "", f"Treated from here: {setting}", _why(one.detail)


def _arm_ended(one: CourseEntry) -> Said:
    setting = case_words.of(case_words.SETTINGS, one.code)
    return "flag", "", f"No longer: {setting}", _why(one.detail)


def _goal(one: CourseEntry) -> Said:
    sure = f", confidence {one.number} of 10" if one.number is not None else ""
    return "flag", "", "Goal", f": {_word(one.code)}, {_word(one.state)}{sure}"


def _outbound(one: CourseEntry) -> Said:
    urgent = "" if one.detail == "routine" else f", {_word(one.detail)}"
    return (
        "file-earmark-text",
        "",
        f"Referral to {_word(one.code)}",
        f": {_word(one.state)}{urgent}",
    )


def _safety_plan(one: CourseEntry) -> Said:
    return "shield-check", "", "Safety plan written", f", version {one.number}"


def _clearance(one: CourseEntry) -> Said:
    tone = "bad" if one.state == "not_cleared" else ""
    return "clipboard2-pulse", tone, "Medical clearance", f": {_word(one.state)}"


def _opinion(one: CourseEntry) -> Said:
    return "people", "", "Second opinion", f": {words.said(words.OPINIONS, one.state).lower()}"


def _proposal(one: CourseEntry) -> Said:
    return "person-plus", "", f"Proposal: {_word(one.code)}", f", {_word(one.state)}"


def _attempt(one: CourseEntry) -> Said:
    tone = "ok" if one.state == "reached" else ""
    return "chat-dots", tone, "Tried to reach", f" by {_word(one.code)}: {_word(one.state)}"


def _word(code: str | None) -> str:
    return words.said({}, code).lower()


def _why(code: str | None) -> str:
    return f" ({_word(code)})" if code else ""


KINDS: Mapping[str, Callable[[CourseEntry], Said]] = {
    "arm_began": _arm_began,
    "arm_ended": _arm_ended,
    "goal": _goal,
    "outbound_referral": _outbound,
    "safety_plan": _safety_plan,
    "clearance": _clearance,
    "proposal": _proposal,
    "second_opinion": _opinion,
    "contact_attempt": _attempt,
}
