"""Do derived values and codes follow from the record, and say nothing where it is silent?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from intake.clinical import coding, derived
from intake.clinical.evaluation import evaluate
from intake.clinical.facts import known
from intake.clinical.record_sections import ROUTES, SOURCES, SUBSTANCES
from tests.clinical.people import an_intake, somebody


@pytest.mark.parametrize(
    ("grams", "days", "weekly"),
    [
        ("4.0", 30, "28.00"),
        ("1.0", 13, "3.03"),
        ("0.5", 3, "0.35"),
        ("0.8", 8, "1.49"),
        ("0.01", 15, "0.04"),  # 0.035, half up
        ("0.03", 15, "0.11"),  # 0.105, half up: a binary fraction would give 0.10
        ("50", 30, "350.00"),
        ("5", 0, "0.00"),
    ],
)
def test_grams_per_week_are_exact_to_the_cent(grams: str, days: int, weekly: str) -> None:
    assert derived.grams_per_week(Decimal(grams), days) == Decimal(weekly)


def test_grams_are_read_as_they_were_written() -> None:
    intake = an_intake(substance_use={"grams_per_use_day": 0.03, "days_used_30": 15})

    assert evaluate(intake).grams_per_week == Decimal("0.11")


def test_missing_input_gives_nothing_and_never_a_guess() -> None:
    assert derived.grams_per_week(None, 30) is None
    assert derived.grams_per_week(Decimal(1), None) is None
    assert derived.binge_patterns(None, 4) == (None, None)
    assert derived.binge_patterns(0, None) == (None, None)


@pytest.mark.parametrize(
    ("binges", "longest", "expected"),
    [
        (0, 0, (False, False)),
        (1, 1, (False, False)),
        (5, 1, (False, False)),
        (0, 3, (False, False)),
        (1, 2, (True, False)),
        (2, 2, (True, False)),
        (3, 2, (True, True)),
        (3, 1, (False, False)),
    ],
)
def test_one_long_binge_is_a_pattern_and_three_are_frequent(
    binges: int, longest: int, expected: tuple[bool, bool]
) -> None:
    assert derived.binge_patterns(binges, longest) == expected


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2009, 1, 11), date(2027, 1, 11), 18),
        (date(2009, 1, 12), date(2027, 1, 11), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_in_full_years(born: date, on: date, years: int) -> None:
    assert derived.full_years(born, on) == years


@pytest.mark.parametrize(
    ("demographics", "flagged"),
    [
        ({"date_of_birth": "2009-01-12", "age_at_intake": 40}, True),
        ({"date_of_birth": "2009-01-11", "age_at_intake": 17}, False),
        ({"date_of_birth": None, "age_at_intake": 17}, True),
        ({"date_of_birth": None, "age_at_intake": None}, False),
    ],
)
def test_the_birth_date_decides_about_age_and_the_stated_age_only_without_it(
    demographics: dict[str, Any],
    flagged: bool,  # noqa: FBT001  # a column of the table
) -> None:
    intake = an_intake(demographics=demographics, substance_use={"age_first_use": 16})

    raised = {alert.code for alert in evaluate(intake).alerts}

    assert ("A20" in raised) == flagged


@pytest.mark.parametrize(
    ("band", "icd10", "icd11"),
    [
        ("none", None, None),
        ("mild", "F16.10", "6C4D.1"),
        ("moderate", "F16.20", "6C4D.2"),
        ("severe", "F16.20", "6C4D.2"),
        (None, None, None),
    ],
)
def test_codes_are_suggested_by_severity(
    band: str | None, icd10: str | None, icd11: str | None
) -> None:
    assert coding.suggested_icd10cm(band) == icd10
    assert coding.suggested_icd11(band) == icd11


def test_every_substance_and_route_has_a_teds_code() -> None:
    assert set(coding.TEDS_SUBSTANCE) == set(SUBSTANCES)
    assert set(coding.TEDS_ROUTE) == set(ROUTES)


@pytest.mark.parametrize(
    ("substance", "code"), [("ketamine", 19), ("pcp", 8), ("dxm", 18), ("opioid", 7), (None, None)]
)
def test_a_substance_has_its_teds_code(substance: str | None, code: int | None) -> None:
    assert coding.teds_substance(substance) == code


def test_an_opioid_is_heroin_only_when_that_is_recorded() -> None:
    assert coding.teds_substance("opioid", heroin=True) == 5
    assert coding.teds_substance("ketamine", heroin=True) == 19


@pytest.mark.parametrize(("days", "code"), [(0, 1), (1, 2), (29, 2), (30, 3), (None, None)])
def test_frequency_has_its_teds_code(days: int | None, code: int | None) -> None:
    assert coding.teds_frequency(days) == code


@pytest.mark.parametrize(
    ("age", "code"),
    [
        *((5, 1), (11, 1), (12, 2), (14, 2), (15, 3), (17, 3), (18, 4), (20, 4)),
        *((21, 5), (24, 5), (25, 6), (29, 6), (30, 7), (80, 7), (None, None)),
    ],
)
def test_age_of_first_use_has_its_teds_code(age: int | None, code: int | None) -> None:
    assert coding.teds_first_use(age) == code


def test_a_silent_record_gives_no_teds_codes() -> None:
    silent = somebody(primary_substance=None, primary_route=None)

    assert coding.teds(silent)["SUB1"] is None
    assert coding.teds(silent)["ROUTE1"] is None


@pytest.mark.parametrize(
    "value",
    [None, "unknown", "declined", "not_asked", {"status": "unknown"}, {"status": "declined"}],
)
def test_every_way_of_not_knowing_is_missing(value: object) -> None:
    assert known(value) is None


@pytest.mark.parametrize("value", [0, False, "", "stable", [], {"status": "pregnant"}, {"a": 1}])
def test_zero_false_and_empty_are_values(value: object) -> None:
    assert known(value) == value


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("self", 1),
        ("relative", 1),
        ("concerned_other", 1),
        ("drug_service", 2),
        ("needle_exchange", 2),
        ("gp", 3),
        ("hospital", 3),
        ("emergency_department", 3),
        ("urology", 3),
        ("mental_health_service", 3),
        ("midwifery", 3),
        ("education", 4),
        ("employer", 5),
        ("social_services", 6),
        ("community_outreach", 6),
        ("probation", 7),
        ("court", 7),
        ("prison", 7),
        ("police_custody", 7),
        ("other", -9),
        (None, -9),
    ],
)
def test_a_source_of_referral_has_its_teds_code(source: str | None, code: int) -> None:
    assert coding.teds_source(source) == code
    assert set(coding.TEDS_SOURCE) == set(SOURCES)


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, None), (0, 0), (1, 1), (7, 1), (8, 2), (14, 2), (15, 3), (30, 3), (31, 4), (400, 4)],
)
def test_the_wait_has_its_teds_code(days: int, code: int | None) -> None:
    referred = date(2027, 1, 4)

    assert coding.teds_days_waiting(referred, referred + timedelta(days=days)) == code
    assert coding.teds_days_waiting(referred, None) is None
    assert coding.teds_days_waiting(None, referred) is None


def test_counts_end_in_an_open_code() -> None:
    assert [coding.teds_prior_episodes(n) for n in (None, 0, 4, 5, 9)] == [None, 0, 4, 5, 5]
    assert [coding.teds_arrests(n) for n in (None, 0, 1, 2, 7)] == [None, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("employment", "codes"),
    [
        ("full_time", (1, None)),
        ("part_time", (2, None)),
        ("unemployed", (3, None)),
        ("student", (4, 2)),
        ("not_in_labour_force", (4, None)),
        (None, (None, None)),
    ],
)
def test_employment_has_its_teds_codes(
    employment: str | None, codes: tuple[int | None, int | None]
) -> None:
    assert coding.teds_employment(employment) == codes


def test_sex_has_a_teds_code_where_teds_has_one() -> None:
    known = {sex: coding.teds_gender(sex) for sex in ("male", "female", "intersex", None)}

    assert known == {"male": 1, "female": 2, "intersex": None, None: None}
