"""What every table shares: naming, identity, site, version, sealed columns and closed lists."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from intake import clock
from intake.crypto import Sealed

Json = dict[str, Any]


class SealedBytes(TypeDecorator[Sealed]):
    """Bytes that were sealed on purpose. Plain text is refused, in ORM and Core alike."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> Sealed | None:
        """Let only sealed values through. Raises TypeError for anything else."""
        del dialect
        if value is not None and not isinstance(value, Sealed):
            raise TypeError("plain text for a sealed column")
        return value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        """Mark what comes back as sealed, so that it can be written again."""
        del dialect
        return None if value is None else Sealed(value)


class Base(DeclarativeBase):
    """Maps Python types to columns once; constraints are named by convention."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own attribute, read once at mapping
        str: Text,
        int: Integer,
        dt.datetime: DateTime(timezone=True),
        Json: JSONB,
        Sealed: SealedBytes,
        list[str]: ARRAY(Text),
    }


class HasId:
    """A time-ordered identifier, given when the object is made: sealing needs it before flush."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-2)


class SiteRow(HasId):
    """A row that belongs to one site; the key is (site_id, id), so references can't cross sites."""

    @declared_attr
    def site_id(cls) -> Mapped[uuid.UUID]:  # noqa: N805 - SQLAlchemy calls it on the class
        """The site that owns the row; row-level security compares it with the session's site."""
        return mapped_column(ForeignKey("sites.id"), primary_key=True, sort_order=-3)

    #: When the row was stored (machine time)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.machine_now, sort_order=90)


class Versioned:
    """A row that people change: `version` is its ETag and rises by one with every change."""

    version: Mapped[int] = mapped_column(sort_order=99)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it on the class
        """Refuse to overwrite a version that was not read."""
        return {"version_id_col": cls.version}


@event.listens_for(HasId, "init", propagate=True)
def give_id(target: HasId, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
    """Give each new object its identifier at once, not at flush."""
    del target, args
    kwargs.setdefault("id", clock.uuid7())


def closed(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A closed list as text with a CHECK: lists grow, and native enums make that hard."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def within_site(column: str, table: str) -> ForeignKeyConstraint:
    """A reference inside the site, by both columns: FK checks ignore row-level security."""
    return ForeignKeyConstraint(["site_id", column], [f"{table}.site_id", f"{table}.id"])


def member_of_site(column: str) -> ForeignKeyConstraint:
    """A reference to a person who works at this very site."""
    return ForeignKeyConstraint(
        ["site_id", column], ["memberships.site_id", "memberships.staff_id"]
    )


def who(*, nullable: bool = False) -> Mapped[Any]:
    """The member of staff who did it."""
    return mapped_column(ForeignKey("staff.id"), nullable=nullable)


BigInt = BigInteger
SmallInt = SmallInteger
