"""How far is an intake? Each section untouched, started or complete, and what it still lacks.

A section is complete when it was begun and lacks nothing that an intake must have; "unknown",
"declined" and "not asked" are answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.clinical import intake_record, quick_note
from intake.clinical.record_sections import LISTS, SECTIONS

UNTOUCHED, STARTED, COMPLETE = "untouched", "started", "complete"


@dataclass(frozen=True, slots=True)
class Section:
    """One section: where it stands, and pointers of what is missing (`/answers/physical/fever`)."""

    name: str
    state: str
    missing: tuple[str, ...]


def sections(answers: Mapping[str, object]) -> tuple[Section, ...]:
    """Every section of the record that is asked, in its order; the quick note is no question."""
    lacking = [one.pointer for one in intake_record.missing_for_assessed(answers)]
    return tuple(
        _section(name, answers, tuple(one for one in lacking if _is_of(one, name)))
        for name in (*SECTIONS, *LISTS)
        if name != quick_note.SECTION
    )


def _section(name: str, answers: Mapping[str, object], missing: tuple[str, ...]) -> Section:
    if not answers.get(name):
        return Section(name, UNTOUCHED, missing)
    return Section(name, STARTED if missing else COMPLETE, missing)


def _is_of(pointer: str, name: str) -> bool:
    return pointer == f"/answers/{name}" or pointer.startswith(f"/answers/{name}/")
