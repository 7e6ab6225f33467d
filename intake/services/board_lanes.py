"""Which rows wait for somebody? One lane for each kind of work, as one part of one statement.

A lane reads at most `CEILING` rows in its order and shows the first few; what it counts is capped
with that. Whoever sees a whole site reads along an index of the lane; everybody else begins at
their own cases and rows, so neither grows with the number of cases.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import CompoundSelect, Subquery

from intake.access import Actor, Permission, Scope
from intake.models import Case
from intake.models.base import SiteRow
from intake.services import relations

COUNTED = 100
CEILING = COUNTED + 1
"""One more than is counted tells that there are more."""
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Path = tuple[tuple[Any, Any], ...]
# What every row of every lane has, so that lanes can be put below one another.
PARTS: Mapping[str, Any] = {
    "version": Integer,
    "state": Text,
    "code": Text,
    "detail": Text,
    "words": Text,
    "at": DateTime(timezone=True),
    "day": Date,
    "owner_id": Uuid,
    "about_id": Uuid,
}


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of work: its rows are of `model`, joined to their case along `path`.

    `also` are columns that name a person the very row concerns. `is_sites` are rows of no case,
    which everybody reads; `is_unclaimed` are rows that wait for anybody who sees the whole site.
    """

    name: str
    kind: str
    permission: Permission
    model: type[SiteRow]
    filters: tuple[ColumnElement[bool], ...]
    sort: Column
    columns: Mapping[str, Column]
    path: Path = ()
    also: tuple[Column, ...] = ()
    is_sites: ColumnElement[bool] | None = None
    is_unclaimed: ColumnElement[bool] | None = None
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, on which day at the site, and whether only what is their own."""

    actor: Actor
    now: dt.datetime
    today: dt.date
    is_mine: bool

    @property
    def mine(self) -> frozenset[uuid.UUID]:
        """The reader and everybody they cover today."""
        return self.actor.stands_for


def one_statement(lanes: list[Lane], reader: Reader, shown: int) -> Subquery:
    """The first `shown` rows of each lane: lane, rank, found (capped at CEILING), and PARTS."""
    return union_all(*(_lane(lane, reader, shown) for lane in lanes)).subquery("board")


def _lane(lane: Lane, reader: Reader, shown: int) -> Select[Any]:
    rows = _rows(lane, reader).subquery()
    order = _order(lane, rows.c.sort, rows.c.id)
    return (
        select(
            literal(lane.name).label("lane"),
            func.row_number().over(order_by=order).label("rank"),
            func.count().over().label("found"),
            *(column for column in rows.c if column.name != "sort"),
        )
        .order_by(*order)
        .limit(shown)
    )


def _rows(lane: Lane, reader: Reader) -> Select[Any]:
    """At most CEILING rows of a lane, in its order."""
    parts = [cast(lane.columns.get(name, null()), kind).label(name) for name, kind in PARTS.items()]
    model_id: Any = lane.model.id
    query = _joined(
        lane,
        select(model_id.label("id"), Case.id.label("case_id"), lane.sort.label("sort"), *parts),
    )
    within = _whose(lane, reader)
    query = query.where(*(lane.filters if within is None else (model_id.in_(within),)))
    return query.order_by(*_order(lane, lane.sort, model_id)).limit(CEILING)


def _order(lane: Lane, sort: Any, model_id: Any) -> tuple[Any, Any]:
    """Both columns in one direction, as the index of the lane holds them."""
    return (sort.desc(), model_id.desc()) if lane.newest_first else (sort, model_id)


def _whose(lane: Lane, reader: Reader) -> CompoundSelect[Any] | None:
    """The rows of the reader's own cases and those that name them; None for the whole site.

    A union, because no index serves an OR over several tables.
    """
    scope = reader.actor.scope(lane.permission)
    if scope is Scope.SITE and not reader.is_mine:
        return None
    conditions = relations.own(reader.actor, also=lane.also)
    if scope is Scope.UNTIL_HANDOVER and not reader.is_mine:
        conditions.append(Case.key_worker_id.is_(None))
    if lane.is_sites is not None:
        conditions.append(lane.is_sites)
    if lane.is_unclaimed is not None and scope is Scope.SITE:
        conditions.append(lane.is_unclaimed)
    model_id: Any = lane.model.id
    return union(*(_joined(lane, select(model_id)).where(*lane.filters, one) for one in conditions))


def _joined(lane: Lane, query: Select[Any]) -> Select[Any]:
    query = query.select_from(lane.model)
    if lane.model is Case:
        return query
    path = lane.path or (of_case(lane.model),)
    for target, condition in path:
        query = query.outerjoin(target, condition)
    return query


def of_case(model: Any) -> tuple[Any, Any]:
    """A row and its case."""
    return Case, and_(Case.site_id == model.site_id, Case.id == model.case_id)
