"""Shapes of signing in and of the signed-in person."""

from __future__ import annotations

from marshmallow import fields, validate

from intake.access import Role
from intake.schemas.fields import one_of
from intake.schemas.shapes import In, Out


class SignInIn(In):
    """E-mail address and password."""

    email = fields.String(required=True, validate=validate.Length(min=3, max=254))
    # Exactly as typed: nothing is trimmed or normalised.
    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 128))


class SignedInOut(Out):
    """What comes next: `ready` until second factors are introduced."""

    next = one_of("ready", "mfa", "mfa_setup", required=True)


class SiteOfMeOut(Out):
    """One of my sites and my role there."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    time_zone = fields.String(required=True)
    role = one_of(*(role.value for role in Role), required=True)


class MeOut(Out):
    """Who I am and where I work."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    display_name = fields.String(required=True)
    sites = fields.List(fields.Nested(SiteOfMeOut), required=True)
