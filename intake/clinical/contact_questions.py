"""How is a person reached safely, who is called in an emergency, and can they consent today?

The section `contact_and_capacity` of the record (domain of the intake, contact and consent). Names,
numbers, what is safe there and the hours of quiet have rows of their own: identity, contact points.
Nothing here is required, but what was begun has to be of use: an emergency contact without a name,
or without a word on when they may be called, helps nobody in an emergency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from intake.clinical import facts
from intake.clinical.record_field import choice, is_status, parts, text, yes_no
from intake.errors import FieldError

SECTION = "contact_and_capacity"
FIELDS = (
    choice("preferred_time", "am", "pm", "evening", "weekend", "anytime"),
    text("safe_word", limit=100),  # whoever rings asks for it before saying who they are
    text("who_not_to_contact", limit=500),
    parts(
        "emergency_contact",
        text("name", limit=200),
        text("relation", limit=100),
        text("phone", limit=40),
        choice("may_contact_when", "never", "emergency_only", "missed_contact", "any"),
        yes_no("knows_about_treatment"),
        sealed=True,
    ),
    yes_no("capacity_concern"),  # such as intoxicated within 24 hours: consent is asked for again
    text("capacity_note", limit=1000),
)
# Of an emergency contact, whoever it is.
NEEDED = ("name", "may_contact_when")


def missing(answers: Mapping[str, object], pointer: str) -> Iterator[FieldError]:
    """What an answer that was begun still needs; "unknown" is an answer."""
    section, here = facts.section_of(answers, SECTION), f"{pointer}/{SECTION}"
    contact = section.get("emergency_contact")
    if isinstance(contact, Mapping) and not is_status(contact):
        for name in NEEDED:
            if contact.get(name) is None:
                message = f"Answer {name} of the emergency contact, or say why it is missing."
                yield FieldError(f"{here}/emergency_contact/{name}", "required", message)
    if section.get("capacity_concern") is True and section.get("capacity_note") is None:
        message = "Say in capacity_note what raised the concern, or why that is missing."
        yield FieldError(f"{here}/capacity_note", "required", message)
