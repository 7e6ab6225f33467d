"""What does every entry of a course have, whatever happened? So that all stand in one list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import DateTime, Integer, Select, Text, Uuid, cast, literal, null, select

from intake.access import Actor, Permission
from intake.models import Case

PARTS: Mapping[str, Any] = {
    "at": DateTime(timezone=True),
    "id": Uuid,
    "state": Text,
    "code": Text,
    "detail": Text,
    "number": Integer,
    "who_id": Uuid,
    "about_id": Uuid,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads, and whether the case is theirs and not opened in an emergency."""

    actor: Actor
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of entry: who may see it, and its rows of a case."""

    permission: Permission
    rows: Callable[[Case, Viewer], Select[Any]]


def entry(kind: str, model: Any, case: Case, **columns: Any) -> Select[Any]:
    """Rows of a model with the columns that an entry of this kind has; the others are empty."""
    parts = [
        cast(columns.get(name, model.id if name == "id" else null()), of_type).label(name)
        for name, of_type in PARTS.items()
    ]
    return (
        select(literal(kind).label("type"), *parts)
        .select_from(model)
        .where(model.site_id == case.site_id)
    )
