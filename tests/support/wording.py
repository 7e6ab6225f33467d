"""What does a text say, apart from the digits and letters that chance put there?"""

from __future__ import annotations

import re

# Identifiers, times of day and hashes as PostgreSQL writes them.
MADE_BY_CHANCE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|T\d\d:\d\d:\d\d(?:\.\d+)?|\\+x[0-9a-f]+"
)


def chosen(text: str) -> str:
    """The text without them: four digits of a phone number stand in one identifier of many."""
    return MADE_BY_CHANCE.sub("…", text)
