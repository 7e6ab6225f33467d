"""Shapes of people, their contact points and consents."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from intake.models.clients import (
    CHANNELS,
    CLIENT_STATES,
    CONSENT_PURPOSES,
    CONSENT_STATUSES,
    CONTACT_ENDINGS,
)
from intake.schemas.fields import Day, Flag, Text, WallTime, one_of, time_zone
from intake.schemas.shapes import CreatedOut, In, Out
from intake.services.clients import IdentityChange, NewClient
from intake.services.consents import ConsentOrder
from intake.services.contact_changes import AllowedOrder
from intake.services.contacts import ContactOrder
from intake.services.identity import Identity

LONGEST_NAME = 100
IDENTITY = ("given_name", "family_name", "date_of_birth", "preferred_name", "pronouns")


class ContactIn(In):
    """One way to reach a person, and what they allowed there."""

    makes = ContactOrder

    channel = one_of(*CHANNELS, required=True, metadata={"ask": "Choose what kind it is."})
    value = Text(
        longest=254,
        required=True,
        metadata={"example": "+44 7700 900123", "ask": "Enter the number or address."},
    )
    is_safe = Flag(load_default=False, metadata={"description": "the person said it is safe"})
    is_preferred = Flag(load_default=False)
    may_leave_message = Flag(load_default=False)
    may_identify_service = Flag(load_default=False)
    quiet_from = WallTime(allow_none=True)
    quiet_until = WallTime(allow_none=True)
    time_zone = time_zone(allow_none=True)
    is_confirmed = Flag(load_default=False, metadata={"description": "read back to the person"})


class AllowedIn(In):
    """What a person allows at a way to reach them, said whole: what is left out isn't allowed."""

    makes = AllowedOrder

    is_safe = Flag(load_default=False, metadata={"description": "the person said it is safe"})
    is_preferred = Flag(load_default=False)
    may_leave_message = Flag(load_default=False)
    may_identify_service = Flag(load_default=False)
    quiet_from = WallTime(allow_none=True)
    quiet_until = WallTime(allow_none=True)
    time_zone = time_zone(allow_none=True)
    is_confirmed = Flag(
        load_default=False,
        metadata={"description": "read back to the person now; else what was read back stands"},
    )


class ContactEndIn(In):
    """Why a way to reach a person is no longer used."""

    reason = one_of(*CONTACT_ENDINGS[1:], required=True, metadata={"ask": "Choose why."})


class ConsentIn(In):
    """One answer of a person to one purpose."""

    makes = ConsentOrder

    purpose = one_of(*CONSENT_PURPOSES, required=True)
    status = one_of(
        *CONSENT_STATUSES, required=True, metadata={"ask": "Choose what the person decided."}
    )
    wording_version = Text(
        longest=40,
        required=True,
        metadata={"example": "2026-01", "ask": "Enter the version that was read to the person."},
    )
    expires_on = Day(allow_none=True)


class SoughtIn(In):
    """Who is looked for."""

    given_name = Text(longest=LONGEST_NAME, required=True)
    family_name = Text(longest=LONGEST_NAME, required=True)
    date_of_birth = Day(required=True)
    phone = Text(longest=40, metadata={"example": "+44 7700 900123"})


class NewClientIn(In):
    """A person to register."""

    given_name = Text(longest=LONGEST_NAME, required=True)
    family_name = Text(longest=LONGEST_NAME, required=True)
    date_of_birth = Day(required=True)
    preferred_name = Text(longest=LONGEST_NAME)
    pronouns = Text(longest=40)
    contacts = fields.List(
        fields.Nested(ContactIn), load_default=list, validate=validate.Length(max=10)
    )
    consents = fields.List(
        fields.Nested(ConsentIn), load_default=list, validate=validate.Length(max=20)
    )
    not_duplicate_of = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=20)
    )
    not_duplicate_reason = Text(longest=500)

    @ma.validates_schema
    def reason_for_twins(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Somebody similar is set aside only with a reason."""
        del kwargs
        if data.get("not_duplicate_of") and not data.get("not_duplicate_reason"):
            raise ma.ValidationError(
                "Say in a few words why this is somebody else.", "not_duplicate_reason"
            )

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> NewClient:
        """The order of the service."""
        del kwargs
        identity = Identity(**{name: data[name] for name in IDENTITY if name in data})
        return NewClient(
            identity=identity,
            contacts=tuple(data["contacts"]),
            consents=tuple(data["consents"]),
            not_duplicate_of=tuple(data["not_duplicate_of"]),
            not_duplicate_reason=data.get("not_duplicate_reason"),
        )


class ClientChangeIn(In):
    """A correction: absent leaves alone, null clears what may be empty."""

    given_name = Text(longest=LONGEST_NAME)
    family_name = Text(longest=LONGEST_NAME)
    date_of_birth = Day()
    preferred_name = Text(longest=LONGEST_NAME, allow_none=True)
    pronouns = Text(longest=40, allow_none=True)

    @ma.post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> IdentityChange:
        """The order of the service."""
        del kwargs
        cleared = tuple(name for name, value in data.items() if value is None)
        return IdentityChange(**data, clears=cleared)


class ClientOut(Out):
    """A person as staff read them; names are null once they were erased."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*CLIENT_STATES, required=True)
    given_name = fields.String(required=True, allow_none=True, attribute="identity.given_name")
    family_name = fields.String(required=True, allow_none=True, attribute="identity.family_name")
    preferred_name = fields.String(
        required=True, allow_none=True, attribute="identity.preferred_name"
    )
    pronouns = fields.String(required=True, allow_none=True, attribute="identity.pronouns")
    date_of_birth = fields.Date(required=True, allow_none=True, attribute="identity.date_of_birth")
    created_at = fields.AwareDateTime(required=True)


class CandidateOut(Out):
    """Somebody who may be the same person, masked."""

    client_id = fields.String(required=True)
    initials = fields.String(required=True)
    birth_year = fields.String(required=True)
    matched = fields.String(required=True)
    case_reference = fields.String(
        required=True, allow_none=True, metadata={"description": "of the newest case"}
    )
    case_state = fields.String(
        required=True, allow_none=True, metadata={"description": "of the newest case"}
    )
    last_contact_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "last visit kept or call answered, in any case; null: never met"},
    )


class MatchOut(Out):
    """Who may be the same person."""

    candidates = fields.List(fields.Nested(CandidateOut), required=True)


class RegisteredOut(CreatedOut):
    """A person registered just now."""

    id = fields.UUID(required=True, attribute="client.id")
    version = fields.Integer(required=True, attribute="client.version")
    state = fields.String(required=True, attribute="client.state")
    similar = fields.Integer(
        required=True, metadata={"description": "people on record who look alike; see /similar"}
    )


class ContactOut(Out):
    """A contact point as staff read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client_id = fields.UUID(required=True)
    channel = one_of(*CHANNELS, required=True)
    value = fields.String(required=True, allow_none=True)
    is_safe = fields.Boolean(required=True)
    is_preferred = fields.Boolean(required=True)
    may_leave_message = fields.Boolean(required=True)
    may_identify_service = fields.Boolean(required=True)
    quiet_from = fields.Time(required=True, allow_none=True)
    quiet_until = fields.Time(required=True, allow_none=True)
    time_zone = fields.String(required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    needs_check = fields.Boolean(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_reason = one_of(*CONTACT_ENDINGS, required=True, allow_none=True)


class ContactAddedOut(Out):
    """A contact point written down just now; its value is not repeated, because this is kept."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    channel = one_of(*CHANNELS, required=True)
    is_safe = fields.Boolean(required=True)


class ContactsOut(Out):
    """All contact points of a person."""

    data = fields.List(fields.Nested(ContactOut), required=True)
