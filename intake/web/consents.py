"""What did the person of a case agree to? Every purpose and written consent: given, withdrawn."""

from __future__ import annotations

import uuid

from flask import request, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import NotFound, PreconditionFailed
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.models.clients import CONSENT_PURPOSES
from intake.schemas.clients import ConsentIn
from intake.schemas.disclosures import RevocationIn
from intake.services import cases, colleagues, consents, disclosure_consents
from intake.services.consents import ConsentView
from intake.services.pages import Wanted
from intake.web import case_tabs, consent_words, forms, pages
from intake.web.reading import a_uuid
from intake.web.screens import Screen

blp = Screen("consents", __name__)
LIST = "console.consents.show_list"
LINES = 50
#: Which answer the form shows: consents are rows without a version.
SHOWN = "_shown"
WRITTEN = Wanted(limit=LINES, after=None)


@blp.page("/cases/<uuid:case_id>/consents")
@act(Permission.CONSENT_READ)
def show_list(case_id: uuid.UUID) -> Response:
    """What stands for each purpose, written consents to disclosure, and every answer so far."""
    now, zone = work(), work().actor.time_zone
    wanted = Wanted(LINES, a_uuid(request.args.get("before", "")))
    said = consents.list_page(now.session, case_id, wanted, actor=now.actor)
    written = disclosure_consents.list_page(
        now.session, case_id, WRITTEN, actor=now.actor, now=now.now
    )
    names: dict[object, str] = {one.id: one.name for one in _staff()}
    is_own = case_id not in now.actor.grants
    older = url_for(LIST, case_id=case_id, before=said.last) if said.has_more else ""
    return pages.page(
        "consents/list.html",
        subject=case_tabs.named(case_id),
        tabs=case_tabs.of(case_id, "consents"),
        lines=consent_words.lines(
            consents.newest(now.session, case_id, actor=now.actor),
            cases.local_date(now.now, now.actor),
            zone,
        ),
        written=[(one, consent_words.disclosure(one)) for one in written.rows],
        history=[consent_words.history(one, names, zone) for one in said.rows],
        older=older,
        may_record=is_own and now.actor.may(Permission.CONSENT_RECORD),
        may_revoke=is_own and now.actor.may(Permission.CONSENT_REVOKE),
    )


@blp.page("/cases/<uuid:case_id>/consents/<purpose>")
@act(Permission.CONSENT_RECORD)
def show(case_id: uuid.UUID, purpose: str) -> Response:
    """One purpose: what stands, what may be answered, and what follows from withdrawing."""
    now, subject = work(), case_tabs.subject(case_id)
    before, status = _standing(case_id, purpose)
    today = cases.local_date(now.now, now.actor)
    return pages.page(
        "consents/show.html",
        subject=subject,
        line=consent_words.lines([before] if before else [], today, now.actor.time_zone)[
            consent_words.IN_ORDER.index(purpose)
        ],
        choices=consent_words.choices(status),
        shown=status,
        follows=consent_words.FOLLOWS[purpose] if status == "given" else "",
        form=forms.form({"wording_version": consent_words.WORDING}),
    )


@blp.form("/cases/<uuid:case_id>/consents/<purpose>")
@act(Permission.CONSENT_RECORD, creates=True)
def record(case_id: uuid.UUID, purpose: str) -> Response:
    """The answer counts from now on; one given meanwhile is shown first."""
    now = work()
    if forms.text(SHOWN) != _standing(case_id, purpose)[1]:
        raise PreconditionFailed
    order = forms.load(ConsentIn(), purpose=purpose)
    consents.record(now.session, case_id, order, actor=now.actor, now=now.now)
    stops = (purpose, order.status) == ("reminders", "withdrawn")
    done = "reminders_stopped" if stops else "consents_kept"
    return pages.go(LIST, case_id=case_id, done=done)


@blp.page("/cases/<uuid:case_id>/disclosure-consents/<uuid:consent_id>/revoke")
@act(Permission.CONSENT_REVOKE)
def revoke_form(case_id: uuid.UUID, consent_id: uuid.UUID) -> Response:
    """How the person revoked it, and what follows."""
    now = work()
    written = disclosure_consents.list_page(
        now.session, case_id, WRITTEN, actor=now.actor, now=now.now
    )
    found = next((one for one in written.rows if one.id == consent_id), None)
    if found is None:
        raise NotFound("consent to disclosure")
    return pages.page(
        "consents/revoke.html",
        subject=case_tabs.named(case_id),
        line=consent_words.disclosure(found),
        is_revoked=found.revoked_at is not None,
        choices=consent_words.HOW_CHOICES,
        form=forms.form(version=found.version),
    )


@blp.form("/cases/<uuid:case_id>/disclosure-consents/<uuid:consent_id>/revoke")
@act(Permission.CONSENT_REVOKE)
def revoke(case_id: uuid.UUID, consent_id: uuid.UUID) -> Response:
    """Nothing leaves on it from this moment."""
    now, version = work(), form_parts.version()
    how = forms.load(RevocationIn())["how"]
    disclosure_consents.revoke(
        now.session, consent_id, how=how, version=version, actor=now.actor, now=now.now
    )
    return pages.go(LIST, case_id=case_id, done="disclosure_revoked")


def _standing(case_id: uuid.UUID, purpose: str) -> tuple[ConsentView | None, str]:
    """The newest answer to a purpose and how it stands today; nothing while nobody asked.

    Raises NotFound for another word.
    """
    now = work()
    if purpose not in CONSENT_PURPOSES:
        raise NotFound("purpose")
    newest = consents.newest(
        now.session, case_id, actor=now.actor, permission=Permission.CONSENT_RECORD
    )
    found = next((one for one in newest if one.purpose == purpose), None)
    today = cases.local_date(now.now, now.actor)
    return found, consent_words.status(found, today) if found else ""


def _staff() -> list[colleagues.Colleague]:
    """Whoever writes answers down, to name them."""
    now = work()
    return list(colleagues.who_may(now.session, Permission.CONSENT_RECORD, actor=now.actor))
