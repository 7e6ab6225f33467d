"""The recommendation, a choice beside it, and a lead's answer to an unsafe one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.makers.cases import CaseOf, assessed
from tests.makers.plans import GOAL, REASON, decided
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.pairs.pair import Answers, Pair

COMMENT = "A bed is free since noon."
CHOICE = {
    "chosen_setting": "outpatient_cbt",
    "override_code": "carer_duties",
    "override_reason": REASON,
    "client_view": "I want to sleep at home.",
    "agreed_how": "phone",
}
AGREED = {"agreed_on-day": "11", "agreed_on-month": "1", "agreed_on-year": "2027"}
DUE = {
    "goals__0__due_on-day": "31",
    "goals__0__due_on-month": "12",
    "goals__0__due_on-year": "2027",
}


@dataclass(frozen=True)
class Unsafe:
    """A choice below a safety minimum."""

    case: CaseOf
    id: str


def binges(web: Web, site: TestSite) -> CaseOf:
    """Assessed: a stay would be suggested."""
    return assessed(web, site, "V01")


def suggested(web: Web, site: TestSite) -> CaseOf:
    """A stay is suggested."""
    case = binges(web, site)
    case.recommend()
    return case


def unsafe(web: Web, site: TestSite) -> Unsafe:
    """It waits for a lead."""
    case = assessed(web, site, "V11")
    return Unsafe(case, decided(case, "outpatient_cbt")["id"])


def ask_by_page(case: CaseOf) -> Answers:
    """The button of the recommendation."""
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/recommendation"
    pages.get(path)
    return [pages.send(path)]


def ask(case: CaseOf) -> Answers:
    """The same."""
    return [case.counsellor.post(f"/cases/{case.id}/recommendation")]


def choose_by_page(case: CaseOf) -> Answers:
    """The whole form, with a goal; the day is the one it is filled in with."""
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/plans/new"
    pages.get(path)
    goal = {f"goals__0__{name}": str(said) for name, said in GOAL.items() if name != "due_on"}
    return [
        pages.send(path, shared_decision="true", adjuncts="J05", **CHOICE, **AGREED, **goal, **DUE)
    ]


def choose(case: CaseOf) -> Answers:
    """The same."""
    body: dict[str, Any] = CHOICE | {
        "recommendation_id": case.recommendation()["id"],
        "shared_decision": True,
        "agreed_on": "2027-01-11",
        "adjuncts": ["J05"],
        "goals": [GOAL],
    }
    return [case.counsellor.post(f"/cases/{case.id}/plans", body)]


def question_by_page(case: CaseOf) -> Answers:
    """A lead is asked."""
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/second-opinions/new"
    pages.get(path)
    return [pages.send(path, asked_of=str(case.lead.staff_id), question="Would you?")]


def question(case: CaseOf) -> Answers:
    """The same."""
    body = {"asked_of": str(case.lead.staff_id), "question": "Would you?"}
    return [case.counsellor.post(f"/cases/{case.id}/second-opinions", body)]


def waiting(web: Web, site: TestSite) -> Unsafe:
    """The lead was asked."""
    case = suggested(web, site)
    return Unsafe(case, question(case)[0].get_json()["id"])


def opinion_by_page(one: Unsafe) -> Answers:
    """The lead doesn't agree."""
    pages, path = pages_of(one.case.lead), f"/second-opinions/{one.id}"
    pages.get(path)
    return [pages.send(path, opinion="disagree", answer="Urology first.")]


def opinion(one: Unsafe) -> Answers:
    """The same."""
    body = {"opinion": "disagree", "answer": "Urology first."}
    return [one.case.lead.act(f"/second-opinions/{one.id}/actions/answer", body, version=1)]


def answer_by_page(one: Unsafe, button: str) -> Answers:
    """A button below the decision."""
    pages, path = pages_of(one.case.lead), f"/plans/{one.id}"
    pages.get(path)
    said = {"comment": COMMENT} if button == "return" else {}
    return [pages.send(path, _do=button, **said)]


def answer(one: Unsafe, action: str, body: Any = None) -> Answers:
    """The same."""
    return [one.case.lead.act(f"/plans/{one.id}/actions/{action}", body, version=1)]


PAIRS = (
    Pair("console.plans.ask", "worked out", binges, ask_by_page, ask),
    Pair("console.plans.decide", "otherwise", suggested, choose_by_page, choose),
    Pair("console.second_opinions.ask", "a lead", suggested, question_by_page, question),
    Pair("console.second_opinions.answer", "disagrees", waiting, opinion_by_page, opinion),
    Pair(
        "console.plans.answer",
        "signed off",
        unsafe,
        lambda one: answer_by_page(one, "sign"),
        lambda one: answer(one, "sign-off"),
    ),
    Pair(
        "console.plans.answer",
        "returned",
        unsafe,
        lambda one: answer_by_page(one, "return"),
        lambda one: answer(one, "return", {"comment": COMMENT}),
    ),
)
