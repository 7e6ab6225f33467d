"""How does each part of a page look, in each of its states? Invented people, not in production."""

from __future__ import annotations

import datetime as dt

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from intake.access import Permission
from intake.errors import FieldError
from intake.http.unit_of_work import act
from intake.web import pages
from intake.web.case_charts import Glance
from intake.web.charts.bar import Bar, BarChart
from intake.web.charts.line import Band, Event, LineChart, Point
from intake.web.charts.spark import sparkline
from intake.web.forms import Form
from intake.web.intake_progress import Line
from intake.web.plan_choices import Choice
from intake.web.record_questions import Question
from intake.web.screens import Screen

blp = Screen("styleguide", __name__)
SEVERITY = (
    Band(0, 4, "Minimal", 0),
    Band(5, 9, "Mild", 1),
    Band(10, 14, "Moderate", 2),
    Band(15, 19, "Mod. severe", 3),
    Band(20, 27, "Severe", 4),
)
SCORES = ((5, 12, 22), (6, 2, 20), (6, 30, 17), (7, 28, 18), (9, 1, 13), (10, 6, 10), (11, 10, 8))
RAISED = "item 9 above zero"
YES_NO = (("true", "Yes"), ("false", "No"))
ROUTES = (("oral", "By mouth"), ("intranasal", "Through the nose"))
RECORD = (
    Question(
        "r.fever", "Fever or shivering", "Together with pain an emergency.", "buttons", YES_NO
    ),
    Question("r.days", "Days used, last 28", "", "short", is_number=True),
    Question("r.route", "Route", "", "list", ROUTES),
    Question("r.last", "Last use", "", "day"),
    Question("r.pain", "Painkillers", "", "boxes", (("nsaid", "NSAID"), ("none", "None"))),
    Question("r.note", "What sets a binge off", "", "lines"),
    Question(
        "r.drugs",
        "Further substances",
        "",
        "rows",
        rows=((Question("r.drugs.0", "Substance", "", "line"),),),
    ),
)
STEPS = (
    Line("safety", "Caller and safety", "#forms", "Done", "ok", ""),
    Line("person", "Person", "#forms", "2 answers to add", "info", ""),
)
OPTIONS = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))
PLANS = (
    ("outpatient_cbt", "Outpatient CBT", "Stable housing, one supportive relative."),
    ("inpatient", "Inpatient treatment", "Binges of two days and more in the last 30 days."),
)

WEIGHED = (
    Choice(
        "inpatient",
        "Inpatient treatment",
        (("Suggested", "info", "info-circle-fill"),),
        ("A score of 18 comes to this setting.",),
        (),
        ("North ward: 1 of 4 places free; staff know dissociative drugs.",),
    ),
    Choice(
        "outpatient_cbt",
        "Outpatient CBT",
        (("Needs a clinical lead's sign-off", "warn", "exclamation-triangle-fill"),),
        (),
        ("Below a minimum. Opioid dependence (F5).",),
        (),
    ),
)


@blp.page("/styleguide")
@act(Permission.SESSION_OWN)
def show() -> Response:
    """Every macro."""
    return pages.page(
        "styleguide/show.html",
        empty_form=Form(token="", key=""),
        wrong_form=wrong_form(),
        stale_form=stale_form(),
        options=OPTIONS,
        plans=PLANS,
        weighed=WEIGHED,
        record=RECORD,
        steps=STEPS,
        chart=line_chart(),
        broken=line_chart(broken=True),
        bars=bar_chart(),
        glance=glance(),
        now=dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC),
    )


def line_chart(*, broken: bool = False) -> LineChart:
    """Seven scores, with a change of version when `broken`."""
    days = [(dt.date(2026, month, day), value) for month, day, value in SCORES]
    points = tuple(
        Point(day, value, "2" if broken and day.month > 8 else "1", RAISED if value >= 20 else "")  # noqa: PLR2004 - an example
        for day, value in days
    )
    return LineChart(
        name="broken" if broken else "phq9",
        title="PHQ-9 score, May to November 2026",
        description="Seven scores falling from 22 (severe) on 12 May to 8 (mild) on 10 November, "
        "with a rise to 18 in July after a lapse.",
        points=points,
        top=27,
        bands=SEVERITY,
        events=(Event(dt.date(2026, 5, 26), "CBT started"), Event(dt.date(2026, 7, 20), "Lapse")),
        flag_meaning="Item 9 above zero on that day; safety plan reviewed each time.",
    )


def bar_chart() -> BarChart:
    """Three bars."""
    return BarChart(
        name="waiting",
        title="Days from referral to first appointment, by source",
        description="Self-referral 6 days, GP 9 days, hospital 4 days (medians).",
        bars=(
            Bar("Self-referral", 6, "6 days"),
            Bar("GP", 9, "9 days"),
            Bar("Hospital", 4, "4 days"),
        ),
    )


def glance() -> tuple[Glance, ...]:
    """Measures at a glance: name, line, latest value."""
    series = {
        "Days used, last 28": (22, 20, 14, 16, 9, 6, 4),
        "Craving, 0 to 10": (9, 8, 7, 8, 5, 4, 3),
        "Urinary symptoms": (6, 6, 7, 9, 9, 10, 9),
    }
    return tuple(
        Glance(name, sparkline(values), str(values[-1])) for name, values in series.items()
    )


def wrong_form() -> Form:
    """A form that was sent with mistakes."""
    said = MultiDict({"w.name": "", "w.born-day": "31", "w.born-month": "2", "w.born-year": "1997"})
    return Form(
        token="",
        key="",
        sent=said,
        errors=(
            FieldError("/w/name", "required", "Enter the name or an alias."),
            FieldError("/w/born", "invalid", "Enter a day, a month and a year that exist."),
            FieldError("/w/safe", "required", "Say whether the person is safe now."),
            FieldError("/w/plan", "required", "Choose a plan."),
        ),
    )


def stale_form() -> Form:
    """A form that somebody else was quicker with."""
    return Form(
        token="",
        key="",
        version=4,
        initial={"s.note": "Text only, no voicemail"},
        sent=MultiDict({"s.note": "Call after six"}),
        detail="",
        is_stale=True,
        errors=(),
    )
