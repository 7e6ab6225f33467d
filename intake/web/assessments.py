"""How is an instrument filled in, scored while one types, signed, and read afterwards?"""

from __future__ import annotations

import uuid

from flask import current_app, url_for
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.clinical.alerts import alerts_named
from intake.clinical.instruments import Instrument
from intake.errors import NotFound, ValidationFailed
from intake.http import forms as form_parts
from intake.http.unit_of_work import act, work
from intake.schemas.assessments import NewAssessmentIn
from intake.services import assessment_views, assessments, cases, instruments
from intake.services.assessment_views import AssessmentView
from intake.services.assessments import NewAssessment
from intake.services.pages import Wanted
from intake.web import forms, list_places, pages, questionnaires, subjects
from intake.web.forms import Form
from intake.web.questionnaires import Panel
from intake.web.screens import Screen

blp = Screen("assessments", __name__)
NEWEST = Wanted(limit=1, after=None)


@blp.page("/cases/<uuid:case_id>/assessments")
@act(Permission.ASSESSMENT_READ)
def show_list(case_id: uuid.UUID) -> Response:
    """What was assessed, and what may be."""
    now = work()
    found = assessment_views.list_page(now.session, case_id, list_places.wanted(), actor=now.actor)
    return pages.page(
        "assessments/list.html",
        subject=subjects.of_case(case_id),
        rows=found.rows,
        places=list_places.places(found, ".show_list", case_id=case_id),
        titles={one.code: one.title for one in instruments.catalogue()},
        may_write=now.actor.may(Permission.ASSESSMENT_WRITE),
    )


@blp.page("/cases/<uuid:case_id>/assessments/new/<code>")
@act(Permission.ASSESSMENT_WRITE)
def new(case_id: uuid.UUID, code: str) -> Response:
    """An empty questionnaire, or one that was refused."""
    instrument = _instrument(code)
    form = forms.form({"assessed_on": cases.local_date(work().now, work().actor)})
    return _entry(case_id, instrument, form)


@blp.form("/cases/<uuid:case_id>/assessments/new/<code>")
@act(Permission.ASSESSMENT_WRITE, creates=True)
def create(case_id: uuid.UUID, code: str) -> Response:
    """It is scored and kept as a draft; with "Save and sign" it is signed as well."""
    now, instrument = work(), _instrument(code)
    given = questionnaires.answers(instrument)
    if given is None and not forms.text("declined"):
        given = questionnaires.empty(instrument)
    order = forms.load(
        NewAssessmentIn(), answers=given, instrument=instrument.code, version=instrument.version
    )
    is_signed = forms.text("_do") == "sign"
    keep = assessments.record_signed if is_signed else assessments.record
    made = keep(now.session, case_id, order, actor=now.actor, now=now.now)
    done = "assessment_signed" if is_signed else "assessment_kept"
    return pages.go("console.assessments.show", assessment_id=made.id, done=done)


@blp.page("/cases/<uuid:case_id>/assessments/new/<code>/score")
@act(Permission.ASSESSMENT_WRITE)
def score_again(case_id: uuid.UUID, code: str) -> Response:
    """Loading the page of a worked-out score again begins anew: answers are in no address."""
    return pages.go("console.assessments.new", case_id=case_id, code=code)


@blp.form("/cases/<uuid:case_id>/assessments/new/<code>/score", keeps=False)
@act(Permission.ASSESSMENT_WRITE)
def score(case_id: uuid.UUID, code: str) -> Response:
    """What the answers typed so far come to; nothing is kept."""
    instrument = _instrument(code)
    if pages.is_for_part():
        return pages.part("assessments/_score.html", panel=_panel(case_id, instrument))
    at = url_for(".create", case_id=case_id, code=code)
    return _entry(case_id, instrument, forms.typed(at))


@blp.page("/assessments/<uuid:assessment_id>")
@act(Permission.ASSESSMENT_READ)
def show(assessment_id: uuid.UUID) -> Response:
    """One assessment with its answers; a draft can be signed here."""
    now = work()
    found = assessment_views.read(now.session, assessment_id, actor=now.actor)
    instrument = _instrument(found.instrument, found.instrument_version)
    return pages.page(
        "assessments/show.html",
        subject=subjects.of_case(found.case_id),
        found=found,
        instrument=instrument,
        answers=questionnaires.shown(instrument, found.answers),
        alerts=alerts_named((found.result or {}).get("alerts", ())),
        form=forms.form(version=found.version),
        may_write=now.actor.may(Permission.ASSESSMENT_WRITE),
    )


@blp.form("/assessments/<uuid:assessment_id>", keeps=False)
@act(Permission.ASSESSMENT_WRITE)
def sign(assessment_id: uuid.UUID) -> Response:
    """A draft is signed: it is locked, and the alerts of its score are raised."""
    now, version = work(), form_parts.version()
    assessments.sign(now.session, assessment_id, version=version, actor=now.actor, now=now.now)
    return pages.go(
        "console.assessments.show", assessment_id=assessment_id, done="assessment_signed"
    )


def _instrument(code: str, version: str | None = None) -> Instrument:
    """The newest version, or that one, in the operator's wording. Raises NotFound."""
    known = [one.version for one in instruments.catalogue() if one.code == code]
    if not known:
        raise NotFound("instrument")
    wanted = version or known[-1]
    return instruments.get(code, wanted, wording=current_app.config["CSSRS_WORDING"])


def _entry(case_id: uuid.UUID, instrument: Instrument, form: Form) -> Response:
    return pages.page(
        "assessments/new.html",
        subject=subjects.of_case(case_id),
        instrument=instrument,
        questions=questionnaires.questions(instrument),
        form=form,
        panel=_panel(case_id, instrument),
        here_again=url_for("console.assessments.new", case_id=case_id, code=instrument.code),
        score_at=url_for("console.assessments.score", case_id=case_id, code=instrument.code),
    )


def _panel(case_id: uuid.UUID, instrument: Instrument) -> Panel:
    """The score of what was sent; without every answer there is none, but an alert may be."""
    now = work()
    given = questionnaires.answers(instrument) or questionnaires.empty(instrument)
    last = _last(case_id, instrument)
    try:
        order = NewAssessment(instrument.code, "self", instrument.version, given)
        found = assessments.try_out(now.session, case_id, order, actor=now.actor)
    except ValidationFailed:
        found = None
    return Panel(
        instrument=instrument,
        score=found,
        answered=questionnaires.answered(instrument, given),
        alerts=alerts_named(found.alerts)
        if found
        else questionnaires.certain_alerts(instrument, given),
        last=last,
    )


def _last(case_id: uuid.UUID, instrument: Instrument) -> AssessmentView | None:
    """The newest signed one, to compare with."""
    now = work()
    page = assessment_views.list_page(
        now.session, case_id, NEWEST, actor=now.actor, instrument=instrument.code, state="signed"
    )
    return page.rows[0] if page.rows else None
