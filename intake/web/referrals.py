"""How is a referral taken on? With what is known of it, and how long the person has waited."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from intake.access import Permission
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.services import referrals
from intake.web import case_tabs, case_words, forms, pages
from intake.web.screens import Screen

blp = Screen("referrals", __name__)


@blp.page("/cases/<uuid:case_id>/referral")
@act(Permission.INTAKE_READ)
def show(case_id: uuid.UUID) -> Response:
    """The referral of a case, and the button that takes it."""
    now = work()
    found = referrals.read(now.session, case_id, actor=now.actor, now=now.now)
    return pages.page(
        "referrals/show.html",
        found=found,
        subject=case_tabs.subject(case_id),
        source=case_words.of({"gp": "GP"}, found.source),
        is_mine=found.taken_by == now.actor.staff_id,
        form=forms.form(version=found.version),
        may_take=now.actor.may(Permission.REFERRAL_WORK) and found.taken_by is None,
    )


@blp.form("/cases/<uuid:case_id>/referral", keeps=False)
@act(Permission.REFERRAL_WORK)
def take(case_id: uuid.UUID) -> Response:
    """It is one's own from now on."""
    now, version = work(), form_parts.version()
    referrals.take(now.session, case_id, version=version, actor=now.actor, now=now.now)
    return pages.go("console.home.show", done="referral_taken")
