"""One page of a list in order of a time; equal times go by identifier."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the time and identifier of its last row."""

    at: dt.datetime
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Timeline(Generic[T]):
    """Rows of one page; `last` is where the next one starts."""

    rows: list[T]
    has_more: bool
    last: Place | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page: at most `limit` rows (1 to 100) that come `after` a place."""

    limit: int
    after: Place | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by. Both columns are needed: times repeat, identifiers don't.

    The earliest comes first, with `newest_first` the latest.
    """

    at: ColumnElement[dt.datetime]
    id: ColumnElement[uuid.UUID]
    newest_first: bool = False


def fetch(
    session: Session,
    select: Select[*tuple[Any, ...]],
    *,
    order: Order,
    wanted: Wanted,
    show: Callable[[Any], T],
) -> Timeline[T]:
    """Read one page of `select` in its order, in one statement."""
    query = select.add_columns(order.at.label("page_at"), order.id.label("page_id"))
    if wanted.after is not None:
        here, place = tuple_(order.at, order.id), tuple_(wanted.after.at, wanted.after.id)
        query = query.where(here < place if order.newest_first else here > place)
    by = (order.at.desc(), order.id.desc()) if order.newest_first else (order.at, order.id)
    query = query.order_by(*by).limit(wanted.limit + 1)
    found = list(session.execute(query))
    rows = found[: wanted.limit]
    return Timeline(
        rows=[show(row) for row in rows],
        has_more=len(found) > wanted.limit,
        last=Place(rows[-1].page_at, rows[-1].page_id) if rows else None,
    )
