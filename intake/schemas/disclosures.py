"""Shapes of consents to disclosure and of disclosures."""

from __future__ import annotations

from marshmallow import fields, validate

from intake.clinical import consent_terms as terms
from intake.models.disclosures import BASES, REVOKED_HOW, SIGNATURE_BASES
from intake.schemas.fields import Day, Flag, Instant, Text, one_of
from intake.schemas.shapes import In, Out
from intake.services.disclosure_consent_checks import NewDisclosureConsent
from intake.services.disclosure_consents import DISCLOSURE_CONSENT_STATES
from intake.services.disclosure_orders import (
    CourtOrderOrder,
    EmergencyOrder,
    NewDisclosure,
    Recipient,
)


def several(*values: str, least: int = 0, required: bool = False) -> fields.List[str]:
    """Some words of a closed list."""
    length = validate.Length(min=least, max=len(values))
    return fields.List(one_of(*values), required=required, validate=length)


class NewDisclosureConsentIn(In):
    """A signed consent; its kind says which fields it must hold."""

    makes = NewDisclosureConsent

    kind = one_of(*terms.KINDS, required=True)
    purpose = one_of(*terms.CONSENT_PURPOSES)
    data_classes = several(*terms.DATA_CLASSES)
    discloser = Text(longest=200, metadata={"description": "who may disclose, name or class"})
    information = Text(longest=2000, many_lines=True, required=True)
    recipient_names = fields.List(Text(longest=200), validate=validate.Length(max=20))
    recipient_classes = several(*terms.RECIPIENT_CLASSES)
    rights_version = Text(longest=40, required=True, metadata={"example": "2026-01"})
    expiry = one_of(*terms.EXPIRIES, required=True)
    expires_on = Day()
    signature_basis = one_of(*SIGNATURE_BASES, required=True)
    signed_on = Day(required=True)
    evidence = Text(longest=2000, many_lines=True, required=True)


class DisclosureConsentOut(Out):
    """A consent to disclosure, opened."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = one_of(*DISCLOSURE_CONSENT_STATES, required=True)
    case_id = fields.UUID(required=True)
    kind = one_of(*terms.KINDS, required=True)
    purpose = fields.String(required=True, allow_none=True)
    data_classes = fields.List(fields.String(), required=True)
    discloser = fields.String(required=True, allow_none=True)
    information = fields.String(required=True)
    recipient_names = fields.List(fields.String(), required=True)
    recipient_classes = fields.List(fields.String(), required=True)
    rights_version = fields.String(required=True)
    expiry = one_of(*terms.EXPIRIES, required=True)
    expires_on = fields.Date(required=True, allow_none=True)
    signature_basis = one_of(*SIGNATURE_BASES, required=True)
    signed_on = fields.Date(required=True)
    evidence = fields.String(required=True)
    recorded_by = fields.UUID(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class RevocationIn(In):
    """How the person revoked it."""

    how = one_of(*REVOKED_HOW, required=True, metadata={"ask": "Choose how it was revoked."})


class RecipientIn(In):
    """Who is to receive it, and where."""

    makes = Recipient

    name = Text(longest=200, required=True)
    recipient_class = one_of(*terms.RECIPIENT_CLASSES, required=True, data_key="class")
    address = Text(longest=500, many_lines=True, required=True)


class EmergencyIn(In):
    """What 42 CFR 2.51 has written down at once."""

    makes = EmergencyOrder

    affiliation = Text(longest=200, required=True)
    disclosed_by = fields.UUID(required=True)
    disclosed_at = Instant(required=True)
    nature = Text(longest=1000, many_lines=True, required=True)


class CourtOrderIn(In):
    """A court order with its subpoena."""

    makes = CourtOrderOrder

    reference = Text(longest=200, required=True)
    issued_on = Day(required=True)
    data_classes = several(*terms.DATA_CLASSES, least=1, required=True)
    has_subpoena = Flag(required=True)


class NewDisclosureIn(In):
    """A disclosure asked for."""

    makes = NewDisclosure

    recipient = fields.Nested(RecipientIn, required=True)
    purpose = one_of(*terms.PURPOSES, required=True)
    data_classes = several(*terms.DATA_CLASSES, least=1, required=True)
    emergency = fields.Nested(EmergencyIn)
    court_order = fields.Nested(CourtOrderIn)
    notes_author_id = fields.UUID()


class DisclosureOut(Out):
    """One line of the accounting of disclosures."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    released_at = fields.AwareDateTime(required=True)
    released_by = fields.UUID(required=True)
    basis = one_of(*BASES, required=True)
    consent_id = fields.UUID(required=True, allow_none=True)
    recipient_name = fields.String(required=True)
    recipient_address = fields.String(required=True)
    recipient_class = one_of(*terms.RECIPIENT_CLASSES, required=True)
    purpose = one_of(*terms.PURPOSES, required=True)
    data_classes = fields.List(fields.String(), required=True)
    description = fields.String(required=True)
    circumstances = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True
    )
    emergency_at = fields.AwareDateTime(required=True, allow_none=True)
    emergency_by = fields.UUID(required=True, allow_none=True)
    sha256 = fields.String(required=True)


class ArtefactOut(Out):
    """What leaves: records, notices, scope of the consent; and the hash of its sorted JSON."""

    artefact = fields.Dict(keys=fields.String(), required=True)
    sha256 = fields.String(required=True)
