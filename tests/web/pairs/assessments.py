"""Instruments: kept as a draft, signed at once, signed later; a score that keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass

from tests.makers import bookings
from tests.makers.assessments import assessment_order
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web
from tests.web.browser import pages_of
from tests.web.pairs.pair import Answers, Pair

ORDER = assessment_order("gad7", assessed_on="2027-01-11")
TYPED = {f"answers__{at}": str(given) for at, given in enumerate(ORDER["answers"])} | {
    "mode": "self",
    "assessed_on-day": "11",
    "assessed_on-month": "1",
    "assessed_on-year": "2027",
}


@dataclass(frozen=True)
class Draft:
    """An assessment that isn't signed yet."""

    case: CaseOf
    id: str


def draft(web: Web, site: TestSite) -> Draft:
    """Recorded, not signed."""
    case = bookings.a_case(web, site)
    made = case.counsellor.post(f"/cases/{case.id}/assessments", ORDER).get_json()
    return Draft(case, made["id"])


def fill_in(case: CaseOf, button: str) -> Answers:
    """The questionnaire, sent with one of its buttons."""
    pages, path = pages_of(case.counsellor), f"/cases/{case.id}/assessments/new/gad7"
    pages.get(path)
    at = f"{path}/score" if button == "score" else path
    return [pages.send(at, _do=button, **TYPED)]


def record(case: CaseOf) -> Answers:
    """The same answers."""
    return [case.counsellor.post(f"/cases/{case.id}/assessments", ORDER)]


def record_and_sign(case: CaseOf) -> Answers:
    """The same answers, and the signature."""
    (made,) = record(case)
    return [made, sign(Draft(case, made.get_json()["id"]))[0]]


def sign(one: Draft) -> Answers:
    """The signature."""
    return [one.case.counsellor.act(f"/assessments/{one.id}/actions/sign", version=1)]


def sign_by_page(one: Draft) -> Answers:
    """The button of a draft."""
    pages, path = pages_of(one.case.counsellor), f"/assessments/{one.id}"
    pages.get(path)
    return [pages.send(path)]


CREATE = "console.assessments.create"
PAIRS = (
    Pair(CREATE, "kept", bookings.a_case, lambda case: fill_in(case, "keep"), record),
    Pair(CREATE, "signed", bookings.a_case, lambda case: fill_in(case, "sign"), record_and_sign),
    Pair("console.assessments.sign", "later", draft, sign_by_page, sign),
    Pair(
        "console.assessments.score",
        "keeps nothing",
        bookings.a_case,
        lambda case: fill_in(case, "score"),
        lambda _: [],
    ),
)
