"""How is a field refused whose name isn't known? Without repeating the name, unless it is ours.

Somebody may paste a person's name or number where a field's name belongs, and an answer that is
repeated ends in logs and on screens. No value that was sent is repeated; nor is such a name.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet

from intake.errors import FieldError


def refused(
    name: str,
    pointer: str,
    *,
    known: Collection[str],
    words: AbstractSet[str] = frozenset(),
    what: str = "field",
    otherwise: str = "",
) -> FieldError:
    """The refusal of a name that isn't one of `known`, pointing at the object it stands in.

    Args:
        name: as it was sent.
        pointer: of the object; empty for the whole body.
        known: what may stand there; the nearest one is offered.
        words: names the product uses somewhere: one of these is pointed at itself.
        what: field, section or item; part of the code.
        otherwise: the sentence when nothing is near.
    """
    near = difflib.get_close_matches(name, sorted(known), n=1)
    hint = f"Did you mean {near[0]}?" if near else otherwise
    where = f"{pointer}/{name}" if name in words else pointer or "/"
    return FieldError(where, f"unknown_{what}", f"There is no such {what} here. {hint}".rstrip())


def near(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest of the known names, or all of them."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"Did you mean {close[0]}?" if close else listed(known)


def listed(known: Iterable[str]) -> str:
    """A sentence that names all there is."""
    return f"Known here: {', '.join(sorted(known))}."
