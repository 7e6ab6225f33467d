"""A referral written down later: the consent is judged as of the day on which it left."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.makers import bookings, cases, disclosures, orders, outbound
from tests.makers.cases import CaseOf
from tests.support.web import TestSite, Web, expect_problem


@pytest.fixture
def case(web: Web, site: TestSite) -> CaseOf:
    """Handed in on Monday, 11 January 2027 at ten."""
    return bookings.a_case(web, site)


def answered(case: CaseOf, status: str) -> None:
    """The person's answer to telling their doctor, now."""
    order = orders.consent_order("share_gp", status=status)
    made = case.counsellor.post(f"/cases/{case.id}/consents", order)
    assert made.status_code == 201, made.json


def revoked(case: CaseOf, consent: str) -> None:
    """The person takes a signed consent back, now."""
    path = f"/disclosure-consents/{consent}/actions/revoke"
    done = case.coordinator.act(path, {"how": "spoken"}, version=1)
    assert done.status_code == 200, done.json


def test_an_answer_given_since_covers_nothing_that_left_before(web: Web, case: CaseOf) -> None:
    referral = outbound.planned(case, kind="gp")
    cases.at_ten(web, "2027-01-14")
    answered(case, "given")

    early = outbound.send(case, referral, sent_on="2027-01-13")
    that_day = outbound.send(case, referral, sent_on="2027-01-14")

    expect_problem(early, 403, "consent-required")
    assert that_day.status_code == 200, that_day.json


def test_what_left_before_an_answer_was_withdrawn_is_written_down(web: Web, case: CaseOf) -> None:
    referral = outbound.planned(case, kind="gp")
    answered(case, "given")
    cases.at_ten(web, "2027-01-14")
    answered(case, "withdrawn")

    that_day = outbound.send(case, referral, sent_on="2027-01-14")
    before = outbound.send(case, referral, sent_on="2027-01-13")

    expect_problem(that_day, 403, "consent-required")
    assert before.status_code == 200, before.json
    assert before.get_json()["consent_basis"] == "consent"


def test_an_answer_counts_until_the_day_it_expires(web: Web, case: CaseOf) -> None:
    referral = outbound.planned(case, kind="gp")
    order = orders.consent_order("share_gp") | {"expires_on": "2027-01-12"}
    made = case.counsellor.post(f"/cases/{case.id}/consents", order)
    assert made.status_code == 201, made.json
    cases.at_ten(web, "2027-01-14")

    expired = outbound.send(case, referral, sent_on="2027-01-13")
    before = outbound.send(case, referral, sent_on="2027-01-12")

    expect_problem(expired, 403, "consent-required")
    assert before.status_code == 200, before.json


def test_a_signature_is_judged_by_the_day_it_left(web: Web, case: CaseOf) -> None:
    referral = outbound.planned(case)
    cases.at_ten(web, "2027-01-18")
    days = {"signed_on": "2027-01-13", "expiry": "on_date", "expires_on": "2027-01-15"}
    consent = disclosures.consented(case, **days)

    answers = {
        day: outbound.send(case, referral, sent_on=day, disclosure_consent_id=consent)
        for day in ("2027-01-12", "2027-01-16", "2027-01-15")
    }

    for day in ("2027-01-12", "2027-01-16"):
        expect_problem(answers[day], 403, "consent-required")
    assert answers["2027-01-15"].status_code == 200, answers["2027-01-15"].json


def test_what_left_before_a_signature_was_revoked_is_written_down(web: Web, case: CaseOf) -> None:
    referral = outbound.planned(case)
    consent = disclosures.consented(case, signed_on="2027-01-11")
    cases.at_ten(web, "2027-01-14")
    revoked(case, consent)

    that_day = outbound.send(case, referral, disclosure_consent_id=consent)
    before = outbound.send(case, referral, sent_on="2027-01-13", disclosure_consent_id=consent)

    expect_problem(that_day, 403, "consent-required")
    assert before.status_code == 200, before.json
    assert before.get_json()["disclosure_consent_id"] == consent


def test_the_day_is_the_sites_own(web: Web) -> None:
    """In New York it is still the thirteenth when the person agrees, late in the evening."""
    case = bookings.a_case(web, web.site(time_zone="America/New_York"))
    referral = outbound.planned(case, kind="gp")
    web.set_clinic_time(dt.datetime(2027, 1, 14, 2, tzinfo=dt.UTC))
    answered(case, "given")

    early = outbound.send(case, referral, sent_on="2027-01-12")
    that_day = outbound.send(case, referral, sent_on="2027-01-13")

    expect_problem(early, 403, "consent-required")
    assert that_day.status_code == 200, that_day.json
