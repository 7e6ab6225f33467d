"""Shapes of API keys."""

from __future__ import annotations

from marshmallow import fields, validate

from intake.access import KEY_SCOPES
from intake.schemas.fields import Flag, Instant, Text, one_of
from intake.schemas.shapes import In, Out
from intake.services.api_keys import API_KEY_STATES, ROLES, NewApiKey

LONGEST_NAME = 80
SCOPES = tuple(sorted(one.value for one in KEY_SCOPES))


class NewApiKeyIn(In):
    """What the key is for, which part of which role it has, and its end."""

    makes = NewApiKey

    name = Text(longest=LONGEST_NAME, required=True, metadata={"example": "Website referrals"})
    role = one_of(*(role.value for role in ROLES), required=True)
    scopes = fields.List(one_of(*SCOPES), required=True, validate=validate.Length(1, len(SCOPES)))
    expires_at = Instant(required=True, metadata={"description": "a year from now at most"})
    is_test = Flag(load_default=False, metadata={"description": "undoes whatever it writes"})


class ApiKeyIssuedOut(Out):
    """A new key. Its token is shown in this answer and never again: null when it is repeated."""

    id = fields.UUID(required=True)
    state = one_of(*API_KEY_STATES, required=True)
    token = fields.String(required=True, allow_none=True)


class ApiKeyOut(Out):
    """One key, without its token."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    role = one_of(*(role.value for role in ROLES), required=True)
    scopes = fields.List(one_of(*SCOPES), required=True)
    is_test = fields.Boolean(required=True)
    state = one_of(*API_KEY_STATES, required=True)
    created_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
