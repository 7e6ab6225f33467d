"""Which referrals an addition to the plan asks for, by when, and on whose agreement."""

from __future__ import annotations

from datetime import date

import pytest

from intake.clinical import outbound
from intake.clinical.rule_sets import CURRENT

DAY = date(2027, 1, 13)


@pytest.mark.parametrize(
    ("adjunct", "kind", "urgency", "due_by"),
    [
        ("J01:emergency", "urology", "emergency", date(2027, 1, 13)),
        ("J01:urgent", "urology", "urgent", date(2027, 1, 27)),
        ("J01:routine", "urology", "routine", date(2027, 2, 24)),
        ("J02", "gp", "routine", date(2027, 1, 20)),
        ("J03", "hepatology", "routine", date(2027, 1, 27)),
        ("J04", "psychiatry", "routine", date(2027, 2, 10)),
        ("J05", "physiotherapy", "routine", date(2027, 2, 10)),
        ("J06", "speech_therapy", "routine", date(2027, 2, 10)),
        ("J09", "obstetrics", "routine", date(2027, 1, 20)),
        ("J10", "housing", "routine", date(2027, 2, 10)),
        ("J11", "gp", "routine", date(2027, 2, 10)),
        ("J14", "safeguarding", "urgent", date(2027, 1, 14)),
        ("J15", "other", "routine", date(2027, 2, 10)),
    ],
)
def test_an_addition_names_service_urgency_and_day(
    adjunct: str, kind: str, urgency: str, due_by: date
) -> None:
    (found,) = outbound.wanted([adjunct], decided_on=DAY)

    assert (found.adjunct, found.kind, found.urgency, found.due_by) == (
        adjunct[:3],
        kind,
        urgency,
        due_by,
    )


def test_what_the_service_does_itself_is_asked_of_nobody() -> None:
    assert outbound.wanted(["J07", "J08", "J12", "J13"], decided_on=DAY) == ()


def test_every_addition_is_decided_about() -> None:
    known = {one.id for one in CURRENT.adjuncts}

    assert known == outbound.SERVICE.keys() | {"J07", "J08", "J12", "J13"}
    assert set(outbound.SERVICE.values()) <= set(outbound.KINDS)


@pytest.mark.parametrize(
    ("kind", "consents", "expected"),
    [
        ("gp", {"share_gp": "given"}, True),
        ("gp", {"share_gp": "refused"}, False),
        ("gp", {"share_urology": "given"}, False),
        ("urology", {"share_urology": "given"}, True),
        ("urology", {"share_urology": "expired"}, False),
        ("housing", {"share_gp": "given", "share_family": "given"}, False),
        ("gp", {}, False),
    ],
)
def test_an_answer_covers_the_service_it_names(
    kind: str, consents: dict[str, str], *, expected: bool
) -> None:
    assert outbound.is_covered(kind, consents) is expected


def test_an_antidepressant_review_comes_of_one_rule_alone() -> None:
    every = [one.id for one in CURRENT.adjuncts]

    found = outbound.reviews(every, decided_on=DAY)

    assert [(one.medicine, one.due_by) for one in found] == [("antidepressant", date(2027, 2, 10))]
    assert outbound.reviews(["J05"], decided_on=DAY) == ()
