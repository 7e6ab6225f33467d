"""Shapes of signing in and of the signed-in person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from intake.access import Role
from intake.schemas.fields import Pattern, one_of
from intake.schemas.shapes import In, Out

CODE = Pattern(r"^[0-9]{6}$", error="Enter the six digits your authenticator shows.")


class Exactly(fields.String):
    """Text exactly as typed: nothing is trimmed or normalised. It must be Unicode, without NUL."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise ma.ValidationError("Send characters only.")
        return text


def secret_text(ask: str = "Enter a password.") -> Exactly:
    """A password; what is good enough for a new one is checked where it is set."""
    return Exactly(
        required=True,
        load_only=True,
        validate=validate.Length(1, 128, error="A password has 1 to 128 characters."),
        metadata={"ask": ask},
    )


class SignInIn(In):
    """E-mail address and password."""

    email = Exactly(
        required=True,
        validate=validate.Length(3, 254, error="Enter an e-mail address of 3 to 254 characters."),
        metadata={"ask": "Enter your e-mail address."},
    )
    password = secret_text("Enter your password.")


class SignedInOut(Out):
    """What comes next: `mfa` to show the second factor, `mfa_setup` to set one up."""

    next = one_of("mfa", "mfa_setup", required=True)


class MfaIn(In):
    """A code of the authenticator, or one of the recovery codes."""

    code = fields.String(load_only=True, validate=CODE)
    recovery_code = Exactly(
        load_only=True,
        validate=validate.Length(
            16, 40, error="Enter a recovery code, such as 1234-5678-9abc-def0."
        ),
    )

    @ma.validates_schema
    def one_of_both(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        """Refuse both and neither."""
        del kwargs
        if len(data) != 1:
            raise ma.ValidationError("Send code or recovery_code.", "code")


class MfaOut(Out):
    """Signed in; recovery codes stand here once, after the first code of a set-up."""

    next = one_of("ready", required=True)
    recovery_codes = fields.List(fields.String(), required=True)


class MfaSetupOut(Out):
    """What an authenticator needs, shown once."""

    secret = fields.String(required=True)
    otpauth_uri = fields.String(required=True)
    qr_svg = fields.String(required=True, metadata={"description": "an inline SVG element"})


class MySessionOut(Out):
    """One of my sessions."""

    id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True)
    mfa_at = fields.AwareDateTime(required=True, allow_none=True)
    current = fields.Boolean(required=True)


class SessionsOut(Out):
    """My live sessions."""

    data = fields.List(fields.Nested(MySessionOut), required=True)


class PasswordIn(In):
    """The present password and the next one."""

    current_password = secret_text()
    password = secret_text()


class AcceptIn(In):
    """The token of a link and the password to be set."""

    token = Exactly(required=True, load_only=True, validate=validate.Length(20, 100))
    password = secret_text()


class AcceptedOut(Out):
    """What comes next: signing in."""

    next = one_of("sign_in", required=True)


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
