"""In which step of an intake is which question asked? Every field of the record has its place.

A step asks single fields first, then the rest of whole sections. A section that no step names, such
as one of a later release, is asked in the step of social matters, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from intake.clinical import quick_note
from intake.clinical.record_field import Field
from intake.clinical.record_sections import LISTS, SECTIONS

#: The case holds these since the referral was registered; its triage is recorded there too.
HELD_BY_CASE = {
    "referral": frozenset(
        {
            "source",
            "referral_date",
            "urgency",
            "reason",
            "referrer_name",
            "referrer_organisation",
            "referrer_contact",
        }
    ),
    # Worked out from the date of birth.
    "demographics": frozenset({"age_at_intake"}),
}
SAFETY = (
    ("mental_health", "psychosis_current"),
    ("mental_health", "self_harm"),
    ("physical", "urinary_retention"),
    ("physical", "flank_pain"),
    ("physical", "fever"),
    ("social", "domestic_abuse_current"),
    ("social", "child_safeguarding_concern"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One field and the section it stands in; a section that is a list is one field."""

    section: str
    field: Field

    @property
    def name(self) -> str:
        """The name of the form's field, which is its place in the body that the API takes."""
        if self.section in LISTS:
            return f"answers.{self.section}"
        return f"answers.{self.section}.{self.field.name}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in the address, what it is called, and the sections asked in it."""

    slug: str
    title: str
    hint: str
    sections: tuple[str, ...] = ()
    single: tuple[tuple[str, str], ...] = ()


STEPS = (
    Step("safety", "Caller and safety", "Is the person safe now?", single=SAFETY),
    Step("person", "Person", "Name, birth date, who they are", ("demographics",)),
    Step("contact", "Contact and safe contact", "How we may reach them", ("contact_and_capacity",)),
    Step("referral", "Referral", "Who sent them, and when", ("referral",)),
    Step("use", "Use pattern", "Amount, days, binges, K-hole", ("substance_use", "polysubstance")),
    Step(
        "physical",
        "Withdrawal and physical",
        "Bladder, kidney, medicines, allergies",
        ("physical", "pregnancy", "medication", "allergies"),
    ),
    Step("mental", "Mental health", "Mood, harm, what was there before", ("mental_health",)),
    Step(
        "social",
        "Social and support",
        "Home, work, family, what they want",
        ("social", "preferences", "goals"),
    ),
    Step("consent", "Consent", "What the person agrees to"),
)
LAST_RESORT = "social"
#: Shown beside the questions of every step.
NOTE = Place(quick_note.SECTION, quick_note.FIELDS[0])
BY_SLUG: Mapping[str, Step] = {one.slug: one for one in STEPS}


@cache
def groups(slug: str) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """What a step asks, section by section; "" is the group of its single fields."""
    step = BY_SLUG[slug]
    singly = {pair for one in STEPS for pair in one.single}
    found = [("", tuple(Place(name, _field(name, field)) for name, field in step.single))]
    for section in _sections(step):
        if section in LISTS:
            found.append((section, (Place(section, LISTS[section]),)))
            continue
        held = HELD_BY_CASE.get(section, frozenset())
        rest = (
            one
            for one in SECTIONS.get(section, ())
            if one.name not in held and (section, one.name) not in singly
        )
        found.append((section, tuple(Place(section, one) for one in rest)))
    return tuple((heading, places) for heading, places in found if places)


def places(slug: str) -> tuple[Place, ...]:
    """Every field that a step asks for, in its order."""
    return tuple(place for _, inside in groups(slug) for place in inside)


@cache
def step_of(pointer: str) -> Step:
    """In which step a missing answer is given; the pointer is that of a refusal."""
    _, kind, *rest = pointer.split("/")
    if kind == "consents":
        return BY_SLUG["consent"]
    name = ".".join(("answers", *rest))
    for step in STEPS:
        if any(name == one.name or name.startswith(f"{one.name}.") for one in places(step.slug)):
            return step
    return BY_SLUG["referral" if rest[:1] == ["referral"] else LAST_RESORT]


def after(slug: str) -> Step | None:
    """The step that follows; None after the last."""
    at = STEPS.index(BY_SLUG[slug])
    return STEPS[at + 1] if at + 1 < len(STEPS) else None


def before(slug: str) -> Step | None:
    """The step before; None for the first."""
    at = STEPS.index(BY_SLUG[slug])
    return STEPS[at - 1] if at else None


def _sections(step: Step) -> tuple[str, ...]:
    """The sections of a step, with those of no step in the last resort."""
    known = {name for one in STEPS for name in one.sections}
    known |= {quick_note.SECTION}  # beside the questions of every step
    stray = tuple(name for name in (*SECTIONS, *LISTS) if name not in known)
    return step.sections + (stray if step.slug == LAST_RESORT else ())


def _field(section: str, name: str) -> Field:
    return next(one for one in SECTIONS[section] if one.name == name)
