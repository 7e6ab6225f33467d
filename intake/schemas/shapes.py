"""What all shapes share: unknown fields are refused, and loading gives a frozen dataclass."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import marshmallow as ma
from marshmallow import fields

LONGEST_CURSOR = 40


class In(ma.Schema):
    """A shape that comes in. `makes` is the dataclass that loading gives."""

    makes: ClassVar[type[Any] | None] = None
    #: A request may come without a body: that is the empty object
    is_optional: ClassVar[bool] = False

    class Meta:
        """Unknown fields are an error, with the nearest known name."""

        unknown = ma.RAISE

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Any:
        """The dataclass of this shape; lists become tuples."""
        del kwargs
        if self.makes is None:
            return data
        frozen = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return self.makes(**frozen)


class Out(ma.Schema):
    """A shape that goes out."""


class PageQuery(In):
    """Which page: at most `limit` rows after `cursor`."""

    limit = fields.Integer(
        load_default=50, validate=ma.validate.Range(1, 100), metadata={"description": "1 to 100"}
    )
    cursor = fields.String(
        validate=ma.validate.Length(max=LONGEST_CURSOR),
        metadata={"description": "next_cursor of the page before"},
    )


class PageInfo(Out):
    """Where the next page starts."""

    next_cursor = fields.String(required=True, allow_none=True)
    has_more = fields.Boolean(required=True)


@cache
def page_of(line: type[Out]) -> type[Out]:
    """The envelope of a list of `line`; one and the same for every list of it."""
    name = f"{line.__name__.removesuffix('Out').removesuffix('Line')}Page"
    return type(
        name,
        (Out,),
        {
            "__doc__": "One page of a list; the operation names its order.",
            "data": fields.List(fields.Nested(line), required=True),
            "page": fields.Nested(PageInfo, required=True),
        },
    )


class CreatedOut(Out):
    """The answer of a create: identifiers and state, never identity, because it is kept."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)


class NothingIn(In):
    """An action without a body."""
