"""What was said during an intake and belongs to no question? One free text, at hand in every step.

It is a section of the record like any other: sealed, saved with the draft, handed in with it and
disclosed with it. But nobody asks it, so it counts neither as asked nor as missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from intake.clinical import facts
from intake.clinical.record_field import text

SECTION, NAME, LONGEST = "quick_note", "text", 4000
FIELDS = (text(NAME, limit=LONGEST),)


def of(answers: Mapping[str, object]) -> str:
    """The note in a record; empty when there is none."""
    said = facts.section_of(answers, SECTION).get(NAME)
    return said if isinstance(said, str) else ""
