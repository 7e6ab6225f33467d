"""One page of a list, newest first, by identifier: the time is in it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of one page; `last` is where the next one starts."""

    rows: list[T]
    has_more: bool
    last: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page: at most `limit` rows (1 to 100) that come `after` an identifier."""

    limit: int
    after: uuid.UUID | None


def fetch(
    session: Session,
    select: Select[*tuple[Any, ...]],
    *,
    key: ColumnElement[uuid.UUID],
    wanted: Wanted,
    show: Callable[[Any], T],
) -> Page[T]:
    """Read one page of `select`, newest first, in one statement; its rows have an `id`."""
    if wanted.after is not None:
        select = select.where(key < wanted.after)
    found = list(session.execute(select.order_by(key.desc()).limit(wanted.limit + 1)))
    rows = found[: wanted.limit]
    return Page(
        rows=[show(row) for row in rows],
        has_more=len(found) > wanted.limit,
        last=rows[-1].id if rows else None,
    )
