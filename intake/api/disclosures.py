"""Consents to disclosure, disclosures, and what is handed over."""

from __future__ import annotations

import uuid
from typing import Any

from intake.access import Permission
from intake.http import concurrency, paging
from intake.http.blueprints import Blueprint
from intake.http.unit_of_work import act, work
from intake.schemas.disclosures import (
    ArtefactOut,
    DisclosureConsentOut,
    DisclosureOut,
    NewDisclosureConsentIn,
    NewDisclosureIn,
    RevocationIn,
)
from intake.schemas.shapes import CreatedOut, PageQuery, page_of
from intake.services import disclosure_consents, disclosure_views, disclosures
from intake.services.disclosure_consent_checks import NewDisclosureConsent
from intake.services.disclosure_orders import NewDisclosure

blp = Blueprint("disclosures", __name__, description="What may leave, and what did")


@blp.route("/cases/<uuid:case_id>/disclosure-consents", methods=["GET"])
@act(Permission.CONSENT_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(DisclosureConsentOut)())
def list_disclosure_consents(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """Consents to disclosure, the newest first, revoked ones included."""
    now = work()
    return paging.envelope(
        disclosure_consents.list_page(
            now.session, case_id, paging.wanted(query), actor=now.actor, now=now.now
        )
    )


@blp.route("/cases/<uuid:case_id>/disclosure-consents", methods=["POST"])
@act(Permission.CONSENT_RECORD, creates=True)
@blp.arguments(NewDisclosureConsentIn())
@blp.response(201, CreatedOut())
def record_disclosure_consent(order: NewDisclosureConsent, case_id: uuid.UUID) -> Any:
    """Record a signed consent to disclosure."""
    now = work()
    made = disclosure_consents.record(now.session, case_id, order, actor=now.actor, now=now.now)
    where = f"/api/v1/cases/{case_id}/disclosure-consents"
    return made, 201, concurrency.created(where, made.version)


@blp.route("/disclosure-consents/<uuid:consent_id>/actions/revoke", methods=["POST"])
@act(Permission.CONSENT_REVOKE)
@blp.arguments(RevocationIn())
@blp.response(200, DisclosureConsentOut())
def revoke_disclosure_consent(order: dict[str, str], consent_id: uuid.UUID) -> Any:
    """Revoke: nothing leaves on this consent from now on."""
    now = work()
    version = concurrency.if_match()
    ended = disclosure_consents.revoke(
        now.session, consent_id, how=order["how"], version=version, actor=now.actor, now=now.now
    )
    return ended, 200, concurrency.etag(ended.version)


@blp.route("/cases/<uuid:case_id>/disclosures", methods=["GET"])
@act(Permission.DISCLOSURE_READ)
@blp.arguments(PageQuery(), location="query")
@blp.response(200, page_of(DisclosureOut)())
def list_disclosures(query: dict[str, Any], case_id: uuid.UUID) -> Any:
    """The accounting of disclosures, the newest first."""
    return paging.envelope(
        disclosure_views.list_page(work().session, case_id, paging.wanted(query))
    )


@blp.route("/cases/<uuid:case_id>/disclosures", methods=["POST"])
@act(Permission.DISCLOSURE_RELEASE, creates=True)
@blp.arguments(NewDisclosureIn())
@blp.response(201, CreatedOut())
def release_disclosure(order: NewDisclosure, case_id: uuid.UUID) -> Any:
    """Release records where a consent, an emergency or a court order allows it."""
    now = work()
    made = disclosures.release(now.session, case_id, order, actor=now.actor, now=now.now)
    where = f"/api/v1/disclosures/{made.id}/artefact"
    return made, 201, concurrency.created(where, made.version)


@blp.route("/disclosures/<uuid:disclosure_id>/artefact", methods=["GET"])
@act(Permission.DISCLOSURE_HAND_OVER)
@blp.response(200, ArtefactOut())
def read_artefact(disclosure_id: uuid.UUID) -> Any:
    """What leaves, with its notices, while its consent stands."""
    now = work()
    found = disclosure_views.hand_over(now.session, disclosure_id, actor=now.actor, now=now.now)
    return found, 200, concurrency.etag(1)
