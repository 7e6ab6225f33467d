"""Which sections has a progress note of each format, and when is it too long unsigned?

SOAP, DAP and BIRP are the formats counsellors are taught; free has one section.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from intake.errors import FieldError

FORMATS: Mapping[str, tuple[str, ...]] = {
    "soap": ("subjective", "objective", "assessment", "plan"),
    "dap": ("data", "assessment", "plan"),
    "birp": ("behaviour", "intervention", "response", "plan"),
    "free": ("text",),
}
CONFIDENTIALITIES = ("normal", "restricted")
SIGN_WITHIN = dt.timedelta(hours=48)
"""A product decision: an older draft is on a list; nothing is ever signed by itself."""


def section_errors(
    format_: str, sections: Collection[str], *, whole: bool, pointer: str = "/sections"
) -> Iterator[FieldError]:
    """Sections a format doesn't have; with `whole` also those that are still missing."""
    known = FORMATS[format_]
    for name in sorted(set(sections) - set(known)):
        message = f"A {format_} note has these sections: {', '.join(known)}."
        yield FieldError(f"{pointer}/{name}", "unknown_section", message)
    for name in known:
        if whole and name not in sections:
            yield FieldError(f"{pointer}/{name}", "required", "Write this section before signing.")
