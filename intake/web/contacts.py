"""How is the person of a case reached? Ways in use and old ones: add, change, replace, end."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import NotFound
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.models.clients import CHANNELS
from intake.schemas.clients import AllowedIn, ContactEndIn, ContactIn
from intake.services import contact_changes, contacts
from intake.services.contacts import ContactView
from intake.web import case_tabs, contact_words, forms, pages, words
from intake.web.screens import Screen
from intake.web.subjects import Subject

blp = Screen("contacts", __name__)
LIST = "console.contacts.show_list"
KINDS = words.options(contact_words.CHANNELS, CHANNELS)


@blp.page("/cases/<uuid:case_id>/contacts")
@act(Permission.CLIENT_READ)
def show_list(case_id: uuid.UUID) -> Response:
    """Those in use with what may be said there, and those that are history."""
    now, subject = work(), case_tabs.subject(case_id)
    client = subject.case.client_id
    used = contacts.list_for(now.session, client, actor=now.actor)
    old = contacts.list_for(now.session, client, actor=now.actor, ended=True)
    return pages.page(
        "contacts/list.html",
        subject=subject,
        tabs=case_tabs.of(case_id, "contacts"),
        rows=[contact_words.in_use(one) for one in used],
        ended=[contact_words.ended(one, now.actor.time_zone) for one in old],
        reachable=any(contact_words.is_usable(one) for one in used),
        may_edit=now.actor.may(Permission.CLIENT_EDIT) and case_id not in now.actor.grants,
    )


@blp.page("/cases/<uuid:case_id>/contacts/new")
@act(Permission.CLIENT_EDIT)
def new(case_id: uuid.UUID) -> Response:
    """An empty form: nothing is allowed unless the person says so."""
    return pages.page(
        "contacts/new.html",
        subject=case_tabs.subject(case_id),
        old=None,
        form=forms.form(),
        channels=KINDS,
    )


@blp.form("/cases/<uuid:case_id>/contacts/new")
@act(Permission.CLIENT_EDIT, creates=True)
def create(case_id: uuid.UUID) -> Response:
    """It is written down; planned reminders go there where it is the best way."""
    now, subject = work(), case_tabs.subject(case_id)
    order = forms.load(ContactIn())
    contacts.record(now.session, subject.case.client_id, order, actor=now.actor, now=now.now)
    return pages.go(LIST, case_id=case_id, done="contact_added")


@blp.page("/cases/<uuid:case_id>/contacts/<uuid:contact_id>")
@act(Permission.CLIENT_EDIT)
def show(case_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
    """What the person allows there, to be changed."""
    subject, point = _found(case_id, contact_id)
    stored = {
        "quiet_from": f"{point.quiet_from:%H:%M}" if point.quiet_from else "",
        "quiet_until": f"{point.quiet_until:%H:%M}" if point.quiet_until else "",
        "time_zone": point.time_zone or "",
    }
    flags = ("is_safe", "is_preferred", "may_leave_message", "may_identify_service")
    return pages.page(
        "contacts/show.html",
        subject=subject,
        point=point,
        line=contact_words.in_use(point),
        kind=contact_words.CHANNELS[point.channel],
        form=forms.form(
            stored | {one: getattr(point, one) for one in flags}, version=point.version
        ),
        read_back=words.long_moment(point.confirmed_at, work().actor.time_zone)
        if point.confirmed_at
        else "",
    )


@blp.form("/cases/<uuid:case_id>/contacts/<uuid:contact_id>")
@act(Permission.CLIENT_EDIT)
def change(case_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
    """What is ticked is allowed from now on, and nothing else."""
    now, version = work(), form_parts.version()
    _found(case_id, contact_id)
    order = forms.load(AllowedIn())
    contact_changes.allow(
        now.session, contact_id, order, version=version, actor=now.actor, now=now.now
    )
    return pages.go(LIST, case_id=case_id, done="contact_changed")


@blp.page("/cases/<uuid:case_id>/contacts/<uuid:contact_id>/replace")
@act(Permission.CLIENT_EDIT)
def replace_form(case_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
    """The same empty form as for a new one: the person says anew what is safe."""
    subject, point = _found(case_id, contact_id)
    return pages.page(
        "contacts/new.html",
        subject=subject,
        old=point,
        form=forms.form({"channel": point.channel}, version=point.version),
        channels=KINDS,
    )


@blp.form("/cases/<uuid:case_id>/contacts/<uuid:contact_id>/replace")
@act(Permission.CLIENT_EDIT, creates=True)
def supersede(case_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
    """The old one is history; nothing that was allowed there goes over."""
    now, version = work(), form_parts.version()
    _found(case_id, contact_id)
    order = forms.load(ContactIn())
    contact_changes.supersede(
        now.session, contact_id, order, version=version, actor=now.actor, now=now.now
    )
    return pages.go(LIST, case_id=case_id, done="contact_replaced")


@blp.page("/cases/<uuid:case_id>/contacts/<uuid:contact_id>/end")
@act(Permission.CLIENT_EDIT)
def end_form(case_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
    """Why it is no longer used, and what follows."""
    subject, point = _found(case_id, contact_id)
    others = contacts.list_for(work().session, point.client_id, actor=work().actor)
    return pages.page(
        "contacts/end.html",
        subject=subject,
        point=point,
        form=forms.form(version=point.version),
        reasons=contact_words.REASONS,
        reachable=any(contact_words.is_usable(one) for one in others if one.id != point.id),
    )


@blp.form("/cases/<uuid:case_id>/contacts/<uuid:contact_id>/end")
@act(Permission.CLIENT_EDIT)
def end(case_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
    """It stays as history, and nothing is sent there."""
    now, version = work(), form_parts.version()
    _found(case_id, contact_id)
    reason = forms.load(ContactEndIn())["reason"]
    contact_changes.end(
        now.session, contact_id, reason, version=version, actor=now.actor, now=now.now
    )
    return pages.go(LIST, case_id=case_id, done="contact_ended")


def _found(case_id: uuid.UUID, contact_id: uuid.UUID) -> tuple[Subject, ContactView]:
    """A way to reach the person of this very case; the reads are recorded. Raises NotFound."""
    now, subject = work(), case_tabs.subject(case_id)
    edit = Permission.CLIENT_EDIT
    point = contacts.read(now.session, contact_id, actor=now.actor, permission=edit)
    if point.client_id != subject.case.client_id:
        raise NotFound("contact")
    return subject, point
