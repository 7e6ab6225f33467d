"""Is an intake's record sound, and what does it still lack? Every wrong field is named.

Two readers: the API keeps a strict record (`check_answers`), and the engine reads a whole intake
in the shape of the worked examples (`intake_errors`), where null, absent and the words
`unknown`, `declined` and `not_asked` all mean missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from intake.clinical import contact_questions, facts, opioid_questions, unknown_names
from intake.clinical.facts import known
from intake.clinical.record_field import Field, choices, parse_day, value_errors
from intake.clinical.record_sections import CHANNELS, LISTS, SECTIONS
from intake.errors import FieldError

# What the engine checks: what it reads, and the measures beside it. The rest of the record was
# checked when it was stored; a field of a later release must not stop a recommendation.
READ_BY_THE_ENGINE = {name for names in facts.SECTIONS.values() for name in names} | {
    "referral_date",
    "age_at_intake",
    "status",
    "weeks",
    "days_used_28",
    "years_regular_use",
    "days_since_last_use",
    "grams_per_binge",
    "tolerance_increase",
    "quit_attempts_lifetime",
    "overdose_lifetime",
    "cannabis_days_30",
    "dissociation_between_uses",
    "previous_suicide_attempt",
    "children_in_household",
    "arrests_30d",
}
ELSEWHERE = {
    "date_of_birth": "Send date_of_birth with the client.",
    "contact": "Send contact points with the client; the rest is contact_and_capacity.",
    "consent": "Record consents of their own.",
    "instruments": "Send instruments as assessments.",
}
EARLIEST_BIRTH = 1903
INTAKE_DATES = (
    "intake_date",
    "plan_decision_date",
    "planned_admission_date",
    "planned_discharge_date",
)


def check_answers(
    answers: Mapping[str, object], *, pointer: str = "/answers", today: date | None = None
) -> tuple[FieldError, ...]:
    """Everything wrong with a stored or draft record; absent fields are fine.

    A value may be `{"status": "unknown"|"declined"|"not_asked"}`; null only where a measurement
    was not made. `today` also refuses a referral from the future.
    """
    found = [*_section_errors(answers, pointer), *triaged_early(answers, pointer=pointer)]
    if today is not None and (date_error := _referred_later(answers, pointer, today)):
        found.append(date_error)
    return tuple(found)


def missing_for_submit(
    answers: Mapping[str, object], *, pointer: str = "/answers"
) -> tuple[FieldError, ...]:
    """What registering the referral needs, and the immediate-risk questions not yet answered."""
    return (*_missing(answers, {"R", "S"}, pointer), *opioid_questions.missing(answers, pointer))


def missing_for_assessed(
    answers: Mapping[str, object], *, pointer: str = "/answers"
) -> tuple[FieldError, ...]:
    """What must be answered before an intake counts as complete."""
    return (
        *_missing(answers, {"R", "S", "I"}, pointer),
        *opioid_questions.missing(answers, pointer),
        *contact_questions.missing(answers, pointer),
        *_nowhere(answers, pointer),
    )


def triaged_early(
    answers: Mapping[str, object], *, pointer: str = "/answers"
) -> Iterator[FieldError]:
    """A triage before the referral; both dates stand in the section `referral`."""
    referral = facts.section_of(answers, "referral")
    referred, triaged = (parse_day(referral.get(f"{one}_date")) for one in ("referral", "triage"))
    if referred is not None and triaged is not None and triaged < referred:
        message = "The triage can't be before the referral; correct one of the dates."
        yield FieldError(f"{pointer}/referral/triage_date", "before_referral", message)


def split_sealed(
    answers: Mapping[str, object],
) -> tuple[dict[str, object], dict[str, object]]:
    """The record in two: what may lie open, and free text about a person to be sealed.

    Lists (medication, allergies, goals) hold free text and are sealed whole.
    """
    plain: dict[str, object] = {}
    sealed: dict[str, object] = {}
    for name, section in answers.items():
        if name in LISTS:
            sealed[name] = section
        elif isinstance(section, Mapping):
            private = {one.name for one in SECTIONS.get(name, ()) if one.sealed}
            plain[name] = {key: value for key, value in section.items() if key not in private}
            if inside := {key: value for key, value in section.items() if key in private}:
                sealed[name] = inside
        else:
            plain[name] = section
    return plain, sealed


def intake_errors(intake: Mapping[str, object]) -> tuple[FieldError, ...]:
    """What makes a whole intake unusable for the engine: wrong types, ranges and dates."""
    return tuple(
        found
        for found in (*_engine_sections(intake), *_engine_dates(intake), *_engine_people(intake))
        if found.code != "too_precise"  # more decimals than are stored harm nothing here
    )


def _section_errors(answers: Mapping[str, object], pointer: str) -> Iterator[FieldError]:
    for name, section in answers.items():
        here = f"{pointer}/{name}"
        if name in LISTS:
            if section is None:
                yield FieldError(here, "null", f"Leave {name} out, or say why it is missing.")
            else:
                yield from value_errors(LISTS[name], section, here)
        elif name not in SECTIONS:
            yield _unknown(name, pointer, (*SECTIONS, *LISTS), "section")
        elif not isinstance(section, Mapping):
            yield FieldError(here, "wrong_type", f"{name} must be an object with its fields.")
        else:
            yield from _fields_errors(section, SECTIONS[name], here)


def _fields_errors(
    section: Mapping[str, object], fields: tuple[Field, ...], pointer: str
) -> Iterator[FieldError]:
    by_name = {one.name: one for one in fields}
    for name, value in section.items():
        here = f"{pointer}/{name}"
        what = by_name.get(name)
        if what is None:
            yield _unknown(name, pointer, by_name, "field")
        elif value is not None:
            yield from value_errors(what, value, here)
        elif not what.nullable:
            message = f"{name} can't be null: leave it out, or say why it is missing."
            yield FieldError(here, "null", message)


def _unknown(name: str, pointer: str, known_names: Collection[str], what: str) -> FieldError:
    if name in ELSEWHERE:
        return FieldError(f"{pointer}/{name}", f"unknown_{what}", ELSEWHERE[name])
    return unknown_names.refused(name, pointer, known=known_names, what=what)


def _referred_later(answers: Mapping[str, object], pointer: str, today: date) -> FieldError | None:
    referral = answers.get("referral")
    referred = parse_day(referral.get("referral_date")) if isinstance(referral, Mapping) else None
    if referred is None or referred <= today:
        return None
    message = "The referral can't be in the future; enter the day it was made."
    return FieldError(f"{pointer}/referral/referral_date", "in_the_future", message)


def _missing(answers: Mapping[str, object], wanted: set[str], pointer: str) -> Iterator[FieldError]:
    for name, fields in SECTIONS.items():
        section = answers.get(name)
        given = section if isinstance(section, Mapping) else {}
        for one in fields:
            if one.required in wanted and given.get(one.name) is None:
                message = f"Answer {one.name}, or say that it is unknown, declined or not asked."
                yield FieldError(f"{pointer}/{name}/{one.name}", "required", message)
    for name, rows in LISTS.items():
        if rows.required in wanted and not answers.get(name):
            message = f"List the {name}, or say that none are known."
            yield FieldError(f"{pointer}/{name}", "required", message)


def _nowhere(answers: Mapping[str, object], pointer: str) -> Iterator[FieldError]:
    """A postcode, or the word that there is no fixed abode, or why neither is known."""
    demographics = facts.section_of(answers, "demographics")
    if demographics.get("no_fixed_abode") is True or demographics.get("postcode") is not None:
        return
    message = "Enter the postcode, or say that there is no fixed abode."
    yield FieldError(f"{pointer}/demographics/postcode", "required", message)


def _engine_sections(intake: Mapping[str, object]) -> Iterator[FieldError]:
    for name in (*SECTIONS, "contact", "instruments"):
        section = known(intake.get(name))
        if section is None:
            continue
        if not isinstance(section, Mapping):
            yield FieldError(f"/{name}", "wrong_type", f"{name} must be an object.")
            continue
        for one in SECTIONS.get(name, ()):
            value = known(section.get(one.name))
            if value is not None and one.name in READ_BY_THE_ENGINE:
                yield from value_errors(one, value, f"/{name}/{one.name}")


def _engine_dates(intake: Mapping[str, object]) -> Iterator[FieldError]:
    for name in INTAKE_DATES:
        value = known(intake.get(name))
        if value is not None and parse_day(value) is None:
            message = f"{name} must be a date written YYYY-MM-DD."
            yield FieldError(f"/{name}", "not_a_date", message)


def _engine_people(intake: Mapping[str, object]) -> Iterator[FieldError]:
    born = known(facts.section_of(intake, "demographics").get("date_of_birth"))
    if born is not None:
        yield from _birth_errors(parse_day(born), parse_day(intake.get("intake_date")))
    channels = known(facts.section_of(intake, "contact").get("safe_channels"))
    if channels is not None:
        what = choices("safe_channels", *CHANNELS)
        yield from value_errors(what, channels, "/contact/safe_channels")


def _birth_errors(born: date | None, seen: date | None) -> Iterator[FieldError]:
    here = "/demographics/date_of_birth"
    if born is None:
        message = "date_of_birth must be a date written YYYY-MM-DD."
        yield FieldError(here, "not_a_date", message)
    elif born.year < EARLIEST_BIRTH:
        message = f"Enter a date of birth from {EARLIEST_BIRTH} on."
        yield FieldError(here, "out_of_range", message)
    elif seen is not None and born > seen:
        message = "The birth can't be after the intake; correct one of the dates."
        yield FieldError(here, "in_the_future", message)
